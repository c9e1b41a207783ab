"""Where validation found fault: as a path, and taken out of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

from novadoc._places import join
from novadoc.schema._fields import FieldSpec
from novadoc.types import JsonObject, JsonValue

Place: TypeAlias = Sequence["str | int"]


def located(place: Place, data: JsonValue, root: FieldSpec) -> str:
    """The path of a place in the data; steps that only a validator knows are left out."""
    path, field, here = "", root, data
    for step in place:
        if field.kind == "object":
            child = field.child(str(step))
            if child is None:
                continue
            path, field = join(path, child.name), child
        elif field.kind == "array" and isinstance(step, int):
            path, field = f"{path}[{step}]", field.children[0]
        elif field.kind == "map" and isinstance(here, dict) and step in here:
            # The key itself is content of the document.
            path, field = f"{path}[{list(here).index(str(step))}]", field.children[0]
        else:
            continue
        here = _inside(here, step)
    return path


def _inside(value: JsonValue, step: str | int) -> JsonValue:
    if isinstance(value, dict):
        return value.get(str(step))
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def blanked(data: JsonObject, places: Sequence[Place], root: FieldSpec) -> JsonObject:
    """A copy of the data with null, or nothing where there is a default, at the places."""
    copy = cast("JsonObject", _copied(data))
    for place in places:
        _blank(copy, place, root)
    return copy


def _copied(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value


def _blank(data: JsonObject, place: Place, root: FieldSpec) -> None:
    """Take out the innermost value that a place leads to."""
    field, here = root, cast("JsonValue", data)
    holder, key = here, cast("str | int", "")
    for step in place:
        child = _below(field, here, step)
        if child is not None:
            holder, key, field = here, step, child
            here = _inside(here, step)
    if field is root or (here and not field.is_leaf):
        return
    if isinstance(holder, list) and isinstance(key, int):
        holder[key] = None
    elif isinstance(holder, dict) and (field.holds_null or field.required):
        holder[str(key)] = None
    elif isinstance(holder, dict):
        holder.pop(str(key), None)


def _below(field: FieldSpec, here: JsonValue, step: str | int) -> FieldSpec | None:
    """The spec of what a step leads to, if the data has it."""
    if isinstance(here, list):
        inside = isinstance(step, int) and step < len(here)
        return field.children[0] if inside and field.kind == "array" else None
    if not isinstance(here, dict) or step not in here:
        return None
    if field.kind == "object":
        return field.child(str(step))
    return field.children[0] if field.kind == "map" else None
