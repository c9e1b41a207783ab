"""Samples that must stay together: one group, one file, one page seen twice."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, Union

from novadoc._places import leaves
from novadoc.datasets._alike import AGREEMENT, Looks, agreement, look_alikes, same_answers
from novadoc.datasets._parallel import ordered_map
from novadoc.datasets._sample import Sample, SampleSet
from novadoc.documents import likeness
from novadoc.errors import DocumentError
from novadoc.types import JsonValue

By: TypeAlias = Callable[[Sample], Union[str, None]]
"""Tells a sample's group; `None` when it stands alone."""


class Facts(NamedTuple):
    """What splitting needs to know of one sample."""

    id: str
    group: str | None
    digest: str
    looks: Looks
    traits: frozenset[str]
    """Fields present and list lengths, for stratifying."""


@dataclass(frozen=True)
class Cluster:
    """Samples that go to one part together."""

    key: str
    """What decides, together with the seed, about the part: the group, or the file's hash."""
    members: tuple[int, ...]
    """Places of its samples in the set, in order."""


@dataclass(frozen=True)
class Grouped:
    """A set of samples as clusters."""

    facts: tuple[Facts, ...]
    clusters: tuple[Cluster, ...]
    look_alikes: tuple[tuple[str, str], ...]
    """Ids of samples joined because their pages are the same, not because of a group."""


def grouped(
    samples: SampleSet, by: By | None, *, look: bool = True, workers: int | None = None
) -> Grouped:
    """Gather what has to stay together.

    Args:
        samples: The set; iterated once, and again where two samples are compared.
        by: Tells a sample's group; its own `group` by default.
        look: Whether to compare pages; without it only equal files are found.
        workers: Threads.
    """
    survey = _Survey(by, look=look)
    facts = tuple(ordered_map(survey, samples, workers=workers))
    forest = _Forest(len(facts))
    for name in ("group", "digest"):
        _join_equal(facts, name, forest)
    joined: list[tuple[str, str]] = []
    for one, other in _twins(samples, [fact.looks for fact in facts], forest):
        if forest.join(one, other):
            joined.append((facts[one].id, facts[other].id))
    return Grouped(facts, tuple(_clusters(facts, forest)), tuple(joined))


class _Survey:
    def __init__(self, by: By | None, *, look: bool) -> None:
        self._by = by
        self._look = look

    def __call__(self, sample: Sample) -> Facts:
        found = [(path, value) for path, value in leaves(sample.label) if value is not None]
        text = json.dumps(sample.label, sort_keys=True, default=str)
        looks = Looks(self._prints(sample), hashlib.sha256(text.encode()).hexdigest(), len(found))
        group = sample.group if self._by is None else self._by(sample)
        return Facts(sample.id, group, sample.document.digest, looks, traits(sample))

    def _prints(self, sample: Sample) -> tuple[int, ...]:
        if not self._look:
            return ()
        try:
            return likeness(sample.document)
        except DocumentError:
            return ()  # splitting a set is no place to judge its pages; writing it is


def traits(sample: Sample) -> frozenset[str]:
    """Return what a fair split spreads: which fields are present, and how long lists are."""
    return frozenset(_traits(sample.label, ""))


def _traits(value: JsonValue, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _traits(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        # 0, 1, 2, 3-4, 5-8, 9-16, ...: long lists are rare one by one.
        size = len(value)
        yield f"{path}:{size if size < 3 else 2 ** (size - 1).bit_length()}"
        for item in value:
            yield from _traits(item, f"{path}[]")
    elif value is not None:
        yield path


def _twins(samples: SampleSet, looks: list[Looks], forest: _Forest) -> Iterator[tuple[int, int]]:
    """Yield pairs that are one page twice; labels are read only where that still matters."""
    yield from same_answers(looks)
    for one, other in look_alikes(looks):
        if forest.root(one) == forest.root(other):
            continue
        if agreement(samples.label(one), samples.label(other)) >= AGREEMENT:
            yield one, other


def _join_equal(facts: Iterable[Facts], name: str, forest: _Forest) -> None:
    first: dict[str, int] = {}
    for place, fact in enumerate(facts):
        value = getattr(fact, name)
        if value is not None:
            forest.join(first.setdefault(value, place), place)


class _Forest:
    """Disjoint sets, by union with the smaller root."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def root(self, place: int) -> int:
        parents = self._parents
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    def join(self, one: int, other: int) -> bool:
        low, high = sorted((self.root(one), self.root(other)))
        self._parents[high] = low
        return low != high


def _clusters(facts: tuple[Facts, ...], forest: _Forest) -> Iterator[Cluster]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for place in range(len(facts)):
        members[forest.root(place)].append(place)
    for places in members.values():
        keys = (facts[place].group or facts[place].digest for place in places)
        yield Cluster(min(keys), tuple(places))
