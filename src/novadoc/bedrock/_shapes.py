"""Requests held against the service's own model, offline.

botocore checks required members, types and minimums, and leaves maximums, enumerations and
patterns to the service. Its models name them, so a request that cannot succeed is refused here,
with every reason at once and before anything is sent.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

# Exponential as written in four places of the bedrock model (1.1 s at 24 dashes, doubling with
# each more); the bare class accepts the same texts.
_SLOW = r"(-*[a-zA-Z0-9\+\-\.])"
_FAST = r"[a-zA-Z0-9\+\-\.]"


def violations(shape: Any, value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, rule) for whatever in `value` the botocore `shape` does not allow.

    Missing members and wrong types are left to botocore, which checks them itself.
    """
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        yield from _structure(shape, cast("Mapping[str, object]", value), path)
    elif kind == "list" and isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        items = cast("Sequence[object]", value)
        yield from _bounds(shape, len(items), path, "entries")
        for index, item in enumerate(items):
            yield from violations(shape.member, item, f"{path}[{index}]")
    elif kind == "map" and isinstance(value, Mapping):
        for key, item in cast("Mapping[str, object]", value).items():
            yield from violations(shape.key, key, f"{path}.{key}")
            yield from violations(shape.value, item, f"{path}.{key}")
    elif kind == "string" and isinstance(value, str):
        yield from _text(shape, value, path)
    elif kind in {"integer", "long", "float", "double"} and isinstance(value, (int, float)):
        yield from _bounds(shape, value, path, "")


def _structure(shape: Any, value: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    for name, item in value.items():
        member = shape.members.get(name)
        if member is not None:
            yield from violations(member, item, f"{path}.{name}" if path else name)


def _text(shape: Any, value: str, path: str) -> Iterator[tuple[str, str]]:
    yield from _bounds(shape, len(value), path, "characters")
    choices = cast("Sequence[str]", shape.metadata.get("enum", ()))
    if choices and value not in choices:
        yield path, f"is none of {', '.join(choices)}"
    pattern = shape.metadata.get("pattern")
    # Only within the length allowed: the pattern is not asked about texts of any length.
    if pattern and len(value) <= shape.metadata.get("max", 4096):
        compiled = _compiled(pattern)
        if compiled is not None and not compiled.fullmatch(value):
            yield path, f"does not match {pattern}"


def _bounds(shape: Any, size: float, path: str, unit: str) -> Iterator[tuple[str, str]]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield path, f"is less than {least} {unit}".rstrip()
    if most is not None and size > most:
        yield path, f"is more than {most} {unit}".rstrip()


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern.replace(_SLOW, _FAST), re.ASCII | re.DOTALL)
    except re.error:
        return None  # written for Java; the service checks it itself
