"""Comparators: total, bounded, and strict where it matters."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from novadoc.errors import MetricsError
from novadoc.metrics import (
    Address,
    Bool,
    ByType,
    Date,
    Exact,
    Identifier,
    Money,
    Number,
    OneOf,
    Rules,
    Text,
)
from novadoc.schema import Conventions

# Adding a comparator means adding it here.
ALL = [
    Exact(),
    Identifier(),
    Bool(),
    OneOf("a", "b", 1, None, spellings={"x": "a"}),
    ByType(),
    Number(),
    Number(relative=0.01),
    Number(absolute=Decimal("0.5"), decimal_mark=","),
    Money(),
    Date(),
    Date(order="dmy"),
    Date(order="ymd"),
    Text(),
    Text(threshold=1.0),
    Address(),
]
SYMMETRIC = [one for one in ALL if not isinstance(one, ByType) and one != Number(relative=0.01)]

json_leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**400, 10**401),
    st.floats(),
    st.decimals().filter(lambda value: not value.is_snan()),
    st.text(max_size=40),
    st.from_regex(r"[-(]?[$€]? ?[0-9., ']{1,14}\)?(e[0-9]{1,5})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-./ ][0-9A-Za-z]{1,9}[-./, ]{1,2}[0-9]{1,4}", fullmatch=True),
)
json_value = st.recursive(
    json_leaf,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@pytest.mark.parametrize("comparator", ALL, ids=repr)
@given(json_value, json_value)
@settings(max_examples=120, deadline=None)
def test_comparators_are_total_and_bounded(comparator: Exact, one: object, two: object) -> None:
    """Any pair of JSON values gives a number from 0 to 1."""
    assert 0 <= comparator.similarity(one, two) <= 1


@pytest.mark.parametrize("comparator", ALL, ids=repr)
@given(json_value)
@settings(max_examples=80, deadline=None)
def test_a_value_is_like_itself(comparator: Exact, one: object) -> None:
    """Identity is similarity 1, for every value."""
    assert comparator.similarity(one, one) == 1


@pytest.mark.parametrize("comparator", SYMMETRIC, ids=repr)
@given(json_leaf, json_leaf)
@settings(max_examples=80, deadline=None)
def test_direction_does_not_matter(comparator: Exact, one: object, two: object) -> None:
    """Without a tolerance relative to the truth, similarity is symmetric."""
    assert comparator.similarity(one, two) == comparator.similarity(two, one)


@pytest.mark.parametrize(
    "comparator", [one for one in ALL if getattr(one, "decides", False)], ids=repr
)
@given(json_leaf, json_leaf)
@settings(max_examples=80, deadline=None)
def test_keys_decide_where_they_say_so(comparator: Exact, one: object, two: object) -> None:
    """Row matching by keys and comparing by similarity never disagree."""
    same = comparator.key(one) == comparator.key(two)

    assert same == (comparator.similarity(one, two) == 1)


@pytest.mark.parametrize("comparator", ALL, ids=repr)
def test_comparators_are_shared_values(comparator: Exact) -> None:
    """They hash, and equal ones are equal, so one instance serves everywhere."""
    assert len({comparator, comparator}) == 1


NUMBERS = [
    ("1234", 1234),
    ("1,234", 1234),
    ("1,234.5", Decimal("1234.5")),
    ("1.234,50", Decimal("1234.5")),
    ("1 234,50", Decimal("1234.5")),
    ("1 234,50", Decimal("1234.5")),
    ("1'234.50", Decimal("1234.5")),
    ("12,34,567.89", Decimal("1234567.89")),
    ("$1,234.00", 1234),
    ("USD 1,234.00", 1234),
    ("1.234,00 €", 1234),
    ("(1,234.00)", -1234),
    ("($5)", -5),
    ("5-", -5),
    ("\u22125", -5),
    ("-$5.25", Decimal("-5.25")),
    ("12,5", Decimal("12.5")),
    ("1e3", 1000),
    (".5", Decimal("0.5")),
    ("0012", 12),
]


@pytest.mark.parametrize(("printed", "value"), NUMBERS)
def test_numbers_are_read_as_people_print_them(printed: str, value: Decimal) -> None:
    """Currencies, brackets, grouping and both decimal marks."""
    assert Money().similarity(value, printed) == 1
    assert Money().similarity(value + 1, printed) == 0


@pytest.mark.parametrize(
    "text", ["1,23,4", "12-34", "1.2.3", "abc", "$", "", "1 2", "--5", "1,2,3"]
)
def test_what_is_no_number_is_not_read_as_one(text: str) -> None:
    """Doubtful text stays text."""
    digits = "".join(filter(str.isdigit, text)) or "0"

    assert Number().similarity(int(digits), text) == 0


@pytest.mark.parametrize("odd", [True, False, float("nan"), float("inf"), "NaN", "Infinity", None])
def test_bools_and_infinities_are_no_numbers(odd: object) -> None:
    """They never match one."""
    assert not any(Number().similarity(n, odd) for n in (0, 1, -1, 1.5))


def test_tolerances_are_inclusive_and_the_larger_counts() -> None:
    """Exact decimal arithmetic: 0.1 % of 1000 is exactly 1."""
    assert Number(relative=0.001).similarity(1000, 1001) == 1
    assert Number(relative=0.001).similarity(1000, "1001.01") == 0
    assert Number(relative=0.001, absolute=2).similarity(1000, 1002) == 1
    assert Number().similarity(0.1, Decimal("0.1")) == 1


def test_a_decimal_mark_can_be_laid_down() -> None:
    """`1,234` is a thousand unless the comma is said to be a decimal mark."""
    assert Number().similarity(1234, "1,234") == 1
    assert Number(decimal_mark=",").similarity(Decimal("1.234"), "1,234") == 1
    assert Number(decimal_mark=",").similarity(1234, "1.234") == 1


DATES = [
    "2024-03-05",
    "2024/3/5",
    "03/05/2024",
    "3-5-24",
    "5 Mar 2024",
    "March 5th, 2024",
    "Tue, Mar 5 2024",
    "20240305",
    "5. M\u00e4rz 2024",
    "5 mars 2024",
    "2024-03-05T00:00:00",
]


@pytest.mark.parametrize("printed", DATES)
def test_dates_are_read_as_people_print_them(printed: str) -> None:
    """Orders, separators, names of months in several languages."""
    assert Date().similarity("2024-03-05", printed) == 1
    assert Date().similarity("2024-03-06", printed) == 0


@pytest.mark.parametrize(
    "odd", ["5 Jan 99999999999999999999", "\u1369 Jan 2024", "5 Jan \u1369\u1369\u1369\u1369"]
)
def test_odd_digits_are_no_date(odd: str) -> None:
    """Digits of other scripts and endless years stay text."""
    assert Date().similarity("2024-01-05", odd) == 0
    assert Date().similarity(odd, odd) == 1


def test_the_order_decides_only_where_digits_leave_a_choice() -> None:
    """13/02 has the day first in any case, and the same print is always the same date."""
    assert Date(order="dmy").similarity("2024-05-03", "03/05/2024") == 1
    assert Date(order="mdy").similarity("2024-02-13", "13/02/2024") == 1
    assert Date().similarity("soon", "soon") == 1
    assert Date().similarity("soon", "2024-01-01") == 0


def test_exact_text_keeps_zeros_and_case_but_not_unicode_forms() -> None:
    """NFC and NFD are the same text; 007 and 7 are not."""
    assert Exact().similarity("caf\u00e9", "cafe\u0301 ") == 1
    assert Exact().similarity("007", "7") == 0
    assert Exact().similarity("a", "A") == 0
    assert Exact().similarity("5", 5.0) == 1


def test_an_address_with_another_house_number_is_another_address() -> None:
    """Letters may differ a little, digits may not."""
    printed, read = "12 Jack Trail\nScottside PA 01234", "12 Jack Trial, Scottside, PA 01234"

    assert Address().similarity(printed, read) >= 0.8
    assert Address().similarity("12 Jack Trail, Scottside", "13 Jack Trail, Scottside") == 0


@pytest.mark.parametrize("threshold", [0, -1, 1.1, float("nan")])
def test_thresholds_out_of_range_are_refused(threshold: float) -> None:
    """A threshold is in (0, 1]."""
    with pytest.raises(MetricsError):
        Text(threshold)
    with pytest.raises(MetricsError):
        Number(relative=-abs(threshold) - 1)


def test_a_comparators_class_is_refused_with_what_to_write() -> None:
    """`Money` for `Money()` is an easy slip, and would fail far from its place."""
    with pytest.raises(MetricsError, match=r"`total`: .*Give `Money\(\)`"):
        Rules(comparators={"total": Money})  # type: ignore[dict-item]


def test_a_date_order_that_is_none_is_refused() -> None:
    """`DYM` would silently be read as month first."""
    with pytest.raises(MetricsError, match="DMY"):
        Date(order="DYM")  # type: ignore[arg-type]


def test_date_orders_are_spelled_alike_everywhere() -> None:
    """Comparators and conventions take either case and keep capitals."""
    assert Date(order="DMY") == Date(order="dmy")
    assert Conventions(dates="DMY") == Conventions(dates="dmy")
    assert Date(order="dmy").order == Conventions(dates="dmy").dates == "DMY"
