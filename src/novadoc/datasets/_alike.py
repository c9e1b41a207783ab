"""Which samples may be one page twice: the nearest by looks, without comparing all pairs."""

from __future__ import annotations

import random
from array import array
from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from novadoc.documents import LIKENESS_CELLS, Likeness

# Fewer values may well be equal on two different pages.
_ENOUGH_VALUES = 4
# An answer or a page (terms of business) that many samples share says nothing about the document.
COMMON = 10
"""Most samples that a page they share holds together, if they have other pages."""
# A cell's business is told in four steps, one bit more for each.
_STEPS = 3
# Cells that buckets are made of: the others are much the same on most pages.
_TELLING = 128
# Of the 768 bits. Measured on W-2s, invoices and receipts: nine of ten copies that were scaled,
# turned, cropped, brightened and encoded, all at once, differ in less than 185 of them, most copies
# in 20 to 60; two pages of different layouts in some 330.
_NEAR = 220
# Neighbours remembered of each page, and how many of them may be copies of it.
_MOST, _COPIES = 8, 3
_NOBODY = (1 << 64) - 1
# Pages compared with each other in one bucket, so that thousands of the same do not cost a square.
_WINDOW = 64


class PageAt(NamedTuple):
    """A page of a set."""

    owner: int
    """Place of its sample in the set."""
    number: int
    """Which page of the document, from 1."""


class Looks:
    """What pages look like, packed: three hundred bytes each."""

    def __init__(self) -> None:
        self._maps = bytearray()
        self._pixels = bytearray()
        self._owners = array("L")
        self._numbers = array("L")

    def add(self, owner: int, pages: Iterable[Likeness]) -> None:
        """Add the pages of one sample, given by its place in the set; blank pages say nothing."""
        for number, page in enumerate(pages, 1):
            if page.map:
                self._maps += page.map
                self._pixels += page.pixels
                self._owners.append(owner)
                self._numbers.append(number)

    def __len__(self) -> int:
        return len(self._owners)

    def at(self, place: int) -> PageAt:
        """Return where a page is from."""
        return PageAt(self._owners[place], self._numbers[place])

    def pixels(self, place: int) -> bytes:
        """Return what equal pages have in common."""
        return bytes(self._pixels[8 * place : 8 * place + 8])

    def coded(self, pages: Sequence[int]) -> bytearray:
        """Return the maps of some pages, each cell's business against the same cell's elsewhere.

        What these pages share, as the print of a form, says nothing and is not in it.
        """
        coded = bytearray(len(pages) * LIKENESS_CELLS)
        for cell in range(LIKENESS_CELLS):
            column = self._maps[cell::LIKENESS_CELLS]
            values = bytes(map(column.__getitem__, pages))
            coded[cell::LIKENESS_CELLS] = values.translate(_steps(values))
        return coded


def _steps(values: bytes) -> bytes:
    """Return the code of each value: a bit for each quarter of the values it is above."""
    ordered = sorted(values)
    bounds = [ordered[len(ordered) * part // (_STEPS + 1)] for part in range(1, _STEPS + 1)]
    return bytes(
        sum(1 << step for step, bound in enumerate(bounds) if value > bound) for value in range(256)
    )


def same_answers(answers: Sequence[int], values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs whose labels are equal and rich enough to mean a second scan of one page.

    Args:
        answers: Hash of each sample's label.
        values: How many values of it are not null.
    """
    order = [place for place, count in enumerate(values) if count >= _ENOUGH_VALUES]
    order.sort(key=answers.__getitem__)
    for _, equal in groupby(order, key=answers.__getitem__):
        members = list(equal)
        if len(members) <= COMMON:
            yield from ((members[0], other) for other in members[1:])


def equal_pages(looks: Looks) -> Iterator[list[int]]:
    """Yield the pages of every picture, in an order that follows from the pictures alone."""
    order = sorted(range(len(looks)), key=looks.pixels)
    for _, equal in groupby(order, key=looks.pixels):
        yield list(equal)


class Pair(NamedTuple):
    """Two pages that look alike from afar; the likeliest copies come first."""

    rank: int
    """How many pages look more like one of them than the other does."""
    ratio: float
    """How far apart they are, against what is usual around them: copies stand out by it."""
    one: int
    other: int


def look_alikes(looks: Looks, pages: Sequence[int]) -> Iterator[Pair]:
    """Yield which of these pages look alike from afar, the likeliest copies first.

    The same pairs come from the same order of pages.
    """
    if not pages:
        return
    nearest = _Nearest(len(pages))
    coded = looks.coded(pages)
    for mask in _bands(coded):
        _compare(coded, mask, nearest)
    for pair in nearest.pairs():
        yield pair._replace(one=pages[pair.one], other=pages[pair.other])


def _mark(coded: bytearray, page: int) -> int:
    return int.from_bytes(coded[page * LIKENESS_CELLS : (page + 1) * LIKENESS_CELLS], "big")


def _bands(coded: bytearray) -> Iterator[int]:
    """Yield masks of some cells' middle step each, fit to put some 32 pages into a bucket."""
    pages = len(coded) // LIKENESS_CELLS
    width = max(1, pages.bit_length() - 5)
    cells = sorted(range(LIKENESS_CELLS), key=lambda cell: _imbalance(coded[cell::LIKENESS_CELLS]))
    cells = cells[:_TELLING]
    random.Random(0).shuffle(cells)  # noqa: S311  # a choice of cells, not a secret
    for at in range(0, len(cells) - width + 1, width):
        # The first byte of a mark is its highest.
        yield sum(0b10 << 8 * (LIKENESS_CELLS - 1 - cell) for cell in cells[at : at + width])


def _imbalance(codes: bytearray) -> int:
    """Return how far the middle step is from telling one half of the pages from the other."""
    return abs(2 * (codes.count(0b11) + codes.count(0b111)) - len(codes))


def _compare(coded: bytearray, mask: int, nearest: _Nearest) -> None:
    pages = range(len(coded) // LIKENESS_CELLS)
    keys = array("q", (hash(_mark(coded, page) & mask) for page in pages))
    order = sorted(pages, key=keys.__getitem__)
    for _, bucket in groupby(order, key=keys.__getitem__):
        last: deque[tuple[int, int]] = deque(maxlen=_WINDOW)
        for page in bucket:
            mark = _mark(coded, page)
            for other, before in last:
                distance = (mark ^ other).bit_count()
                if distance <= _NEAR:
                    nearest.add(before, page, distance)
            last.append((mark, page))


class _Nearest:
    """The nearest neighbours of each page, packed: a row of places for each."""

    def __init__(self, pages: int) -> None:
        self._found = array("Q", [_NOBODY]) * (pages * _MOST)

    def add(self, one: int, other: int, distance: int) -> None:
        for page, neighbour in ((one, other), (other, one)):
            entry, end = distance << 32 | neighbour, (page + 1) * _MOST
            if entry < self._found[end - 1]:
                row = self._found[end - _MOST : end]
                if entry not in row:
                    insort(row, entry)
                    self._found[end - _MOST : end] = row[:_MOST]

    def pairs(self) -> Iterator[Pair]:
        """Yield every pair once, at its best rank, the likeliest copies first."""
        places = (
            page * _MOST + rank
            for page in range(len(self._found) // _MOST)
            for rank in range(_COPIES)
        )
        for place in sorted(filter(self._is_best, places), key=self._order):
            yield self._pair(place)

    def _pair(self, place: int) -> Pair:
        page, rank = divmod(place, _MOST)
        entry, last = self._found[place], self._found[(page + 1) * _MOST - 1]
        usual = _NEAR if last == _NOBODY else last >> 32
        return Pair(rank, (entry >> 32) / max(1, usual), page, entry & 0xFFFFFFFF)

    def _is_best(self, place: int) -> bool:
        """Tell whether there is a pair that does not come with a better rank for the other page."""
        entry, (page, rank) = self._found[place], divmod(place, _MOST)
        if entry == _NOBODY:
            return False
        other, back = entry & 0xFFFFFFFF, entry >> 32 << 32 | page
        theirs = list(self._found[other * _MOST : other * _MOST + _COPIES])
        return back not in theirs or (rank, page) < (theirs.index(back), other)

    def _order(self, place: int) -> float:
        pair = self._pair(place)
        return pair.rank + pair.ratio / 2
