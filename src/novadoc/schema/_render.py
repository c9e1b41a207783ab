"""Field tree -> the JSON Schema a prompt shows and the one a tool takes."""

from __future__ import annotations

from novadoc.schema._fields import FieldSpec
from novadoc.schema._json_text import to_json
from novadoc.types import JsonObject, JsonScalar, JsonValue

_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "string",
    "time": "string",
    "datetime": "string",
    "object": "object",
    "array": "array",
    "map": "object",
}
_FORMATS = {"date": "date", "time": "time", "datetime": "date-time"}
# nova:tool-use-definition shows `minimum` and `maximum` inside properties, and no other constraint;
# what the service does with the rest is not documented, so a tool does not carry them.
_TOOL_CONSTRAINTS = frozenset({"minimum", "maximum"})
_ANY = ("string", "number", "boolean", "object", "array", "null")


def prompt_schema(root: FieldSpec) -> JsonObject:
    """Write the tree as JSON Schema for a prompt: no references, no titles, no defaults."""
    return _node(root, tool=False)


def tool_schema(root: FieldSpec) -> JsonObject:
    """Write the tree as a tool's input schema, with what Nova accepts and nothing more.

    At the top stand only `type`, `properties` and `required` (nova:tool-use-definition): anything
    else is rejected, or makes the tool be ignored.
    """
    whole = _node(root, tool=True)
    return {key: whole[key] for key in ("type", "properties", "required")}


def describe(field: FieldSpec) -> str:
    """The description with what the markers say about how the form looks."""
    parts = [field.description]
    if field.printed:
        parts.append(f"Printed: {to_json(field.printed)}.")
    if field.absent:
        parts.append(f"Empty: {' or '.join(map(to_json, field.absent))}.")
    if field.kind == "map" and field.choices:
        parts.append(f"Keys: {', '.join(map(to_json, field.choices))}.")
    return " ".join(part for part in parts if part)


def _node(field: FieldSpec, *, tool: bool) -> JsonObject:
    node: JsonObject = {}
    kind = _type(field, tool=tool)
    if kind is not None:
        node["type"] = kind
    if field.kind == "enum":
        node["enum"] = [*field.choices, *([None] if field.nullable else [])]
    form = _FORMATS.get(field.kind, field.format)
    if form:
        node["format"] = form
    text = describe(field)
    if text:
        node["description"] = text
    node.update((k, v) for k, v in field.constraints.items() if not tool or k in _TOOL_CONSTRAINTS)
    _inside(node, field, tool=tool)
    return node


def _inside(node: JsonObject, field: FieldSpec, *, tool: bool) -> None:
    if field.kind == "object":
        node["properties"] = {child.name: _node(child, tool=tool) for child in field.children}
        # Every key is in every answer, null where there is nothing; so every key is required.
        node["required"] = [child.name for child in field.children]
    elif field.kind == "array":
        node["items"] = _node(field.children[0], tool=tool)
    elif field.kind == "map":
        node["additionalProperties"] = _node(field.children[0], tool=tool)


def _type(field: FieldSpec, *, tool: bool) -> JsonValue:
    if field.kind == "enum":
        names = list(dict.fromkeys(_type_of(choice) for choice in field.choices))
    elif field.kind == "any":
        names = list(field.types or (_ANY if tool else ()))
    else:
        names = [_TYPES[field.kind]]
    if field.nullable and names and "null" not in names:
        names.append("null")
    if not names:
        return None
    return names[0] if len(names) == 1 else list[JsonValue](names)


def _type_of(choice: JsonScalar) -> str:
    if isinstance(choice, bool):
        return "boolean"
    if isinstance(choice, int):
        return "integer"
    return "string" if isinstance(choice, str) else "number"
