"""Labels and results of an old schema, rewritten for a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

from novadoc.schema._document_schema import DocumentSchema
from novadoc.schema._fields import FieldSpec
from novadoc.types import JsonObject, JsonValue


class _Key(NamedTuple):
    """A key of a map: part of the data, not of the schema."""

    name: str


_Step = str | int | _Key
_Leaf = tuple[tuple[_Step, ...], JsonValue]


@dataclass(frozen=True)
class Migration:
    """How labels of one schema become labels of another. Made by `diff`.

    Example:
        >>> from pydantic import BaseModel
        >>> from novadoc.schema import diff
        >>> class Old(BaseModel):
        ...     number: int | None = None
        >>> class New(BaseModel):
        ...     invoice_number: str | None = None
        >>> diff(Old, New, renamed={"number": "invoice_number"}).migration.apply({"number": 7})
        {'invoice_number': '7'}
    """

    old: DocumentSchema[Any]
    """What the labels were made for."""
    new: DocumentSchema[Any]
    """What they shall fit."""
    renames: tuple[tuple[str, str], ...] = ()
    """(old path, new path) of fields that moved."""

    def apply(self, label: Mapping[str, JsonValue], /) -> JsonObject:
        """Rewrite one label; added fields are null or empty, removed ones are gone.

        Raises:
            LabelError: The label does not fit the old schema, or cannot fit the new one without
                being looked at; `violations` says where.
        """
        leaves = _leaves(self.old.canonical(label), self.old.root, ())
        moved: JsonObject = {}
        for steps, value in leaves:
            target = self._target(steps)
            if target is not None:
                _put(moved, target, value)
        return self.new.canonical(moved)

    def moved(self, path: str) -> str:
        """Where a path of the old schema leads in the new one, as far as it was renamed."""
        for source, target in reversed(self.renames):
            if path == source or path.startswith((f"{source}.", f"{source}[]")):
                return target + path[len(source) :]
        return path

    def moves_itself(self, path: str) -> bool:
        """Whether a path of the old schema is itself renamed, and not only what it stands in."""
        return any(path == source for source, _ in self.renames)

    def _target(self, steps: tuple[_Step, ...]) -> tuple[_Step, ...] | None:
        """The steps in the new schema; `None` when the field is no longer there."""
        way = self._ways.get(self.moved(_pattern(steps)))
        if way is None:
            return None
        places = iter([step for step in steps if not isinstance(step, str)])
        return tuple(next(places) if name is None else name for name in way)

    @cached_property
    def _ways(self) -> Mapping[str, tuple[str | None, ...]]:
        """The keys that lead to each field of the new schema; `None` for an item's place."""
        return dict(_ways(self.new.root, ()))


def _ways(
    field: FieldSpec, way: tuple[str | None, ...]
) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    yield field.path, way
    for child in field.children:
        yield from _ways(child, (*way, child.name if field.kind == "object" else None))


def _pattern(steps: tuple[_Step, ...]) -> str:
    path = ""
    for step in steps:
        if not isinstance(step, str):
            path += "[]"
        else:
            path = f"{path}.{step}" if path else step
    return path


def _leaves(value: JsonValue, field: FieldSpec, steps: tuple[_Step, ...]) -> Iterator[_Leaf]:
    """Every value that holds no others, with the steps that lead to it.

    Objects come before what they hold: a row stays a row if all its fields are new.
    """
    if isinstance(value, dict) and value and field.kind in {"object", "map"}:
        if field.kind == "object" and steps:
            yield steps, {}
        for key, inner in value.items():
            if field.kind == "map":
                yield from _leaves(inner, field.children[0], (*steps, _Key(key)))
                continue
            child = field.child(key)
            if child is not None:
                yield from _leaves(inner, child, (*steps, key))
    elif isinstance(value, list) and value and field.kind == "array":
        for index, inner in enumerate(value):
            yield from _leaves(inner, field.children[0], (*steps, index))
    else:
        yield steps, value


def _put(data: JsonObject, steps: tuple[_Step, ...], value: JsonValue) -> None:
    here: JsonValue = data
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        empty: JsonValue = [] if isinstance(following, int) else {}
        inner = value if following is None else empty
        here = _step_into(here, step, inner)


def _step_into(here: JsonValue, step: _Step, inner: JsonValue) -> JsonValue:
    """What a step leads to, made when it is not there yet."""
    if isinstance(here, list):
        index = cast("int", step)
        while len(here) <= index:
            here.append(None)
        if here[index] is None:
            here[index] = inner
        return here[index]
    key = step.name if isinstance(step, _Key) else str(step)
    holder = cast("JsonObject", here)
    return holder.setdefault(key, inner)
