"""What a field's value looks like on paper, judged by its kind, name and description."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from novadoc.local.engine._fields import Field
from novadoc.local.engine._values import amount, clock_time, date_text, priced, squeeze

Look = Literal[
    "money", "count", "date", "time", "ssn", "ein", "region", "code", "address", "name", "text",
    "choice", "tick",
]  # fmt: skip

_SSN = re.compile(r"^\D{0,3}(?:\d{3}|[Xx*]{3})\D?(?:\d{2}|[Xx*]{2})\D?\d{4}\D?$")
_EIN = re.compile(r"^\D{0,3}\d{2}\D\d{7}\D?$")
_REGION = re.compile(r"^\W*[A-Z]{2}\W*$")
_STREET = re.compile(
    r"^\W*(?:\d+[\w-]*\s+\S+|p\.?\s?o\.?\s?box|lot\b|no\.?\s?\d|unit\b|suite\b|psc\b)",
    re.IGNORECASE,
)
_TOWN = re.compile(r"\b[A-Z]{2}\W+\d{5}(?:-\d{4})?\b|\b\d{5}(?:-\d{4})?\b\s*$")
_MARKED = frozenset({"x", "v", "yes", "y", "✓", "✔", "☑", "☒", "■"})
_EMPTY_FRAMES = frozenset("□口囗")
_TICKED_FRAMES = frozenset("☒☑■✓✔√\u00d7冈区凶図网囚")
"""A cross in a frame looks like these to an OCR that knows Chinese too."""

_BY_KIND: dict[str, Look] = {
    "boolean": "tick", "enum": "choice", "date": "date", "time": "time", "datetime": "date",
    "integer": "count",
}  # fmt: skip


@lru_cache(10_000)
def look(field: Field) -> Look:
    """Decide what the values of a field look like on paper."""
    if field.kind in _BY_KIND:
        return _BY_KIND[field.kind]
    if field.kind == "number":
        return "money"
    name = _spaced(field.name)
    about = f"{name} {field.description.lower()}"
    if re.search(r"\bssn\b", name) or "social security n" in about:
        return "ssn"
    if re.search(r"\bein\b", name) or "employer identification n" in about:
        return "ein"
    return _named(name)


def _named(name: str) -> Look:
    last = name.rpartition(" ")[2]
    table: tuple[tuple[Look, str], ...] = (
        ("region", r"^(state|state code|province)$"),
        ("address", r"address"),
        ("date", r"\bdate\b|^(issued|due)\b"),
        ("code", r"\b(id|number|no|code|num|ein|vat|iban|reference|zip|phone)$"),
        ("name", r"\b(name|company|vendor|seller|buyer|customer|merchant|store|employer)$"),
        ("money", r"^(total|amount|subtotal|tax|price|balance|net|gross)$"),
    )
    for kind, pattern in table:
        if re.search(pattern, name) or re.search(pattern, last):
            return kind
    return "text"


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_|-|\.", " ", name).lower()


@lru_cache(200_000)
def fit(kind: Look, word: str) -> float:
    """Say how much one word looks like part of such a value, 0 to 1."""
    if kind in _FITS:
        return _FITS[kind](word)
    return 0.6 if priced(word) else 1.0


@lru_cache(100_000)
def fits(kinds: tuple[Look, ...], word: str) -> tuple[float, ...]:
    """Say how much one word looks like part of each of such values."""
    return tuple(fit(kind, word) for kind in kinds)


def _money(word: str) -> float:
    return 1.0 if priced(word) else 0.5 if amount(word) is not None else 0.0


def _name(word: str) -> float:
    return 0.2 if priced(word) or sum(char.isdigit() for char in word) >= 3 else 1.0


_FITS: dict[Look, Callable[[str], float]] = {
    "money": _money,
    "count": lambda word: float(amount(word) is not None and not priced(word)),
    "ssn": lambda word: float(bool(_SSN.match(word))),
    "ein": lambda word: float(bool(_EIN.match(word))),
    "region": lambda word: float(bool(_REGION.match(word))),
    "date": lambda word: float(date_text(word) is not None),
    "time": lambda word: float(clock_time(word) is not None),
    "code": lambda word: 1.0 if any(char.isdigit() for char in word) else 0.4,
    "name": _name,
    "address": lambda word: 0.3 if priced(word) else 1.0,
}


@lru_cache(100_000)
def like_address(text: str) -> float:
    """Say how much a line looks like part of an address, 0 to 1."""
    return 1.0 if _STREET.match(text) or _TOWN.search(text) else 0.35


def marked(text: str) -> bool:
    """Tell whether a short text is a mark in a box and no value."""
    plain = text.strip()
    if plain.lower() in _MARKED or tick_of(plain) is not None:
        return True
    return not squeeze(text) and plain != ""


def tick_of(text: str) -> bool | None:
    """Say whether a word is a tick (`True`) or an empty frame (`False`); `None` for other words."""
    if text in _EMPTY_FRAMES:
        return False
    return True if text in _TICKED_FRAMES or text in {"x", "X"} else None
