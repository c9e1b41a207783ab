"""Strict JSON in which no digit is lost and nothing can exhaust the process."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import cast

from novadoc.types import JsonObject, JsonScalar, JsonValue

MAX_DEPTH = 128
"""Deepest nesting read; deeper answers are malformed. Forms nest three or four levels."""

MAX_DIGITS = 400
"""Longest number read as a number, in digits before or after the point once written out."""

_MAX_BITS = 1400  # more than 400 digits
_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|([{\[])|([}\]])', re.DOTALL)


class NotJsonError(ValueError):
    """The text is no JSON by the strict rules; holds no part of the text."""


class NoJsonError(ValueError):
    """There is no bracket that could begin JSON."""


class UnclosedError(ValueError):
    """The JSON in the text does not end; `partial` is what is complete."""

    def __init__(self, partial: JsonObject) -> None:
        super().__init__("the JSON is not closed")
        self.partial = partial


def load_json(text: str, notes: list[str] | None = None) -> JsonValue:
    """Parse JSON text exactly: whole numbers as `int`, others as `Decimal`.

    Numbers of more than 400 digits once written out become text, so that validation refuses them
    and nothing tries to print them. Of duplicate keys the last one counts, as in most readers.

    Args:
        text: JSON text; raw control characters inside strings are accepted.
        notes: Told what was not strict: `control_characters`, `duplicate_keys`, `huge_numbers`.

    Raises:
        ValueError: Not JSON (`NaN` and `Infinity` are not), or nested deeper than 128.

    Example:
        >>> load_json('{"total": 158.10}')
        {'total': Decimal('158.10')}
    """
    _check_depth(text)
    try:
        return _even(text)
    except _OddError:
        pass
    except json.JSONDecodeError as error:
        if "control character" not in error.msg:
            raise NotJsonError(error.msg) from None
    return _odd(text, [] if notes is None else notes)


def _odd(text: str, seen: list[str]) -> JsonValue:
    try:
        return _decoder(seen, strict=True)(text)
    except json.JSONDecodeError as error:
        if "control character" not in error.msg:
            raise NotJsonError(error.msg) from None
    try:
        value = _decoder(seen, strict=False)(text)
    except json.JSONDecodeError as error:
        raise NotJsonError(error.msg) from None
    seen.append("control_characters")
    return value


def _decoder(notes: list[str], *, strict: bool) -> Callable[[str], JsonValue]:
    def members(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
        # A line break in a name is the model's slip, never the schema's.
        found = dict(pairs) if strict else {name.strip(): value for name, value in pairs}
        if len(found) != len(pairs):
            notes.append("duplicate_keys")
        return found

    def whole(literal: str) -> JsonScalar:
        return int(literal) if len(literal) < 40 else number(literal)

    def number(literal: str) -> JsonScalar:
        value = bounded_number(literal)
        if isinstance(value, str):
            notes.append("huge_numbers")
        return value

    decoder = json.JSONDecoder(
        object_pairs_hook=members,
        parse_int=whole,
        parse_float=number,
        parse_constant=_refuse_constant,
        strict=strict,
    )
    return cast("Callable[[str], JsonValue]", decoder.decode)


class _OddError(Exception):
    """There is something to note, which takes a decoder of its own."""


def _even_members(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OddError
    return found


def _even_number(literal: str) -> Decimal:
    if len(literal) < 40 and "e" not in literal and "E" not in literal:
        return Decimal(literal)
    raise _OddError


def _even_whole(literal: str) -> int:
    if len(literal) < 40:
        return int(literal)
    raise _OddError


def _refuse_constant(literal: str) -> JsonValue:
    raise NotJsonError(f"{literal} is no JSON")


_even = cast(
    "Callable[[str], JsonValue]",
    json.JSONDecoder(
        object_pairs_hook=_even_members,
        parse_int=_even_whole,
        parse_float=_even_number,
        parse_constant=_refuse_constant,
    ).decode,
)
"""Nearly every answer's decoder; making one for each takes as long as reading."""


def bounded_number(literal: str) -> int | Decimal | str:
    """Return the number, or the literal itself when it is too long to be handled as one."""
    if len(literal) > 3 * MAX_DIGITS:
        return literal
    try:
        value = Decimal(literal)
    except InvalidOperation:
        return literal  # an exponent of twenty digits
    exponent = value.as_tuple().exponent
    # `Decimal("1E+999999999")` is small in memory, and a gigabyte once printed plainly.
    if abs(value.adjusted()) > MAX_DIGITS or (
        isinstance(exponent, int) and exponent < -2 * MAX_DIGITS
    ):
        return literal
    return int(literal) if re.fullmatch(r"-?\d+", literal) else value


def exact(value: JsonValue, depth: int = 0) -> JsonValue:
    """Return the value with every float as the `Decimal` it prints as; other floats are text.

    Raises:
        ValueError: Nested deeper than 128, or a whole number of more than 400 digits.
    """
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else repr(value)
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise NotJsonError("a number too long to be one")
    if depth > MAX_DEPTH:
        raise NotJsonError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, list):
        return [exact(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: exact(item, depth + 1) for key, item in value.items()}
    return value


def dump_json(value: JsonValue) -> str:
    """Return compact JSON text with every Decimal as a plain number; the inverse of `load_json`.

    Example:
        >>> from decimal import Decimal, InvalidOperation
        >>> dump_json({"total": Decimal("158.10")})
        '{"total":158.10}'
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quote(k)}:{dump_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _check_depth(text: str) -> None:
    # The C scanner's own limit differs between Python versions and counts the caller's stack.
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKET.finditer(text):
        if match.group(1):
            depth += 1
            if depth > MAX_DEPTH:
                raise NotJsonError(f"nested deeper than {MAX_DEPTH}")
        elif match.group(2):
            depth -= 1
