"""One document against its truth: every leaf ends in one of the five outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from novadoc.metrics._assignment import Pair
from novadoc.metrics._comparators import checked
from novadoc.metrics._counts import EMPTY, EXTRA, HIT, MISSING, WRONG
from novadoc.metrics._flat import ColumnCount, count
from novadoc.metrics._nodes import BY_TYPE, Node, Tree
from novadoc.metrics._ordered import align
from novadoc.metrics._records import Matching, match
from novadoc.metrics._tables import Field, table
from novadoc.metrics._values import (
    NOTHING,
    SCALARS,
    NotPlainError,
    has_leaf,
    is_plain,
    is_void,
)
from novadoc.types import JsonValue


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
        elif expected.__class__ in SCALARS and actual.__class__ in SCALARS:
            self.leaf(node, expected, actual)
        elif isinstance(expected, list) and isinstance(actual, list):
            self.lists(node, expected, actual)
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
            # The usual cases stay here: everything else is a call away.
            if kind is found.__class__:
                if kind is dict:
                    self.objects(child, value, found)  # type: ignore[arg-type]
                    continue
                if (
                    value == found
                    and kind in SCALARS
                    and (kind is not str or (value and not value.isspace()))  # type: ignore[union-attr]
                ):
                    lane = child.lane
                    counts[lane if lane >= 0 else self._lane(child, value)] += 1
                    continue
            self.pair(child, value, found)
        if actual.keys() != expected.keys():
            for key, found in actual.items():
                if key not in expected:
                    self.pair(children.get(key) or node.child(key), None, found)
        if not node.declared <= expected.keys():
            self._unmentioned(node, expected, actual)

    def _unmentioned(
        self, node: Node, expected: dict[str, JsonValue], actual: dict[str, JsonValue]
    ) -> None:
        """Count the declared keys that neither side has."""
        for key in node.declared:
            if key not in expected and key not in actual:
                self.empty(node.children[key])

    def leaf(self, node: Node, expected: JsonValue, actual: JsonValue) -> None:
        """Count a leaf that has a value on both sides."""
        lane = node.lane if node.lane >= 0 else self._lane(node, expected)
        if node.comparator is BY_TYPE:
            node.kinds.add(expected.__class__.__name__)
        similarity = node.comparator.similarity(expected, actual)  # type: ignore[arg-type]
        if similarity != 1:
            checked(similarity, node.comparator, node.path)
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
                if isinstance(row, dict):
                    self._count_rows(node, outcome)

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
        found, fields = self._matched(node, expected, actual)
        if not found.proven:
            self.unproven.add(node.path)
        if fields:
            self._cells(node, fields, found.pairs)
        else:
            item = node.item()
            for i, j in found.pairs:
                before = self.bad
                self.pair(item, expected[i], actual[j])
                if isinstance(expected[i], dict):
                    self._count_rows(node, HIT if self.bad == before else WRONG)
        self._lone_list(node, [expected[i] for i in found.expected_only], MISSING)
        self._lone_list(node, [actual[j] for j in found.actual_only], EXTRA)

    def matching(self, node: Node, expected: list[JsonValue], actual: list[JsonValue]) -> Matching:
        """Decide which rows of two lists belong together."""
        return self._matched(node, expected, actual)[0]

    def _matched(
        self, node: Node, expected: list[JsonValue], actual: list[JsonValue]
    ) -> tuple[Matching, Sequence[Field]]:
        if not expected or not actual:
            return Matching([], list(range(len(expected))), list(range(len(actual)))), ()
        if len(expected) == len(actual) == 1:
            shared = self.hits(node.item(), expected[0], actual[0])
            return Matching([(0, 0)], [], []) if shared else Matching([], [0], [0]), ()
        laid = table(node.item(), expected, actual, self.list_hits)
        matched = align if node.ordered else match
        return matched(laid.columns, len(expected), len(actual)), laid.fields

    def _cells(self, node: Node, fields: Sequence[Field], pairs: Sequence[Pair]) -> None:
        """Count matched rows of leaves column by column; what is wrong is told row by row."""
        item = node.item()
        flaws: list[tuple[int, Flaw]] = []
        for field in fields:
            found = count(field, pairs, is_declared=field.name in item.declared)
            self._book(field, found)
            for number, outcome in found.flaws:
                i, j = pairs[number]
                # A blank on the other side is no value, and not told as one.
                one = None if outcome == EXTRA else field.expected[i]
                two = None if outcome == MISSING else field.actual[j]
                flaws.append((number, Flaw(outcome, field.node, one, two)))
        for key in item.declared.difference(field.name for field in fields):
            for _ in pairs:
                self.empty(item.children[key])
        flaws.sort(key=itemgetter(0))
        self.flaws += [flaw for _, flaw in flaws]
        self.bad += len(flaws)
        wrong = len({number for number, _ in flaws})
        self._count_rows(node, HIT, len(pairs) - wrong)
        self._count_rows(node, WRONG, wrong)

    def _book(self, field: Field, found: ColumnCount) -> None:
        node = field.node
        for _ in range(found.counts[EMPTY]):
            self.empty(node)
        if not any(found.counts[:EMPTY]):
            return
        lane = node.lane if node.lane >= 0 else self._lane(node, None)
        if node.comparator is BY_TYPE:
            met = set(map(type, field.expected)) - {NOTHING} or set(map(type, field.actual))
            node.kinds.update(kind.__name__ for kind in met)
        for outcome in (HIT, WRONG, MISSING, EXTRA):
            self.counts[lane + outcome] += found.counts[outcome]
        if found.deficit:
            self.deficits[lane] = self.deficits.get(lane, 0.0) + found.deficit

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

    def _count_rows(self, node: Node, outcome: int, number: int = 1) -> None:
        if number:
            lane = node.row_lane if node.row_lane >= 0 else self._rows_lane(node)
            self.counts[lane + outcome] += number

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
