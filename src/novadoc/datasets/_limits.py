"""What a JSON Schema asks of a value besides its type: sizes, lengths, patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sized
from decimal import Decimal
from typing import TypeAlias, cast

from novadoc.types import JsonObject

Test: TypeAlias = Callable[[object], bool]


def _is_multiple(value: object, limit: Decimal) -> bool:
    return Decimal(str(value)) % limit == 0


_NUMBER = (int, float, Decimal)
# Each applies to the values of its type only, as JSON Schema has it.
_LIMITS: dict[str, tuple[type | tuple[type, ...], Callable[[object, Decimal], bool]]] = {
    "minimum": (_NUMBER, lambda value, limit: cast("Decimal", value) >= limit),
    "maximum": (_NUMBER, lambda value, limit: cast("Decimal", value) <= limit),
    "exclusiveMinimum": (_NUMBER, lambda value, limit: cast("Decimal", value) > limit),
    "exclusiveMaximum": (_NUMBER, lambda value, limit: cast("Decimal", value) < limit),
    "multipleOf": (_NUMBER, _is_multiple),
    "minLength": (str, lambda value, limit: len(cast("Sized", value)) >= limit),
    "maxLength": (str, lambda value, limit: len(cast("Sized", value)) <= limit),
    "minItems": (list, lambda value, limit: len(cast("Sized", value)) >= limit),
    "maxItems": (list, lambda value, limit: len(cast("Sized", value)) <= limit),
    "minProperties": (dict, lambda value, limit: len(cast("Sized", value)) >= limit),
    "maxProperties": (dict, lambda value, limit: len(cast("Sized", value)) <= limit),
}
WORDS = frozenset({*_LIMITS, "pattern"})


def within(schema: JsonObject) -> Test | None:
    """Return what tells whether a value keeps to the limits of its schema; `None` for no limits."""
    tests = [_limit(word, limit) for word, limit in schema.items() if _is_limit(word, limit)]
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        tests.append(_pattern(pattern))
    return (lambda value: all(test(value) for test in tests)) if tests else None


def _is_limit(word: str, limit: object) -> bool:
    return word in _LIMITS and isinstance(limit, _NUMBER) and not isinstance(limit, bool)


def _limit(word: str, limit: object) -> Test:
    kind, holds = _LIMITS[word]
    # Exact on both sides: an amount of 0.1 in the schema is the 0.1 of the answer.
    bound = Decimal(str(limit))
    if kind is not _NUMBER:
        return lambda value: not isinstance(value, kind) or holds(value, bound)
    return lambda value: (
        not isinstance(value, _NUMBER)
        or isinstance(value, bool)
        or holds(Decimal(str(value)), bound)
    )


def _pattern(pattern: str) -> Test:
    search = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or search(value) is not None
