"""Counters of one layout moved into another: what merging reports needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from novadoc.errors import MetricsError
from novadoc.metrics._counts import LANES
from novadoc.metrics._packed import pack, unpack


def moved_sums(sums: Sequence[int], order: Sequence[int], size: int) -> list[int]:
    """Return counters whose place `k` now stands at `order[k]` of `size` places."""
    found = [0] * (size * LANES)
    for source, target in enumerate(order):
        part = sums[source * LANES : (source + 1) * LANES]
        found[target * LANES : (target + 1) * LANES] = part
    return found


def moved_floats(values: Sequence[float], order: Sequence[int], size: int) -> list[float]:
    """Return one number a place, moved in the same way."""
    found = [0.0] * size
    for source, target in enumerate(order):
        found[target] = values[source]
    return found


def moved_documents(
    documents: Mapping[str, bytes], order: Sequence[int], size: int
) -> Mapping[str, bytes]:
    """Return packed counters in the new layout; as they are when nothing moves."""
    if list(order) == list(range(len(order))):
        return documents
    width = len(order) * LANES
    return {
        name: pack(moved_sums(unpack(packed, width), order, size))
        for name, packed in documents.items()
    }


def joined_documents(
    one: Mapping[str, bytes] | None, two: Mapping[str, bytes] | None
) -> Mapping[str, bytes] | None:
    """Join two runs' documents.

    Raises:
        MetricsError: An id is in both.
    """
    if one is None or two is None:
        return None
    common = sorted(one.keys() & two.keys())
    if common:
        raise MetricsError(
            f"{len(common)} documents are in both reports, the first is {common[0]!r}.",
            remedy="Give `ids` that are unique over all parts; positions start anew in each.",
        )
    return {**one, **two}


def joined_counts(one: Mapping[str, int], two: Mapping[str, int]) -> dict[str, int]:
    """Add two mappings of counts."""
    return {key: one.get(key, 0) + two.get(key, 0) for key in {**one, **two}}
