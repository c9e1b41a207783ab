"""Samples dealt into training, validation and test so that nothing leaks from one to another."""

from __future__ import annotations

import hashlib
import os
import warnings
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Union

from novadoc.datasets._balance import spread
from novadoc.datasets._groups import By, Clusters, Facts, grouped
from novadoc.datasets._manifest import DatasetManifest
from novadoc.datasets._origins import Origin, read_origins
from novadoc.datasets._sample import WHY_EMPTY, Sample, SampleSet
from novadoc.errors import ConfigurationError, DatasetError

PARTS = ("train", "validation", "test")
# nova:fine-tune-prepare-data-understanding: 70-80 % for training, 10-20 % for each of the others.
_RECOMMENDED = ((0.7, 0.8), (0.1, 0.2), (0.1, 0.2))


class RatioWarning(UserWarning):
    """The ratios of a split lie outside what the service's guide recommends."""


@dataclass(frozen=True)
class SplitReport:
    """What a split did."""

    names: tuple[str, ...]
    """Of the parts."""
    samples: tuple[int, ...]
    """In each part."""
    clusters: tuple[int, ...]
    """In each part: groups, files and look-alikes that were kept together."""
    look_alikes: tuple[tuple[str, str], ...]
    """Ids of samples kept together because their pages are the same."""
    coverage: dict[str, tuple[int, ...]] = field(repr=False)
    """For each field and list length: in how many samples of each part it occurs."""
    notices: tuple[str, ...]
    """What did not work out: empty parts, groups that followed their oldest member."""

    def __str__(self) -> str:
        total = sum(self.samples) or 1
        rows = [
            f"{name:<12}{count:>7} samples {count / total:>7.1%} {clusters:>7} groups"
            for name, count, clusters in zip(self.names, self.samples, self.clusters, strict=True)
        ]
        missing = [name for name, counts in self.coverage.items() if counts[0] == 0]
        if missing:
            rows.append(f"never in {self.names[0]}: {', '.join(sorted(missing))}")
        return "\n".join([*rows, *self.notices])


@dataclass(frozen=True)
class Split:
    """The parts of a split; unpacks into as many sets as there were ratios."""

    parts: tuple[SampleSet, ...]
    report: SplitReport

    def __iter__(self) -> Iterator[SampleSet]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, place: int) -> SampleSet:
        return self.parts[place]


def split(
    samples: Iterable[Sample],
    ratios: Sequence[float] = (0.8, 0.1, 0.1),
    *,
    seed: int = 0,
    by: By | None = None,
    stratify: bool = False,
    previous: DatasetManifest | str | os.PathLike[str] | None = None,
    near_duplicates: bool = True,
) -> Split:
    """Deal samples into parts so that no document, group or copy that is found is in two of them.

    By default the part follows from a hash of the group (or, for a sample without one, of its
    file): the same on every machine, and unchanged when other samples are added. The shares are
    then met on average only.

    Args:
        samples: What to deal.
        ratios: Shares of training, validation and test, or of as many parts as given.
        seed: Another seed gives another split.
        by: Tells a sample's group; its own `group` by default.
        stratify: Spread rare fields and list lengths evenly and meet the shares closely instead;
            stable for the same set, not under added samples.
        previous: A data set written before: what was in it keeps its part. A group that would
            straddle follows its oldest member and is reported.
        near_duplicates: Look at the pages and keep copies of one together, whatever their labels
            say; without it only equal files are kept together, and nothing is decoded.

    Raises:
        ConfigurationError: The ratios are not positive or do not add up to 1.
        DatasetError: There are no samples, or `previous` cannot be read.
        DocumentError: A document's file is gone.

    Warns:
        RatioWarning: The ratios lie outside the recommended 70-80 / 10-20 / 10-20 %.

    Example:
        >>> from novadoc.documents import Document
        >>> pages = [Document.open(b"P5 40 30 255 " + bytes([n]) * 1200) for n in range(20)]
        >>> samples = [Sample(str(n), page, {"n": n}) for n, page in enumerate(pages)]
        >>> train, validation, test = split(samples, stratify=True)
        >>> len(train), len(validation), len(test)
        (16, 2, 2)
    """
    shares = _checked(ratios)
    everything = SampleSet.of(samples)
    if not len(everything):
        raise DatasetError("There are no samples to split.", remedy=WHY_EMPTY)
    groups = grouped(everything, by, look=near_duplicates)
    names = PARTS if len(shares) == 3 else tuple(f"part {n}" for n in range(1, len(shares) + 1))
    pinned = _Pinned(read_origins(previous), names) if previous is not None else None
    fixed = pinned.assign(groups.clusters, groups.facts) if pinned else {}
    if stratify:
        chosen = spread(groups.clusters, groups.facts, shares, seed=seed, fixed=fixed)
    else:
        chosen = [
            fixed[number]
            if number in fixed
            else _by_hash(groups.clusters.key(number), shares, seed)
            for number in range(len(groups.clusters))
        ]
    dealt = _dealt(groups.clusters, chosen, len(shares))
    notices = (*(pinned.notices if pinned else ()), *_empty(dealt, names))
    report = SplitReport(
        names=names,
        samples=tuple(map(len, dealt)),
        clusters=tuple(chosen.count(part) for part in range(len(shares))),
        look_alikes=groups.look_alikes,
        coverage=_coverage(dealt, groups.facts),
        notices=notices,
    )
    return Split(tuple(everything.take(places) for places in dealt), report)


def _checked(ratios: Sequence[float]) -> tuple[float, ...]:
    shares = tuple(ratios)
    # Written so that a NaN, which compares as false, is refused too.
    if len(shares) < 2 or not (min(shares) > 0 and abs(sum(shares) - 1) <= 1e-6):
        raise ConfigurationError(
            f"The ratios {shares} are not shares of a whole.",
            remedy="Give two or more positive numbers that add up to 1.",
        )
    if len(shares) == 3 and any(
        not low - 1e-9 <= share <= high + 1e-9
        for share, (low, high) in zip(shares, _RECOMMENDED, strict=True)
    ):
        warnings.warn(
            f"Ratios of {shares} lie outside the recommended 70-80 / 10-20 / 10-20 %.",
            RatioWarning,
            stacklevel=3,
        )
    return shares


def _by_hash(key: str, shares: tuple[float, ...], seed: int) -> int:
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") / 2**64
    reached = 0.0
    for part, share in enumerate(shares):
        reached += share
        if point < reached:
            return part
    return len(shares) - 1


def _dealt(clusters: Clusters, chosen: Sequence[int], parts: int) -> list[Sequence[int]]:
    dealt = [array("L") for _ in range(parts)]
    for number, part in enumerate(chosen):
        dealt[part].extend(clusters.members(number))
    return [array("L", sorted(places)) for places in dealt]


def _coverage(dealt: Sequence[Sequence[int]], facts: Facts) -> dict[str, tuple[int, ...]]:
    counts = {name: [0] * len(dealt) for name in sorted({*chain(*facts.trait_sets)})}
    for part, places in enumerate(dealt):
        for place in places:
            for trait in facts.traits(place):
                counts[trait][part] += 1
    return {name: tuple(values) for name, values in counts.items()}


def _empty(dealt: Sequence[Sequence[int]], names: Sequence[str]) -> Iterator[str]:
    for name, places in zip(names, dealt, strict=True):
        if not places:
            yield (
                f"The part `{name}` is empty: the set is small or its groups are large. "
                "Use `stratify=True`, another seed or smaller groups."
            )


class _Pinned:
    """Assignments of an earlier data set."""

    def __init__(self, origins: Iterable[Origin], names: Sequence[str]) -> None:
        self.notices: list[str] = []
        self._names = list(names)
        # Both ways: a file may have been renamed, or scanned again under its old name.
        self._by: dict[Union[str, tuple[str, str]], tuple[int, str]] = {}
        for age, origin in enumerate(origins):
            for key in (origin.digest, ("id", origin.id), ("group", origin.group or "")):
                if key != ("group", ""):
                    self._by.setdefault(key, (age, origin.part))

    def assign(self, clusters: Clusters, facts: Facts) -> dict[int, int]:
        """Return the part of every cluster with a member known from before."""
        found: dict[int, int] = {}
        for number in range(len(clusters)):
            members = clusters.members(number)
            known = sorted(filter(None, (self._look_up(facts, place) for place in members)))
            if not known:
                continue
            part = known[0][1]
            if part not in self._names:
                raise DatasetError(
                    f"The previous data set has a part {part!r} that this split has not.",
                    remedy="Split into the same parts as before.",
                )
            if len({name for _, name in known}) > 1:
                self.notices.append(
                    f"Group of `{facts.ids[members[0]]}`: its members were in several parts "
                    f"before; all follow the oldest into `{part}`."
                )
            found[number] = self._names.index(part)
        return found

    def _look_up(self, facts: Facts, place: int) -> tuple[int, str] | None:
        keys = (
            facts.digest(place).hex(),
            ("id", facts.ids[place]),
            ("group", facts.groups[place] or ""),
        )
        return next((self._by[key] for key in keys if key in self._by), None)
