"""Samples that show one page twice, found by looking at it, whatever their labels say."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, islice

from novadoc.datasets._alike import COMMON, Looks, Pair, equal_pages, look_alikes
from novadoc.datasets._forest import Forest
from novadoc.datasets._parallel import ordered_map
from novadoc.datasets._sample import SampleSet
from novadoc.documents import Closeup, closeup, same_page
from novadoc.errors import DocumentError

# A close look in vain costs some seventy milliseconds, one that finds a copy four times that. These
# are not counted; of the others there are so many, the later ones only at pages that are much
# nearer to each other than is usual.
_IN_VAIN, _IN_VAIN_PER_PAGE = 50, 0.1
_STANDS_OUT = 0.7
# Pairs looked at before they are counted, so that the number of threads decides nothing.
_BATCH = 32
# Close-ups of a tenth of a megabyte each, of grainy pages four tenths.
_REMEMBERED = 64


def twins(
    samples: SampleSet, looks: Looks, forest: Forest, workers: int | None = None
) -> Iterator[tuple[int, int]]:
    """Yield pairs of samples that have a page in common.

    A page that many share, as terms of business, joins only those that have no other page.

    Args:
        samples: The set; documents are opened where two pages are compared.
        looks: What their pages look like.
        forest: Which samples are together already; it is not changed here.
        workers: Threads.
    """
    pages, pictures = Forest(len(looks)), array("L")
    for first, *others in equal_pages(looks):
        pictures.append(first)
        for other in others:
            pages.join(first, other)
    compared = _Comparison(samples, looks)
    vain, most = 0, _IN_VAIN + _IN_VAIN_PER_PAGE * len(pictures)
    pairs = look_alikes(looks, pictures)
    while vain < most and (batch := list(islice(pairs, _BATCH))):
        worth = [
            pair
            for pair in batch
            if (vain < _IN_VAIN or pair.ratio <= _STANDS_OUT)
            and pages.root(pair.one) != pages.root(pair.other)
            and forest.root(looks.at(pair.one).owner) != forest.root(looks.at(pair.other).owner)
        ]
        for pair, same in zip(worth, ordered_map(compared, worth, workers=workers), strict=True):
            vain += not same
            if same:
                pages.join(pair.one, pair.other)
    yield from _joined(looks, pages.roots())


class _Comparison:
    """Compares two pages of a set, as its documents show them."""

    def __init__(self, samples: SampleSet, looks: Looks) -> None:
        self._samples = samples
        self._looks = looks
        self._seen = lru_cache(maxsize=_REMEMBERED)(self._closeup)

    def __call__(self, pair: Pair) -> bool:
        try:
            return same_page(self._seen(pair.one), self._seen(pair.other))
        except DocumentError:
            return False  # splitting a set is no place to judge its pages; writing it is

    def _closeup(self, place: int) -> Closeup:
        page = self._looks.at(place)
        return closeup(self._samples[page.owner].document.take(page.number))


def _joined(looks: Looks, roots: Sequence[int]) -> Iterator[tuple[int, int]]:
    shared = list(_shared(looks, roots))
    common = Counter(owner for owners in shared if len(set(owners)) > COMMON for owner in owners)
    pages = Counter(looks.at(page).owner for page in range(len(looks))) if common else common
    for owners in shared:
        bound = sorted(set(owners))
        if len(bound) > COMMON:
            bound = [owner for owner in bound if common[owner] == pages[owner]]
        yield from ((bound[0], other) for other in bound[1:])


def _shared(looks: Looks, roots: Sequence[int]) -> Iterator[list[int]]:
    """Yield the owners of every page that several samples show."""
    order = sorted(range(len(roots)), key=roots.__getitem__)
    for _, same in groupby(order, key=roots.__getitem__):
        owners = [looks.at(page).owner for page in same]
        if len(owners) > 1:
            yield owners
