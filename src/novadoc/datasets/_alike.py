"""Which samples are one page twice: by looks and answers, without comparing all pairs."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from novadoc._places import leaves
from novadoc.documents import LIKENESS_BITS
from novadoc.types import JsonObject

_BANDS, _WIDTH = 12, 20
_SURVEYED = 2_000
# Measured on receipts: re-encoded, halved, brightened, blurred and noisy copies differ in at most a
# fifth of the set bits, other pages in half of them and more. Forms of one layout come closer than
# that to each other, so looks alone do not decide: the answers have to agree as well.
_ALIKE_SHARE, _ALIKE_FLOOR = 0.2, 12
AGREEMENT = 0.5
"""Share of equal values from which two look-alikes count as one page."""
# Fewer values may well be equal on two different pages.
_ENOUGH_VALUES = 4
# An answer that many samples share says nothing about the page.
_COMMON = 10


class Looks(NamedTuple):
    """What is kept of one sample to find its look-alikes."""

    prints: tuple[int, ...]
    """Likeness of each page; empty when a page could not be read."""
    answer: str
    """Hash of the label."""
    values: int
    """Values in the label that are not null."""


def agreement(one: JsonObject, other: JsonObject) -> float:
    """Return the share of values, null in neither, that are equal at the same place."""
    left = {path: value for path, value in leaves(one) if value is not None}
    right = {path: value for path, value in leaves(other) if value is not None}
    everything = len(left.keys() | right.keys())
    equal = sum(right.get(path) == value for path, value in left.items())
    return equal / everything if everything else 1.0


def same_answers(looks: Sequence[Looks]) -> Iterator[tuple[int, int]]:
    """Yield pairs whose labels are equal and rich enough to mean a second scan of one page."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, look in enumerate(looks):
        if look.values >= _ENOUGH_VALUES:
            places[look.answer].append(place)
    for members in places.values():
        if len(members) <= _COMMON:
            yield from ((members[0], other) for other in members[1:])


def look_alikes(looks: Sequence[Looks]) -> Iterator[tuple[int, int]]:
    """Yield pairs of samples with a page that looks alike; the answers are not compared."""
    pages = [(mark, place) for place, look in enumerate(looks) for mark in look.prints]
    bands = _bands([mark for mark, _ in pages])
    seen: set[tuple[int, int]] = set()
    for band in bands:
        buckets: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for mark, place in pages:
            buckets[_extract(mark, band)].append((mark, place))
        for bucket in buckets.values():
            for pair in _close(bucket):
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _close(bucket: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    # Pages with equal bands are compared with the last ones only: chains still connect, and a
    # bucket of thousands (blank pages) does not cost its square.
    for at, (mark, place) in enumerate(bucket):
        for other, neighbour in bucket[max(0, at - 16) : at]:
            if place != neighbour and alike(mark, other):
                yield (neighbour, place)


def alike(one: int, other: int) -> bool:
    """Tell whether two likenesses are those of one page, encoded twice."""
    set_bits = max(one.bit_count(), other.bit_count())
    return (one ^ other).bit_count() <= max(_ALIKE_FLOOR, _ALIKE_SHARE * set_bits)


def _bands(marks: Sequence[int]) -> list[tuple[int, ...]]:
    """Choose the bits that tell these pages apart, in bands.

    The bits of a common form are equal on all its pages: a band of them would put every page into
    one bucket.
    """
    generator = random.Random(0)  # noqa: S311  # a choice of bits, not a secret
    survey = sorted(set(marks))
    survey = generator.sample(survey, min(_SURVEYED, len(survey)))
    counts = [0] * LIKENESS_BITS
    for mark in survey:
        for bit in _set_bits(mark):
            counts[bit] += 1
    balance = sorted(
        range(LIKENESS_BITS), key=lambda bit: (abs(2 * counts[bit] - len(survey)), bit)
    )
    chosen = balance[: _BANDS * _WIDTH]
    generator.shuffle(chosen)
    return [tuple(chosen[at : at + _WIDTH]) for at in range(0, len(chosen), _WIDTH)]


def _set_bits(mark: int) -> Iterable[int]:
    while mark:
        low = mark & -mark
        yield low.bit_length() - 1
        mark ^= low


def _extract(mark: int, band: tuple[int, ...]) -> int:
    key = 0
    for bit in band:
        key = key << 1 | (mark >> bit & 1)
    return key
