"""Dates as people print them -> ISO text."""

from __future__ import annotations

import re
from datetime import date

from novadoc.metrics._normalise import fold
from novadoc.schema._conventions import DateOrder

_LONGEST_DATE = 48
_NAMES = (
    "january januar janvier enero gennaio janeiro januari",
    "february februar fevrier février febrero febbraio fevereiro februari",
    "march marz märz mars marzo marco março maart",
    "april avril abril aprile",
    "may mai mayo maggio maio mei",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august aout août agosto augustus",
    "september septembre septiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre décembre diciembre dicembre dezembro",
)


def _months() -> dict[str, int]:
    """Names in seven languages and their first three letters; `jui` alone is two months."""
    whole = {name: month for month, names in enumerate(_NAMES, 1) for name in names.split()}
    short = {name[:3]: month for name, month in whole.items()}
    del short["jui"]
    return {**short, **whole, "sept": 9, "juil": 7, "févr": 2, "fevr": 2}


_MONTHS = _months()
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(z|[+-]\d\d:?\d\d)?)?\Z"
)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})\Z")
_NUMERIC = re.compile(r"(\d{1,4})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{1,4})\Z")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+")
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")
_WORD = re.compile(r"\d+|[^\W\d_]+")


def iso_date(value: object, order: DateOrder = "MDY") -> str | None:
    """Return the ISO form of a printed date, `None` when it is none.

    `order` decides only where the digits leave a choice: 13/02/2024 has the day first in any case.
    A time of day is kept unless it is midnight.
    """
    text = fold(value)
    if not text or len(text) > _LONGEST_DATE:
        return None
    found = _ISO.match(text)
    if found:
        return _with_time(_checked(*map(int, found.group(1, 2, 3))), found[4], found[5])
    found = _COMPACT.match(text)
    if found:
        return _checked(*map(int, found.groups()))
    found = _NUMERIC.match(text)
    if found:
        return _numeric(found[1], found[2], found[3], order)
    return _named(text)


def _with_time(day: str | None, clock: str | None, zone: str | None) -> str | None:
    if day is None or clock is None or not clock.strip("0:."):
        return day
    seconds = clock if len(clock) > 5 else f"{clock}:00"
    zone = "+00:00" if zone in {"z", "+0000"} else zone or ""
    return f"{day}T{seconds}{zone}"


def _numeric(first: str, second: str, third: str, order: DateOrder) -> str | None:
    if len(first) > 2:
        return _checked(_year(first), int(second), int(third))
    if order == "YMD" and len(third) <= 2:
        found = _checked(_year(first), int(second), int(third))
        if found:
            return found
    year, a, b = _year(third), int(first), int(second)
    ways = ((a, b), (b, a)) if order != "DMY" else ((b, a), (a, b))
    return next((day for month, dom in ways if (day := _checked(year, month, dom))), None)


def _named(text: str) -> str | None:
    """Read dates with a month's name: `5 Jan 2024`, `January 5th, 2024`, `2024 Jan 5`."""
    words = _WORD.findall(_ORDINAL.sub(r"\1", _WEEKDAY.sub("", text)))
    words = [word for word in words if word not in {"of", "de", "del", "den", "the"}]
    if len(words) != 3:
        return None
    months = [index for index, word in enumerate(words) if word in _MONTHS]
    if len(months) != 1 or not all(word.isdecimal() for word in words if word not in _MONTHS):
        return None
    month = _MONTHS[words.pop(months[0])]
    first, second = words
    day, year = (second, first) if len(first) == 4 else (first, second)
    return _checked(_year(year), month, int(day))


def _year(text: str) -> int:
    """Two digits follow POSIX: 69 to 99 are 19xx, 00 to 68 are 20xx."""
    year = int(text)
    if len(text) <= 2:
        return year + (1900 if year >= 69 else 2000)
    return year


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return None
