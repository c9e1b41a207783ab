"""Leaves and lists of a JSON value with their places, written as `lines[2].amount`."""

from __future__ import annotations

from collections.abc import Iterator

from novadoc.types import JsonScalar, JsonValue


def leaves(value: JsonValue, path: str = "") -> Iterator[tuple[str, JsonScalar]]:
    """Yield every scalar with its place, in order; empty lists and objects yield nothing."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def lists(value: JsonValue, path: str = "") -> Iterator[tuple[str, int]]:
    """Yield every list's place and length, in order."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from lists(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield path, len(value)
        for index, item in enumerate(value):
            yield from lists(item, f"{path}[{index}]")


def join(path: str, key: str) -> str:
    """Return the path of a key below a path."""
    return f"{path}.{key}" if path else key
