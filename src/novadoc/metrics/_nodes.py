"""The field tree a comparison walks: compiled from a schema, or grown from the data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

from novadoc.errors import MetricsError
from novadoc.metrics._comparators import Bool, ByType, Comparator, Exact, OneOf, threshold_of
from novadoc.metrics._counts import LANES
from novadoc.metrics._quantities import Date, Number
from novadoc.types import JsonScalar

# Beyond this many keys an object is keyed by data, and a counter for each would grow for ever.
MOST_KEYS = 1_000

_PLAIN_KEY = re.compile(r"[^.\[\]\"]+\Z")


class FieldLike(Protocol):
    """What a comparison needs to know of a schema's field; `novadoc.schema.FieldSpec` fits."""

    @property
    def path(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def choices(self) -> tuple[JsonScalar, ...]: ...
    @property
    def comparator(self) -> object | None: ...
    @property
    def markers(self) -> tuple[object, ...]: ...
    @property
    def children(self) -> Sequence[FieldLike]: ...


@dataclass(frozen=True, slots=True)
class Ordered:
    """Marker of a list whose order is part of the answer: rows are aligned, never swapped.

    Example:
        >>> from typing import Annotated
        >>> from pydantic import BaseModel
        >>> from novadoc.metrics import compare
        >>> class Recipe(BaseModel):
        ...     steps: Annotated[list[str], Ordered()]
        >>> compare(Recipe(steps=["mix", "bake"]), Recipe(steps=["bake", "mix"])).counts.hit
        1
    """


@dataclass(frozen=True, slots=True)
class Rules:
    """How fields are compared and grouped where the schema does not say.

    Paths are patterns in the way of file names, as `lines[].*`; `[` and `]` stand for themselves.
    The first that fits counts, and a rule wins over the schema's own marker.

    Example:
        >>> rules = Rules(comparators={"*.zip": Exact()}, categories={"employee.*": "Employee"})
        >>> rules.category("employee.name")
        'Employee'
    """

    comparators: Mapping[str, Comparator] = field(default_factory=dict[str, Comparator])
    """Path pattern -> comparator."""
    categories: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path pattern -> category."""
    ordered: Sequence[str] = ()
    """Path patterns of lists whose order matters."""
    maps: Sequence[str] = ()
    """Path patterns of objects keyed by data, as states by their abbreviation."""

    def __post_init__(self) -> None:
        for pattern, comparator in self.comparators.items():
            if not hasattr(comparator, "similarity") or isinstance(comparator, type):
                raise MetricsError(
                    "a comparator is an object with a method `similarity`.",
                    path=pattern,
                    remedy="Give `Money()`, for example; the class `Money` is none.",
                )

    def comparator(self, path: str) -> Comparator | None:
        """Return the comparator laid down for a path."""
        return next((c for pattern, c in self.comparators.items() if _fits(path, pattern)), None)

    def category(self, path: str) -> str | None:
        """Return the category laid down for a path."""
        return next((c for pattern, c in self.categories.items() if _fits(path, pattern)), None)

    def is_ordered(self, path: str) -> bool:
        """Return whether the list at a path is declared ordered."""
        return any(_fits(path, pattern) for pattern in self.ordered)

    def is_map(self, path: str) -> bool:
        """Return whether the object at a path is declared keyed by data."""
        return any(_fits(path, pattern) for pattern in self.maps)


def _fits(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern.replace("[", "[[]"))


class Node:
    """One path: what is known of the leaf, object or list that stands there."""

    __slots__ = (
        "category",
        "children",
        "comparator",
        "declared",
        "item_node",
        "kind",
        "kinds",
        "lane",
        "ordered",
        "path",
        "row_lane",
        "threshold",
        "tree",
    )

    def __init__(self, tree: Tree, path: str, category: str | None) -> None:
        self.tree = tree
        self.path = path
        self.category = category
        self.kind = "any"
        self.children: dict[str, Node] = {}
        self.declared: frozenset[str] = frozenset()
        self.item_node: Node | None = None
        self.ordered = tree.rules.is_ordered(path)
        self.lane = -1
        self.row_lane = -1
        self.kinds: set[str] = set()
        self.comparator: Comparator = tree.rules.comparator(path) or BY_TYPE
        self.threshold = threshold_of(self.comparator)

    def child(self, key: object) -> Node:
        """Return the node of an object's key, growing the tree where it is unknown."""
        if not isinstance(key, str):
            raise MetricsError("object keys must be text.", path=self.path)
        if self.kind == "map":
            return self.item()
        found = self.children.get(key)
        if found is None:
            if len(self.children) - len(self.declared) >= MOST_KEYS:
                key = "*"
                found = self.children.get(key)
            if found is None:
                category = self.category or key
                found = self.tree.grow(category, _joined(self.path, key))
                self.children[key] = found
        return found

    def item(self) -> Node:
        """Return the node of a list's items or a map's values."""
        if self.item_node is None:
            self.item_node = self.tree.grow(self.category or "[]", f"{self.path}[]")
        return self.item_node

    def compare_with(self, comparator: Comparator) -> None:
        """Set how the leaf is judged."""
        self.comparator = comparator
        self.threshold = threshold_of(comparator)


def _joined(path: str, key: str) -> str:
    if not _PLAIN_KEY.match(key):
        quoted = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{quoted}"]'
    return f"{path}.{key}" if path else key


class Tree:
    """All paths of one comparison, and the lane of counters each leaf and each table has."""

    def __init__(self, fields: Sequence[FieldLike] = (), rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.width = 0
        self.owners: list[tuple[Node, bool]] = []
        self.root = Node(self, "", None)
        self.root.kind = "object"
        self._declare(self.root, fields)

    def grow(self, category: str, path: str) -> Node:
        """Make the node of a path the schema does not name."""
        node = Node(self, path, self.rules.category(path) or category)
        if self.rules.is_map(path):
            node.kind = "map"
        return node

    def leaf_lane(self, node: Node) -> int:
        """Give a leaf its counters."""
        node.lane = self._next(node, is_row=False)
        return node.lane

    def table_lane(self, node: Node) -> int:
        """Give a list of records the counters of its rows."""
        node.row_lane = self._next(node, is_row=True)
        return node.row_lane

    def _next(self, node: Node, *, is_row: bool) -> int:
        lane = self.width
        self.owners.append((node, is_row))
        self.width += LANES
        return lane

    def _declare(self, parent: Node, fields: Sequence[FieldLike]) -> None:
        for spec in fields:
            parent.children[spec.name] = self._compile(spec, None)
        parent.declared = frozenset(parent.children)

    def _compile(self, spec: FieldLike, inherited: Comparator | None) -> Node:
        node = Node(self, spec.path, self.rules.category(spec.path) or spec.category)
        node.kind = "map" if self.rules.is_map(spec.path) else spec.kind
        node.ordered = node.ordered or any(isinstance(mark, Ordered) for mark in spec.markers)
        comparator = self.rules.comparator(spec.path) or _marked(spec) or inherited
        node.compare_with(comparator or _comparator_of(spec))
        if spec.kind in {"array", "map"}:
            # A marker on the list means its items.
            items = (self._compile(child, comparator) for child in spec.children)
            node.item_node = next(items, None)
        elif spec.kind == "object":
            self._declare(node, spec.children)
        else:
            self.leaf_lane(node)
        return node


def _marked(spec: FieldLike) -> Comparator | None:
    return spec.comparator if isinstance(spec.comparator, Comparator) else None


def _comparator_of(spec: FieldLike) -> Comparator:
    if spec.kind == "enum":
        return OneOf(*spec.choices)
    return _BY_KIND.get(spec.kind, BY_TYPE)


BY_TYPE = ByType()
EXACT = Exact()
NUMBER = Number()
BOOL = Bool()
_BY_KIND: dict[str, Comparator] = {
    "string": EXACT,
    "time": EXACT,
    "integer": NUMBER,
    "number": NUMBER,
    "boolean": BOOL,
    "date": Date(),
    "datetime": Date(),
}
