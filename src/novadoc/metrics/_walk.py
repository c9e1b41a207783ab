"""One document against its truth: every leaf ends in one of the five outcomes."""

from __future__ import annotations

from typing import NamedTuple

from novadoc.errors import MetricsError
from novadoc.metrics._counts import EMPTY, EXTRA, HIT, MISSING, WRONG
from novadoc.metrics._nodes import BY_TYPE, Node, Tree
from novadoc.metrics._ordered import align
from novadoc.metrics._records import Matching, match
from novadoc.metrics._tables import table
from novadoc.metrics._values import (
    SCALARS,
    NotPlainError,
    has_leaf,
    is_plain,
    is_void,
)
from novadoc.types import JsonValue

# Pairs of nested lists weighed one by one; documents deeper and wider are refused.
_MOST = 1_000_000
# The walk itself takes two frames a level, and Python allows a thousand.
_DEEPEST = 500


class Flaw(NamedTuple):
    """A leaf that is not right."""

    outcome: int
    node: Node
    expected: JsonValue
    actual: JsonValue


class Walk:
    """Counts outcomes into the lanes of a tree; one per document."""

    __slots__ = ("bad", "counts", "deficits", "flaws", "known", "tree", "unproven")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.flaws: list[Flaw] = []
        self.counts = [0] * tree.width
        self.bad = 0
        self.deficits: dict[int, float] = {}
        self.known: dict[tuple[int, int], int] = {}
        self.unproven: set[str] = set()

    def pair(self, node: Node, expected: JsonValue, actual: JsonValue) -> None:
        """Count a node that may stand on both sides."""
        if isinstance(expected, dict) and isinstance(actual, dict):
            self.objects(node, expected, actual)
        elif is_void(expected):
            self._one_void(node, expected, actual)
        elif is_void(actual):
            self.lone(node, expected, MISSING)
        elif isinstance(expected, list) and isinstance(actual, list):
            self.lists(node, expected, actual)
        elif expected.__class__ in SCALARS and actual.__class__ in SCALARS:
            self.leaf(node, expected, actual)
        else:
            # An object against a leaf: nothing inside can be right.
            self.lone(node, expected, MISSING)
            self.lone(node, actual, EXTRA)

    def _one_void(self, node: Node, expected: JsonValue, actual: JsonValue) -> None:
        if not is_void(actual):
            self.lone(node, actual, EXTRA)
        elif not isinstance(expected, list) and not isinstance(actual, list):
            self.empty(node)

    def objects(
        self, node: Node, expected: dict[str, JsonValue], actual: dict[str, JsonValue]
    ) -> None:
        """Count two objects key by key."""
        counts, children, other = self.counts, node.children, actual.get
        for key, value in expected.items():
            found = other(key)
            kind = value.__class__
            child = children.get(key) or node.child(key)
            # The two usual cases stay here: everything else is a call away.
            if (
                kind is found.__class__
                and kind in SCALARS
                and value == found
                and not (isinstance(value, str) and (not value or value.isspace()))
            ):
                counts[child.lane if child.lane >= 0 else self._lane(child, value)] += 1
            elif isinstance(value, dict) and isinstance(found, dict):
                self.objects(child, value, found)
            else:
                self.pair(child, value, found)
        if actual.keys() != expected.keys():
            for key, found in actual.items():
                if key not in expected:
                    self.pair(children.get(key) or node.child(key), None, found)
        if len(expected) != len(children) and not node.declared <= expected.keys():
            for key in node.declared:
                if key not in expected and key not in actual:
                    self.empty(children[key])

    def leaf(self, node: Node, expected: JsonValue, actual: JsonValue) -> None:
        """Count a leaf that has a value on both sides."""
        lane = node.lane if node.lane >= 0 else self._lane(node, expected)
        if node.comparator is BY_TYPE:
            node.kinds.add(expected.__class__.__name__)
        similarity = node.comparator.similarity(expected, actual)  # type: ignore[arg-type]
        if not 0 <= similarity <= 1:
            raise MetricsError(
                f"the comparator `{type(node.comparator).__name__}` returned {similarity!r}.",
                path=node.path,
                remedy="A similarity is a number from 0 to 1.",
            )
        if similarity < 1:
            self.deficits[lane] = self.deficits.get(lane, 0.0) + 1 - similarity
        if similarity >= node.threshold:
            self.counts[lane + HIT] += 1
        else:
            self.counts[lane + WRONG] += 1
            self.bad += 1
            self.flaws.append(Flaw(WRONG, node, expected, actual))

    def lone(self, node: Node, value: JsonValue, outcome: int) -> None:
        """Count everything below a value that has no counterpart."""
        if isinstance(value, dict):
            for key, inner in value.items():
                self.lone(node.child(key), inner, outcome)
            for key in node.declared - value.keys():
                self.empty(node.children[key])
        elif isinstance(value, list):
            self._lone_list(node, value, outcome)
        elif is_void(value):
            self.empty(node)
        elif is_plain(value):
            lane = node.lane if node.lane >= 0 else self._lane(node, value)
            self.counts[lane + outcome] += 1
            self.bad += 1
            sides = (value, None) if outcome == MISSING else (None, value)
            self.flaws.append(Flaw(outcome, node, *sides))
        else:
            raise NotPlainError

    def _lone_list(self, node: Node, rows: list[JsonValue], outcome: int) -> None:
        item = node.item()
        for row in rows:
            if has_leaf(row):
                self.lone(item, row, outcome)
                self._count_row(node, row, outcome)

    def empty(self, node: Node) -> None:
        """Count the leaves of a field that has no value on either side."""
        if node.declared:
            for child in node.children.values():
                self.empty(child)
        elif node.kind not in {"array", "map", "object"}:
            lane = node.lane if node.lane >= 0 else self._lane(node, None)
            self.counts[lane + EMPTY] += 1

    def lists(self, node: Node, expected: list[JsonValue], actual: list[JsonValue]) -> None:
        """Match two lists and count them row by row."""
        expected = [row for row in expected if has_leaf(row)]
        actual = [row for row in actual if has_leaf(row)]
        found = self.matching(node, expected, actual)
        if not found.proven:
            self.unproven.add(node.path)
        item = node.item()
        for i, j in found.pairs:
            before = self.bad
            self.pair(item, expected[i], actual[j])
            self._count_row(node, expected[i], HIT if self.bad == before else WRONG)
        self._lone_list(node, [expected[i] for i in found.expected_only], MISSING)
        self._lone_list(node, [actual[j] for j in found.actual_only], EXTRA)

    def matching(self, node: Node, expected: list[JsonValue], actual: list[JsonValue]) -> Matching:
        """Decide which rows of two lists belong together."""
        if not expected or not actual:
            return Matching([], list(range(len(expected))), list(range(len(actual))))
        if len(expected) == len(actual) == 1:
            shared = self.hits(node.item(), expected[0], actual[0])
            return Matching([(0, 0)], [], []) if shared else Matching([], [0], [0])
        columns = table(node.item(), expected, actual, self.list_hits)
        if node.ordered:
            return align(columns, len(expected), len(actual))
        return match(columns, len(expected), len(actual))

    def hits(self, node: Node, expected: JsonValue, actual: JsonValue) -> int:
        """Return the right leaves two values would share."""
        if isinstance(expected, dict) and isinstance(actual, dict):
            total = 0
            for key in expected.keys() & actual.keys():
                total += self.hits(node.child(key), expected[key], actual[key])
            return total
        if isinstance(expected, list) and isinstance(actual, list):
            return self.list_hits(node, expected, actual)
        if expected.__class__ not in SCALARS or actual.__class__ not in SCALARS:
            return 0
        if is_void(expected) or is_void(actual):
            return 0
        return int(node.comparator.similarity(expected, actual) >= node.threshold)  # type: ignore[arg-type]

    def list_hits(self, node: Node, expected: list[JsonValue], actual: list[JsonValue]) -> int:
        """Return the right leaves two lists would share, remembered: parents ask again."""
        known = self.known.get((id(expected), id(actual)))
        if known is None:
            item, known = node.item(), 0
            if len(expected) == len(actual) == 1:
                known = self.hits(item, expected[0], actual[0])
            else:
                for i, j in self.matching(node, expected, actual).pairs:
                    known += self.hits(item, expected[i], actual[j])
            self.known[id(expected), id(actual)] = known
        return known

    def warm(self, expected: JsonValue, actual: JsonValue) -> None:
        """Weigh nested lists from the innermost outwards, so that no recursion runs deep.

        Raises:
            RecursionError: There are too many of them.
        """
        sides = _lists_by_node(self.tree.root, expected), _lists_by_node(self.tree.root, actual)
        if sum(len(own) * len(sides[1].get(node, ())) for node, own in sides[0].items()) > _MOST:
            raise RecursionError
        for node in reversed(sides[0]):
            for one in sides[0][node]:
                for two in sides[1].get(node, ()):
                    self.list_hits(node, one, two)

    def _count_row(self, node: Node, row: JsonValue, outcome: int) -> None:
        if isinstance(row, dict):
            lane = node.row_lane if node.row_lane >= 0 else self._rows_lane(node)
            self.counts[lane + outcome] += 1

    def _lane(self, node: Node, value: JsonValue) -> int:
        if not is_plain(value):
            raise NotPlainError
        lane = self.tree.leaf_lane(node)
        node.kinds.add(value.__class__.__name__)
        self._widen()
        return lane

    def _rows_lane(self, node: Node) -> int:
        lane = self.tree.table_lane(node)
        self._widen()
        return lane

    def _widen(self) -> None:
        self.counts.extend([0] * (self.tree.width - len(self.counts)))


def _lists_by_node(root: Node, document: JsonValue) -> dict[Node, list[list[JsonValue]]]:
    """Return all lists of a document by where they stand, outer ones first."""
    found: dict[Node, list[list[JsonValue]]] = {}
    level: list[tuple[Node, JsonValue]] = [(root, document)]
    seen = depth = 0
    while level:
        deeper: list[tuple[Node, JsonValue]] = []
        for node, value in level:
            if isinstance(value, dict):
                deeper += [(node.child(key), inner) for key, inner in value.items()]
            elif isinstance(value, list):
                found.setdefault(node, []).append(value)
                deeper += [(node.item(), inner) for inner in value]
        seen += len(deeper)
        depth += 1
        if seen > _MOST or depth > _DEEPEST:
            raise RecursionError
        level = deeper
    return found
