"""Pages without pixels: readings as the OCR would give them, from text at places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from random import Random
from typing import cast

from novadoc.local.engine._answers import leaves
from novadoc.local.engine._page import Page, pages
from novadoc.local.engine._reading import Line, Reading, Tick
from novadoc.types import JsonObject, JsonValue

HEIGHT = 16.0
WIDTH = 8.0
"""Pixels a character is wide."""


def line(text: str, left: float, top: float, score: float = 0.99) -> Line:
    right, bottom = left + WIDTH * len(text), top + HEIGHT
    return Line(text, score, (left, top, right, top, right, bottom, left, bottom))


def reading(*texts: tuple[str, float, float], ticks: tuple[Tick, ...] = ()) -> Reading:
    return Reading(1000, 800, tuple(line(*text) for text in texts), ticks)


def page(*texts: tuple[str, float, float], ticks: tuple[Tick, ...] = ()) -> Page:
    (only,) = pages(reading(*texts, ticks=ticks))
    return only


SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "number": {"type": ["string", "null"], "description": "Invoice number"},
        "issued": {"type": ["string", "null"], "format": "date", "description": "Invoice date"},
        "seller": {
            "type": "object",
            "properties": {
                "name": {"type": ["string", "null"], "description": "Seller's name"},
                "address": {"type": ["string", "null"], "description": "Seller's address"},
            },
        },
        "total": {"type": ["number", "null"], "description": "Total due"},
        "tax": {"type": ["number", "null"], "description": "Tax"},
        "paid": {"type": ["boolean", "null"], "description": "Paid in full"},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "item": {"type": ["string", "null"], "description": "Description of the item"},
                    "price": {"type": ["number", "null"], "description": "Price"},
                },
            },
        },
    },
}
_SYLLABLES = ("ka", "mo", "re", "tin", "sol", "ber", "qua", "lin", "dor", "fes", "wy", "pra")


def name(rng: Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(3)).capitalize()


def invoice(rng: Random, *, other: bool = False) -> tuple[Reading, JsonObject]:
    """Draw an invoice as the OCR would read it, and its answer; `other` is another layout."""
    day = dt.date(2020, 1, 1) + dt.timedelta(days=rng.randrange(900))
    lines = [(f"{name(rng)} {name(rng)}", _price(rng)) for _ in range(rng.randint(1, 4))]
    tax = _price(rng) if rng.random() < 0.7 else None
    paid = rng.random() < 0.5
    answer: JsonObject = {
        "number": f"{rng.choice('ABC')}-{rng.randrange(1000, 9999)}",
        "issued": day.isoformat(),
        "seller": {
            "name": f"{name(rng)} {rng.choice(['Ltd', 'Inc'])}",
            "address": _address(rng),
        },
        "total": _price(rng) + 1000,
        "tax": tax,
        "paid": paid,
        "lines": [{"item": item, "price": price} for item, price in lines],
    }
    left, right = (60.0, 520.0) if not other else (520.0, 60.0)
    shift = rng.uniform(-8, 8)
    street, _, town = str(_part(answer, "seller")["address"]).partition(", ")
    texts = [
        ("Invoice number", right, 40), (str(answer["number"]), right, 60),
        ("Invoice date", right, 100), (day.strftime("%d/%m/%Y"), right, 120),
        ("Seller's name and address", left, 40), (str(_part(answer, "seller")["name"]), left, 60),
        (street, left, 80), (town, left, 100),
        ("Description of the item", 60, 220), ("Price", 560, 220),
    ]  # fmt: skip
    for number, (item, price) in enumerate(lines):
        texts += [(item, 60, 244 + 24 * number), (f"{price:,.2f}", 560, 244 + 24 * number)]
    texts += [("Tax", 60, 420), ("Total due", 60, 450), (f"{answer['total']:,.2f}", 400, 450)]
    texts += [(f"{tax:,.2f}", 400, 420)] if tax is not None else []
    texts += [("Paid in full", 90, 500)]
    box = Tick(60, 500 + shift, 76, 516 + shift, 0.3 if paid else 0.0)
    moved = [(text, x + shift, y + shift) for text, x, y in texts]
    return reading(*moved, ticks=(box,)), answer


def _address(rng: Random) -> str:
    state = rng.choice(["OR", "NY"])
    return f"{rng.randrange(1, 999)} {name(rng)} Road, {name(rng)} {state}"


def _part(answer: JsonObject, key: str) -> JsonObject:
    return cast("JsonObject", answer[key])


def _price(rng: Random) -> Decimal:
    return Decimal(rng.randrange(100, 90000)).scaleb(-2)


def scored(expected: JsonObject, actual: JsonValue) -> tuple[int, int, int]:
    """Count right, wrong-or-extra and missed values, strictly."""
    one, other = leaves(expected), leaves(actual)
    right = sum(v is not None and v == other.get(p) for p, v in one.items())
    given = sum(v is not None for v in other.values())
    return right, given - right, sum(v is not None for v in one.values()) - right


def f1(counts: Iterable[tuple[int, int, int]]) -> float:
    right, wrong, missed = (sum(column) for column in zip(*counts, strict=True))
    return 2 * right / max(1, 2 * right + wrong + missed)
