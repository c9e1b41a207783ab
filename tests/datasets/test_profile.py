"""What a profile says of a set."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from datasets.pages import Invoice, label, page, sample, samples  # type: ignore[import-not-found]
from novadoc.datasets import Sample, profile
from novadoc.documents import Document
from novadoc.models import PRICES
from novadoc.prompts import ExtractionPrompt

PROMPT = ExtractionPrompt(Invoice)


def varied(count: int, value: object) -> list[Sample]:
    document = Document.open(page(1))
    return [
        Sample(str(n), document, {"v": value(n)})  # type: ignore[operator]
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("value", "note"),
    [
        pytest.param(lambda n: n, "", id="all different"),
        pytest.param(lambda n: "EUR", "constant", id="constant"),
        pytest.param(lambda n: "USD" if n == 7 else "EUR", "nearly constant", id="nearly"),
        pytest.param(lambda n: None, "never present", id="never"),
        pytest.param(lambda n: n if n == 7 else None, "rare", id="rare"),
        pytest.param(lambda n: n if n % 2 else str(n), "several types", id="mixed"),
    ],
)
def test_fields_are_told_apart(value: object, note: str) -> None:
    """Each kind of odd field has its note, a plain one has none."""
    (one,) = profile(varied(40, value)).fields

    assert one.note == note


def test_list_fields_count_samples_and_values() -> None:
    """Items of lists are values; presence is of samples."""
    made = samples(6)

    fields = {one.path: one for one in profile(made).fields}

    amounts = fields["lines[].amount"]
    items = [len(one.label["lines"]) for one in made]  # type: ignore[arg-type]
    assert (amounts.samples, amounts.values) == (sum(map(bool, items)), sum(items))
    assert fields["total"].share == 1.0


def test_duplicates_and_unreadable_documents_are_counted() -> None:
    """The same file twice, with another answer, and a torn file are all told."""
    one = sample(1)
    torn = Sample("torn", Document.open(page(2)[:500]), label(2))

    found = profile([one, Sample("again", one.document, label(9)), torn])

    assert (found.duplicates, found.contradictions, found.unreadable) == (1, 1, ("torn",))


def test_cost_is_tokens_times_price() -> None:
    """Training and inference are priced from the same tokens the histogram counts."""
    found = profile(samples(10), prompt=PROMPT, epochs=3)

    price = PRICES.price("nova-lite")
    assert price.training_per_1k is not None
    assert found.training_cost == price.training_per_1k * found.training_tokens * 3 / 1000
    assert sum(found.tokens.values()) == found.samples
    assert found.cost_per_page is not None
    assert found.cost_per_page > price.input_per_1k * found.tokens_per_page / 1000


def test_what_does_not_fit_the_training_context_is_counted() -> None:
    """A label of a hundred thousand characters is over the 32k tokens of Nova Lite."""
    long = Sample("long", Document.open(page(1)), {"text": "word " * 30_000})

    assert profile([long, sample(2)]).over_limit == 1


def test_only_some_pages_are_measured() -> None:
    """`look_at` bounds the work, and the rest is still counted."""
    found = profile(samples(20), look_at=5)

    assert (found.samples, found.looked_at) == (20, 5)


def test_a_profile_prints_without_values() -> None:
    """Markdown and JSON hold counts and paths, and no value of any label."""
    secret = Sample("s", Document.open(page(1)), {"name": "SECRET", "total": Decimal("9.99")})

    found = profile([secret], prompt=PROMPT)

    text = found.to_markdown() + json.dumps(found.to_dict()) + repr(found)
    assert "SECRET" not in text
    assert "`name`" in found.to_markdown()
    assert "SECRET" in json.dumps(found.to_dict(values=True))


def test_values_are_told_by_length_and_size() -> None:
    """Charts are drawn from counts alone: texts by length, numbers by size, classes by evenness."""
    values = [*["EUR"] * 3, *["USD"] * 3, "a long text of words", -5, 0, 7, Decimal("99.99"), True]
    document = Document.open(page(1))
    (one,) = profile([Sample(str(n), document, {"v": v}) for n, v in enumerate(values)]).fields

    assert one.lengths == {"<= 4": 6, "<= 32": 1}
    assert one.magnitudes == {"< 0": 1, "< 1": 1, "< 10": 1, "< 100": 1}
    assert one.counts[:3] == (3, 3, 1)
    assert one.balance is not None
    assert 0.8 < one.balance < 1


@pytest.mark.parametrize(
    ("most", "balance"), [(20, 1.0), (39, 0.169), (40, None)], ids=["even", "one-sided", "constant"]
)
def test_the_balance_of_classes_goes_from_one_to_zero(most: int, balance: float | None) -> None:
    """Two classes of equal size are balanced; one that outweighs the other nearly is not."""
    (one,) = profile(varied(40, lambda n: "A" if n < most else "B")).fields

    assert one.balance == (None if balance is None else pytest.approx(balance, abs=1e-3))


def test_lists_and_documents_are_told_by_length() -> None:
    """List items and pages of documents are histograms too; empty lists count."""
    document = Document.open(page(1))
    made = [
        Sample(str(n), document, {"lines": [{"amount": 1}] * items})
        for n, items in enumerate([0, 0, 1, 3, 4, 70])
    ]

    found = profile(made)

    assert found.lists == {"lines": {"0": 2, "1": 1, "3-4": 2, "> 64": 1}}
    assert found.document_pages == {"1": 6}
