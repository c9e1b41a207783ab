"""Disjoint sets of places, packed."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence


class Forest:
    """Disjoint sets, by union with the smaller root."""

    def __init__(self, size: int) -> None:
        self._parents = array("L", range(size))

    def root(self, place: int) -> int:
        """Return the smallest place of a set."""
        parents = self._parents
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    def roots(self) -> Sequence[int]:
        """Return the root of every place."""
        return array("L", map(self.root, range(len(self._parents))))

    def join(self, one: int, other: int) -> bool:
        """Make two sets one; tell whether they were two."""
        low, high = sorted((self.root(one), self.root(other)))
        self._parents[high] = low
        return low != high

    def join_equal(self, values: Iterable[str | bytes | None]) -> None:
        """Join the places that have one value; those with `None` stay apart."""
        first: dict[str | bytes, int] = {}
        for place, value in enumerate(values):
            if value is not None:
                self.join(first.setdefault(value, place), place)
