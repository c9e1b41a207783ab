"""The object an answer stands for, out of the wrappings that models put around it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from novadoc._answer._json import load_json
from novadoc.schema import FieldSpec
from novadoc.types import JsonObject, JsonValue


def unwrap(value: JsonValue, names: AbstractSet[str], notes: list[str]) -> JsonObject | None:
    """Return the object with the schema's names; `None` when there is not exactly one.

    `[{...}]` and `{"W2": {...}}` are taken for what is inside.
    """
    if isinstance(value, list) and len(value) == 1:
        notes.append("unwrapped")
        value = value[0]
    if not isinstance(value, dict):
        return None
    if len(value) == 1 and names and names.isdisjoint(value):
        (inner,) = value.values()
        if isinstance(inner, dict) and not names.isdisjoint(inner):
            notes.append("unwrapped")
            return inner
    return value


def destring(value: JsonObject, spec: FieldSpec, notes: list[str]) -> JsonObject:
    """Return the object with nested objects and lists that came as JSON text made values.

    It is the object itself, and nothing is copied, where none came so.
    """
    made: JsonObject = {}
    for child in spec.nested:
        item = value.get(child.name)
        if type(item) is str or child.nested:
            inner = _destring_one(item, child, notes)
            if inner is not item:
                made[child.name] = inner
    return {**value, **made} if made else value


def _destring_one(value: JsonValue, spec: FieldSpec, notes: list[str]) -> JsonValue:
    if spec.is_leaf:
        return value
    if isinstance(value, str):
        try:
            value = load_json(value)
        except ValueError:
            return value
        notes.append("stringified")
    if isinstance(value, dict) and spec.kind == "object":
        return destring(value, spec, notes)
    if isinstance(value, list) and spec.kind == "array":
        return _destrung_rows(value, spec.children[0], notes)
    return value


def _destrung_rows(rows: list[JsonValue], spec: FieldSpec, notes: list[str]) -> list[JsonValue]:
    made = [_destring_one(row, spec, notes) for row in rows]
    same = all(new is old for new, old in zip(made, rows, strict=True))
    return rows if same else made
