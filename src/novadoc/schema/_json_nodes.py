"""What single nodes of a JSON Schema say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from novadoc.errors import SchemaError
from novadoc.schema._draft import Notes, Place, Shape, enum_shape, refuse
from novadoc.schema._fields import FieldSpec, Kind
from novadoc.schema._json_text import to_json
from novadoc.types import JsonObject, JsonScalar, JsonValue

_FORMATS: Mapping[str, Kind] = {"date": "date", "time": "time", "date-time": "datetime"}
_PLAIN: Mapping[str, Kind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
_NULLS = ({"type": "null"}, {"const": None}, {"enum": [None]})
SHAPING = frozenset(
    {"type", "properties", "patternProperties", "additionalProperties", "items", "prefixItems",
     "enum", "const", "$ref", "allOf", "anyOf", "oneOf"}
)  # fmt: skip
"""The words that say what a value is, and not only what holds of it."""


def as_node(node: JsonValue, place: Place) -> JsonObject:
    if node is True:
        return {}
    if isinstance(node, dict):
        return node
    raise refuse(place, "This part of the schema allows nothing.", "Take it out.")


def shaping(node: JsonValue) -> bool:
    """Whether a node says what the value is."""
    return isinstance(node, dict) and not SHAPING.isdisjoint(node)


def data_keyed(node: JsonObject) -> list[JsonValue]:
    """What an object says of values under keys that it does not name."""
    patterns = node.get("patternProperties")
    further = node.get("additionalProperties", False)
    named = list(patterns.values()) if isinstance(patterns, dict) else []
    return named if further is False else [*named, further]


def nothing(place: Place) -> SchemaError:
    return refuse(place, "Null alone is nothing to ask for.", "Take it out, or allow a value.")


def only_branch(node: JsonObject, notes: Notes) -> JsonValue:
    """The single branch beside null of a union, or `None` when there are more or none."""
    for word in ("anyOf", "oneOf"):
        branches = node.get(word)
        if isinstance(branches, list):
            rest = meant(branches)
            notes.nullable = notes.nullable or any(untitled(b) in _NULLS for b in branches)
            node[word] = rest
            return rest[0] if len(rest) == 1 else None
    return None


def untitled(node: JsonValue) -> JsonValue:
    if not isinstance(node, dict):
        return node
    return {k: v for k, v in node.items() if k not in {"title", "description"}}


def types_of(node: JsonObject, notes: Notes) -> list[str]:
    kinds = node.get("type", [])
    names = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]
    notes.nullable = notes.nullable or (isinstance(kinds, list) and "null" in kinds)
    return [str(name) for name in names]


def scalar(kind: str, node: JsonObject, place: Place) -> Shape:
    if kind not in _PLAIN:
        raise refuse(place, f"`{kind}` cannot be asked for here.", "Use one type.")
    form = text_of(node.get("format"))
    if kind != "string":
        return Shape(_PLAIN[kind])
    if form == "binary" or node.get("contentEncoding"):
        raise refuse(place, "Bytes cannot be asked of a model.", "Take the field out.")
    return Shape(_FORMATS.get(form, "string"), format="" if form in _FORMATS else form)


def choices_of(values: list[JsonValue], labels: list[str], place: Place, notes: Notes) -> Shape:
    scalars: list[JsonScalar] = []
    for value in values:
        if value is None:
            notes.nullable = True
        elif isinstance(value, (dict, list)):
            raise refuse(place, "A choice is an object or a list.", "Use text or numbers.")
        else:
            scalars.append(value)
    if not scalars:
        raise nothing(place)
    return enum_shape(scalars, labels or None)


def constant(branch: JsonValue) -> tuple[JsonScalar, str] | None:
    """A branch that is one constant, with what it is called."""
    if not isinstance(branch, dict) or "const" not in branch:
        return None
    value = branch["const"]
    if isinstance(value, (dict, list)) or value is None:
        return None
    return value, text_of(branch.get("title")) or text_of(branch.get("description"))


def legend(pairs: list[tuple[JsonScalar, str]]) -> str:
    """What the constants are called, as a sentence the model reads."""
    named = [f"{to_json(value)} = {label}" for value, label in pairs if label]
    return f"{', '.join(named)}." if named else ""


def meant(branches: list[JsonValue]) -> list[JsonValue]:
    """The branches of a union without null, and without the text form of its number.

    So pydantic writes a `Decimal`.
    """
    branches = [branch for branch in branches if untitled(branch) not in _NULLS]
    if not any(isinstance(b, dict) and b.get("type") == "number" for b in branches):
        return branches
    return [branch for branch in branches if not _is_number_text(branch)]


def _is_number_text(branch: JsonValue) -> bool:
    if not isinstance(branch, dict) or branch.get("type") != "string":
        return False
    return may_be_number_text({k: v for k, v in branch.items() if k not in {"type", "title"}})


def may_be_number_text(said: Mapping[str, JsonValue]) -> bool:
    """Whether text of which this is said, beside a number, is how pydantic writes a `Decimal`.

    The text has a pattern of digits in some versions of pydantic and none in others; where it has
    another pattern, or says more, it is text of its own.
    """
    return not said or (set(said) == {"pattern"} and _matches_only_numbers(str(said["pattern"])))


def _matches_only_numbers(pattern: str) -> bool:
    try:
        matches = re.compile(pattern).search
    except re.error:
        return False
    return any(map(matches, ("1", "0.1", "12.5"))) and not any(map(matches, ("a", "1a", "12.5 a")))


def discriminator_of(node: JsonObject, read: list[FieldSpec], place: Place) -> str:
    declared = node.get("discriminator")
    if isinstance(declared, dict) and isinstance(declared.get("propertyName"), str):
        return str(declared["propertyName"])
    for field in read[0].children:
        others = [other.child(field.name) for other in read]
        if field.kind == "enum" and all(o is not None and o.kind == "enum" for o in others):
            return field.name
    raise refuse(
        place,
        "A union of objects cannot be told apart.",
        "Give each a property of the same name with a `const`.",
    )


def text_of(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def with_absence(field: FieldSpec, node: JsonValue) -> FieldSpec:
    """A property that may be left out: its default, else empty where it holds others, or null."""
    if field.required:
        return field
    default = node.get("default") if isinstance(node, dict) else None
    if default is not None:
        return replace(field, default=default)
    return replace(field, nullable=True) if field.is_leaf else field
