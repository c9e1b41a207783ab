"""Documents in, counters out: what `evaluate` fills and a report is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from novadoc.errors import MetricsError
from novadoc.metrics._causes import Truth, cause_of
from novadoc.metrics._counts import LANES, Counting
from novadoc.metrics._deep import warm
from novadoc.metrics._errors import KINDS, FieldError
from novadoc.metrics._inputs import Case
from novadoc.metrics._lanes import Lanes, Place
from novadoc.metrics._nodes import FieldLike, Node, Rules, Tree
from novadoc.metrics._packed import pack
from novadoc.metrics._report import Report
from novadoc.metrics._values import NotPlainError, plain
from novadoc.metrics._walk import Flaw, Walk
from novadoc.types import JsonValue

OnError = Callable[[FieldError], None]

# Column sums over many documents at once run in C.
_BATCH = 128


@dataclass(slots=True, eq=False, repr=False)  # never compared or shown
class Tally:
    """Running totals over documents."""

    tree: Tree
    on_error: OnError | None = None
    max_errors: int = 20
    keep_documents: bool = True
    documents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    count: int = 0
    exact: int = 0
    unreadable: list[str] = field(default_factory=list[str])
    unreadable_count: int = 0
    duplicated: int = 0
    errors: list[FieldError] = field(default_factory=list[FieldError])
    deficits: dict[int, float] = field(default_factory=dict[int, float])
    unproven: Counter[str] = field(default_factory=Counter[str])
    _room: Counter[str] = field(default_factory=Counter[str])
    _sums: list[int] = field(default_factory=list[int])
    _pending: list[list[int]] = field(default_factory=list[list[int]])

    @classmethod
    def over(cls, fields: Sequence[FieldLike], rules: Rules | None) -> Tally:
        """Start an empty tally over a schema's fields."""
        return cls(Tree(fields, rules))

    def add(self, case: Case) -> None:
        """Score one document.

        Raises:
            MetricsError: The id was seen before, the nesting is too deep, or a comparator failed.
        """
        if self.keep_documents and case.id in self.documents:
            raise MetricsError(
                f"two documents have the id {case.id!r}.", remedy="Give each document its own id."
            )
        walk = self._walked(case)
        self.count += 1
        self.duplicated += case.has_duplicates
        if not case.readable:
            self.unreadable_count += 1
            if self.keep_documents:
                self.unreadable.append(case.id)
        elif not walk.bad:
            self.exact += 1
        self._book(case, walk)

    def _walked(self, case: Case) -> Walk:
        try:
            try:
                return _walk(self.tree, case.expected, case.actual)
            except NotPlainError:
                return _walk(self.tree, plain(case.expected), plain(case.actual))
            except RecursionError:
                return _walk(self.tree, case.expected, case.actual, is_deep=True)
        except RecursionError:
            raise MetricsError(
                f"document {case.id!r} is nested too deeply, or holds itself.",
                remedy="Score a flatter form of it.",
            ) from None

    def _book(self, case: Case, walk: Walk) -> None:
        self._pending.append(walk.counts)
        if len(self._pending) >= _BATCH:
            self.sums()
        if self.keep_documents:
            self.documents[case.id] = pack(walk.counts)
        for lane, deficit in walk.deficits.items():
            self.deficits[lane] = self.deficits.get(lane, 0.0) + deficit
        self.unproven.update(walk.unproven)
        truth = Truth(case.expected)
        for flaw in walk.flaws:
            path = flaw.node.path
            if self._room[path] < self.max_errors:
                self._room[path] += 1
                self.errors.append(_error(case.id, flaw, truth))
                if self.on_error is not None:
                    self.on_error(self.errors[-1])
            elif self.on_error is not None:
                self.on_error(_error(case.id, flaw, truth))

    def sums(self) -> list[int]:
        """Return the totals of every lane."""
        width = self.tree.width
        rows = [self._sums, *self._pending]
        for row in rows:
            row.extend([0] * (width - len(row)))
        self._sums = list(map(sum, zip(*rows, strict=True)))
        self._pending.clear()
        return self._sums

    def close(self, counting: Counting) -> Report:
        """Make the report of what was added so far."""
        tree = self.tree
        return Report(
            counting=counting,
            documents=self.count,
            exact_documents=self.exact,
            unreadable_documents=self.unreadable_count,
            duplicate_keys=self.duplicated,
            errors=tuple(self.errors),
            unproven=dict(self.unproven),
            unreadable=tuple(self.unreadable),
            lanes=Lanes(
                tuple(map(_place, tree.owners)),
                tuple(self.sums()),
                tuple(self.deficits.get(lane, 0.0) for lane in range(0, tree.width, LANES)),
                dict(self.documents) if self.keep_documents else None,
            ),
        )


def _error(document: str, flaw: Flaw, truth: Truth) -> FieldError:
    path = flaw.node.path
    cause = cause_of(flaw.expected, flaw.actual, path, truth)
    return FieldError(document, KINDS[flaw.outcome], path, flaw.expected, flaw.actual, cause)


def _place(owner: tuple[Node, bool]) -> Place:
    node, is_row = owner
    place = node.item() if is_row else node
    return Place(
        place.path, place.category or place.path, "" if is_row else _described(node), is_row
    )


def _walk(tree: Tree, expected: JsonValue, actual: JsonValue, *, is_deep: bool = False) -> Walk:
    walk = Walk(tree)
    if is_deep:
        warm(walk, expected, actual)
    if isinstance(expected, list) and isinstance(actual, list):
        walk.lists(tree.root, expected, actual)
    else:
        walk.pair(tree.root, expected, actual)
    return walk


def _described(node: Node) -> str:
    """Name the comparator; for inferred ones, by the types that were met."""
    if node.comparator.__class__.__name__ != "ByType":
        return repr(node.comparator)
    names = {_BY_NAME.get(kind, "Exact()") for kind in node.kinds - {"NoneType"}}
    return " or ".join(sorted(names)) or "none"


_BY_NAME = {"int": "Number()", "float": "Number()", "Decimal": "Number()", "bool": "Bool()"}
