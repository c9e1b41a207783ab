"""JSON that nobody vouches for, looked at without trusting its shape."""

from __future__ import annotations

from typing import TypeAlias, cast

Loose: TypeAlias = "dict[str, object]"


def as_object(value: object) -> Loose | None:
    """Return a JSON object as such, anything else as `None`."""
    return cast("Loose", value) if type(value) is dict else None


def as_list(value: object) -> list[object] | None:
    """Return a JSON array as such, anything else as `None`."""
    return cast("list[object]", value) if type(value) is list else None
