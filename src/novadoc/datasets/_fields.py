"""What the labels of a set hold, field by field, in memory that does not grow with the set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from novadoc.datasets._alike import leaves
from novadoc.datasets._majority import kind_of
from novadoc.datasets._shape import absent
from novadoc.types import JsonObject, JsonValue

_PLACE = re.compile(r"\[\d+\]")
# Beyond so many different values a field is no class; counting them all would keep the whole set.
_DISTINCT = 1_000
_ENOUGH = 10
_NEARLY = 0.95


@dataclass(frozen=True)
class FieldProfile:
    """One field over all labels."""

    path: str
    """As `lines[].amount`."""
    samples: int
    """Samples that have a value here."""
    share: float
    """Of all samples, from 0 to 1."""
    values: int
    """Values that are not null, list items each."""
    distinct: int
    """Different values; counted to 1,000."""
    types: dict[str, int]
    """Values by JSON type."""
    longest: int
    """Characters of the longest value."""
    common: tuple[tuple[str, int], ...] = field(repr=False)
    """The most frequent values; empty for fields with more than 1,000 different ones."""

    @property
    def note(self) -> str:
        """What is odd about it; empty when nothing is."""
        if not self.values:
            return "never present"
        if len(self.types) > 1:
            return "several types"
        if self.values >= _ENOUGH and self.distinct == 1:
            return "constant"
        if self.values >= _ENOUGH and self.common and self.common[0][1] >= _NEARLY * self.values:
            return "nearly constant"
        return "rare" if self.share < 0.05 else ""


class FieldCounts:
    """Counts the fields of labels as they pass."""

    def __init__(self) -> None:
        self.samples = 0
        self.absent_texts = 0
        self._fields: dict[str, _Counted] = {}

    def add(self, label: JsonObject) -> None:
        """Count one label."""
        self.samples += 1
        self.absent_texts += sum(1 for _ in absent(label, "$answer"))
        seen: set[str] = set()
        for place, value in leaves(label):
            path = _PLACE.sub("[]", place)
            counted = self._fields.setdefault(path, _Counted())
            if value is not None:
                counted.add(value)
                seen.add(path)
        for path in seen:
            self._fields[path].samples += 1

    def profiles(self) -> Iterator[FieldProfile]:
        """Yield the fields in the order they first came."""
        for path, counted in self._fields.items():
            yield FieldProfile(
                path=path,
                samples=counted.samples,
                share=counted.samples / max(1, self.samples),
                values=counted.total,
                distinct=len(counted.values) or _DISTINCT * bool(counted.total),
                types=dict(counted.types),
                longest=counted.longest,
                common=tuple(counted.values.most_common(10)),
            )


class _Counted:
    def __init__(self) -> None:
        self.samples = 0
        self.total = 0
        self.longest = 0
        self.types: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self._many = False

    def add(self, value: JsonValue) -> None:
        text = str(value)
        self.total += 1
        self.longest = max(self.longest, len(text))
        self.types[kind_of(value)] += 1
        if not self._many:
            self.values[text] += 1
            if len(self.values) > _DISTINCT:
                self._many = True
                self.values.clear()
