"""One document: where every leaf ends, and that none is lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from novadoc.errors import MetricsError
from novadoc.metrics import Category, Counts, Exact, Ordered, Rules, Text, compare, evaluate

leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(["", " ", "a", "b", "1", "$1.00", "2024-01-01"]),
    st.floats(allow_nan=True, allow_infinity=True, width=16),
)
value = st.recursive(
    leaf,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "c.d", "e[]"]), inner, max_size=3)
    ),
    max_leaves=12,
)
document = st.dictionaries(st.sampled_from(["a", "b", "c"]), value, max_size=3)


def leaves(node: object) -> int:
    if isinstance(node, dict):
        return sum(map(leaves, node.values()))
    if isinstance(node, list):
        return sum(map(leaves, node))
    return int(node is not None and str(node).strip() != "")


@given(document, document)
@settings(max_examples=400, deadline=None)
def test_no_leaf_is_lost_or_counted_twice(expected: dict, actual: dict) -> None:
    """Hit + wrong + missing is the truth, hit + wrong + extra the prediction, always."""
    counts = compare(expected, actual).counts

    assert leaves(expected) == counts.expected
    assert leaves(actual) == counts.predicted


@given(document)
@settings(max_examples=200, deadline=None)
def test_a_document_is_right_about_itself(doc: dict) -> None:
    """Comparing with itself gives hits only."""
    score = compare(doc, doc)

    assert Counts(hit=leaves(doc), empty=score.counts.empty) == score.counts
    assert score.is_exact


@given(document, document)
@settings(max_examples=200, deadline=None)
def test_swapping_the_sides_swaps_missing_and_extra(expected: dict, actual: dict) -> None:
    """With symmetric comparators the other direction has the same hits."""
    rules = Rules(comparators={"*": Exact()})
    one, two = (compare(*p, rules=rules).counts for p in ((expected, actual), (actual, expected)))

    assert one.hit == two.hit
    assert (one.expected, one.predicted) == (two.predicted, two.expected)


flat = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([1, 2, "x"]), min_size=1)


@given(flat, flat)
@settings(deadline=None)
def test_one_more_right_field_never_lowers_a_rate(expected: dict, actual: dict) -> None:
    """Correcting a field raises accuracy, precision, recall and F1, or leaves them."""
    before = compare(expected, actual).overall
    key = next(iter(expected))
    after = compare(expected, {**actual, key: expected[key]}).overall

    for metric in ("accuracy", "precision", "recall", "f1"):
        assert (after.rate(metric) or 0) >= (before.rate(metric) or 0)


@pytest.mark.parametrize("nothing", [None, "", " ", [], {}])
def test_every_form_of_nothing_is_the_same(nothing: object) -> None:
    """Null, blank text, an empty list, an empty object and an absent key are all no value."""
    assert compare({"a": "x"}, {"a": nothing}).counts.missing == 1
    assert compare({"a": nothing}, {"a": "x"}).counts.extra == 1
    assert compare({"a": "x", "b": nothing}, {"a": "x"}).is_exact


@pytest.mark.parametrize("something", [0, False, 0.0, Decimal(0)])
def test_zero_and_false_are_values(something: object) -> None:
    """They are read off a page like any other."""
    assert compare({"a": something}, {"a": something}).counts.hit == 1
    assert compare({"a": something}, {"a": None}).counts.missing == 1


class Line(BaseModel):
    text: Annotated[str | None, Text(0.8)] = None
    amount: Decimal | None = None


class Slip(BaseModel):
    number: str | None = None
    person: Annotated[str | None, Category("Who")] = None
    lines: Annotated[list[Line], Category("What")] = []
    steps: Annotated[list[str], Ordered()] = []
    by_state: dict[str, Decimal] = {}


def test_models_bring_their_comparators_and_categories() -> None:
    """Markers and types of the class decide; the report says what was chosen."""
    truth = Slip(number="007", person="Ann", lines=[Line(text="bolt", amount=Decimal("1.50"))])
    report = evaluate([(truth, {"number": "7", "person": "Ann", "lines": [{"amount": "1.5"}]})])

    assert report.comparators["number"] == "Exact()"
    assert report.comparators["lines[].text"] == "Text(threshold=0.8)"
    assert report.categories["What"].counts == Counts(hit=1, missing=1)
    assert report.fields["number"].counts.wrong == 1
    assert report.fields["steps[]"].counts == Counts() if "steps[]" in report.fields else True


def test_ordered_lists_are_aligned_without_crossing() -> None:
    """A dropped step costs one step; swapped steps are not forgiven."""
    whole = Slip(steps=["a", "b", "c", "d"])

    assert compare(whole, Slip(steps=["a", "c", "d"])).counts == Counts(hit=3, missing=1, empty=2)
    assert compare(whole, Slip(steps=["b", "a", "c", "d"])).counts.hit == 3


def test_maps_keyed_by_data_share_one_path() -> None:
    """A state's abbreviation is a value, not a field."""
    score = compare(
        Slip(by_state={"PA": Decimal(1), "NY": Decimal(2)}), {"by_state": {"PA": 1, "OH": 2}}
    )

    assert score.fields["by_state[]"].counts == Counts(hit=1, missing=1, extra=1)
    declared = Rules(maps=["states"])
    score = compare({"states": {"PA": 1}}, {"states": {"NY": 1}}, rules=declared)
    assert list(score.fields) == ["states[]"]


def test_an_object_keyed_by_data_does_not_grow_for_ever() -> None:
    """Beyond a thousand unknown keys they share one path, and still all count."""
    truth = {"m": {f"k{k}": k for k in range(1500)}}
    score = compare(truth, truth)

    assert score.counts.hit == 1500
    assert len(score.fields) == 1001


@pytest.mark.parametrize(
    ("document", "path"),
    [
        pytest.param({"a": {"b": b"x"}}, "a.b", id="bytes"),
        pytest.param({"a": {1: "x"}}, "a", id="key"),
        pytest.param({"a": [object()]}, "a[0]", id="object"),
    ],
)
def test_values_json_cannot_hold_are_refused_with_their_path(document: dict, path: str) -> None:
    """The error names the place and never the value."""
    with pytest.raises(MetricsError) as caught:
        compare({"a": {"b": "y"}}, document)

    assert caught.value.path == path


def test_python_values_become_json() -> None:
    """Tuples, sets, dates and subclasses compare as what JSON would hold."""
    score = compare(
        {"t": ["a", "b"], "s": ["x"], "d": "2024-01-05"},
        {"t": ("b", "a"), "s": {"x"}, "d": dt.date(2024, 1, 5)},
    )
    assert score.is_exact


def test_a_document_that_holds_itself_is_refused() -> None:
    """Endless nesting ends in a typed error."""
    loop: dict = {}
    loop["a"] = {"b": loop}

    with pytest.raises(MetricsError):
        compare(loop, {"a": {"b": {"a": {"b": loop}}}})


def test_megabytes_of_text_are_scored_in_moderate_time() -> None:
    """Ten megabytes on either side end in a score."""
    words = "lorem ipsum dolor " * 300_000
    score = compare({"a": words}, {"a": words + "amet"}, rules=Rules({"a": Text(0.9)}))

    assert score.counts.hit == 1


def test_a_comparator_out_of_bounds_is_refused() -> None:
    """A similarity above 1 would spoil every mean."""

    class Broken:
        def similarity(self, expected: object, actual: object, /) -> float:
            return 7.0

    with pytest.raises(MetricsError, match="0 to 1"):
        compare({"a": 1}, {"a": 2}, rules=Rules({"a": Broken()}))
