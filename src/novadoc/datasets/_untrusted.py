"""JSON that nobody vouches for, looked at without trusting its shape."""

from __future__ import annotations

import json
from typing import TypeAlias, cast

Loose: TypeAlias = "dict[str, object]"

_DECODER = json.JSONDecoder()
_OPENING = frozenset("{[")


def decode(text: str) -> object:
    """Read JSON text, faster than `json.loads` where nothing but a line break is around it.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    if text[:1] in _OPENING:
        value, end = _DECODER.raw_decode(text)
        if end == len(text) or text[end:] == "\n":
            return cast("object", value)
    return cast("object", _DECODER.decode(text))


def as_object(value: object) -> Loose | None:
    """Return a JSON object as such, anything else as `None`."""
    return cast("Loose", value) if type(value) is dict else None


def as_list(value: object) -> list[object] | None:
    """Return a JSON array as such, anything else as `None`."""
    return cast("list[object]", value) if type(value) is list else None
