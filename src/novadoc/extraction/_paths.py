"""Places in a JSON value, written as `lines[2].amount`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from novadoc.types import JsonObject, JsonValue

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def at(value: JsonValue, path: str) -> JsonValue:
    """Return what stands at a path.

    Raises:
        LookupError: Nothing stands there.
    """
    for step in _steps(path):
        value = _below(value, step)
    return value


def _below(value: JsonValue, step: str | int) -> JsonValue:
    if isinstance(value, dict) and isinstance(step, str):
        return value[step]
    if isinstance(value, list) and isinstance(step, int):
        return value[step]
    raise LookupError(step)


def has(value: JsonValue, path: str) -> bool:
    """Whether something, if only null, stands at a path."""
    try:
        at(value, path)
    except LookupError:
        return False
    return True


def replaced(value: Mapping[str, JsonValue], path: str, new: JsonValue) -> JsonObject:
    """Return a copy with another value at a path; unchanged when nothing can stand there."""
    return _replaced(dict(value), list(_steps(path)), new)


def _replaced(value: JsonObject, steps: list[str | int], new: JsonValue) -> JsonObject:
    changed = _put(value, steps, new)
    return changed if isinstance(changed, dict) else value


def _put(value: JsonValue, steps: list[str | int], new: JsonValue) -> JsonValue:
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict) and isinstance(step, str):
        return {**value, step: _put(value.get(step), rest, new)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], _put(value[step], rest, new), *value[step + 1 :]]
    return value


def _steps(path: str) -> Iterator[str | int]:
    for match in _STEP.finditer(path):
        yield int(match.group(1)) if match.group(1) is not None else match.group(2)
