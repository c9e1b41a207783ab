"""Dates and times as people and models write them -> ISO."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from novadoc.schema._conventions import DateOrder

_NUMERIC = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_WORDED = re.compile(r"[^\W\d_]+\.?|\d+", re.UNICODE)
_CLOCK = re.compile(
    r"(\d{1,2})[:.hH](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?(?:\s*(?:Uhr|hrs?))?",
    re.ASCII,
)
_MOST_LETTERS = 60
_SERIAL = re.compile(r"\d{2,7}(?:[.,]\d+)?", re.ASCII)
_FIRST_SERIAL = 61
"""Excel's calendar has a 29 February 1900, so that earlier days are counted differently."""
_PIVOT = 69
"""Two-digit years up to here are 20xx, as POSIX has it."""
# In the languages of the months, whole and as printed before a date.
_WEEKDAY_WORDS = (
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday "
    "saturday sunday mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag "
    "sonnabend sonntag lun mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi "
    "dimanche mie jue vie sab dom lunes martes miercoles jueves viernes sabado domingo gio "
    "lunedi martedi mercoledi giovedi venerdi domenica seg ter qua qui sex segunda terca "
    "quarta quinta sexta maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
_WEEKDAYS = frozenset(_WEEKDAY_WORDS.split())
_LEADING = re.compile(r"([^\W\d_]+)(?:-feira)?\.?,?\s+(?=\S)", re.UNICODE)
_FILLER = frozenset({"st", "nd", "rd", "th", "de", "del", "di", "of", "the", "den", "le", "er"})
# In English, German, French, Spanish, Italian, Portuguese and Dutch, without accents; then what is
# no beginning of these.
_MONTHS = (
    "january januar janner janvier enero gennaio janeiro januari",
    "february februar feber fevrier febrero febbraio fevereiro februari",
    "march marz maerz mars marzo marco maart mrz mrt",
    "april avril abril aprile",
    "may mai mayo maggio maio mei",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august aout agosto augustus",
    "september septembre septiembre setiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dicembre dezembro",
)


class ReadDate(NamedTuple):
    """A date read from text."""

    value: date | None
    """As read; `None` when it is ambiguous."""
    ambiguous: bool
    """Whether day, month or year can be exchanged, and nothing says which comes first."""
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
    body = _without_weekday(unicodedata.normalize("NFKC", text).strip().strip(",."))
    compact = _COMPACT.fullmatch(body)
    if compact:
        year, month, day = map(int, compact.groups())
        return _sure(_date(year, month, day))
    numeric = _NUMERIC.fullmatch(body)
    if numeric:
        return _numeric(numeric, order)
    return _sure(_worded(body))


def read_serial(value: object) -> datetime | None:
    """Read a day counted as Excel does, the time of day as its fraction; `None` for no such day.

    Example:
        >>> read_serial(45292).date().isoformat(), read_serial("45292,5").hour, read_serial(7)
        ('2024-01-01', 12, None)
    """
    if isinstance(value, bool) or not _SERIAL.fullmatch(str(value).strip()):
        return None
    days = float(str(value).replace(",", "."))
    if days < _FIRST_SERIAL:
        return None
    try:
        # Excel counts to the millisecond; a float's fraction of a day is no more exact than that.
        return datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))  # noqa: DTZ001
    except OverflowError:
        return None


def _without_weekday(body: str) -> str:
    found = _LEADING.match(body)
    return body[found.end() :] if found and _plain(found.group(1)) in _WEEKDAYS else body


def _plain(word: str) -> str:
    """A word in small letters without accents."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return letters.encode("ascii", "ignore").decode()


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
    possible = _readings(first, second, third)
    if separator != "-" and len(possible) > 1 and order != "YMD":
        # `24-12-31` is how ISO shortens a year; between other signs it seldom stands first.
        possible.pop("YMD", None)
    if separator == "." and order != "YMD":
        order = "DMY"  # between points the day comes first wherever dates are written so
    proven = next(iter(possible)) if len(possible) == 1 else None
    if order in possible:
        return ReadDate(possible[order], ambiguous=False, order=proven)
    meant = set(possible.values())
    if len(meant) > 1:
        return ReadDate(None, ambiguous=True, order=None)
    return ReadDate(meant.pop(), ambiguous=False, order=proven) if meant else None


def _readings(first: str, second: str, third: str) -> dict[DateOrder | None, date]:
    """The dates that three numbers can mean, by their order."""
    readings: dict[DateOrder | None, date | None] = {}
    if len(third) in {2, 4}:
        year = _century(third)
        readings["DMY"] = _date(year, int(second), int(first))
        readings["MDY"] = _date(year, int(first), int(second))
    if len(first) == len(third) == 2:
        readings["YMD"] = _date(_century(first), int(second), int(third))
    return {order: day for order, day in readings.items() if day}


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
    """The month a word names, whole or by its first three letters and more; 0 for no month."""
    letters = _plain(word).rstrip(".")
    if len(letters) < 3:
        return 0
    meant = [
        number
        for number, names in enumerate(_MONTHS, 1)
        if any(name.startswith(letters) for name in names.split())
    ]
    return meant[0] if len(meant) == 1 else 0


def _century(year: str) -> int:
    if len(year) != 2:
        return int(year)
    return int(year) + (2000 if int(year) <= _PIVOT else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
