"""What the form is made from: the prompt's schema, and what that does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from novadoc.schema import DocumentSchema, FieldSpec
from novadoc.types import JsonObject, JsonValue


def form_schema(schema: DocumentSchema[Any]) -> JsonObject:
    """Return the prompt's schema; objects of several kinds say which keys belong to which."""
    return _object(schema.prompt_schema, schema.fields)


def _object(node: JsonObject, fields: Sequence[FieldSpec]) -> JsonObject:
    properties = cast("JsonObject", node["properties"])
    return {**node, "properties": {one.name: _below(properties[one.name], one) for one in fields}}


def _below(value: JsonValue, field: FieldSpec) -> JsonObject:
    node = cast("JsonObject", value)
    if field.kind == "array":
        return {**node, "items": _below(node["items"], field.children[0])}
    if field.kind != "object":
        return node
    made = _object(node, field.children)
    return {**made, "kinds": _kinds(field)} if field.variants else made


def _kinds(field: FieldSpec) -> JsonObject:
    shapes: list[JsonValue] = [
        {"tags": list(one.tags), "keys": list[JsonValue](sorted(one.names))}
        for one in field.variants
    ]
    return {"key": field.discriminator, "shapes": shapes}
