"""Which samples are one page twice: by looks and answers, without comparing all pairs."""

from __future__ import annotations

import random
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

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
_BYTES = -(-LIKENESS_BITS // 8)
# Pairs remembered so that they are not compared again: a bound, for forms that all look alike.
_REMEMBERED = 100_000
# An answer or a page (terms of business) that many samples share says nothing about the document.
_COMMON = 10
# Marks of a page that is not all but blank.
_ENOUGH_MARKS = 100


class Prints:
    """Likenesses of pages, packed: a Python number of so many bits takes three times the room."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._owners = array("L")

    def add(self, owner: int, marks: Iterable[int]) -> None:
        """Add the pages of one sample, given by its place in the set."""
        for mark in marks:
            self._bits += mark.to_bytes(_BYTES, "big")
            self._owners.append(owner)

    def __len__(self) -> int:
        return len(self._owners)

    def owner(self, page: int) -> int:
        """Return the place of the sample a page belongs to."""
        return self._owners[page]

    def mark(self, page: int) -> int:
        """Return the likeness of a page."""
        return int.from_bytes(self._bits[page * _BYTES : (page + 1) * _BYTES], "big")


def agreement(one: JsonObject, other: JsonObject) -> float:
    """Return the share of values, null in neither, that are equal at the same place."""
    left = {path: value for path, value in leaves(one) if value is not None}
    right = {path: value for path, value in leaves(other) if value is not None}
    everything = len(left.keys() | right.keys())
    equal = sum(right.get(path) == value for path, value in left.items())
    return equal / everything if everything else 1.0


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
        if len(members) <= _COMMON:
            yield from ((members[0], other) for other in members[1:])


def same_looks(prints: Prints) -> Iterator[tuple[int, int]]:
    """Yield pairs of samples with a page that looks exactly the same, whatever the answers say."""
    hashes = array("q", (hash(prints.mark(page)) for page in range(len(prints))))
    order = sorted(range(len(prints)), key=hashes.__getitem__)
    for _, equal in groupby(order, key=prints.mark):
        pages = list(equal)
        owners = sorted({prints.owner(page) for page in pages})
        if 1 < len(owners) <= _COMMON and prints.mark(pages[0]).bit_count() >= _ENOUGH_MARKS:
            yield from ((owners[0], other) for other in owners[1:])


def look_alikes(prints: Prints) -> Iterator[tuple[int, int]]:
    """Yield pairs of samples with a page that looks alike; the answers are not compared."""
    seen: set[int] = set()
    for mask in _bands(prints):
        keys = array("q", (hash(prints.mark(page) & mask) for page in range(len(prints))))
        order = sorted(range(len(prints)), key=keys.__getitem__)
        for _, bucket in groupby(order, key=keys.__getitem__):
            for one, other in _close(prints, bucket):
                pair = one << 32 | other
                if pair not in seen:
                    if len(seen) >= _REMEMBERED:  # from here on a pair may come twice
                        seen.clear()
                    seen.add(pair)
                    yield one, other


def _close(prints: Prints, bucket: Iterable[int]) -> Iterator[tuple[int, int]]:
    # Pages with equal bands are compared with the last ones only: chains still connect, and a
    # bucket of thousands (blank pages) does not cost its square.
    last: deque[tuple[int, int]] = deque(maxlen=16)
    for page in bucket:
        mark, place = prints.mark(page), prints.owner(page)
        for other, neighbour in last:
            if place != neighbour and alike(mark, other):
                yield neighbour, place
        last.append((mark, place))


def alike(one: int, other: int) -> bool:
    """Tell whether two likenesses are those of one page, encoded twice."""
    set_bits = max(one.bit_count(), other.bit_count())
    return (one ^ other).bit_count() <= max(_ALIKE_FLOOR, _ALIKE_SHARE * set_bits)


def _bands(prints: Prints) -> list[int]:
    """Choose the bits that tell these pages apart, in bands, each a mask.

    The bits of a common form are equal on all its pages: a band of them would put every page into
    one bucket.
    """
    generator = random.Random(0)  # noqa: S311  # a choice of bits, not a secret
    survey = _surveyed(prints)
    counts = _counts(survey)
    balance = sorted(
        range(LIKENESS_BITS), key=lambda bit: (abs(2 * counts[bit] - len(survey)), bit)
    )
    chosen = balance[: _BANDS * _WIDTH]
    generator.shuffle(chosen)
    return [
        sum(1 << bit for bit in chosen[at : at + _WIDTH]) for at in range(0, len(chosen), _WIDTH)
    ]


def _surveyed(prints: Prints) -> list[int]:
    """Choose some different marks, the same ones in whatever order the samples come."""
    hashes = array("q", (hash(prints.mark(page)) for page in range(len(prints))))
    order = sorted(range(len(prints)), key=hashes.__getitem__)
    firsts = (next(equal) for _, equal in groupby(order, key=hashes.__getitem__))
    return [prints.mark(page) for page in islice(firsts, _SURVEYED)]


def _counts(marks: Iterable[int]) -> list[int]:
    """Count how many marks have each bit set: all bits at once, as an adder of whole marks."""
    planes: list[int] = []
    for mark in marks:
        place, carry = 0, mark
        while carry:
            if place == len(planes):
                planes.append(0)
            planes[place], carry = planes[place] ^ carry, planes[place] & carry
            place += 1
    return [
        sum((plane >> bit & 1) << place for place, plane in enumerate(planes))
        for bit in range(LIKENESS_BITS)
    ]
