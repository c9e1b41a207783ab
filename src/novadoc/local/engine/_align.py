"""Where on a page a known value may be printed: the weak labels a training learns from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from novadoc.local.engine._fields import Field
from novadoc.local.engine._page import Page
from novadoc.local.engine._values import amount, dates, numeric, squeeze
from novadoc.types import JsonScalar

_LONGEST = 8
"""Segments a value may run over."""
_PADDING = 8.0
"""Widest gap inside a line of a value, in line heights."""


@dataclass(frozen=True)
class Span:
    """Words that may print a value."""

    words: tuple[int, ...]
    similarity: float


class Finder:
    """Looks for values on one page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._chains = [_spell(page, chain) for chain in _chains(page)]
        self._digits = [re.sub(r"\D", "", word.text) for word in page.words]

    def find(self, field: Field, value: JsonScalar) -> list[Span]:
        """List the places where a value may stand, the likeliest; ties are all kept."""
        if value is None or isinstance(value, bool):
            return []
        if field.kind in {"date", "datetime"}:
            found = _dates(self._page, str(value))
        elif isinstance(value, str):
            found = self._texts(value)
        else:
            found = self._numbers(Decimal(str(value)))
        return _best(found)

    def _texts(self, value: str) -> dict[tuple[int, ...], float]:
        wanted = squeeze(value)
        if not wanted:
            return {}
        words = self._page.words
        if len(wanted) <= 3:
            return {(k,): 1.0 for k, word in enumerate(words) if squeeze(word.text) == wanted}
        exact: dict[tuple[int, ...], float] = {}
        for text, owner in self._chains:
            if wanted in text:
                start = text.index(wanted)
                _note(exact, self._page, owner[start : start + len(wanted)], wanted)
        return exact or self._close(wanted)

    def _close(self, wanted: str) -> dict[tuple[int, ...], float]:
        """Look for the value with a few letters misread."""
        close: dict[tuple[int, ...], float] = {}
        for text, owner in self._chains:
            if len(text) < 0.6 * len(wanted):
                continue
            match = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=100 * _least(wanted))
            if match is not None and match.src_end - match.src_start >= 0.8 * len(wanted):
                _note(close, self._page, owner[match.dest_start : match.dest_end], wanted)
        return {run: likeness for run, likeness in close.items() if likeness >= _least(wanted)}

    def _numbers(self, value: Decimal) -> dict[tuple[int, ...], float]:
        digits = f"{abs(value):.2f}".replace(".", "")
        found: dict[tuple[int, ...], float] = {}
        for k, own in enumerate(self._digits):
            shown = amount(self._page.words[k].text) if own else None
            if shown is not None and shown == value:
                found[(k,)] = 1.0
            elif len(own) >= 3 and own == digits:
                found[(k,)] = 0.95  # the point was lost
            elif len(digits) >= 6 and Levenshtein.distance(own, digits, score_cutoff=1) <= 1:
                found[(k,)] = 0.8  # one digit was misread
        return found


def _best(found: dict[tuple[int, ...], float]) -> list[Span]:
    """Keep the best and its equals; of places that overlap the tightest."""
    top = max(found.values(), default=0.0)
    ranked = sorted(found.items(), key=lambda item: (-item[1], len(item[0]), item[0]))
    kept: list[Span] = []
    for words, similarity in ranked:
        if similarity < top - 0.02:
            break
        if not any(set(words) & set(span.words) for span in kept):
            kept.append(Span(words, similarity))
    return kept


def _dates(page: Page, value: str) -> dict[tuple[int, ...], float]:
    try:
        wanted = dt.date.fromisoformat(value[:10])
    except ValueError:
        return {}
    found: dict[tuple[int, ...], float] = {}
    for members in page.words_of:
        for start in range(len(members)):
            for length in (1, 2, 3, 4):
                run = members[start : start + length]
                text = " ".join(page.text(run))
                if len(run) == length and any(day == wanted for _, day in dates(text)):
                    found[tuple(run)] = 1.0 - 0.03 * (length - 1)
                    break
    return found


def _least(wanted: str) -> float:
    """Say how alike a text must be: two short values or two numbers are alike by chance."""
    if numeric(wanted):
        return 0.85
    return 0.7 if len(wanted) >= 20 else 0.8


def _note(
    found: dict[tuple[int, ...], float], page: Page, owners: Iterable[int], wanted: str
) -> None:
    """Score whole words: a value inside a longer word is a worse place than the word itself."""
    run = tuple(dict.fromkeys(owners))
    text = "".join(squeeze(page.words[k].text) for k in run)
    similarity = Levenshtein.normalized_similarity(text, wanted)
    if wanted in text:
        similarity = max(similarity, 1 - 0.1 * (len(text) - len(wanted)) / len(wanted))
    found[run] = max(found.get(run, 0.0), similarity)


def _chains(page: Page) -> Iterator[Sequence[int]]:
    """Yield the ways text may run over segments: down a column, a block, and along the page."""
    for start in range(len(page.segments)):
        column = [start]
        while len(column) < _LONGEST:
            following = page.below[column[-1]]
            if following is None or following in column:
                break
            column.append(following)
        yield column
        block = [part for segment in column for part in _line(page, segment)]
        if block != column:
            yield block
    for start in range(len(page.segments)):
        yield range(start, min(start + _LONGEST, len(page.segments)))


def _line(page: Page, segment: int) -> Iterator[int]:
    """Yield a segment and what continues its line after a gap as wide as a padded name has."""
    yield segment
    following = page.right[segment]
    while following is not None:
        gap = page.segments[following].left - page.segments[segment].right
        if gap > _PADDING * page.height:
            return
        yield following
        segment, following = following, page.right[following]


def _spell(page: Page, chain: Sequence[int]) -> tuple[str, list[int]]:
    """Join the words of segments, and say for each character which word it is of."""
    text: list[str] = []
    owner: list[int] = []
    for segment in chain:
        for k in page.words_of[segment]:
            piece = squeeze(page.words[k].text)
            text.append(piece)
            owner.extend([k] * len(piece))
    return "".join(text), owner
