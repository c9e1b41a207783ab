"""Dates and times as people and models write them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novadoc.schema._dates import read_date, read_time


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024/2/1", date(2024, 2, 1)),
        ("20240201", date(2024, 2, 1)),
        ("31/12/2024", date(2024, 12, 31)),
        ("12/31/2024", date(2024, 12, 31)),
        ("31.12.24", date(2024, 12, 31)),
        ("01.02.2024", date(2024, 2, 1)),
        ("31-12-99", date(1999, 12, 31)),
        ("05/05/2024", date(2024, 5, 5)),
        ("March 3, 2024", date(2024, 3, 3)),
        ("3rd of Mar. 2024", date(2024, 3, 3)),
        ("3. März 2024", date(2024, 3, 3)),
        ("1er août 2023", date(2023, 8, 1)),
        ("1 août 2023", date(2023, 8, 1)),
        ("3 de diciembre de 2024", date(2024, 12, 3)),
        ("7 gennaio 2024", date(2024, 1, 7)),
        ("2 mei 2024", date(2024, 5, 2)),
        ("31 Dec 24", date(2024, 12, 31)),
        ("99-12-31", date(1999, 12, 31)),
        ("Monday, March 4, 2024", date(2024, 3, 4)),
        ("Mo., 31.12.2024", date(2024, 12, 31)),
        ("mardi 5 mars 2024", date(2024, 3, 5)),
        ("Mar 5 2024", date(2024, 3, 5)),
        ("segunda-feira, 4 de março de 2024", date(2024, 3, 4)),
        ("5 Mrz 2024", date(2024, 3, 5)),
        ("3 juil. 2024", date(2024, 7, 3)),
        ("3 jui 2024", None),
        ("4 Margin 2024", None),
    ],
)
def test_date_is_read_as_meant(text: str, value: date | None) -> None:
    """Forms with one meaning are read, whatever the language."""
    found = read_date(text)

    assert (found and found.value) == value


@pytest.mark.parametrize(("order", "value"), [("DMY", date(2024, 4, 3)), ("MDY", date(2024, 3, 4))])
def test_exchangeable_day_and_month_need_an_order(order: str, value: date) -> None:
    """Without an order there is no date; with the document's order there is."""
    unknown, known = read_date("03/04/2024"), read_date("03/04/2024", order)  # type: ignore[arg-type]

    assert unknown is not None
    assert known is not None
    assert (unknown.value, unknown.ambiguous) == (None, True)
    assert known.value == value


@pytest.mark.parametrize("text", ["24-12-31", "24-03-04"])
def test_a_short_year_between_hyphens_may_stand_first(text: str) -> None:
    """`24-12-31` is the 24th or a year of two digits, as ISO shortens it: an order decides."""
    unknown, known = read_date(text), read_date(text, "YMD")

    assert unknown is not None
    assert known is not None
    assert known.value is not None
    assert (unknown.value, unknown.ambiguous, known.value.year) == (None, True, 2024)


@pytest.mark.parametrize(
    "text", ["", "soon", "32/13/2024", "2024-02-30", "99/99/9999",
     "1/2", "March 2024", "May May 1 2024", "x" * 99]
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    """Impossible and partial dates are none."""
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14:30", time(14, 30)),
        ("2:30 PM", time(14, 30)),
        ("12:05 a.m.", time(0, 5)),
        ("14.30 Uhr", time(14, 30)),
        ("14h30", time(14, 30)),
        ("09:15:30", time(9, 15, 30)),
        ("25:00", None),
        ("13:00 pm", None),
        ("noon", None),
    ],
)
def test_time_is_read_as_meant(text: str, value: time | None) -> None:
    """Twelve and twenty-four hours, in the usual forms; nothing else."""
    assert read_time(text) == value


@given(
    st.dates(date(1970, 1, 1)), st.sampled_from(["%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d"])
)
def test_any_unambiguous_form_reads_back(value: date, form: str) -> None:
    """Every date in an unambiguous form is that date."""
    found = read_date(value.strftime(form))

    assert found is not None
    assert found.value == value
