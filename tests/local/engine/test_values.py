"""What a piece of text says as a value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novadoc.local.engine._values import amount, clock_time, date_text, dates, squeeze, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1,234.50", "1234.50", id="grouped"),
        pytest.param("1.234,50", "1234.50", id="european"),
        pytest.param("$58929:92", "58929.92", id="misread point"),
        pytest.param("34,827.:39", "34827.39", id="doubled point"),
        pytest.param("67575 15", "67575.15", id="lost point"),
        pytest.param("56204.7", "56204.7", id="one place"),
        pytest.param("(12.00)", "-12.00", id="accountant's minus"),
        pytest.param("12.00-", "-12.00", id="trailing minus"),
        pytest.param("RM9", "9", id="currency"),
        pytest.param("252", "252", id="whole"),
    ],
)
def test_amount_reads_printed_numbers(text: str, expected: str) -> None:
    """Amounts are read whatever punctuation the printer or the OCR used."""
    assert amount(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["Main", "", "12-3456789", "A12", "1" * 20])
def test_amount_is_none_for_what_is_no_number(text: str) -> None:
    """Words, identifiers and impossibly long digits are no amounts."""
    assert amount(text) is None


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_amount_returns_what_was_printed(value: Decimal) -> None:
    """An amount printed with or without thousands separators comes back exactly."""
    assert amount(f"{value:.2f}") == value
    assert amount(f"{value:,.2f}") == value


@given(st.dates(min_value=dt.date(1970, 1, 1), max_value=dt.date(2069, 12, 31)))
def test_dates_find_the_day_in_every_common_form(day: dt.date) -> None:
    """The printed day is among the readings, whatever form it is printed in."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%y", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y"):
        assert day in [found for _, found in dates(f"Date: {day.strftime(form)}")]


def test_ambiguous_date_keeps_its_readings() -> None:
    """`03/04/2020` can be March or April; the order that would make it so is told."""
    found = dict(dates("03/04/2020"))

    assert {"dmy": dt.date(2020, 4, 3), "mdy": dt.date(2020, 3, 4)} == found


def test_date_text_takes_only_the_date() -> None:
    """What stands around a date is left away."""
    assert date_text("DATE14/03/2018 10:22") == "14/03/2018"


def test_clock_time_reads_both_clocks() -> None:
    """Afternoon is told by the 24-hour clock or by p.m."""
    assert clock_time("at 14:05:09") == dt.time(14, 5, 9)
    assert clock_time("2:05 PM") == dt.time(14, 5)
    assert clock_time("no time") is None


def test_words_keep_box_numbers() -> None:
    """A box's number is a word of its label."""
    assert words("12a See instructions") == ["12a", "see", "instructions"]


@given(st.text())
def test_squeeze_is_idempotent(text: str) -> None:
    """Squeezed text squeezes to itself."""
    assert squeeze(squeeze(text)) == squeeze(text)
