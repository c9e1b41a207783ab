"""Values that reports leave out."""

from __future__ import annotations

from collections.abc import Mapping

from novadoc.schema._fields import FieldSpec
from novadoc.types import JsonObject, JsonValue

REDACTED = "•••"
"""What stands in place of a value; null stays null, so that presence can still be seen."""


def redact(value: Mapping[str, JsonValue], root: FieldSpec) -> JsonObject:
    """A copy of canonical JSON with every value below a sensitive field replaced.

    Example:
        >>> from typing import Annotated
        >>> from pydantic import create_model
        >>> from novadoc.schema import DocumentSchema, Sensitive
        >>> Person = create_model("Person", name=(str, ""), ssn=(Annotated[str, Sensitive()], ""))
        >>> redact({"name": "Ann", "ssn": "123"}, DocumentSchema(Person).root)
        {'name': 'Ann', 'ssn': '•••'}
    """
    return {key: _redacted(inner, root.child(key)) for key, inner in value.items()}


def _redacted(value: JsonValue, field: FieldSpec | None) -> JsonValue:
    if field is None or value is None:
        return value
    if field.sensitive and field.is_leaf:
        return REDACTED
    if isinstance(value, list) and field.children:
        return [_redacted(row, field.children[0]) for row in value]
    if isinstance(value, dict):
        inner = {k: field.children[0] if field.kind == "map" else field.child(k) for k in value}
        return {key: _redacted(row, inner[key]) for key, row in value.items()}
    return value
