"""JSON that nobody vouches for, looked at without trusting its shape."""

from __future__ import annotations

import json
from typing import NoReturn, TypeAlias, cast

BOM = b"\xef\xbb\xbf"
"""The byte-order mark in UTF-8."""
Loose: TypeAlias = "dict[str, object]"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


# NaN and infinities are Python's, not JSON's.
_DECODER = json.JSONDecoder(parse_constant=_refuse)
_READ = _DECODER.raw_decode
_OPENING = frozenset("{[")


def decode(text: str) -> object:
    """Read JSON text, faster than `json.loads` where nothing but a line break is around it.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is nested too deeply.
    """
    if text[:1] in _OPENING:
        value, end = _READ(text)
        if end == len(text) or text[end:] == "\n":
            return cast("object", value)
    return cast("object", _DECODER.decode(text))


# `cast` is a call, too slow for what runs ten times a record.
def as_object(value: object) -> Loose | None:
    """Return a JSON object as such, anything else as `None`."""
    return value if type(value) is dict else None  # pyright: ignore[reportUnknownVariableType]


def as_list(value: object) -> list[object] | None:
    """Return a JSON array as such, anything else as `None`."""
    return value if type(value) is list else None  # pyright: ignore[reportUnknownVariableType]
