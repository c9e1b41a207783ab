"""The counters of a report: one group of five a place, in total and by document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from novadoc.errors import MetricsError
from novadoc.metrics._counts import LANES, Counts
from novadoc.metrics._merge import (
    joined_documents,
    moved_documents,
    moved_floats,
    moved_sums,
)
from novadoc.metrics._packed import unpack


class Place(NamedTuple):
    """A leaf's or a table's counters: where they belong."""

    path: str
    category: str
    comparator: str
    is_row: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    """Counters by place."""

    places: tuple[Place, ...]
    sums: tuple[int, ...]
    """Five counters a place, over all documents."""
    deficits: tuple[float, ...]
    """One number a place: what the similarities of compared leaves lack to 1."""
    documents: Mapping[str, bytes] | None
    """Document id -> packed counters; `None` when they were not kept."""

    def groups(self, key: Callable[[Place], str], *, rows: bool) -> dict[str, list[int]]:
        """Return the places of leaves (or of rows) by a key of theirs."""
        found: dict[str, list[int]] = {}
        for index, place in enumerate(self.places):
            if place.is_row == rows:
                found.setdefault(key(place), []).append(index)
        return found

    def total(self, members: list[int]) -> tuple[Counts, float | None]:
        """Return the counts of some places, and the mean similarity of what was compared."""
        counts, deficit = Counts(), 0.0
        for index in members:
            counts += Counts(*self.sums[index * LANES : (index + 1) * LANES])
            deficit += self.deficits[index]
        both = counts.hit + counts.wrong
        return counts, 1 - deficit / both if both else None

    def kept(self) -> Mapping[str, bytes]:
        """Return the documents' packed counters.

        Raises:
            MetricsError: They were not kept.
        """
        if self.documents is None:
            raise MetricsError(
                "this report holds no counts per document.",
                remedy="Evaluate with `keep_documents=True`.",
            )
        return self.documents

    def by_document(self) -> Iterator[tuple[str, list[int]]]:
        """Yield (id, counters) of each document, in the order of `places`."""
        width = len(self.places) * LANES
        for name, packed in self.kept().items():
            yield name, unpack(packed, width)

    def joined(self, other: Lanes) -> Lanes:
        """Add the counters of other documents.

        Raises:
            MetricsError: A document is in both.
        """
        places = {(place.path, place.is_row): place for place in (*self.places, *other.places)}
        order = {key: index for index, key in enumerate(places)}
        size = len(places)
        sums, deficits = [0] * (size * LANES), [0.0] * size
        documents: list[Mapping[str, bytes] | None] = []
        for part in (self, other):
            moves = [order[place.path, place.is_row] for place in part.places]
            sums = list(map(sum, zip(sums, moved_sums(part.sums, moves, size), strict=True)))
            found = moved_floats(part.deficits, moves, size)
            deficits = list(map(sum, zip(deficits, found, strict=True)))
            kept = part.documents
            documents.append(None if kept is None else moved_documents(kept, moves, size))
        return Lanes(
            tuple(places.values()), tuple(sums), tuple(deficits), joined_documents(*documents)
        )
