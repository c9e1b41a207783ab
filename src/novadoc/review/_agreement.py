"""How far two reviewers agree, field by field, and where they do not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from novadoc._answer import dump_json
from novadoc.metrics import ByType, Comparator, leaves
from novadoc.review._doubts import Alternative, Doubt
from novadoc.review._review import Review
from novadoc.schema import DocumentSchema, FieldSpec
from novadoc.types import JsonObject, JsonValue

__all__ = ["Agreement", "Conflict", "FieldAgreement", "agree", "cohens_kappa"]

Schema = DocumentSchema[Any] | type[BaseModel]


@dataclass(frozen=True)
class Conflict:
    """A field two reviewers read differently, or a list or object of which one found more."""

    sample: str
    """The sample's id."""
    path: str
    """Where, as `states[0].wages`, rows numbered from 0 as the first reviewer has them."""
    first: JsonValue = field(repr=False)
    second: JsonValue = field(repr=False)


@dataclass(frozen=True)
class FieldAgreement:
    """Agreement on one field, over all samples and records."""

    path: str
    """As in the schema: `states[].wages`."""
    count: int
    """How often either could have said something."""
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
    """Every difference that the field's comparator does not call equal. A row that only one of
    them found is a conflict over the whole list, not over each of its fields; an object that only
    one has, over the whole object."""

    @property
    def exact(self) -> float | None:
        """Share of equal values over all fields; None without any."""
        count = sum(one.count for one in self.fields)
        return sum(one.exact * one.count for one in self.fields) / count if count else None

    def to_markdown(self) -> str:
        """Return the figures as a table, without a value in it."""
        rows = [
            f"| {one.path} | {one.count} | {one.exact:.1%} | {one.soft:.1%} | "
            f"{'' if one.kappa is None else format(one.kappa, '.2f')} |"
            for one in self.fields
        ]
        head = [
            "| field | compared | exact | soft | kappa |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        return "\n".join([*head, *rows]) + "\n"

    def doubts(self) -> dict[str, tuple[Doubt, ...]]:
        """Return the conflicts as doubts, both values to choose from: for a page to settle them.

        Write that page from the first reviewer's labels: the doubts number rows as they do.
        """
        found: dict[str, list[Doubt]] = {}
        for conflict in self.conflicts:
            sides = zip(self.reviewers, (conflict.first, conflict.second), strict=True)
            others = tuple(Alternative(who, value) for who, value in sides)
            said = (conflict.first, conflict.second)
            lists, objects = ([isinstance(value, kind) for value in said] for kind in (list, dict))
            whole = any(lists) or (any(objects) and not all(objects))
            reason = "One reviewer found more." if whole else "The reviewers do not agree."
            doubt = Doubt(conflict.path, reason, alternatives=others)
            found.setdefault(conflict.sample, []).append(doubt)
        return {sample: tuple(doubts) for sample, doubts in found.items()}


def agree(first: Review, second: Review, *, schema: Schema) -> Agreement:
    """Compare two reviews on the samples that both reviewers confirmed.

    Rows of a list are matched as metrics match them, those without a match in their order: a row
    that one of them missed does not shift all the others. A row only one has counts as all its
    fields differing.

    Args:
        first: One reviewer's labels.
        second: The other's.
        schema: What both pages were made from.

    Raises:
        DatasetError: A page was made from another schema.
        LabelError: Confirmed labels do not fit the schema; all of them are named.
    """
    form: DocumentSchema[Any] = DocumentSchema.of(schema)
    first.require(form)
    second.require(form)
    ids = sorted(first.done & second.done)
    ones, twos = first.canonical(form, ids), second.canonical(form, ids)
    compared: defaultdict[str, list[_Pair]] = defaultdict(list)
    conflicts: list[Conflict] = []
    for sample in ids:
        for pair in _pairs(form, ones[sample], twos[sample]):
            if pair.kind != "whole":
                compared[pair.spec.path].append(pair)
            if pair.kind != "alone" and _similarity(pair) < 1.0:
                conflicts.append(Conflict(sample, pair.path, pair.one, pair.two))
    specs = (spec for top in form.fields for spec in top.walk())
    fields = (_field(spec, compared[spec.path]) for spec in specs if spec.path in compared)
    names = (first.reviewer or "first", second.reviewer or "second")
    return Agreement(names, len(ids), tuple(fields), tuple(conflicts))


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
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
    lefts, rights = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    chance = sum(lefts[value] * rights[value] for value in lefts) / count**2
    return None if chance == 1.0 else (observed - chance) / (1.0 - chance)


class _Pair(NamedTuple):
    """What two reviewers say about one place."""

    path: str
    spec: FieldSpec
    one: JsonValue
    two: JsonValue
    kind: Literal["both", "alone", "whole"] = "both"
    """`alone`: in a row or object that only one of them has. `whole`: that object, or a list with
    more rows on one side."""


def _field(spec: FieldSpec, pairs: Sequence[_Pair]) -> FieldAgreement:
    count = len(pairs)
    values = [(pair.one, pair.two) for pair in pairs]
    return FieldAgreement(
        spec.path,
        count,
        exact=sum(one == two for one, two in values) / count,
        soft=sum(map(_similarity, pairs)) / count,
        # As text: there 1 and true are two choices.
        kappa=cohens_kappa([(dump_json(one), dump_json(two)) for one, two in values])
        if spec.kind in {"enum", "boolean"}
        else None,
    )


def _similarity(pair: _Pair) -> float:
    one, two = pair.one, pair.two
    if one == two:
        return 1.0
    if one is None or two is None or isinstance(one, (dict, list)) or isinstance(two, (dict, list)):
        return 0.0
    marked = pair.spec.comparator
    comparator = marked if isinstance(marked, Comparator) else ByType()
    return comparator.similarity(one, two)


def _pairs(form: DocumentSchema[Any], one: JsonObject, two: JsonObject) -> Iterator[_Pair]:
    partners: dict[str, str] = {}
    for leaf in leaves(one, two, form):
        partners.update(zip(_row_places(leaf.place), _row_places(leaf.actual_place), strict=False))
    walk = _Walk(partners)
    for spec in form.fields:
        yield from walk.pairs(spec, (spec.name, spec.name), one.get(spec.name), two.get(spec.name))


def _row_places(place: str) -> Iterator[str]:
    """Yield the places of the rows that something stands in: of `a[1].b[2].c` the first two."""
    return (place[: found.end()] for found in re.finditer(r"\[\d+\]", place))


def _alone(pairs: Iterable[_Pair]) -> Iterator[_Pair]:
    """Say that only one of them has what the pairs are of: that is one conflict, not many."""
    return (pair._replace(kind="alone") for pair in pairs if pair.kind != "whole")


class _Walk:
    """Walks through two labels at once. A pair of places says where it is in each."""

    def __init__(self, partners: dict[str, str]) -> None:
        self._partners = partners

    def pairs(
        self, spec: FieldSpec, places: tuple[str, str], one: JsonValue, two: JsonValue
    ) -> Iterator[_Pair]:
        """Yield what both say, leaf by leaf."""
        if spec.kind == "object":
            alone = isinstance(one, dict) is not isinstance(two, dict)
            if alone:
                yield _Pair(places[0], spec, one, two, "whole")
            left, right = (value if isinstance(value, dict) else {} for value in (one, two))
            for child in spec.children:
                below = (f"{places[0]}.{child.name}", f"{places[1]}.{child.name}")
                found = self.pairs(child, below, left.get(child.name), right.get(child.name))
                yield from _alone(found) if alone else found
        elif spec.kind == "array":
            left_rows, right_rows = (
                value if isinstance(value, list) else [] for value in (one, two)
            )
            if len(left_rows) != len(right_rows) or isinstance(one, list) is not isinstance(
                two, list
            ):
                yield _Pair(places[0], spec, one, two, "whole")
            yield from self._rows(spec.children[0], places, left_rows, right_rows)
        else:
            yield _Pair(places[0], spec, one, two)

    def _rows(
        self,
        spec: FieldSpec,
        places: tuple[str, str],
        left: list[JsonValue],
        right: list[JsonValue],
    ) -> Iterator[_Pair]:
        matched = self._matched(places, len(left), len(right))
        for i, j in matched:
            below = f"{places[0]}[{i}]", f"{places[1]}[{j}]"
            one, two = left[i] if i < len(left) else None, right[j] if j < len(right) else None
            alone = i >= len(left) or j >= len(right)
            found = self.pairs(spec, below, one, two)
            yield from _alone(found) if alone else found

    def _matched(self, places: tuple[str, str], left: int, right: int) -> list[tuple[int, int]]:
        """Return which rows belong together; one beyond a list's end is the partner of none."""
        there = {f"{places[1]}[{j}]": j for j in range(right)}
        found = [there.get(self._partners.get(f"{places[0]}[{i}]", "")) for i in range(left)]
        free = deque(sorted(set(range(right)) - set(found)))
        pairs = [
            (i, j if j is not None else free.popleft() if free else right)
            for i, j in enumerate(found)
        ]
        return [*pairs, *enumerate(free, left)]
