"""Lists with tick boxes, lists in lists, and lists over several pages."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, cast

import pytest

from local.engine.kit import name, reading
from novadoc.local.engine._answers import leaves
from novadoc.local.engine._fields import from_schema
from novadoc.local.engine._learner import Learner, Lesson, Plan
from novadoc.local.engine._model import BaseModel
from novadoc.local.engine._page import pages
from novadoc.local.engine._reading import Reading, Tick
from novadoc.types import JsonObject, JsonValue

Texts = list[tuple[str, float, float]]


def objects(**properties: Any) -> JsonObject:
    return {"type": "array", "items": {"type": "object", "properties": properties}}


def leaf(kind: str, description: str = "") -> JsonObject:
    return {"type": [kind, "null"], "description": description}


def document(**properties: Any) -> JsonObject:
    return {"type": "object", "properties": properties}


def base(schema: JsonObject, *sheets: Reading) -> Any:
    return BaseModel().answer(from_schema(schema), [pages(sheet) for sheet in sheets])


PARTS = document(
    parts=objects(
        part=leaf("string", "Part name"),
        checked=leaf("boolean", "Checked"),
        spare=leaf("boolean", "Spare part"),
    )
)


def box(left: float, top: float, *, on: bool) -> Tick:
    return Tick(left, top, left + 16, top + 16, 0.3 if on else 0.0)


def test_ticks_belong_to_the_record_of_their_line() -> None:
    """Columns of boxes are known by their headings, however far up these are."""
    texts: Texts = [("Part name", 20, 20), ("Checked", 300, 20), ("Spare part", 500, 20)]
    ticks = [(True, False), (False, False), (False, True), (True, True)]
    texts += [(part, 20, 60 + 40 * n) for n, part in enumerate(("Bolt", "Nut", "Washer", "Rod"))]
    boxes = tuple(
        box(left, 60 + 40 * n, on=on)
        for n, row in enumerate(ticks)
        for left, on in zip((310, 520), row, strict=True)
    )

    found = base(PARTS, reading(*texts, ticks=boxes))

    assert [(row["part"], row["checked"], row["spare"]) for row in found["parts"]] == [
        ("Bolt", True, False),
        ("Nut", False, False),
        ("Washer", False, True),
        ("Rod", True, True),
    ]


def test_a_record_without_a_box_is_not_answered() -> None:
    """Where a line has no box, nobody knows; a box without a line makes no record."""
    texts: Texts = [("Part name", 20, 20), ("Checked", 300, 20), ("Bolt", 20, 60), ("Nut", 20, 100)]
    boxes = (box(310, 60, on=True), box(310, 300, on=True))

    found = base(PARTS, reading(*texts, ticks=boxes))

    assert [(row["part"], row["checked"], row["spare"]) for row in found["parts"]] == [
        ("Bolt", True, None),
        ("Nut", None, None),
    ]


SITES = document(
    sites=objects(
        site=leaf("string", "Site"),
        subtotal=leaf("number", "Subtotal"),
        works=objects(work=leaf("string", "Work"), hours=leaf("number", "Hours")),
    )
)


def works(top: float, *rows: tuple[str, str]) -> Texts:
    return [
        entry
        for n, (work, hours) in enumerate(rows)
        for entry in ((work, 60.0, top + 24 * n), (hours, 420.0, top + 24 * n))
    ]


def shown(found: Any) -> list[tuple[Any, Any, list[tuple[Any, Any]]]]:
    return [
        (one["site"], one["subtotal"], [(work["work"], work["hours"]) for work in one["works"]])
        for one in found["sites"]
    ]


def site(top: float, where: str, total: str, *rows: tuple[str, str]) -> Texts:
    end = top + 48 + 24 * len(rows)
    return [
        ("Site:", 20, top), (where, 120, top), ("Work", 60, top + 24), ("Hours", 420, top + 24),
        *works(top + 48, *rows), ("Subtotal:", 300, end), (total, 420, end),
    ]  # fmt: skip


def test_a_list_in_a_list_goes_to_its_heading() -> None:
    """Lines belong to the group whose heading stands over them, its sum under them."""
    texts = [
        *site(20, "Harbour", "9.50", ("Digging", "7.25"), ("Paving", "2.25")),
        *site(220, "Station", "4.00", ("Painting", "4.00")),
    ]

    assert shown(base(SITES, reading(*texts))) == [
        ("Harbour", Decimal("9.5"), [("Digging", Decimal("7.25")), ("Paving", Decimal("2.25"))]),
        ("Station", Decimal(4), [("Painting", Decimal(4))]),
    ]


def test_a_group_goes_on_over_the_page() -> None:
    """Lines at the top of a page belong to the last group of the page before."""
    first = site(20, "Harbour", "1.00", ("Digging", "1.00"))
    last = [("Site:", 20.0, 220.0), ("Station", 120.0, 220.0), ("Work", 60.0, 244.0)]
    last += [("Hours", 420.0, 244.0), *works(268, ("Painting", "4.00"))]
    second = [("Work", 60.0, 20.0), ("Hours", 420.0, 20.0), *works(44, ("Glazing", "6.25"))]
    second += site(120, "Bridge", "3.50", ("Welding", "3.50"))

    found = base(SITES, reading(*first, *last), reading(*second))

    assert [(one[0], [work for work, _ in one[2]]) for one in shown(found)] == [
        ("Harbour", ["Digging"]),
        ("Station", ["Painting", "Glazing"]),
        ("Bridge", ["Welding"]),
    ]


def test_lists_in_lists_on_one_line() -> None:
    """A form that prints the inner record beside the outer one has them on one line."""
    schema = document(
        regions=objects(
            region=leaf("string", "Region"),
            towns=objects(town=leaf("string", "Town"), tax=leaf("number", "Town tax")),
        )
    )
    texts: Texts = [("Region", 20, 20), ("Town", 200, 20), ("Town tax", 400, 20)]
    rows = (("Norland", "Ardmore", "1.50"), ("", "Belfort", "2.50"), ("Sudland", "Castel", "3.50"))
    for n, (region, town, tax) in enumerate(rows):
        texts += [(region, 20, 50 + 26 * n)] if region else []
        texts += [(town, 200, 50 + 26 * n), (tax, 400, 50 + 26 * n)]

    found = base(schema, reading(*texts))

    assert [(r["region"], [t["town"] for t in r["towns"]]) for r in found["regions"]] == [
        ("Norland", ["Ardmore", "Belfort"]),
        ("Sudland", ["Castel"]),
    ]


BLIND = document(
    g=objects(
        a=leaf("string"),
        h=objects(b=leaf("string"), c=leaf("number"), d=leaf("boolean")),
    )
)
"""The same kind of document with names that say nothing."""


def crew(rng: Random) -> tuple[Reading, JsonObject]:
    texts: Texts = []
    ticks: list[Tick] = []
    groups: list[JsonValue] = []
    top = 20.0
    for _ in range(rng.randint(1, 3)):
        inner: list[JsonValue] = []
        where = f"{name(rng)} {name(rng)}"
        texts += [("Depot", 20, top), (where, 120, top)]
        texts += [("Task", 60, top + 26), ("Cost", 420, top + 26), ("Done", 560, top + 26)]
        top += 52
        for _ in range(rng.randint(1, 4)):
            task, cost, done = (
                name(rng),
                Decimal(rng.randrange(100, 9999)).scaleb(-2),
                rng.random() < 0.4,
            )
            texts += [(task, 60, top), (f"{cost:,.2f}", 420, top)]
            ticks.append(box(570, top, on=done))
            inner.append({"b": task, "c": cost, "d": done})
            top += 26
        groups.append({"a": where, "h": inner})
        top += 20
    return reading(*texts, ticks=tuple(ticks)), {"g": groups}


@pytest.fixture(scope="module")
def learned() -> Any:
    rng = Random("crew")
    drawn = [crew(rng) for _ in range(24)]
    lessons = [Lesson(pages(read), leaves(answer)) for read, answer in drawn]
    return Learner(from_schema(BLIND), lessons).learn(Plan(2), (), lambda _: None).model


def test_lists_in_lists_with_ticks_are_learned(learned: Any) -> None:
    """With names that say nothing, pages and answers teach what groups, lines and boxes are."""
    rng = Random("another crew")
    shape = from_schema(BLIND)
    right = total = 0
    for _ in range(12):
        read, answer = crew(rng)
        expected, found = leaves(answer), leaves(learned.answer(shape, [pages(read)]))
        total += len(expected)
        right += sum(found.get(path) == value for path, value in expected.items())

    assert right / total > 0.95


def test_ticked_lines_without_frames_are_learned() -> None:
    """Where forms print a mark on some lines only, the others are a no."""
    schema = document(r=objects(a=leaf("string"), d=leaf("boolean")))

    def sheet(rng: Random) -> tuple[Reading, JsonObject]:
        rows = [(name(rng), rng.random() < 0.5) for _ in range(4)]
        texts: Texts = [("Seat", 20, 20), ("Taken", 300, 20)]
        texts += [(seat, 20, 60 + 30 * n) for n, (seat, _) in enumerate(rows)]
        texts += [("X", 310, 60 + 30 * n) for n, (_, taken) in enumerate(rows) if taken]
        return reading(*texts), {"r": [{"a": seat, "d": taken} for seat, taken in rows]}

    rng = Random("seats")
    drawn = [sheet(rng) for _ in range(20)]
    lessons = [Lesson(pages(read), leaves(answer)) for read, answer in drawn]
    model = Learner(from_schema(schema), lessons).learn(Plan(2), (), lambda _: None).model
    read, answer = sheet(rng)

    found = cast("Any", model.answer(from_schema(schema), [pages(read)]))

    assert [row["d"] for row in found["r"]] == [row["d"] for row in cast("Any", answer)["r"]]
