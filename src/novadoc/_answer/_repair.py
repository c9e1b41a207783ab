"""The second chance of a malformed answer, which may mend the form and never add content."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import cast

from novadoc._answer._json import NotJsonError, bounded_number
from novadoc.types import JsonScalar, JsonValue

_NUMBER = re.compile(r"-?(?:\d[\d_,]*)?\.?\d+(?:[eE][+-]?\d+)?")
_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class _Dropped:
    pass


_DROPPED = _Dropped()


def repair_json(text: str, notes: list[str]) -> JsonValue:
    """Mend JSON text with json-repair, keeping only what the text itself holds.

    Numbers get back the digits they were written with. A text or number that is not in `text` is
    replaced by null (or left out of its list) and `ungrounded` is noted.

    Raises:
        ValueError: json-repair finds nothing, or fails.
    """
    from json_repair import repair_json as mend  # 15 ms that well-formed answers need not pay

    try:
        value = mend(text, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError, TypeError, AttributeError) as error:
        raise NotJsonError(f"json-repair failed with {type(error).__name__}") from None
    notes.append("json_repair")
    grounded = _Grounding(text).keep(cast("JsonValue", value))
    if isinstance(grounded, _Dropped):
        raise NotJsonError("nothing of the mended answer stands in the answer")
    if _without(grounded) != _without(cast("JsonValue", value)):
        notes.append("ungrounded")
    return grounded


def _without(value: JsonValue) -> int:
    """Count the leaves that say something."""
    if isinstance(value, dict):
        return sum(map(_without, value.values()))
    if isinstance(value, list):
        return sum(map(_without, value))
    return value is not None


class _Grounding:
    """What stands in one answer's text, in the forms a value can be written."""

    def __init__(self, text: str) -> None:
        self._texts = (text, _unescape(text), _unescape(_unescape(text)))
        self._numbers: dict[float, str] = {}
        for literal in _NUMBER.findall(text):
            # `1,234` is one number in an amount and two in a list: either may be meant.
            for plain in (literal.replace(",", ""), *literal.split(",")):
                if plain:
                    bare = plain.replace("_", "")
                    self._numbers.setdefault(float(bare), bare)

    def keep(self, value: JsonValue) -> JsonValue | _Dropped:
        if isinstance(value, dict):
            return {key: self._or_null(item) for key, item in value.items() if self._stands(key)}
        if isinstance(value, list):
            kept = [self.keep(item) for item in value]
            return [item for item in kept if not isinstance(item, _Dropped)]
        return self._scalar(value)

    def _or_null(self, value: JsonValue) -> JsonValue:
        kept = self.keep(value)
        return None if isinstance(kept, _Dropped) else kept

    def _scalar(self, value: JsonScalar) -> JsonScalar | _Dropped:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value if self._stands(value) else _DROPPED
        return self._number(value)

    def _number(self, value: float | Decimal) -> JsonScalar | _Dropped:
        try:
            literal = self._numbers.get(float(value))
        except OverflowError:
            literal = None
        if literal is None:
            return _DROPPED
        return bounded_number("0" + literal if literal.startswith(".") else literal)

    def _stands(self, value: str) -> bool:
        return any(value in text for text in self._texts)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    code = match.group(1)
    return chr(int(code[1:], 16)) if code[0] == "u" and len(code) == 5 else _ESCAPED.get(code, code)
