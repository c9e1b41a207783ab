"""Numbers as people and models write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novadoc.schema._amounts import read_amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", "1234.5"),
        ("$1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("EUR 1 234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("CHF 1'234.50", "1234.50"),
        ("1\u2019234\u2019567", "1234567"),
        ("(100)", "-100"),
        ("($1,234.50)", "-1234.50"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("5-", "-5"),
        ("\u22125", "-5"),
        ("+5", "5"),
        ("19 %", "19"),
        ("RM 3.90", "3.90"),
        ("RM4.00", "4.00"),
        ("RM -5.00", "-5.00"),
        ("-RM 5.00", "-5.00"),
        ("(RM 1,250.00)", "-1250.00"),
        ("3.90 RM", "3.90"),
        ("EUR 12,50", "12.50"),
        ("12,50 Euro", "12.50"),
        ("Rs. 100", "100"),
        ("Rs.1,00,000/-", "100000"),
        ("Kč 1 250,00", "1250.00"),
        ("$ 12.00 USD", "12.00"),
        ("₹1,23,456.00", "123456.00"),
        ("usd 12.50", "12.50"),
        ("12.50Eur", "12.50"),
        ("ALL 100", "100"),
        ("DEM 19,90", "19.90"),
        ("US$ 5", "5"),
        ("12 euros", "12"),
        ("USD $1,234.50", "1234.50"),
        ("Fr. 5.-", "5"),
        ("5,\u2013 kr", "5"),
        ("1,234.--", "1234"),
        ("-5.-", "-5"),
        ("RMB 8.00", "8.00"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("0,123", "0.123"),
        ("0.123", "0.123"),
        (".5", "0.5"),
        ("12,5", "12.5"),
        ("1e3", "1000"),
        ("\uff11\uff12\uff13", "123"),
    ],
)
def test_amount_is_read_as_meant(text: str, value: str) -> None:
    """Signs, brackets, currencies and separators of many countries have one meaning."""
    amount = read_amount(text)

    assert amount is not None
    assert (amount.value, amount.ambiguous) == (Decimal(value), False)


@pytest.mark.parametrize(
    ("text", "value", "point", "comma"),
    [("1,234", "1234", "1234", "1.234"), ("$1.234", "1.234", "1.234", "1234")],
)
def test_one_mark_before_three_digits_is_ambiguous(
    text: str, value: str, point: str, comma: str
) -> None:
    """It is said to be ambiguous, unless the document's decimal mark is known."""
    found = [read_amount(text), read_amount(text, "."), read_amount(text, ",")]

    assert [(a.value, a.ambiguous) for a in found if a] == [
        (Decimal(value), True),
        (Decimal(point), False),
        (Decimal(comma), False),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "abc", "12 34",
     "1,23,45", "1.2.3", "1,2,3.4", "--5", "(-5)", "5 apples", "12/5",
     "Nov 12", "12 Dec", "NOV 12", "Box 3", "12 pcs", "Ref 100", "all 12", "top 5", "Pen 2",
     "USDX 5", "XUSD 5", "12 kg", "6 ft", "QTY 4", "ABC 5",
     "1kr2", "v1.2", "RM", "RM RM 5", "No. 5", "5 RM 6", "$", "1" * 99,
     f"1e{'9' * 20}"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    """Text that is not clearly one number is no number."""
    assert read_amount(text) is None


@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False), st.sampled_from([",.", ".,", "',"]))
def test_any_printed_amount_reads_back(value: Decimal, marks: str) -> None:
    """Grouped and marked as any of the usual ways, with cents, an amount reads back."""
    printed = f"{value:,.2f}".replace(",", "T").replace(".", "D")
    printed = printed.replace("T", marks[0]).replace("D", marks[1])

    amount = read_amount(printed)

    assert amount is not None
    assert (amount.value, amount.ambiguous) == (value, False)
