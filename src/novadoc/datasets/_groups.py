"""Samples that must stay together: one group, one file, one page seen twice."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple, TypeAlias, Union

from novadoc._places import leaves
from novadoc.datasets._alike import Looks, same_answers
from novadoc.datasets._forest import Forest
from novadoc.datasets._parallel import ordered_map
from novadoc.datasets._sample import Sample, SampleSet
from novadoc.datasets._twins import twins
from novadoc.documents import Likeness, likeness
from novadoc.errors import DocumentError
from novadoc.types import JsonValue

By: TypeAlias = Callable[[Sample], Union[str, None]]
"""Tells a sample's group; `None` when it stands alone."""


class Facts:
    """What splitting needs to know of every sample, packed into columns by place in the set.

    Some hundred bytes a sample and three hundred a page, so that a set of any size fits.
    """

    def __init__(self, ids: tuple[str, ...]) -> None:
        self.ids = ids
        self.groups: list[str | None] = []
        self.answers = array("Q")
        """Hash of the label."""
        self.values = array("L")
        """Values in the label that are not null."""
        self.looks = Looks()
        self._digests = bytearray()
        self._traits = array("L")
        self._kinds: dict[frozenset[str], int] = {}

    def add(self, one: _Fact) -> None:
        """Add the next sample."""
        self.looks.add(len(self.groups), one.looks)
        self.groups.append(one.group)
        self.answers.append(one.answer)
        self.values.append(one.values)
        self._digests += one.digest
        self._traits.append(self._kinds.setdefault(one.traits, len(self._kinds)))

    def __len__(self) -> int:
        return len(self.groups)

    def digest(self, place: int) -> bytes:
        """Return the SHA-256 of a sample's file."""
        return bytes(self._digests[32 * place : 32 * place + 32])

    @cached_property
    def trait_sets(self) -> tuple[frozenset[str], ...]:
        """Different sets of traits, when all samples are there: far fewer than samples."""
        return tuple(self._kinds)

    def traits(self, place: int) -> frozenset[str]:
        """Return which fields a sample has and how long its lists are, for stratifying."""
        return self.trait_sets[self._traits[place]]


class _Fact(NamedTuple):
    group: str | None
    digest: bytes
    looks: tuple[Likeness, ...]
    answer: int
    values: int
    traits: frozenset[str]


class Clusters:
    """Samples that go to one part together, by number; packed, since most are of one sample."""

    def __init__(self, facts: Facts, roots: Sequence[int]) -> None:
        self._facts = facts
        self._order = array("L", sorted(range(len(facts)), key=roots.__getitem__))
        starts = (
            at
            for at, place in enumerate(self._order)
            if at == 0 or roots[self._order[at - 1]] != roots[place]
        )
        self._starts = array("L", (*starts, len(facts)))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def members(self, number: int) -> Sequence[int]:
        """Return the places of its samples in the set, in order."""
        return self._order[self._starts[number] : self._starts[number + 1]]

    def size(self, number: int) -> int:
        """Return how many samples it has."""
        return self._starts[number + 1] - self._starts[number]

    def key(self, number: int) -> str:
        """Return what decides, with the seed, about its part: the group, or the file's hash."""
        facts = self._facts
        return min(
            facts.groups[place] or facts.digest(place).hex() for place in self.members(number)
        )


class Grouped(NamedTuple):
    """A set of samples as clusters."""

    facts: Facts
    clusters: Clusters
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
    facts = Facts(samples.ids)
    for fact in ordered_map(survey, samples, workers=workers):
        facts.add(fact)
    forest = Forest(len(facts))
    forest.join_equal(facts.groups)
    forest.join_equal(map(facts.digest, range(len(facts))))
    joined: list[tuple[str, str]] = []
    same = chain(
        same_answers(facts.answers, facts.values), twins(samples, facts.looks, forest, workers)
    )
    for one, other in same if look else ():
        if forest.join(one, other):
            joined.append((facts.ids[one], facts.ids[other]))
    return Grouped(facts, Clusters(facts, forest.roots()), tuple(joined))


class _Survey:
    def __init__(self, by: By | None, *, look: bool) -> None:
        self._by = by
        self._look = look

    def __call__(self, sample: Sample) -> _Fact:
        values = sum(value is not None for _, value in leaves(sample.label))
        text = json.dumps(sample.label, sort_keys=True, default=str)
        answer = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        group = sample.group if self._by is None else self._by(sample)
        digest = bytes.fromhex(sample.document.digest)
        return _Fact(group, digest, self._pages(sample), answer, values, traits(sample))

    def _pages(self, sample: Sample) -> tuple[Likeness, ...]:
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
