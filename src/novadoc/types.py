"""Types that every floor shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeAlias, Union

__all__ = ["Clock", "JsonObject", "JsonScalar", "JsonValue", "Tags"]

JsonScalar: TypeAlias = Union[bool, int, float, Decimal, str, None]
"""A JSON leaf. Numbers read from a model's answer are `int` or `Decimal`, so no digit is lost."""

JsonValue: TypeAlias = Union[JsonScalar, "list[JsonValue]", "dict[str, JsonValue]"]
"""Any JSON value."""

JsonObject: TypeAlias = "dict[str, JsonValue]"
"""A JSON object with text keys."""

Tags: TypeAlias = Mapping[str, str]
"""AWS resource tags: at most 50, keys of 1-128 and values of 0-256 characters."""


class Clock(Protocol):
    """What tells the time and waits. Inject one to test without waiting."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never go back."""
        ...

    def sleep(self, duration: timedelta, /) -> None:
        """Block the calling thread for `duration`; zero or less returns at once."""
        ...
