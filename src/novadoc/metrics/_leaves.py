"""One document beside its truth, leaf by leaf, as a person would read the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from novadoc.metrics._counts import Outcome
from novadoc.metrics._evaluate import Schema, schema_of
from novadoc.metrics._nodes import Node, Tree
from novadoc.metrics._values import is_void
from novadoc.metrics._walk import Walk
from novadoc.types import JsonValue


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value on either side, or both. Its `repr` hides the values, which may be private."""

    place: str
    """Where it stands, rows numbered from 0 as in the truth: `lines[2].amount`."""
    path: str
    """The field's path, rows unnumbered: `lines[].amount`."""
    outcome: Outcome
    """What became of it."""
    expected: JsonValue = field(repr=False)
    """The true value; `None` where there is none."""
    actual: JsonValue = field(repr=False)
    """The predicted value; `None` where there is none."""
    actual_place: str = ""
    """Where it stands in the prediction, rows numbered from 0 as there; empty where it does not."""


def leaves(
    expected: Mapping[str, JsonValue], actual: Mapping[str, JsonValue] | None, schema: Schema = None
) -> list[Leaf]:
    """Lay a prediction beside its truth, with records matched as `compare` matches them.

    Rows that only the prediction has come last, numbered on from the truth's.

    Args:
        expected: The truth.
        actual: The prediction; with `None` every leaf of the truth is missing.
        schema: Names fields and comparators; without one the types decide.

    Example:
        >>> for leaf in leaves({"a": 1, "l": [{"x": 1}]}, {"a": 2, "l": [{"x": 3}, {"x": 1}]}):
        ...     print(leaf.place, leaf.outcome)
        a wrong
        l[0].x hit
        l[1].x extra
    """
    found = schema_of(schema, expected)
    tree = Tree(found.fields if found else (), None)
    pairing = _Pairing(Walk(tree))
    return list(pairing.pair(tree.root, ("", ""), dict(expected), dict(actual or {})))


class _Pairing:
    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def pair(
        self, node: Node, places: tuple[str, str], one: JsonValue, two: JsonValue
    ) -> Iterator[Leaf]:
        """Yield the leaves below a node that may stand on either side."""
        if isinstance(one, dict) or isinstance(two, dict):
            left, right = one if isinstance(one, dict) else {}, two if isinstance(two, dict) else {}
            for key in [*left, *(key for key in right if key not in left)]:
                inner = _inside(places[0], key), _inside(places[1], key)
                yield from self.pair(node.child(key), inner, left.get(key), right.get(key))
        elif isinstance(one, list) or isinstance(two, list):
            rows = one if isinstance(one, list) else [], two if isinstance(two, list) else []
            yield from self._rows(node, places, rows)
        else:
            outcome = self._outcome(node, one, two)
            there = "" if is_void(two) else places[1]
            yield Leaf(places[0], node.path, outcome, one, two, there)

    def _rows(
        self,
        node: Node,
        places: tuple[str, str],
        rows: tuple[list[JsonValue], list[JsonValue]],
    ) -> Iterator[Leaf]:
        one, two = rows
        matched = self._walk.matching(node, one, two)
        partner = dict(matched.pairs)
        item = node.item()
        for i, row in enumerate(one):
            j = partner.get(i)
            inner = f"{places[0]}[{i}]", f"{places[1]}[{j or 0}]"
            yield from self.pair(item, inner, row, None if j is None else two[j])
        for number, j in enumerate(matched.actual_only, len(one)):
            inner = f"{places[0]}[{number}]", f"{places[1]}[{j}]"
            yield from self.pair(item, inner, None, two[j])

    def _outcome(self, node: Node, one: JsonValue, two: JsonValue) -> Outcome:
        if is_void(one):
            return "empty" if is_void(two) else "extra"
        if is_void(two):
            return "missing"
        return "hit" if self._walk.hits(node, one, two) else "wrong"


def _inside(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
