"""Samples that show one page twice, found by looking at it, whatever their labels say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from novadoc.datasets._alike import COMMON, Looks, PageAt, look_alikes, same_pixels
from novadoc.datasets._forest import Forest
from novadoc.datasets._parallel import ordered_map
from novadoc.datasets._sample import SampleSet
from novadoc.documents import Closeup, closeup, same_page
from novadoc.errors import DocumentError

# A close look costs a tenth of a second. It is taken at pages that are alike from afar; in sets of
# thousands where all are, as forms with few values, only at the most alike.
_LOOKS, _LOOKS_PER_PAGE = 600, 0.2
# A tenth of a megabyte each.
_REMEMBERED = 128


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
    pages = Forest(len(looks))
    for one, other in same_pixels(looks):
        pages.join(one, other)
    most = round(_LOOKS + _LOOKS_PER_PAGE * len(looks))
    pairs = (
        (one, other)
        for one, other in look_alikes(looks)[:most]
        if pages.root(one) != pages.root(other)
        and forest.root(looks.at(one).owner) != forest.root(looks.at(other).owner)
    )
    for one, other in filter(
        None, ordered_map(_comparison(samples, looks), pairs, workers=workers)
    ):
        pages.join(one, other)
    yield from _joined(looks, pages.roots())


def _comparison(
    samples: SampleSet, looks: Looks
) -> Callable[[tuple[int, int]], tuple[int, int] | None]:
    @lru_cache(maxsize=_REMEMBERED)
    def seen(page: PageAt) -> Closeup:
        return closeup(samples[page.owner].document.take(page.number))

    def compared(pair: tuple[int, int]) -> tuple[int, int] | None:
        one, other = map(looks.at, pair)
        try:
            return pair if same_page(seen(one), seen(other)) else None
        except DocumentError:
            return None  # splitting a set is no place to judge its pages; writing it is

    return compared


def _joined(looks: Looks, roots: Sequence[int]) -> Iterator[tuple[int, int]]:
    owners: defaultdict[int, set[int]] = defaultdict(set)
    for page, root in enumerate(roots):
        owners[root].add(looks.at(page).owner)
    common = {root for root, sharing in owners.items() if len(sharing) > COMMON}
    others = Counter(looks.at(page).owner for page, root in enumerate(roots) if root not in common)
    for root, sharing in owners.items():
        bound = sorted(one for one in sharing if root not in common or not others[one])
        yield from ((bound[0], other) for other in bound[1:])
