"""The schema a model is asked to fill, found in the request: the wire contract of the engines.

It is the tool's input schema when there is a tool, else the first JSON Schema object in the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from novadoc.types import JsonObject, JsonValue

__all__ = ["find_schema"]

_ATTEMPTS = 500  # opening braces tried; a prompt of templates and code has fewer before its schema
_DECODER = json.JSONDecoder()


def _is_schema(value: JsonValue) -> bool:
    if not isinstance(value, dict):
        return False
    properties = value.get("properties")
    if isinstance(properties, dict):
        return all(isinstance(child, (dict, bool)) for child in properties.values())
    return value.get("type") == "object" and isinstance(value.get("additionalProperties"), dict)


def _within(value: JsonValue) -> Iterator[JsonObject]:
    """Yield the schemas inside a value, outermost first, in reading order."""
    if _is_schema(value):
        yield cast("JsonObject", value)
        return
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _within(part)


@lru_cache(maxsize=64)
def find_schema(text: str) -> JsonObject | None:
    """Return the first JSON Schema object in a text, or `None`; it is shared, so only read it.

    Example:
        >>> find_schema('Fill {this}: {"type": "object", "properties": {"n": {}}} please')
        {'type': 'object', 'properties': {'n': {}}}
    """
    place = text.find("{")
    for _ in range(_ATTEMPTS):
        if place < 0:
            return None
        try:
            value, end = cast("tuple[JsonValue, int]", _DECODER.raw_decode(text, place))
        except (ValueError, RecursionError):
            place = text.find("{", place + 1)
            continue
        found = next(_within(value), None)
        if found is not None:
            return found
        place = text.find("{", end)
    return None
