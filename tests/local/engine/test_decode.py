"""Zero-shot reading, records, ticks and copies, without training."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from local.engine.kit import SCHEMA, invoice, page, reading
from novadoc.local.engine._answers import leaves
from novadoc.local.engine._fields import Field, from_schema
from novadoc.local.engine._found import Decoded, Found, Record
from novadoc.local.engine._looks import fit, look
from novadoc.local.engine._merge import merge_copies, merge_pages
from novadoc.local.engine._model import BaseModel
from novadoc.local.engine._page import Page, pages
from novadoc.local.engine._reading import Tick
from novadoc.local.engine._records import Item, rows_of
from novadoc.local.engine._spots import find_spots
from novadoc.local.engine._ticks import learn_ticks, read_ticks
from novadoc.types import JsonObject, JsonScalar, JsonValue


def base(schema: JsonObject, *texts: tuple[str, float, float]) -> JsonValue:
    return BaseModel().answer(from_schema(schema), [pages(reading(*texts))])


def schema(**fields: str) -> JsonObject:
    return {
        "type": "object",
        "properties": {
            name: {"type": kind.split(":")[0], "description": kind.partition(":")[2]}
            for name, kind in fields.items()
        },
    }


def test_value_is_found_under_its_label() -> None:
    """A label above its value is enough, whichever of two like labels."""
    found = base(
        schema(ss="number:Social security wages", med="number:Medicare wages and tips"),
        ("3 Social security wages", 10, 10),
        ("5 Medicare wages and tips", 300, 10),
        ("100.00", 10, 28),
        ("200.00", 300, 28),
    )

    assert found == {"ss": Decimal(100), "med": Decimal(200)}


def test_value_is_found_beside_its_label() -> None:
    """A label at the left, or in the same piece of text, is enough too."""
    found = base(
        schema(number="string:Invoice number", total="number:Total amount"),
        ("Invoice number", 10, 10),
        ("A-17", 200, 10),
        ("Total amount: 12.50", 10, 60),
    )

    assert found == {"number": "A-17", "total": Decimal("12.5")}


def test_name_and_address_under_one_label_are_parted() -> None:
    """The first line is the name, the lines below the address."""
    found = base(
        schema(name="string:Employer's name", address="string:Employer's address and ZIP code"),
        ("c Employer's name, address, and ZIP code", 10, 10),
        ("Widget Works Ltd", 10, 28),
        ("12 Oak Street", 10, 46),
        ("Salem OR 97301", 10, 64),
    )

    assert found == {"name": "Widget Works Ltd", "address": "12 Oak Street, Salem OR 97301"}


def test_value_that_is_not_printed_is_null() -> None:
    """An empty box stays empty."""
    found = base(
        schema(tips="number:Allocated tips", wages="number:Wages"),
        ("Allocated tips", 10, 10),
        ("Wages", 300, 10),
        ("5.00", 300, 28),
    )

    assert found == {"tips": None, "wages": Decimal(5)}


def items(sheet: Page, *values: tuple[str, str]) -> list[Item]:
    by_text = {box.text: (number, box) for number, box in enumerate(sheet.segments)}
    return [
        Item(path, text, 0.9, box.left, box.middle, number)
        for path, text in values
        for number, box in (by_text[text],)
    ]


def rows(sheet: Page, *values: tuple[str, str]) -> list[dict[str, JsonScalar]]:
    return [{i.path: i.value for i in row} for row in rows_of(sheet, items(sheet, *values))]


def test_records_run_down_the_page() -> None:
    """Values of a line belong together."""
    sheet = page(("a1", 10, 10), ("b1", 200, 12), ("a2", 10, 40), ("b2", 200, 41))

    found = rows(sheet, ("b", "b2"), ("a", "a1"), ("a", "a2"), ("b", "b1"))

    assert found == [{"a": "a1", "b": "b1"}, {"b": "b2", "a": "a2"}]


def test_records_side_by_side_are_columns() -> None:
    """Where records stand beside each other, the columns hold them."""
    sheet = page(("a1", 10, 10), ("a2", 300, 10), ("b1", 12, 40), ("b2", 302, 40))

    found = rows(sheet, ("a", "a1"), ("a", "a2"), ("b", "b1"), ("b", "b2"))

    assert found == [{"a": "a1", "b": "b1"}, {"a": "a2", "b": "b2"}]


def test_records_in_two_bands_are_joined() -> None:
    """Columns printed in a second band belong to the records of the first."""
    sheet = page(
        ("State", 10, 10), ("a1", 10, 28), ("a2", 10, 46),
        ("Local", 10, 110), ("b1", 10, 128), ("b2", 10, 146),
    )  # fmt: skip

    found = rows(sheet, ("a", "a1"), ("a", "a2"), ("b", "b1"), ("b", "b2"))

    assert found == [{"a": "a1", "b": "b1"}, {"a": "a2", "b": "b2"}]


def test_record_with_an_empty_cell_stays_in_its_line() -> None:
    """An empty cell does not pull up the value below it."""
    sheet = page(("a1", 10, 10), ("a2", 10, 40), ("b2", 200, 41))

    assert rows(sheet, ("a", "a1"), ("a", "a2"), ("b", "b2")) == [
        {"a": "a1"},
        {"a": "a2", "b": "b2"},
    ]


PLAN = Field("plan", "boolean", "Retirement plan")
SICK = Field("sick", "boolean", "Third-party sick pay")


@pytest.mark.parametrize("mark", ["frame", "letter"])
def test_tick_belongs_to_the_label_beside_it(mark: str) -> None:
    """A filled frame, or an X in an empty one, is a yes; an empty frame is a no."""
    ticked = 0.3 if mark == "frame" else 0.0
    letter = (("X", 13.0, 10.0),) if mark == "letter" else ()
    sheet = page(
        ("Retirement plan", 40, 10),
        ("Third-party sick pay", 40, 60),
        *letter,
        ticks=(Tick(10, 10, 26, 26, ticked), Tick(10, 60, 26, 76, 0.0)),
    )

    found = read_ticks(sheet, find_spots(sheet), (PLAN, SICK), {})

    assert {path: one.value for path, one in found.values.items()} == {"plan": True, "sick": False}


def test_ticks_the_ocr_read_as_letters_are_ticks() -> None:
    """A crossed frame comes as a Chinese sign that looks like one; a name's initial is no tick."""
    sheet = page(
        ("冈", 10, 10),
        ("Retirement plan", 40, 10),
        ("□", 10, 60),
        ("Third-party sick pay", 40, 60),
        ("Y", 10, 90),
        ("Young", 40, 90),
    )
    found = read_ticks(
        sheet, find_spots(sheet), (PLAN, SICK, Field("young", "boolean", "Young")), {}
    )
    assert {path: one.value for path, one in found.values.items()} == {"plan": True, "sick": False}


def test_rare_ticks_are_not_learned_as_never() -> None:
    """Where most answers are no, an empty box of another question does not stand for the field."""
    field = Field("x1", "boolean")

    def sheet(sick: bool) -> Page:
        return page(
            ("Retirement plan", 40, 10),
            ("Third-party sick pay", 40, 60),
            ticks=(Tick(10, 10, 26, 26, 0.0), Tick(10, 60, 26, 76, 0.3 * sick)),
        )

    rules = learn_ticks((field,), [(sheet(n % 8 == 0), {"x1": n % 8 == 0}) for n in range(24)])
    assert [
        read_ticks(sheet(s), find_spots(sheet(s)), (field,), rules).values["x1"].value
        for s in (True, False)
    ] == [
        True,
        False,
    ]


def test_page_without_the_box_has_no_answer() -> None:
    """A yes-or-no field that is not on the page is not answered."""
    assert read_ticks(page(("Total", 10, 10)), [], (PLAN,), {}).values == {}


def test_which_tick_answers_is_learned() -> None:
    """Pages and answers tell which mark is the field's, whatever it is called."""
    field = Field("x1", "boolean")

    def sheet(plan: bool, sick: bool) -> Page:
        return page(
            ("Retirement plan", 40, 10),
            ("Third-party sick pay", 40, 60),
            ticks=(Tick(10, 10, 26, 26, 0.3 * plan), Tick(10, 60, 26, 76, 0.3 * sick)),
        )

    cases = [(n % 2 == 0, n % 3 == 0) for n in range(12)]
    rules = learn_ticks((field,), [(sheet(p, s), {"x1": s}) for p, s in cases])

    for plan, sick in ((True, False), (False, True)):
        asked = sheet(plan, sick)
        assert read_ticks(asked, find_spots(asked), (field,), rules).values["x1"].value is sick


def test_copies_vote() -> None:
    """Two copies that agree outvote a third that is surer."""
    copies = [
        Decoded({"a": Found(value, sure)}, {})
        for value, sure in (("x", 0.6), ("y", 0.9), ("x", 0.6))
    ]

    assert merge_copies(copies).values["a"].value == "x"


def test_copies_do_not_double_records() -> None:
    """A list on two copies is one list; a cell only one copy shows is kept."""
    one = Record({"r[].a": Found(1, 0.9)})
    other = Record({"r[].a": Found(1, 0.8), "r[].b": Found(2, 0.8)})

    merged = merge_copies([Decoded({}, {"r[]": (one,)}), Decoded({}, {"r[]": (other,)})])

    assert [{p: f.value for p, f in row.values.items()} for row in merged.rows["r[]"]] == [
        {"r[].a": 1, "r[].b": 2}
    ]


def test_pages_follow_each_other() -> None:
    """The records of the second page come after those of the first."""
    first, second = (Decoded({}, {"r[]": (Record({"r[].a": Found(n, 0.9)}),)}) for n in (1, 2))

    assert [row.values["r[].a"].value for row in merge_pages([first, second]).rows["r[]"]] == [1, 2]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("ssn"), "ssn"),
        (Field("ein"), "ein"),
        (Field("states[].state"), "region"),
        (Field("buyer.address"), "address"),
        (Field("vendorName"), "name"),
        (Field("invoice_number"), "code"),
        (Field("total"), "money"),
        (Field("remarks"), "text"),
        (Field("paid", "boolean"), "tick"),
    ],
)
def test_look_follows_kind_name_and_description(field: Field, expected: str) -> None:
    """What a value looks like is guessed from the schema alone."""
    assert look(field) == expected


def test_masked_numbers_look_like_numbers() -> None:
    """A masked social security number still looks like one."""
    assert fit("ssn", "***-**-0243") == fit("ssn", "XXX-XX-0243") == 1.0
    assert fit("ein", "981-18-0072") == 0.0


def test_base_model_reads_an_invoice_it_never_saw() -> None:
    """Names and descriptions alone find most of a plain invoice."""
    drawn, answer = invoice(Random(1))
    found = leaves(BaseModel().answer(from_schema(SCHEMA), [pages(drawn)]))

    assert found["number"] == answer["number"]
    assert found["total"] == answer["total"]
    assert found["paid"] == answer["paid"]
