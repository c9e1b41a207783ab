"""What a piece of text says as a value: numbers, dates, words, and how well it fits a kind."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Kind = Literal["text", "number", "integer", "boolean", "date", "time", "datetime", "enum"]
Order = Literal["ymd", "dmy", "mdy"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*"
_SEPARATED = re.compile(r"(?<!\d)(\d{1,4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{2,4})(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})[-/' .]*({_MONTH})[-/' .,]*(\d{{4}}|\d{{2}})(?!\d)", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    rf"({_MONTH})[-/' .]*(\d{{1,2}})(?:st|nd|rd|th)?[-/' ,.]+(\d{{4}}|\d{{2}})(?!\d)", re.IGNORECASE
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)")
_CLOCK = re.compile(
    r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d))?\s*([ap]\.?m\.?)?", re.IGNORECASE
)
_NUMBER = re.compile(r"^(-?)([\d,.:;'·]*\d)(-?)\D*$")
_CURRENCY = re.compile(r"^(?:rm|usd|us\$|eur|gbp|chf|[$€£¥])", re.IGNORECASE)
_CENTS = re.compile(r"[.:;,·]{1,2}(\d{2})$")
_LOST_POINT = re.compile(r"(?<=\d)\s+(?=\d\d\D*$)")
_PRICE = re.compile(r"[.:,]\d\d\D*$")
_AGAIN = re.compile(r"(.)\1+")


class _Forms(dict[int, str]):
    """What stands for each character in an outline, found when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if re.match(r"[^\W\d_]", char):
            char = "X" if char.isupper() else "x"
        return self.setdefault(code, re.sub(r"\d", "9", char))


_FORMS = _Forms()


@lru_cache(100_000)
def squeeze(text: str) -> str:
    """Reduce to lower-case letters and digits without accents, for comparing printed text."""
    plain = text.lower()
    if not text.isascii():
        # Compatibility forms first: some stand for capitals that are no capitals themselves.
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    return "".join(filter(str.isalnum, plain))


@lru_cache(100_000)
def amount(text: str) -> Decimal | None:
    """Return the number a word shows, tolerant of the OCR's `58929:92` and `34,827.:39`."""
    # A last group of two digits is cents whose point was lost: thousands come in threes.
    word = _LOST_POINT.sub(".", text.strip().strip("*'\"[]")).replace(" ", "")
    negative = word.startswith("(") and word.endswith(")")
    word = _CURRENCY.sub("", word.strip("()"))
    match = _NUMBER.match(word)
    if match is None:
        return None
    sign, body, trailing = match.groups()
    digits = re.sub(r"\D", "", body)
    if len(digits) > 15:
        return None
    value = Decimal(int(digits))
    if _CENTS.search(body):
        value = value.scaleb(-2)
    elif re.fullmatch(r"\d+\.\d", body):  # 56204.7: one place after a point, nothing grouped
        value = value.scaleb(-1)
    return -value if negative or sign or trailing else value


@lru_cache(100_000)
def priced(text: str) -> bool:
    """Tell whether a word ends in two decimal places."""
    return bool(_PRICE.search(text)) and amount(text) is not None


@lru_cache(50_000)
def dates(text: str) -> tuple[tuple[Order, dt.date], ...]:
    """List every date the text can mean, with the order it would have to be read in."""
    return tuple(dict.fromkeys(_dates(text)))


def date_text(text: str) -> str | None:
    """Return the part of a text that is a date as printed, without what stands around it."""
    span = date_span(text)
    return text[slice(*span)] if span else None


def date_span(text: str) -> tuple[int, int] | None:
    """Return where in a text the first date stands."""
    for pattern in (_SEPARATED, _DAY_MONTH, _MONTH_DAY, _COMPACT):
        match = pattern.search(text)
        if match is not None:
            return match.span()
    return None


def moment_span(text: str) -> tuple[int, int] | None:
    """Return where in a text the first date, a time, or a date and its time stand."""
    date = date_span(text)
    clock = _CLOCK.search(text, date[1] if date else 0)
    if date is None or clock is None:
        return clock.span() if clock else date
    return date[0], clock.end()


def clock_time(text: str) -> dt.time | None:
    """Return the time of day a text shows."""
    match = _CLOCK.search(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    half = (match[4] or "").lower()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return dt.time(hour, minute, second)


def words(text: str) -> list[str]:
    """Split into lower-case words and box numbers, as labels are compared."""
    return re.findall(r"[^\W\d_]+|\d+[a-z]?(?![a-z])", text.lower())


@lru_cache(100_000)
def outline(text: str) -> str:
    """Describe a text's form: `Xx 9-9` for `Box 12-3`."""
    return _AGAIN.sub(r"\1", text.translate(_FORMS))


@lru_cache(100_000)
def numeric(text: str) -> bool:
    """Tell whether digits make up most of a text."""
    return sum(map(str.isdigit, text)) > 0.4 * max(len(squeeze(text)), 1)


def _dates(text: str) -> Iterator[tuple[Order, dt.date]]:
    for match in _SEPARATED.finditer(text):
        first, second, third = (int(part) for part in match.groups())
        if len(match[1]) == 4:
            yield from _date("ymd", first, second, third)
        elif len(match[1]) <= 2:
            yield from _date("dmy", _year(third), second, first)
            yield from _date("mdy", _year(third), first, second)
            if len(match[3]) == 2:
                yield from _date("ymd", _year(first), second, third)
    for match in _DAY_MONTH.finditer(text):
        yield from _date("dmy", _year(int(match[3])), _month(match[2]), int(match[1]))
    for match in _MONTH_DAY.finditer(text):
        yield from _date("mdy", _year(int(match[3])), _month(match[1]), int(match[2]))
    for match in _COMPACT.finditer(text):
        yield from _date("ymd", int(match[1]), int(match[2]), int(match[3]))


def _date(order: Order, year: int, month: int, day: int) -> Iterator[tuple[Order, dt.date]]:
    try:
        yield order, dt.date(year, month, day)
    except ValueError:
        return


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _year(number: int) -> int:
    return number if number >= 100 else number + (1900 if number >= 70 else 2000)
