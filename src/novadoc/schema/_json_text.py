"""JSON as text, with every digit kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import cast

from novadoc.types import JsonScalar, JsonValue


def is_text(text: str) -> bool:
    r"""Tell whether text can be sent: half a surrogate pair, as JSON's `"\ud800"`, cannot.

    Example:
        >>> is_text("Köln"), is_text("\ud800")
        (True, False)
    """
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def to_json(value: JsonValue) -> str:
    """Write JSON compactly, decimals as plain numbers and text as it is.

    Example:
        >>> to_json({"total": Decimal("1E+3"), "city": "Köln"})
        '{"total":1000,"city":"Köln"}'
    """
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, dict):
        inside = ",".join([f"{_quote(key)}:{to_json(item)}" for key, item in value.items()])
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{','.join(map(to_json, value))}]"
    return _scalar(value)


def plain(number: Decimal) -> str:
    """Write a decimal without exponent and without zeros that say nothing.

    Example:
        >>> plain(Decimal("1234.50")), plain(Decimal("-0.0"))
        ('1234.5', '0')
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def exact(value: object) -> JsonValue:
    """Copy JSON-like data as JSON values: floats as the decimals people wrote, dates as text.

    Raises:
        TypeError: Something in it has no JSON form.
    """
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {str(key): exact(item) for key, item in pairs}
    if isinstance(value, (list, tuple)):
        return [exact(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Enum):
        return exact(value.value)
    if value is None or isinstance(value, (str, bool, int, Decimal)):
        return value
    if isinstance(value, (date, time)):
        return value.isoformat()
    raise TypeError(f"`{type(value).__name__}` is not JSON.")


# One encoder: `json.dumps` makes a new one for each text.
_quote = json.JSONEncoder(ensure_ascii=False).encode


def _scalar(value: JsonScalar) -> str:
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    return json.dumps(value)
