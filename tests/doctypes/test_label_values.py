"""How values of label files are read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novadoc.doctypes import form1099_from_fields, receipt_from_sroie
from novadoc.doctypes._labels import amount
from novadoc.errors import LabelError


@given(
    number=st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
    sign=st.sampled_from(["", "$", "€", "RM ", "USD ", "US$"]),
)
def test_amounts_come_back(number: Decimal, sign: str) -> None:
    """However an amount is dressed, the same number is read."""
    minus = "-" if number < 0 else ""

    assert amount(f"{minus}{sign}{abs(number):,.2f}", path="") == number
    assert amount(f"{minus}{abs(number)}", path="") == number
    assert amount(str(number), path="") == amount(number, path="") == number


@pytest.mark.parametrize(
    ("printed", "number"),
    [("(12.00)", "-12.00"), ("$.50", "0.50"), ("1,234.", "1234"), ("5 EUR", "5"), ("102", "102")],
)
def test_amounts_in_other_dress(printed: str, number: str) -> None:
    """Accounting brackets, bare cents and a currency behind are read."""
    assert amount(printed, path="") == Decimal(number)


@pytest.mark.parametrize("printed", ["12 items", "1.2.3", "abc", "$", "12/05/2020", "--5", "1e5"])
def test_what_is_no_amount_is_refused(printed: str) -> None:
    """Digits among other things are not an amount."""
    with pytest.raises(LabelError):
        amount(printed, path="total")


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_blank_is_null(blank: str | None) -> None:
    """Nothing printed is no value."""
    assert receipt_from_sroie({"total": blank, "company": blank}) == {
        "company": None,
        "date": None,
        "address": None,
        "total": None,
    }


def test_ticks() -> None:
    """Selected and unselected are true and false; anything else is refused."""
    label = form1099_from_fields({"FATCA": "selected", "2ndTIN": "unselected"})
    assert (label["fatca"], label["second_tin_notice"], label["direct_sales"]) == (
        True,
        False,
        None,
    )
    with pytest.raises(LabelError, match="FATCA"):
        form1099_from_fields({"FATCA": "perhaps"})
