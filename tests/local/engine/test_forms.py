"""What forms do in other ways: choices with boxes, values in several pieces, lists that go on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from local.engine.kit import reading
from local.engine.test_lists import Texts, base, box, document, leaf, objects
from novadoc.local.engine._reading import Reading, Tick
from novadoc.types import JsonObject


def choice(description: str, *choices: str) -> JsonObject:
    return {"type": ["string", "null"], "enum": [*choices, None], "description": description}


def day(description: str) -> JsonObject:
    return {**leaf("string", description), "format": "date"}


STATUS = document(status=choice("Marital status", "single", "married", "widowed"))


def boxes(*on: bool, top: float = 20, left: float = 215) -> tuple[Tick, ...]:
    return tuple(box(left + 160 * n, top, on=ticked) for n, ticked in enumerate(on))


def options(label: str, *names: str, top: float = 20) -> Texts:
    return [(label, 20.0, top), *((name, 240.0 + 160 * n, top) for n, name in enumerate(names))]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param((False, True, False), "married", id="one"),
        pytest.param((False, False, False), None, id="none"),
        pytest.param((True, True, False), None, id="two"),
    ],
)
def test_a_choice_is_what_is_ticked(on: tuple[bool, ...], expected: str | None) -> None:
    """Where each choice has a box, the boxes answer, and not the text that stands there."""
    page = reading(*options("Marital status", "single", "married", "widowed"), ticks=boxes(*on))

    assert base(STATUS, page) == {"status": expected}


def test_choices_of_two_questions_are_kept_apart() -> None:
    """The same choices come again with another question: the one on its line counts."""
    schema = document(
        first=choice("Insured before", "yes", "no"), then=choice("Covered today", "yes", "no")
    )
    texts = [
        *options("Insured before", "yes", "no"),
        *options("Covered today", "yes", "no", top=80),
    ]
    ticks = (*boxes(False, True), *boxes(True, False, top=80))

    assert base(schema, reading(*texts, ticks=ticks)) == {"first": "no", "then": "yes"}


@pytest.mark.parametrize("ticked", ["yes", "no"])
@pytest.mark.parametrize("order", [("yes", "no"), ("no", "yes")])
def test_yes_and_no_with_a_box_each(order: tuple[str, str], ticked: str) -> None:
    """A ticked no is a no, whichever box stands nearer to the question."""
    schema = document(insured=leaf("boolean", "Insured"))
    ticks = boxes(*(name == ticked for name in order))

    found = base(schema, reading(*options("Insured", *order), ticks=ticks))

    assert found == {"insured": ticked == "yes"}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("Sea", "SEA"), ("by sea", "SEA"), ("ROAD", "ROAD"), ("not by road", None), ("Train", None)],
)
def test_a_choice_may_be_printed_among_other_words(printed: str, expected: str | None) -> None:
    """A choice is found as a word of what is printed; what denies it is not guessed at."""
    schema = document(mode=choice("Shipping mode", "AIR", "SEA", "ROAD"))

    found = base(schema, reading(("Shipping mode:", 20, 20), (printed, 200, 20)))

    assert found == {"mode": expected}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("12 March 2024", "2024-03-12"),
        ("March 5, 2024", "2024-03-05"),
        ("05-Mar-24", "2024-03-05"),
        ("31.12.2025", "2025-12-31"),
        ("2025-01-31", "2025-01-31"),
    ],
)
def test_dates_of_several_words(printed: str, expected: str) -> None:
    """A date is read whole, however many words it is printed in."""
    found = base(
        document(a=day("Date of issue")), reading(("Date of issue", 20, 20), (printed, 300, 20))
    )

    assert found == {"a": expected}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("2:30 PM", "14:30:00"), ("11:05 am", "11:05:00"), ("14.45", "14:45:00")],
)
def test_times_keep_their_half_of_the_day(printed: str, expected: str) -> None:
    """AM and PM are words of their own, and part of the time."""
    schema = document(a={**leaf("string", "Arrival time"), "format": "time"})

    found = base(schema, reading(("Arrival time", 20, 20), (printed, 300, 20)))

    assert found == {"a": expected}


def test_the_order_of_dates_is_that_of_the_page() -> None:
    """3/4 is in April where another date of the page is 25/4, and in March otherwise."""
    schema = document(a=day("Date of issue"), b=day("Valid until"))

    def asked(until: str) -> Any:
        return base(
            schema,
            reading(
                ("Date of issue", 20, 20), ("03/04/2024", 300, 20),
                ("Valid until", 20, 60), (until, 300, 60),
            ),
        )  # fmt: skip

    assert asked("25/04/2024") == {"a": "2024-04-03", "b": "2024-04-25"}
    assert asked("04/25/2024") == {"a": "2024-03-04", "b": "2024-04-25"}


ROWS = document(
    number=leaf("string", "Order number"),
    total=leaf("number", "Grand total"),
    rows=objects(
        item=leaf("string", "Article"),
        quantity=leaf("integer", "Quantity"),
        price=leaf("number", "Unit price"),
    ),
)


def heads(top: float) -> Texts:
    return [("Article", 40.0, top), ("Quantity", 330.0, top), ("Unit price", 430.0, top)]


def rows(top: float, *data: tuple[str, str, str]) -> Texts:
    return [
        (text, left, top + 26 * n)
        for n, row in enumerate(data)
        for text, left in zip(row, (40.0, 330.0, 430.0), strict=True)
    ]


FIRST = (
    ("Basalt slab", "4", "12.50"),
    ("Curb stone", "12", "7.25"),
    ("Gravel", "3", "44.00"),
    ("Oak beam", "2", "120.00"),
    ("Brass hinge", "40", "1.15"),
    ("Slate", "7", "9.90"),
)
SECOND = (("Lime mortar", "9", "6.75"), ("Roof tile", "300", "0.85"))


def listed(found: Any) -> list[tuple[str, str, str]]:
    return [(r["item"], str(r["quantity"]), f"{r['price']:.2f}") for r in found["rows"]]


@pytest.mark.parametrize("headed", [True, False], ids=["heading-again", "no-heading"])
def test_a_table_goes_on_over_the_page(headed: bool) -> None:
    """The next page may print the headings again, or begin with the next row."""
    total: Texts = [("Grand total", 430, 300), ("1,234.50", 600, 300)]
    one = reading(("Order number", 40, 20), ("K-4471", 200, 20), *heads(80), *rows(108, *FIRST))
    running: Texts = [("Quarry & Sons", 40, 20)]
    two = reading(*running, *(heads(60) if headed else ()), *rows(88, *SECOND), *total)

    found = base(ROWS, one, two)

    assert listed(found) == [*FIRST, *SECOND]
    assert (found["number"], found["total"]) == ("K-4471", Decimal("1234.5"))


def test_text_that_runs_on_in_the_next_line_makes_no_record() -> None:
    """A line that has nothing but more of the text belongs to the record above."""
    first = rows(108, ("Basalt slab, rough", "4", "12.50"))
    page = reading(*heads(80), *first, ("cut on four sides", 40, 128), *rows(160, *FIRST[1:3]))

    assert listed(base(ROWS, page)) == [
        ("Basalt slab, rough cut on four sides", "4", "12.50"),
        *FIRST[1:3],
    ]


def test_a_cell_in_two_pieces_is_one_value() -> None:
    """The OCR may part the words of a cell."""
    page = reading(
        *heads(80), ("Basalt", 40, 108), ("slab", 104, 108), ("4", 330, 108), ("12.50", 430, 108),
        *rows(134, *FIRST[1:3]),
    )  # fmt: skip

    assert listed(base(ROWS, page)) == list(FIRST[:3])


def test_records_beside_each_other_share_labels_at_the_left() -> None:
    """A table may run from left to right."""
    schema = document(
        children=objects(
            child=leaf("string", "Child's name"), born=day("Birth date"), fee=leaf("number", "Fee")
        )
    )
    data = (("Mira Okafor", "2015-03-02", "40.00"), ("Jun Sato", "2017-11-30", "35.50"),
            ("Lea Brandt", "2019-07-14", "30.00"))  # fmt: skip
    texts: Texts = [("Child's name", 20, 40), ("Birth date", 20, 80), ("Fee", 20, 120)]
    for n, values in enumerate(data):
        texts += [(value, 220.0 + 240 * n, 40.0 + 40 * m) for m, value in enumerate(values)]

    found = base(schema, reading(*texts))

    assert [(c["child"], c["born"], f"{c['fee']:.2f}") for c in found["children"]] == list(data)


def test_blank_boxes_are_null() -> None:
    """Labels without values, and the values of other labels, answer nothing."""
    schema = document(
        a=day("Date of issue"),
        c=leaf("number", "Deposit"),
        d=leaf("number", "Refund"),
        e=leaf("integer", "Number of guests"),
        f={**leaf("string", "Arrival time"), "format": "time"},
    )
    labels = ("Date of issue", "Deposit", "Refund", "Number of guests", "Arrival time", "Room")
    texts: Texts = [
        (text, 20.0 + 240 * (n % 3), 20.0 + 80 * (n // 3)) for n, text in enumerate(labels)
    ]

    found = base(
        schema, Reading(1000, 800, reading(*texts, ("14:20", 260, 118), ("7", 500, 118)).lines)
    )

    assert found == {"a": None, "c": None, "d": None, "e": None, "f": "14:20:00"}


@pytest.mark.parametrize("properties", [{}, {"a": {"type": "object"}}, {"a": {"properties": {}}}])
def test_a_schema_that_asks_nothing_is_answered(properties: JsonObject) -> None:
    """Without a field to fill there is still an object to give."""
    page = reading(("Article", 20, 20), ("Gravel", 20, 46), ("Total", 300, 20), ("12.00", 300, 46))

    assert base(document(**properties), page) == {key: {} for key in properties}
