"""Read the values that label files hold: amounts written as text, dates in digits, ticks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from novadoc.errors import LabelError
from novadoc.types import JsonObject, JsonValue

__all__ = ["amount", "amounts", "day", "joined", "listed", "mapping", "text", "tick"]


_AMOUNT = re.compile(
    r"(?P<open>\(?)\s*(?P<minus>-?)\s*[A-Z]{0,3}[$€£¥]?\s*"
    r"(?P<digits>\d[\d,]*(?:\.\d*)?|\.\d+)\s*(?:[A-Z]{3}|€)?\s*(?P<close>\)?)"
)
"""Digits with thousands commas, a currency before or after, a minus or accounting brackets."""


def mapping(value: JsonValue, *, path: str) -> JsonObject:
    """Return `value` as an object; null is an empty one.

    Raises:
        LabelError: It is something else.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _misfit("an object is expected", path)
    return value


def listed(value: JsonValue, *, path: str) -> list[JsonValue]:
    """Return `value` as a list; null is an empty one.

    Raises:
        LabelError: It is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise _misfit("a list is expected", path)
    return value


def text(value: JsonValue, *, path: str) -> str | None:
    """Return trimmed text with single spaces; blank is null, a number is its digits.

    Raises:
        LabelError: It is an object, a list or a truth value.
    """
    if value is None:
        return None
    if isinstance(value, (dict, list, bool)):
        raise _misfit("a text is expected", path)
    return " ".join(str(value).split()) or None


def joined(source: Mapping[str, JsonValue], *keys: str, path: str, by: str = ", ") -> str | None:
    """Return the texts under `keys` that are there, joined.

    Raises:
        LabelError: One of them is no text.
    """
    parts = (text(source.get(key), path=f"{path}{key}") for key in keys)
    return by.join(part for part in parts if part) or None


def amount(value: JsonValue, *, path: str) -> Decimal | None:
    """Return an amount written as `1,234.50`, `$1,234.50`, `RM 9.00`, `(12.00)` or a number.

    Raises:
        LabelError: It cannot be read as a finite number.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, (dict, list, bool)):
        raise _misfit("an amount is expected", path)
    if not isinstance(value, str):
        number = Decimal(str(value))
        if not number.is_finite():
            raise _misfit("a finite amount is expected", path)
        return number
    found = _AMOUNT.fullmatch(value.strip())
    if found is None:
        raise _misfit("not an amount", path)
    number = Decimal(found["digits"].replace(",", ""))
    negative = found["minus"] or (found["open"] and found["close"])
    return -number if negative else number


def amounts(
    source: Mapping[str, JsonValue], keys: Mapping[str, str], *, path: str = ""
) -> JsonObject:
    """Return `{field: amount}` for `{field: key}`.

    Raises:
        LabelError: One of them cannot be read.
    """
    return {field: amount(source.get(key), path=f"{path}{key}") for field, key in keys.items()}


def day(value: JsonValue, *, path: str, form: str) -> date | None:
    """Return the day that `value` names in the `strptime` form given.

    Raises:
        LabelError: It is no such day.
    """
    printed = text(value, path=path)
    if printed is None:
        return None
    try:
        return datetime.strptime(printed, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise _misfit(f"not a date like {form}", path) from None


def tick(value: JsonValue, *, path: str) -> bool | None:
    """Return a tick written as a truth value, `selected`/`unselected` or `x`.

    Raises:
        LabelError: It is none of these.
    """
    if value is None or isinstance(value, bool):
        return value
    known = {"selected": True, "x": True, "true": True, "unselected": False, "false": False}
    word = (text(value, path=path) or "unselected").lower()
    if word not in known:
        raise _misfit("not a tick", path)
    return known[word]


def _misfit(rule: str, path: str) -> LabelError:
    return LabelError(
        f"the label does not fit: {rule}.",
        path=path,
        violations=[(path, rule)],
        remedy="Mend the label file, or give a converter that knows its form.",
    )
