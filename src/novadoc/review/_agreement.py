"""How far two reviewers agree, field by field, and where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from novadoc.metrics import ByType, Comparator
from novadoc.review._doubts import Alternative, Doubt
from novadoc.review._review import Review
from novadoc.schema import DocumentSchema, FieldSpec
from novadoc.types import JsonObject, JsonValue

__all__ = ["Agreement", "Conflict", "FieldAgreement", "agree", "cohens_kappa"]

Schema = DocumentSchema[Any] | type[BaseModel]


@dataclass(frozen=True)
class Conflict:
    """A field two reviewers read differently."""

    sample: str
    """The sample's id."""
    path: str
    """Where, as `states[0].wages`."""
    first: JsonValue = field(repr=False)
    second: JsonValue = field(repr=False)


@dataclass(frozen=True)
class FieldAgreement:
    """Agreement on one field, over all samples and records."""

    path: str
    """As in the schema: `states[].wages`."""
    count: int
    """How often both could have said something."""
    exact: float
    """Share of equal values, nulls included; from 0 to 1."""
    soft: float
    """Mean similarity by the field's comparator; from 0 to 1."""
    kappa: float | None
    """Cohen's kappa, for choices and ticks; None for others, and where it is not defined."""


@dataclass(frozen=True)
class Agreement:
    """Two reviews compared."""

    reviewers: tuple[str, str]
    samples: int
    """Documents that both confirmed."""
    fields: tuple[FieldAgreement, ...]
    """In the schema's order; fields that never occurred are left out."""
    conflicts: tuple[Conflict, ...]
    """Every difference that the field's comparator does not call equal."""

    @property
    def exact(self) -> float | None:
        """Share of equal values over all fields; None without any."""
        count = sum(one.count for one in self.fields)
        return sum(one.exact * one.count for one in self.fields) / count if count else None

    def doubts(self) -> dict[str, tuple[Doubt, ...]]:
        """Return the conflicts as doubts, both values to choose from: for a page to settle them."""
        found: dict[str, list[Doubt]] = {}
        for conflict in self.conflicts:
            sides = zip(self.reviewers, (conflict.first, conflict.second), strict=True)
            others = tuple(Alternative(who, value) for who, value in sides)
            doubt = Doubt(conflict.path, "The reviewers do not agree.", alternatives=others)
            found.setdefault(conflict.sample, []).append(doubt)
        return {sample: tuple(doubts) for sample, doubts in found.items()}


def agree(first: Review, second: Review, *, schema: Schema) -> Agreement:
    """Compare two reviews on the samples that both reviewers confirmed.

    Records of a list are compared in their order; a record only one of them has counts as all its
    fields differing.

    Args:
        first: One reviewer's labels.
        second: The other's.
        schema: What both pages were made from.

    Raises:
        DatasetError: A page was made from another schema.
        LabelError: A confirmed label does not fit the schema.
    """
    form: DocumentSchema[Any] = DocumentSchema.of(schema)
    first.require(form)
    second.require(form)
    ids = sorted(first.done & second.done)
    pairs: dict[str, list[tuple[JsonValue, JsonValue]]] = {}
    conflicts: list[Conflict] = []
    specs = {spec.path: spec for spec in form.leaves()}
    for sample in ids:
        sides = (form.canonical(first.labels[sample]), form.canonical(second.labels[sample]))
        for path, spec, one, two in _leaf_pairs(form.fields, *sides):
            pairs.setdefault(spec.path, []).append((one, two))
            if _similarity(spec, one, two) < 1.0:
                conflicts.append(Conflict(sample, path, one, two))
    fields = tuple(_field(specs[path], found) for path, found in pairs.items())
    order = {path: place for place, path in enumerate(specs)}
    names = (first.reviewer or "first", second.reviewer or "second")
    return Agreement(
        names, len(ids), tuple(sorted(fields, key=lambda one: order[one.path])), tuple(conflicts)
    )


def cohens_kappa(pairs: Sequence[tuple[object, object]]) -> float | None:
    """Return Cohen's kappa: agreement beyond chance, 1 for full, 0 for chance, below for less.

    None when there are no pairs, or both always say the same one thing: chance explains all.

    Example:
        >>> cohens_kappa([("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")])
        0.5
    """
    if not pairs:
        return None
    count = len(pairs)
    observed = sum(one == two for one, two in pairs) / count
    lefts, rights = (Counter(repr(pair[side]) for pair in pairs) for side in (0, 1))
    chance = sum(lefts[value] * rights[value] for value in lefts) / count**2
    return None if chance == 1.0 else (observed - chance) / (1.0 - chance)


def _field(spec: FieldSpec, pairs: Sequence[tuple[JsonValue, JsonValue]]) -> FieldAgreement:
    count = len(pairs)
    return FieldAgreement(
        spec.path,
        count,
        exact=sum(one == two for one, two in pairs) / count,
        soft=sum(_similarity(spec, one, two) for one, two in pairs) / count,
        kappa=cohens_kappa(pairs) if spec.kind in {"enum", "boolean"} else None,
    )


def _similarity(spec: FieldSpec, one: JsonValue, two: JsonValue) -> float:
    if one == two:
        return 1.0
    if one is None or two is None or isinstance(one, (dict, list)) or isinstance(two, (dict, list)):
        return 0.0
    comparator = spec.comparator if isinstance(spec.comparator, Comparator) else ByType()
    return comparator.similarity(one, two)


Leaf = tuple[str, FieldSpec, JsonValue, JsonValue]


def _leaf_pairs(
    specs: Sequence[FieldSpec], one: JsonObject, two: JsonObject, prefix: str = ""
) -> Iterator[Leaf]:
    for spec in specs:
        path = f"{prefix}{spec.name}"
        yield from _pairs(spec, path, one.get(spec.name), two.get(spec.name))


def _pairs(spec: FieldSpec, path: str, one: JsonValue, two: JsonValue) -> Iterator[Leaf]:
    if spec.kind == "object":
        left, right = (value if isinstance(value, dict) else {} for value in (one, two))
        yield from _leaf_pairs(spec.children, left, right, f"{path}.")
    elif spec.kind == "array":
        left_items, right_items = (value if isinstance(value, list) else [] for value in (one, two))
        for i in range(max(len(left_items), len(right_items))):
            left_item, right_item = (
                items[i] if i < len(items) else None for items in (left_items, right_items)
            )
            yield from _pairs(spec.children[0], f"{path}[{i}]", left_item, right_item)
    else:
        yield path, spec, one, two
