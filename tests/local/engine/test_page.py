"""Segments, words, neighbours and copies."""

from __future__ import annotations

import math

import pytest

from local.engine.kit import line, page, reading
from novadoc.local.engine._page import pages
from novadoc.local.engine._reading import Line, Reading, Tick

FORM = (
    ("Employer name and address", 10.0, 10.0),
    ("Widget Works Limited", 10.0, 30.0),
    ("Control number", 400.0, 10.0),
    ("WX4711", 400.0, 30.0),
    ("Wages tips and compensation", 10.0, 80.0),
    ("52,000.00", 10.0, 100.0),
    ("Federal income withheld", 400.0, 80.0),
    ("7,100.00", 400.0, 100.0),
    ("Locality name printed", 10.0, 150.0),
    ("Springfield", 10.0, 170.0),
)


def text_of(found: list[int], sheet: object) -> list[str]:
    return [sheet.segments[k].text for k in found]  # type: ignore[attr-defined]


def test_neighbours_are_found() -> None:
    """A value knows its label above, and its row's next box."""
    sheet = page(*FORM)
    value = next(k for k, box in enumerate(sheet.segments) if box.text == "7,100.00")

    assert text_of(sheet.above[value][:1], sheet) == ["Federal income withheld"]
    before = sheet.left[value]
    assert before is not None
    assert sheet.segments[before].text == "52,000.00"
    assert sheet.right[value] is None


def test_value_set_right_is_under_its_label() -> None:
    """A right-aligned amount shares no column with its label, and still belongs to it."""
    sheet = page(("Wages", 10, 10), ("Tips", 300, 10), ("12.00", 220, 28), ("3.00", 560, 28))
    value = next(k for k, box in enumerate(sheet.segments) if box.text == "12.00")

    assert text_of(sheet.above[value], sheet) == ["Wages"]


def test_skewed_page_reads_as_a_straight_one() -> None:
    """Rows and neighbours do not change when the page is turned by two degrees."""
    angle = math.radians(2)
    cos, sin = math.cos(angle), math.sin(angle)

    def turned(one: Line) -> Line:
        c = one.corners
        flat = [
            part
            for k in (0, 2, 4, 6)
            for part in (c[k] * cos - c[k + 1] * sin, c[k] * sin + c[k + 1] * cos)
        ]
        return Line(one.text, one.score, tuple(flat))  # type: ignore[arg-type]

    straight = reading(*FORM)
    skewed = Reading(1000, 800, tuple(turned(one) for one in straight.lines))

    (expected,), (actual,) = pages(straight), pages(skewed)

    assert [box.text for box in expected.segments] == [box.text for box in actual.segments]
    assert expected.rows == actual.rows
    assert expected.above == actual.above


def test_two_copies_are_told_apart() -> None:
    """A form printed twice on a sheet is two pages with the same text."""
    below = tuple((text, left, top + 300) for text, left, top in FORM)

    found = pages(reading(*FORM, *below))

    assert len(found) == 2
    assert [b.text for b in found[0].segments] == [b.text for b in found[1].segments]


def moved(right: float = 0, down: float = 0) -> tuple[tuple[str, float, float], ...]:
    return tuple((text, left + right, top + down) for text, left, top in FORM)


@pytest.mark.parametrize(
    "places",
    [
        pytest.param([(0, 0), (0, 300), (0, 600)], id="column"),
        pytest.param([(0, 0), (700, 0), (1400, 0)], id="row"),
        pytest.param([(0, 0), (700, 0), (0, 300), (700, 300)], id="grid"),
        pytest.param([(0, 0), (690, 0), (1400, 0), (2090, 0)], id="uneven"),
    ],
)
def test_copies_are_told_apart(places: list[tuple[int, int]]) -> None:
    """A form printed several times on a sheet, in any arrangement, is as many pages."""
    found = pages(reading(*(text for place in places for text in moved(*place))))

    texts = [[box.text for box in sheet.segments] for sheet in found]
    assert texts == [texts[0]] * len(places)


def test_what_stands_beside_copies_is_a_page_of_its_own() -> None:
    """A summary over three copies is none of them."""
    summary = tuple((f"Earnings of quarter {n} rose", 40.0, 20.0 + 30 * n) for n in range(9))

    found = pages(reading(*summary, *moved(0, 500), *moved(700, 500), *moved(1400, 500)))

    assert [len(sheet.segments) for sheet in found] == [9, 10, 10, 10]


def test_a_form_filled_in_for_two_people_is_no_copy() -> None:
    """What repeats are the labels alone; to merge the two would lose one of them."""
    values = {
        "Widget Works Limited": "Gadget House Inc",
        "WX4711": "AB9032",
        "52,000.00": "31,415.00",
        "7,100.00": "2,718.00",
        "Springfield": "Shelbyville",
    }
    other = tuple((values.get(text, text), left, top) for text, left, top in moved(0, 300))
    rows = tuple((f"Wages {n}", 10.0, 190.0 + 20 * n) for n in range(4))

    assert len(pages(reading(*FORM, *rows, *other))) == 1


def test_weeks_of_a_time_sheet_are_no_copies() -> None:
    """Blocks with the same headings and other numbers are one page."""
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    texts = [
        entry
        for week in range(4)
        for row, day in enumerate(days)
        for y in (20.0 + 300 * week + 30 * row,)
        for entry in ((day, 20.0, y), (f"{7 * week + row + 1:02}.10.2024", 200.0, y),
                      (f"{8 + week}:{row}5 hours", 400.0, y))
    ]  # fmt: skip

    assert len(pages(reading(*texts))) == 1


def test_one_copy_stays_one_page() -> None:
    """A form that repeats a few words is not cut."""
    assert len(pages(reading(*FORM, ("Springfield", 500, 400)))) == 1


def test_glued_words_are_parted() -> None:
    """A state glued to its number, and a label glued to its value, are words of their own."""
    sheet = page(("NJ23-456789 Total:12.50", 10, 10))

    assert [word.text for word in sheet.words] == ["NJ", "23-456789", "Total:", "12.50"]


def test_text_keeps_its_spacing() -> None:
    """Words of one segment come back as printed, in one piece."""
    sheet = page(("Acme  Foods Inc", 10, 10))

    assert sheet.text([0, 1]) == ["Acme  Foods"]


def test_reading_survives_the_cache() -> None:
    """What the cache keeps is what was read."""
    one = Reading(100, 50, (line("Ä 1", 1, 2),), (Tick(1, 2, 3, 4, 0.5),), 90)

    assert Reading.from_json(one.to_json()) == one


def test_empty_page_has_no_words() -> None:
    """A blank page is a page."""
    assert page().words == ()
