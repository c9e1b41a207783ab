"""The direct way for raw JSON Schemas that say nothing a field tree does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from novadoc.schema._direct_read import (
    SURE_WHOLE,
    DetourError,
    Reads,
    direct_reader,
)
from novadoc.schema._direct_write import is_exact
from novadoc.schema._fields import FieldSpec
from novadoc.schema._json_nodes import meant
from novadoc.types import JsonObject, JsonValue

Holds = Callable[[Any], bool]

_SILENT: Final = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
     "$comment", "$defs", "definitions"}
)  # fmt: skip
_NUMBERS: Final = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)
_COUNTS: Final = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
_DRAFTS: Final = re.compile(r"draft-0[67]|2019-09|2020-12")
# What may stand beside each type, so that the field tree holds all that it says.
_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset({"type", "format", "pattern", "minLength", "maxLength"}),
    "number": frozenset({"type", "format", *_NUMBERS}),
    "integer": frozenset({"type", "format", *_NUMBERS}),
    "boolean": frozenset({"type"}),
    "array": frozenset({"type", "items", "minItems", "maxItems"}),
    "object": frozenset({"type", "properties", "required", "additionalProperties"}),
}
_JSON_TYPES: Final[Mapping[type, str]] = {
    str: "string", bool: "boolean", int: "integer", Decimal: "number", type(None): "null",
}  # fmt: skip


def direct_json_reader(document: JsonObject, root: FieldSpec) -> Reads | None:
    """Return what checks an exact answer and copies it; `None` if the schema says too much.

    jsonschema takes milliseconds for what this does in microseconds, and is asked wherever this
    raises `DetourError`.
    """
    head = {k: v for k, v in document.items() if k not in {"$schema", "$id"}}
    if not _DRAFTS.search(str(document.get("$schema", "2020-12"))) or not _is_plain(head):
        return None
    return direct_reader(root, _checked)


def _is_plain(node: JsonValue) -> bool:
    """Whether the field tree of a node holds everything that jsonschema would check."""
    if not isinstance(node, dict):
        return node is True
    words = node.keys() - _SILENT
    defined = (d for word in ("$defs", "definitions") for d in _values(node.get(word)))
    if not all(map(_is_plain, defined)):
        return False
    if "$ref" in words:
        return len(words) == 1
    if "anyOf" in words:
        return len(words) == 1 and _is_optional(node["anyOf"])
    if "enum" in words or "const" in words:
        return len(words - {"type"}) == 1 and _choices_fit(node)
    return _is_plain_type(node, frozenset(words))


def _values(node: JsonValue) -> list[JsonValue]:
    return list(node.values()) if isinstance(node, dict) else []


def _is_optional(branches: JsonValue) -> bool:
    rest = meant(branches) if isinstance(branches, list) else []
    return len(rest) == 1 and _is_plain(rest[0])


def _choices_fit(node: JsonObject) -> bool:
    """Whether no choice is ruled out by the type beside it."""
    listed = node.get("enum", [node.get("const")])
    kinds = _kinds(node)
    if not isinstance(listed, list) or any(isinstance(each, (dict, list)) for each in listed):
        return False
    return not kinds or all(_JSON_TYPES[type(each)] in kinds for each in listed)


def _kinds(node: JsonObject) -> list[str]:
    kinds = node.get("type", [])
    return [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]


def _is_plain_type(node: JsonObject, words: frozenset[str]) -> bool:
    if not words:
        return True
    kinds = [kind for kind in _kinds(node) if kind != "null"]
    if len(kinds) != 1 or not words <= _BESIDE.get(kinds[0], frozenset()):
        return False
    if kinds[0] == "array":
        return _limits_are_usual(node) and _is_plain(node.get("items", True))
    if kinds[0] == "object":
        return _is_plain_object(node)
    return _limits_are_usual(node)


def _limits_are_usual(node: JsonObject) -> bool:
    for word in node.keys() & (_NUMBERS | _COUNTS):
        # Draft 4 has `exclusiveMinimum: true`.
        if not isinstance(node[word], (int, Decimal)) or isinstance(node[word], bool):
            return False
    return isinstance(node.get("pattern", ""), str)


def _is_plain_object(node: JsonObject) -> bool:
    properties = node.get("properties", {})
    needed = node.get("required", [])
    if not isinstance(properties, dict) or not isinstance(needed, list):
        return False
    if not all(key in properties for key in needed) or not all(map(_is_plain, properties.values())):
        return False
    return bool(properties) or _is_plain(node.get("additionalProperties", True))


def _checked(field: FieldSpec, read: Reads) -> Reads:
    """A field's own reader, with its constraints, and numbers as decimals."""
    read = _decimal(field) if field.kind == "number" else read
    rules = [_RULES[word](limit) for word, limit in field.constraints.items()]
    if not rules:
        return read

    def checked(value: JsonValue) -> JsonValue:
        found = read(value)
        try:
            holds = found is None or all(rule(found) for rule in rules)
        except ArithmeticError:  # `multipleOf` divides, and the careful way has more digits
            raise DetourError from None
        if not holds:
            raise DetourError
        return found

    return checked


def _decimal(field: FieldSpec) -> Reads:
    nullable = field.nullable

    def read(value: JsonValue) -> JsonValue:
        if type(value) is Decimal and is_exact(value):
            return value
        if value is None and nullable:
            return None
        if type(value) is int and -SURE_WHOLE < value < SURE_WHOLE:
            return Decimal(value)
        raise DetourError

    return read


# What each constraint asks of a value that `_is_plain` let it stand beside.
_RULES: Final[Mapping[str, Callable[[Any], Holds]]] = {
    "minimum": lambda limit: lambda value: value >= limit,
    "maximum": lambda limit: lambda value: value <= limit,
    "exclusiveMinimum": lambda limit: lambda value: value > limit,
    "exclusiveMaximum": lambda limit: lambda value: value < limit,
    "multipleOf": lambda limit: lambda value: value % limit == 0,
    "minLength": lambda limit: lambda value: len(value) >= limit,
    "maxLength": lambda limit: lambda value: len(value) <= limit,
    "minItems": lambda limit: lambda value: len(value) >= limit,
    "maxItems": lambda limit: lambda value: len(value) <= limit,
    "pattern": lambda limit: lambda value: re.search(limit, value) is not None,
}
