"""One answer made of those of page windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, Union

from novadoc.extraction._settings import Merge
from novadoc.extraction._values import Conflict, Guess
from novadoc.types import JsonObject, JsonScalar, JsonValue


class PageAnswer(NamedTuple):
    """What was read on one window's pages."""

    pages: tuple[int, ...]
    """From 1."""
    value: JsonObject
    guesses: Mapping[str, tuple[Guess, ...]] = MappingProxyType({})
    """By path in `value`."""


@dataclass
class Merged:
    """The answers of all windows as one."""

    value: JsonObject
    origins: dict[str, tuple[int, ...]] = field(default_factory=dict[str, "tuple[int, ...]"])
    """By path of each leaf that holds something: pages of the window it is from."""
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    guesses: dict[str, tuple[Guess, ...]] = field(default_factory=dict[str, "tuple[Guess, ...]"])


class _Leaf(NamedTuple):
    value: JsonScalar
    pages: tuple[int, ...]
    guesses: tuple[Guess, ...] | None = None


_Tree: TypeAlias = Union[_Leaf, "list[_Tree]", "dict[str, _Tree]"]


def merge(
    answers: Sequence[PageAnswer],
    *,
    rule: Merge,
) -> Merged:
    """Join the windows' answers: the first (or last) value of a field, all rows of a list.

    Rows that two windows have at their common pages, at the end of one and the beginning of the
    next, are taken once; windows without common pages lose no row. Fields for which windows hold
    different values are listed as conflicts.

    Args:
        answers: Pages and canonical answer of each window, in order.
        rule: Which value counts where several windows have one.
    """
    merged = Merged({})
    tree, before = _tagged(answers[0].value, answers[0]), answers[0].pages
    for answer in answers[1:]:
        shared = bool(set(before) & set(answer.pages))
        more = _tagged(answer.value, answer)
        tree = _join(tree, more, "", rule, merged.conflicts, shared=shared)
        before = answer.pages
    value = _plain(tree, "", merged)
    merged.value = value if isinstance(value, dict) else {}
    return merged


def _tagged(value: JsonValue, answer: PageAnswer, path: str = "") -> _Tree:
    if isinstance(value, dict):
        return {
            name: _tagged(item, answer, f"{path}.{name}" if path else name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_tagged(item, answer, f"{path}[{index}]") for index, item in enumerate(value)]
    return _Leaf(value, answer.pages, answer.guesses.get(path))


def _join(
    left: _Tree, right: _Tree, path: str, rule: Merge, conflicts: list[Conflict], *, shared: bool
) -> _Tree:
    if isinstance(left, dict) and isinstance(right, dict):
        joined = dict(left)
        for name, item in right.items():
            here = f"{path}.{name}" if path else name
            known = joined.get(name)
            joined[name] = (
                item if known is None else _join(known, item, here, rule, conflicts, shared=shared)
            )
        return joined
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *right[_common_rows(left, right) if shared else 0 :]]
    if isinstance(left, _Leaf) and isinstance(right, _Leaf):
        return _one_leaf(left, right, path, rule, conflicts)
    # One window saw an object where the other saw nothing.
    return right if isinstance(left, _Leaf) and left.value is None else left


def _one_leaf(
    left: _Leaf, right: _Leaf, path: str, rule: Merge, conflicts: list[Conflict]
) -> _Leaf:
    if right.value is None:
        return left
    if left.value is None:
        return right
    if left.value != right.value:
        conflicts.append(Conflict(path, (left.pages, right.pages)))
    return left if rule == "first" else right


def _common_rows(left: list[_Tree], right: list[_Tree]) -> int:
    ours, theirs = [_bare(row) for row in left], [_bare(row) for row in right]
    for count in range(min(len(ours), len(theirs)), 0, -1):
        if ours[-count:] == theirs[:count]:
            return count
    return 0


def _bare(tree: _Tree) -> JsonValue:
    return _plain(tree, "", Merged({}))


def _plain(tree: _Tree, path: str, merged: Merged) -> JsonValue:
    if isinstance(tree, _Leaf):
        if tree.value is not None:
            merged.origins[path] = tree.pages
        if tree.guesses is not None:
            merged.guesses[path] = tree.guesses
        return tree.value
    if isinstance(tree, list):
        return [_plain(item, f"{path}[{index}]", merged) for index, item in enumerate(tree)]
    return {
        name: _plain(item, f"{path}.{name}" if path else name, merged)
        for name, item in tree.items()
    }
