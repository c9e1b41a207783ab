"""Agreement between reviewers."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from novadoc.errors import DatasetError, LabelError
from novadoc.metrics import Money, Text
from novadoc.review import Conflict, FieldAgreement, Review, agree, cohens_kappa
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject


class Line(BaseModel):
    """A line."""

    text: Annotated[str | None, Text(threshold=0.8)] = None
    amount: Annotated[Decimal | None, Money()] = None


class Slip(BaseModel):
    """A slip."""

    kind: Literal["cash", "card"] | None = None
    lines: list[Line] = []


class Payer(BaseModel):
    """Who paid."""

    name: str
    account: str


class Transfer(BaseModel):
    """A slip on which much may be missing."""

    payer: Payer | None = None
    lines: list[Line] | None = None


class Rates(BaseModel):
    """Rates by name."""

    rates: dict[str, int] = {}


SCHEMA = DocumentSchema(Slip)


def review(who: str, *labels: JsonObject) -> Review:
    canonical = {f"s{i}": SCHEMA.canonical(label) for i, label in enumerate(labels)}
    return Review(who, SCHEMA.fingerprint, canonical, frozenset(canonical))


def test_equal_reviews_agree_fully() -> None:
    """The same labels are full agreement, without conflicts."""
    labels: list[JsonObject] = [
        {"kind": "cash", "lines": [{"text": "tea", "amount": 3}]},
        {"kind": "card"},
    ]

    result = agree(review("ann", *labels), review("bo", *labels), schema=Slip)

    assert (result.exact, result.conflicts, result.samples) == (1.0, (), 2)
    assert [(f.path, f.count, f.kappa) for f in result.fields] == [
        ("kind", 2, 1.0),
        ("lines[].text", 1, None),
        ("lines[].amount", 1, None),
    ]


def test_differences_are_measured_and_listed() -> None:
    """Exact and soft agreement differ where a comparator sees likeness; conflicts have places."""
    first = review(
        "ann",
        {"kind": "cash", "lines": [{"text": "green tea", "amount": "3.00"}, {"text": "milk"}]},
        {"kind": "card"},
        {"kind": "card"},
        {"kind": "cash"},
    )
    second = review(
        "bo",
        {"kind": "cash", "lines": [{"text": "green tee", "amount": 3}]},
        {"kind": "card"},
        {"kind": "cash"},
        {"kind": "cash"},
    )

    result = agree(first, second, schema=Slip)

    kind, text, amount = result.fields
    assert kind == FieldAgreement("kind", 4, exact=0.75, soft=0.75, kappa=0.5)
    assert (text.count, text.exact, text.kappa) == (2, 0.0, None)
    assert 0.4 < text.soft < 0.5
    assert amount == FieldAgreement("lines[].amount", 2, exact=1.0, soft=1.0, kappa=None)
    assert result.conflicts == (
        Conflict(
            "s0",
            "lines",
            [{"text": "green tea", "amount": 3}, {"text": "milk", "amount": None}],
            [{"text": "green tee", "amount": 3}],
        ),
        Conflict("s0", "lines[0].text", "green tea", "green tee"),
        Conflict("s2", "kind", "card", "cash"),
    )


def test_a_row_one_reviewer_missed_shifts_no_other() -> None:
    """Rows are matched; the one too many is one conflict, over the list, with both to choose."""
    tea, milk, rum = ({"text": text, "amount": n} for n, text in enumerate(("tea", "milk", "rum")))

    result = agree(
        review("ann", {"lines": [rum, tea]}), review("bo", {"lines": [milk, tea, rum]}), schema=Slip
    )

    _, text, _ = result.fields
    assert (text.count, text.exact) == (3, 2 / 3)
    (doubt,) = result.doubts()["s0"]
    assert (doubt.path, doubt.reason) == ("lines", "One reviewer found more.")
    assert [other.value for other in doubt.alternatives] == [[rum, tea], [milk, tea, rum]]


def test_rows_without_a_match_are_compared_in_their_order() -> None:
    """Two readings of one row are one difference, not a row missed by each."""
    result = agree(
        review("ann", {"lines": [{"text": "green tea"}]}),
        review("bo", {"lines": [{"text": "green tee"}]}),
        schema=Slip,
    )

    assert result.conflicts == (Conflict("s0", "lines[0].text", "green tea", "green tee"),)


@given(st.lists(st.sampled_from("abc"), max_size=5), st.lists(st.sampled_from("abc"), max_size=5))
def test_rows_are_each_compared_once(one: list[str], two: list[str]) -> None:
    """However many rows there are on either side, each has its place in the figures."""
    sides = ([{"text": text} for text in texts] for texts in (one, two))
    first, second = (review("", {"lines": rows}) for rows in sides)  # type: ignore[list-item]

    count = {field.path: field.count for field in agree(first, second, schema=Slip).fields}

    assert count.get("lines[].text", 0) == max(len(one), len(two))


def test_maps_are_compared_as_a_whole() -> None:
    """A field of free keys counts as one value."""
    schema = DocumentSchema(Rates)
    first, second = (
        Review(who, schema.fingerprint, {"a": {"rates": rates}}, frozenset("a"))
        for who, rates in (("ann", {"low": 7}), ("bo", {"low": 7, "high": 19}))
    )

    (field,) = agree(first, second, schema=Rates).fields

    assert (field.path, field.count, field.exact) == ("rates", 1, 0.0)


def test_what_only_one_found_is_one_conflict() -> None:
    """An object or list that is missing for one of them is settled as a whole."""
    form = DocumentSchema(Transfer)
    payer = {"name": "Kim", "account": "7"}
    first, second = (
        Review(who, form.fingerprint, {"a": form.canonical(label)}, frozenset("a"))
        for who, label in (("ann", {"payer": payer}), ("bo", {"lines": []}))
    )

    result = agree(first, second, schema=Transfer)

    assert result.conflicts == (
        Conflict("a", "payer", payer, None),
        Conflict("a", "lines", None, []),
    )
    assert [(field.path, field.exact) for field in result.fields] == [
        ("payer.name", 0.0),
        ("payer.account", 0.0),
    ]
    assert {one.reason for one in result.doubts()["a"]} == {"One reviewer found more."}


def test_labels_that_do_not_fit_are_named_with_their_samples() -> None:
    """Whoever compares two files learns which labels to mend, all at once."""
    wrong = Review(
        "ann", SCHEMA.fingerprint, {"a": {"kind": 1}, "b": {"lines": 2}}, frozenset("ab")
    )

    with pytest.raises(LabelError, match=r"ann .*a: kind .*b: lines"):
        agree(wrong, wrong, schema=Slip)


def test_figures_are_told_without_values() -> None:
    """The table names fields and figures, and nothing that was read."""
    result = agree(review("ann", {"kind": "cash"}), review("bo", {"kind": "card"}), schema=Slip)

    assert result.to_markdown().splitlines()[-1] == "| kind | 1 | 0.0% | 0.0% | 0.00 |"


def test_conflicts_become_doubts_to_settle() -> None:
    """Each conflict is a doubt with both reviewers' values."""
    result = agree(review("ann", {"kind": "cash"}), review("", {"kind": "card"}), schema=Slip)

    (doubt,) = result.doubts()["s0"]

    assert doubt.path == "kind"
    assert [(a.who, a.value) for a in doubt.alternatives] == [("ann", "cash"), ("second", "card")]


def test_only_what_both_confirmed_counts() -> None:
    """A label one reviewer has not confirmed is not compared."""
    first = review("ann", {"kind": "cash"})
    second = Review("bo", SCHEMA.fingerprint, first.labels, frozenset())

    result = agree(first, second, schema=Slip)

    assert (result.samples, result.fields, result.exact) == (0, (), None)


def test_reviews_of_another_schema_are_refused() -> None:
    """Labels of two different forms are not compared."""
    other = Review("bo", "0" * 64, {}, frozenset())

    with pytest.raises(DatasetError, match="another schema"):
        agree(review("ann", {"kind": "cash"}), other, schema=Slip)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        # Cohen's own kind of table: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no give 0.4.
        pytest.param([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15, 0.4, id="table"),
        pytest.param([("a", "b"), ("b", "a")], -1.0, id="opposite"),
        pytest.param([("a", "a"), (None, None)], 1.0, id="null-is-a-choice"),
        pytest.param([("a", "a")] * 3, None, id="one-choice"),
        pytest.param([], None, id="none"),
    ],
)
def test_kappa_of_known_tables(pairs: list[tuple[object, object]], kappa: float | None) -> None:
    """The figure is Cohen's."""
    found = cohens_kappa(pairs)

    assert found == (None if kappa is None else pytest.approx(kappa))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_is_symmetric_and_bounded(pairs: list[tuple[str, str]]) -> None:
    """Who is asked first does not matter, and full agreement is the most there is."""
    kappa = cohens_kappa(pairs)

    other = cohens_kappa([(two, one) for one, two in pairs])
    assert other == (None if kappa is None else pytest.approx(kappa))
    assert kappa is None or -1.0 <= kappa <= 1.0


def test_kappa_of_chance_is_about_zero() -> None:
    """Two who throw dice agree no more than chance, however often that is."""
    rng = random.Random(1)
    pairs = [(rng.random() < 0.9, rng.random() < 0.9) for _ in range(20000)]

    kappa = cohens_kappa(pairs)

    assert sum(a == b for a, b in pairs) / len(pairs) > 0.8
    assert kappa is not None
    assert abs(kappa) < 0.03
