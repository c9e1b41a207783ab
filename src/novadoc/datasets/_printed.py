"""Whether a value is printed on a page, told by the page's text so that chance rarely helps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from novadoc.types import JsonScalar

LONG = 6
"""Letters and digits from which a text is hardly anywhere by chance."""

_SIGNS = re.compile(r"[\W_]+")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NUMBER = re.compile(r"\d(?:[\d.,'\u2019]*\d)?")
# 1 234,50: groups of three, apart by any kind of blank (the page is in NFKC, where they are one).
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?!\d)")
_MARKS = re.compile(r"[.,'\u2019 ]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u2019 ]\d{3})+")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


class PageText:
    """The text of one page, made ready for looking up values."""

    def __init__(self, text: str) -> None:
        plain = unicodedata.normalize("NFKC", text)
        self._words = f" {_words(plain)} "
        self._bare = self._words.replace(" ", "")
        self._numbers = frozenset(_numbers(plain))

    def __bool__(self) -> bool:
        return bool(self._bare)

    def shows(self, value: JsonScalar) -> bool:
        """Tell whether a value stands here: a number as such, a text or date as whole words.

        Long texts may be broken anywhere. Truth values are never printed as such.
        """
        if value is None or isinstance(value, bool):
            return False
        if not isinstance(value, str):
            return abs(Decimal(str(value))) in self._numbers
        words = _words(unicodedata.normalize("NFKC", value))
        if not words:
            return False
        if f" {words} " in self._words or any(f" {form} " in self._words for form in _dates(value)):
            return True
        bare = words.replace(" ", "")
        return len(bare) >= LONG and bare in self._bare


def _words(text: str) -> str:
    return _SIGNS.sub(" ", text.casefold()).strip()


def _numbers(text: str) -> Iterator[Decimal]:
    for pattern in (_NUMBER, _SPACED):
        for found in pattern.findall(text):
            yield from _readings(found)


def _readings(printed: str) -> Iterator[Decimal]:
    """Yield what printed digits may mean: `1.234` is a thousand, or one and a bit."""
    marks = _MARKS.findall(printed)
    if not marks or _GROUPED.fullmatch(printed):
        yield Decimal(_MARKS.sub("", printed))
    if marks and printed.count(marks[-1]) == 1 and marks[-1] in ".,":
        whole, _, part = printed.rpartition(marks[-1])
        yield Decimal(f"{_MARKS.sub('', whole)}.{part}")


def _dates(value: str) -> Iterator[str]:
    """Yield the words of a date's usual prints."""
    found = _DATE.fullmatch(value)
    if found is None or not 1 <= int(found.group(2)) <= len(_MONTHS):
        return
    year, padded_month, padded_day = found.groups()
    name = _MONTHS[int(padded_month) - 1]
    for day in {padded_day, str(int(padded_day))}:
        for month in {padded_month, str(int(padded_month)), name, name[:3]}:
            for short in (year, year[2:]):
                yield f"{day} {month} {short}"
                yield f"{month} {day} {short}"
            yield f"{year} {month} {day}"
