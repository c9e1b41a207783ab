"""What a page says of the document it belongs to: its number, its title, its head and foot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from novadoc.local.engine._layout import Box
from novadoc.local.engine._page import Page, pages
from novadoc.local.engine._reading import Reading
from novadoc.local.engine._values import squeeze, words

_HEAD = 0.3
"""Share of a page's depth in which its head stands."""
_EDGE = 0.12
"""Share of a page's depth, at either end, in which its number stands."""
_TALL = 1.25
"""Height of a title, in lines of text."""
_TITLES = 3
_OF = r"\s*(?:of|/|von|de|di|sur|van|av)\s*"
_NAMED = re.compile(
    rf"(?:^|[^a-z])(?:page|seite|blatt|p[aá]gina|sheet|side|sida|pag\.?|pg\.?)\s*[:.#]?\s*"
    rf"(\d{{1,3}})(?:{_OF}(\d{{1,3}}))?(?![\d.,/-])"
)
_BARE = re.compile(rf"^\W*(\d{{1,3}})(?:{_OF}(\d{{1,3}}))?\W*$")
_REACH = re.compile(
    r"@\w|www|\b(?i:tel|fon|phone|fax|e-?mail)\b"
    r"|\b[A-Z]{2}\W+\d{5}\b|\b(?:[A-Z]{1,2}-)?\d{4,6}\s+[A-Z][a-z]+"
)
_REFERENCE = re.compile(r"\b(?:see|on|to|from|at|and|next|siehe|auf|voir)\W*$")
"""What stands before a page number that is another page's."""


@dataclass(frozen=True)
class Count:
    """A page's own number."""

    number: int
    of: int | None
    named: bool
    """Whether the word page stands before it."""

    @property
    def last(self) -> bool:
        """Whether it is said that no page follows."""
        return self.of is not None and self.number >= self.of

    def follows(self, other: Count) -> bool:
        """Tell whether it is the next page of the same document."""
        return self.number == other.number + 1 and (self.of is None or self.of == other.of)


class Sheet:
    """One page of a file, with all the copies of a form it may show.

    Args:
        copies: The page, as the engine reads it.
        aspect: Width of the paper by its height.
    """

    def __init__(self, copies: Sequence[Page], aspect: float) -> None:
        self.copies = tuple(copies)
        self.aspect = aspect
        self.page = copies[0]
        """The first copy, which stands for the others."""

    @classmethod
    def read(cls, reading: Reading) -> Sheet:
        """Make a sheet of what the OCR saw."""
        return cls(pages(reading), reading.width / max(reading.height, 1))

    def __repr__(self) -> str:
        return f"Sheet({len(self.copies)} copies, {len(self.page.words)} words)"

    @property
    def is_blank(self) -> bool:
        """Whether there is next to nothing to read."""
        return sum(len(squeeze(box.text)) for box in self.page.segments) < 8

    @cached_property
    def count(self) -> Count | None:
        """The page's number, as printed."""
        found = [count for page in self.copies for count in _counts(page)]
        return max(found, key=lambda count: (count.named, count.of is not None), default=None)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The tallest texts of the upper part, the tallest first."""
        tall = [box for box in self.head if box.height >= _TALL * self.page.height]
        tall = [box for box in tall if len(squeeze(box.text)) > 2]
        tall.sort(key=lambda box: -box.height)
        return tuple(box.text for box in tall[:_TITLES])

    @cached_property
    def head(self) -> tuple[Box, ...]:
        """The upper part."""
        return tuple(box for box in self.page.segments if box.middle < _HEAD * self.page.depth)

    @cached_property
    def marks(self) -> frozenset[str]:
        """The numbers, dates and names with digits of the upper part."""
        return frozenset(_marks(self.head))

    @cached_property
    def all_marks(self) -> frozenset[str]:
        """Those of the whole page."""
        return frozenset(_marks(self.page.segments))

    @cached_property
    def letterhead(self) -> tuple[str, ...]:
        """Lines of the upper part that say how to reach somebody."""
        return tuple(box.text for box in self.head if _REACH.search(box.text))

    @cached_property
    def labels(self) -> tuple[Box, ...]:
        """The texts without digits, which are what a form prints on every page."""
        return tuple(
            box
            for box in self.page.segments
            if len(squeeze(box.text)) >= 4 and not any(map(str.isdigit, box.text))
        )

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All words of some length."""
        texts = (box.text for page in self.copies for box in page.segments)
        return frozenset(word for text in texts for word in words(text) if len(word) > 3)


def _marks(boxes: Sequence[Box]) -> Iterator[str]:
    for box in boxes:
        if _count(box.text) is None:
            for word in box.text.split():
                key = squeeze(word)
                if sum(map(str.isdigit, key)) >= 3:
                    yield key


def _counts(page: Page) -> Iterator[Count]:
    for box in page.segments:
        if not _EDGE * page.depth < box.middle < (1 - _EDGE) * page.depth:
            count = _count(box.text)
            if count is not None:
                yield count


def _count(text: str) -> Count | None:
    lower = text.lower().strip()
    named = _NAMED.search(lower)
    if named is not None and _REFERENCE.search(lower[: named.start() + 1]) is None:
        return _plausible(named, named=True)
    bare = _BARE.match(lower)
    return None if bare is None or bare[2] is None else _plausible(bare, named=False)


def _plausible(match: re.Match[str], *, named: bool) -> Count | None:
    number, of = int(match[1]), int(match[2]) if match[2] else None
    return Count(number, of, named) if 0 < number <= (of or number) else None
