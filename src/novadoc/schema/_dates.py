"""Dates and times as people and models write them -> ISO."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from typing import Literal, NamedTuple

DateOrder = Literal["DMY", "MDY", "YMD"]

_NUMERIC = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_WORDED = re.compile(r"[^\W\d_]+\.?|\d+", re.UNICODE)
_CLOCK = re.compile(
    r"(\d{1,2})[:.hH](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?(?:\s*(?:Uhr|hrs?))?",
    re.ASCII,
)
_MOST_LETTERS = 60
_PIVOT = 69
"""Two-digit years up to here are 20xx, as POSIX has it."""
_FILLER = frozenset({"st", "nd", "rd", "th", "de", "del", "di", "of", "the", "den", "le", "er"})
# The first letters that tell a month in English, German, French, Spanish, Italian, Portuguese
# and Dutch, without accents.
_MONTHS = (
    ("jan", "gen", "ene"),
    ("feb", "fev"),
    ("mar", "mae", "mrt", "mrz", "maa"),
    ("apr", "avr", "abr"),
    ("may", "mai", "mag", "mei"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "aou", "ago"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "dez", "dic", "dici"),
)


class ReadDate(NamedTuple):
    """A date read from text."""

    value: date | None
    """As read; `None` when it is ambiguous and nothing says which order the document uses."""
    ambiguous: bool
    """Whether day and month could be exchanged."""
    order: DateOrder | None
    """The order the text proves, if it does."""


def read_date(text: str, order: DateOrder | None = None) -> ReadDate | None:
    """Read a date, or return `None` where there is none.

    Args:
        text: As printed.
        order: The document's order of day, month and year; `None` when not known.

    Example:
        >>> read_date("31/12/2024").value.isoformat()
        '2024-12-31'
        >>> read_date("03/04/2024").value is None
        True
        >>> read_date("03/04/2024", "DMY").value.isoformat()
        '2024-04-03'
    """
    if len(text) > _MOST_LETTERS:
        return None
    body = unicodedata.normalize("NFKC", text).strip().strip(",.")
    compact = _COMPACT.fullmatch(body)
    if compact:
        year, month, day = map(int, compact.groups())
        return _sure(_date(year, month, day))
    numeric = _NUMERIC.fullmatch(body)
    if numeric:
        return _numeric(numeric, order)
    return _sure(_worded(body))


def read_time(text: str) -> time | None:
    """Read a time of day, or return `None` where there is none.

    Example:
        >>> read_time("2:30 p.m.").isoformat()
        '14:30:00'
    """
    found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    half = (found.group(4) or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)


def _sure(value: date | None) -> ReadDate | None:
    return ReadDate(value, ambiguous=False, order=None) if value else None


def _numeric(found: re.Match[str], order: DateOrder | None) -> ReadDate | None:
    first, separator, second, third = found.groups()
    if len(first) > 2:
        return _sure(_date(int(first), int(second), int(third)))
    if len(first) == 2 and len(third) == 2 and order == "YMD":
        return _sure(_date(_century(first), int(second), int(third)))
    if len(third) not in {2, 4}:
        return None
    year = _century(third)
    day_first = _date(year, int(second), int(first))
    month_first = _date(year, int(first), int(second))
    if day_first and month_first and day_first != month_first:
        # Between points the day comes first wherever dates are written so.
        order = "DMY" if separator == "." else order
        by_order = {"DMY": day_first, "MDY": month_first}
        return ReadDate(by_order.get(order or ""), ambiguous=separator != ".", order=None)
    if day_first == month_first:
        return _sure(day_first)
    return ReadDate(day_first or month_first, ambiguous=False, order="DMY" if day_first else "MDY")


def _worded(body: str) -> date | None:
    """A date with the month in words, day and year in any order."""
    month = 0
    numbers: list[str] = []
    for word in _WORDED.findall(body):
        if word.isdigit():
            numbers.append(word)
        elif word.lower() not in _FILLER:
            found = _month(word)
            if month or not found:
                return None
            month = found
    if not month or len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    return _date(_century(year), month, int(day)) if len(day) <= 2 else None


def _month(word: str) -> int:
    letters = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    for number, starts in enumerate(_MONTHS, 1):
        if letters.startswith(starts):
            return number
    return 0


def _century(year: str) -> int:
    if len(year) != 2:
        return int(year)
    return int(year) + (2000 if int(year) <= _PIVOT else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
