"""Answers mended without knowing what is true: null for what is missing or says `nothing here`."""

from __future__ import annotations

from novadoc.datasets._shape import ABSENT, as_schema, kinds_of
from novadoc.types import JsonObject, JsonValue


def without_absent(value: JsonValue, schema: JsonObject) -> JsonValue:
    """Return JSON with null for every text that stands for nothing and is no choice there."""
    if isinstance(value, dict):
        properties = as_schema(schema.get("properties")) or {}
        extra = as_schema(schema.get("additionalProperties")) or {}
        return {
            key: without_absent(item, as_schema(properties.get(key)) or extra)
            for key, item in value.items()
        }
    if isinstance(value, list):
        items = as_schema(schema.get("items")) or {}
        return [without_absent(item, items) for item in value]
    choices = schema.get("enum")
    is_choice = isinstance(choices, list) and value in choices
    return None if isinstance(value, str) and value in ABSENT and not is_choice else value


def filled(value: JsonValue, schema: JsonObject) -> JsonValue:
    """Return an answer with null, or an empty list, for every key of its schema it lacks."""
    properties = as_schema(schema.get("properties"))
    items = as_schema(schema.get("items"))
    if isinstance(value, list) and items is not None:
        return [filled(item, items) for item in value]
    if not isinstance(value, dict) or properties is None:
        return value
    made = dict(value)
    for key, item in properties.items():
        inner = as_schema(item) or {}
        if key in made:
            made[key] = filled(made[key], inner)
        elif "null" in kinds_of(inner):
            made[key] = None
        elif "array" in kinds_of(inner):
            made[key] = []
        elif "object" in kinds_of(inner):
            made[key] = filled({}, inner)
    return made
