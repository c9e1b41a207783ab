"""Constraints of a shape: required, lengths, ranges, patterns, enums, unions.

boto3 itself checks only required members, types and minimums, so patterns, enums and maximums are
exactly what a stand-in must add. Wording is the service's: "2 validation errors detected: Value
'x y' at 'jobName' failed to satisfy constraint: ...".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from novadoc.local._refusal import Refusal
from novadoc.local._rest._parse import Params
from novadoc.local._rest._shapes import Operation, Shape, member_of

__all__ = ["safe_pattern", "validate"]

# `(-*[a-z\-])*` matches what `([a-z\-])*` matches, but exponentially slowly in Python's `re`: one
# second at 24 dashes, doubling with each (measured). Four patterns of the models have it.
_AMBIGUOUS = re.compile(r"\(-\*(\[[^\]]*\\-[^\]]*\])\)")
_SIZED = {"string", "list", "map", "blob"}
_NUMBERS = {"integer", "long", "float", "double"}


@cache
def safe_pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern of the service's model so that no text makes it run away.

    Example:
        >>> safe_pattern(r"[a-z](-*[a-z\-])*").fullmatch("a" + "-" * 60 + "!") is None
        True
    """
    # Java's `\p{L}` and `\p{M}` (one pattern has them): letters and marks, near enough.
    python = pattern.replace(r"\p{L}\p{M}", r"\w").replace(r"\p{L}", r"[^\W\d_]")
    return re.compile(_AMBIGUOUS.sub(r"\1", python))


def _failed(value: object, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: Member must {rule}"


def _size(shape: Shape, value: Any, path: str) -> Iterator[str]:
    limits = shape.metadata
    if shape.type_name in _SIZED:
        size, word = len(value), "have length"
    elif shape.type_name in _NUMBERS:
        size, word = value, "have value"
    else:
        return
    shown = f"{size} bytes" if shape.type_name == "blob" else value
    if "min" in limits and size < float(limits["min"]):
        yield _failed(shown, path, f"{word} greater than or equal to {limits['min']}")
    if "max" in limits and size > float(limits["max"]):
        yield _failed(shown, path, f"{word} less than or equal to {limits['max']}")


def _text(shape: Shape, value: str, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield _failed(value, path, f"satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not safe_pattern(str(pattern)).fullmatch(value):
        yield _failed(value, path, f"satisfy regular expression pattern: {pattern}")


def _structure(shape: Shape, value: Params, path: str) -> Iterator[str]:
    if shape.is_document_type:
        return
    prefix = f"{path}." if path else ""
    for name in shape.required_members:
        if value.get(name) is None:
            yield _failed(None, prefix + name, "not be null")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield (
            f"Value at '{path}' failed to satisfy constraint: "
            "Member must have exactly one member set"
        )
    for name, part in value.items():
        yield from _violations(shape.members[name], part, prefix + name)


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    kind = shape.type_name
    if value is None:
        if kind != "structure" or not shape.is_document_type:
            yield _failed(None, path, "not be null")
        return
    if kind == "structure":
        yield from _structure(shape, value, path)
        return
    oversized = list(_size(shape, value, path))
    yield from oversized
    if kind == "string" and not oversized:
        yield from _text(shape, value, path)
    elif kind == "list":
        for number, item in enumerate(value, 1):
            yield from _violations(member_of(shape), item, f"{path}.{number}.member")
    elif kind == "map":
        for key, item in value.items():
            yield from _violations(shape.key, key, f"{path}.{key}.key")
            yield from _violations(shape.value, item, f"{path}.{key}.value")


def validate(operation: Operation, params: Params) -> None:
    """Check all constraints of the operation's input shape.

    Raises:
        Refusal: ValidationException that lists every violation.
    """
    if operation.input_shape is None:
        return
    found = list(_violations(operation.input_shape, params, ""))
    if found:
        plural = "s" if len(found) > 1 else ""
        raise Refusal.invalid(f"{len(found)} validation error{plural} detected: {'; '.join(found)}")
