"""Where validation found fault: as a path, and taken out of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from novadoc.schema._canonical import join
from novadoc.schema._fields import FieldSpec
from novadoc.types import JsonObject, JsonValue

Place = Sequence[str | int]


def located(place: Place, data: JsonValue, root: FieldSpec) -> str:
    """The path of a place in the data; steps that only a validator knows are left out."""
    path, field, here = "", root, data
    for step in place:
        if isinstance(here, list) and isinstance(step, int) and field.children:
            path = f"{path}[{step}]"
            here = here[step] if step < len(here) else None
            field = field.children[0]
        elif field.kind == "map" and isinstance(here, dict) and step in here:
            # The key itself is content of the document.
            path = f"{path}[{list(here).index(str(step))}]"
            here, field = here[str(step)], field.children[0]
        elif field.kind == "object" and isinstance(step, str):
            child = field.child(step)
            if child is None:
                continue
            path = join(path, step)
            here = here.get(step) if isinstance(here, dict) else None
            field = child
    return path


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
    here: JsonValue = data
    field = root
    last: tuple[dict[str, JsonValue] | list[JsonValue], str | int, FieldSpec] | None = None
    for step in place:
        if isinstance(here, list) and isinstance(step, int) and step < len(here):
            field = field.children[0] if field.children else field
            last = (here, step, field)
            here = here[step]
        elif isinstance(here, dict) and isinstance(step, str) and step in here:
            child = field.child(step) if field.kind == "object" else None
            field = child or (field.children[0] if field.kind == "map" else field)
            last = (here, step, field)
            here = here[step]
    if last is None or (isinstance(here, (dict, list)) and here and not last[2].is_leaf):
        return
    _take_out(*last)


def _take_out(
    holder: dict[str, JsonValue] | list[JsonValue], key: str | int, field: FieldSpec
) -> None:
    if isinstance(holder, list):
        assert isinstance(key, int)
        holder[key] = None
    elif field.nullable or field.required:
        holder[str(key)] = None
    else:
        holder.pop(str(key), None)
