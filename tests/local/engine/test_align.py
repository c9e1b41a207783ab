"""Where a known value may stand."""

from __future__ import annotations

from decimal import Decimal

from local.engine.kit import page
from novadoc.local.engine._align import Finder
from novadoc.local.engine._fields import Field
from novadoc.local.engine._labelling import choose, places
from novadoc.local.engine._page import Page
from novadoc.local.engine._zeroshot import ZeroShot
from novadoc.types import JsonScalar


def found(sheet: Page, value: JsonScalar, kind: str = "text") -> list[list[str]]:
    spans = Finder(sheet).find(Field("x", kind), value)  # type: ignore[arg-type]
    return [sheet.text(span.words) for span in spans]


def test_amount_is_found_without_its_separators() -> None:
    """A number equals its print, whatever the separators."""
    sheet = page(("Total", 10, 10), ("1,234.50", 100, 10), ("99", 200, 10))

    assert found(sheet, Decimal("1234.5"), "number") == [["1,234.50"]]


def test_one_misread_letter_is_forgiven() -> None:
    """OCR mistakes do not hide a value."""
    sheet = page(("Bran Tumer", 10, 10), ("Other text", 10, 60))

    assert found(sheet, "Bran Turner") == [["Bran Tumer"]]


def test_value_over_two_lines_is_found() -> None:
    """An address joins its lines, also with a gap inside a line."""
    sheet = page(
        ("12 Oak St", 10, 10), ("Wages", 500, 10), ("Salem OR", 10, 30), ("97301", 120, 30)
    )

    assert found(sheet, "12 Oak St, Salem OR 97301") == [["12 Oak St", "Salem OR", "97301"]]


def test_date_is_found_by_its_day() -> None:
    """A date need not be printed as it is answered."""
    sheet = page(("Date: 14/03/2018 10:22", 10, 10))

    assert found(sheet, "2018-03-14", "date") == [["14/03/2018"]]


def test_absent_value_is_not_found() -> None:
    """Nothing alike means nothing."""
    sheet = page(("Total", 10, 10), ("12.00", 100, 10))

    assert found(sheet, "Jane Miller") == []
    assert found(sheet, Decimal("7.77"), "number") == []
    assert found(sheet, None) == []


def test_equal_values_each_get_their_own_place() -> None:
    """Two fields with one value take the two places their labels tell."""
    fields = (Field("wages", "number"), Field("medicare", "number"))
    sheet = page(("Medicare", 10, 10), ("5.00", 10, 28), ("Wages", 300, 10), ("5.00", 300, 28))
    known = {field.path: field for field in fields}
    answer = {"wages": Decimal("5.00"), "medicare": Decimal("5.00")}

    chosen = choose(
        places(sheet, answer, known), ZeroShot(fields).words(sheet), {"wages": 0, "medicare": 1}
    )

    lefts = {path: sheet.words[span.words[0]].left for path, span in chosen.items()}
    assert lefts["medicare"] < lefts["wages"]
