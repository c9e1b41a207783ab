"""Places in a JSON value, written as `lines[2].amount`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from novadoc.types import JsonObject, JsonValue

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def with_others(value: JsonObject, other: JsonObject, paths: Iterable[str]) -> JsonObject:
    """Return a copy of a value with what another has at some paths, if only null."""
    for path in paths:
        try:
            found = _at(other, path)
        except LookupError:
            continue
        changed = _put(value, list(_steps(path)), found)
        value = changed if isinstance(changed, dict) else value
    return value


def _at(value: JsonValue, path: str) -> JsonValue:
    for step in _steps(path):
        value = _below(value, step)
    return value


def _below(value: JsonValue, step: str | int) -> JsonValue:
    if isinstance(value, dict) and isinstance(step, str):
        return value[step]
    if isinstance(value, list) and isinstance(step, int):
        return value[step]
    raise LookupError(step)


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
