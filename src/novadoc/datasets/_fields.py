"""What the labels of a set hold, field by field, in memory that does not grow with the set."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from novadoc._places import leaves, lists
from novadoc.datasets._majority import kind_of
from novadoc.datasets._shape import absent
from novadoc.types import JsonObject, JsonScalar, JsonValue

_PLACE = re.compile(r"\[\d+\]")
# Beyond so many different values a field is no class; counting them all would keep the whole set.
_DISTINCT = 1_000
_SHOWN = 10
_ENOUGH = 10
_NEARLY = 0.95
_LENGTHS = (4, 8, 16, 32, 64, 128, 256)
_ITEMS = (0, 1, 2, 4, 8, 16, 32, 64)
_POWERS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


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
    lengths: dict[str, int]
    """Texts by number of characters, as `<= 8`; what is empty is left out."""
    magnitudes: dict[str, int]
    """Numbers by size, as `< 100`; negative ones apart, what is empty is left out."""
    counts: tuple[int, ...]
    """How often the ten most frequent values occur; empty like `common`."""
    balance: float | None
    """1 when all values are equally frequent, near 0 when one outweighs the others (entropy as a
    share of the highest possible); `None` for a single value and for more than 1,000."""
    common: tuple[tuple[str, int], ...] = field(repr=False)
    """The ten most frequent values; empty for fields with more than 1,000 different ones."""

    @property
    def note(self) -> str:
        """What is odd about it; empty when nothing is."""
        if not self.values:
            return "never present"
        if len(self.types) > 1:
            return "several types"
        if self.values >= _ENOUGH and self.distinct == 1:
            return "constant"
        if self.values >= _ENOUGH and self.counts and self.counts[0] >= _NEARLY * self.values:
            return "nearly constant"
        return "rare" if self.share < 0.05 else ""

    def to_dict(self, *, values: bool = False) -> JsonObject:
        """Return the field as JSON; its most frequent values only with `values`."""
        found: JsonObject = {
            "path": self.path,
            "samples": self.samples,
            "share": round(self.share, 4),
            "values": self.values,
            "distinct": self.distinct,
            "types": dict[str, JsonValue](self.types),
            "longest": self.longest,
            "lengths": dict[str, JsonValue](self.lengths),
            "magnitudes": dict[str, JsonValue](self.magnitudes),
            "counts": list[JsonValue](self.counts),
            "balance": None if self.balance is None else round(self.balance, 4),
            "note": self.note,
        }
        if values:
            found["common"] = [[text, count] for text, count in self.common]
        return found


class FieldCounts:
    """Counts the fields of labels as they pass."""

    def __init__(self) -> None:
        self.samples = 0
        self.absent_texts = 0
        self._fields: dict[str, _Counted] = {}
        self._lists: dict[str, list[int]] = {}

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
        for place, items in lists(label):
            bars = self._lists.setdefault(_PLACE.sub("[]", place), [0] * (len(_ITEMS) + 1))
            bars[bisect_left(_ITEMS, items)] += 1

    def profiles(self) -> Iterator[FieldProfile]:
        """Yield the fields in the order they first came."""
        for path, counted in self._fields.items():
            common = tuple(counted.values.most_common(_SHOWN))
            yield FieldProfile(
                path=path,
                samples=counted.samples,
                share=counted.samples / max(1, self.samples),
                values=counted.total,
                distinct=len(counted.values) or _DISTINCT * bool(counted.total),
                types=dict(counted.types),
                longest=counted.longest,
                lengths=_bars("<= {:,}", _LENGTHS, counted.lengths),
                magnitudes=counted.magnitudes(),
                counts=tuple(count for _, count in common),
                balance=_evenness(counted.values),
                common=common,
            )

    def list_lengths(self) -> dict[str, dict[str, int]]:
        """Return lists by number of items, for each path that has lists."""
        return {path: _list_bars(bars) for path, bars in self._lists.items()}


class _Counted:
    def __init__(self) -> None:
        self.samples = 0
        self.total = 0
        self.longest = 0
        self.types: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.lengths = [0] * (len(_LENGTHS) + 1)
        self._negative = 0
        self._sizes = [0] * (len(_POWERS) + 1)
        self._many = False

    def add(self, value: JsonScalar) -> None:
        text = str(value)
        self.total += 1
        self.longest = max(self.longest, len(text))
        self.types[kind_of(value)] += 1
        if isinstance(value, str):
            self.lengths[bisect_left(_LENGTHS, len(value))] += 1
        elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            self._number(value)
        if not self._many:
            self.values[text] += 1
            if len(self.values) > _DISTINCT:
                self._many = True
                self.values.clear()

    def _number(self, value: float | Decimal) -> None:
        if value < 0:
            self._negative += 1
        else:
            self._sizes[sum(value >= power for power in _POWERS)] += 1

    def magnitudes(self) -> dict[str, int]:
        """Return numbers by size."""
        negative = {"< 0": self._negative} if self._negative else {}
        return {**negative, **_bars("< {:,}", _POWERS, self._sizes, above=">= {:,}")}


def _bars(
    name: str, edges: tuple[int, ...], counts: list[int], *, above: str = "> {:,}"
) -> dict[str, int]:
    names = [*(name.format(edge) for edge in edges), above.format(edges[-1])]
    return {bar: count for bar, count in zip(names, counts, strict=True) if count}


def _list_bars(counts: list[int]) -> dict[str, int]:
    lows = [0, *(edge + 1 for edge in _ITEMS[:-1])]
    spans = zip(lows, _ITEMS, strict=True)
    names = [f"{low}" if low == high else f"{low}-{high}" for low, high in spans]
    names.append(f"> {_ITEMS[-1]}")
    return {bar: count for bar, count in zip(names, counts, strict=True) if count}


def _evenness(counts: Mapping[str, int]) -> float | None:
    """Return the entropy of counts as a share of the highest that so many kinds can have."""
    if len(counts) < 2:
        return None
    total = sum(counts.values())
    entropy = -sum(count / total * math.log(count / total) for count in counts.values())
    return entropy / math.log(len(counts))
