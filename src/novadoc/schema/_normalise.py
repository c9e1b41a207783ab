"""Values turned into what is meant before they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from novadoc.types import JsonValue


@runtime_checkable
class Normaliser(Protocol):
    """Any object that turns what a model writes into what is meant.

    It is asked before novadoc's own rules, for labels and for answers, with one JSON value; it
    must leave alone what is already right.
    """

    def normalise(self, value: JsonValue, /) -> JsonValue:
        """Return the value as it should be read, or `value` itself."""
        ...


@dataclass(frozen=True)
class Normalise:
    """A function as a normaliser.

    Example:
        >>> Normalise(lambda value: value.strip() if isinstance(value, str) else value).normalise(
        ...     " 7 "
        ... )
        '7'
    """

    function: Callable[[JsonValue], JsonValue]
    """Takes and returns one JSON value."""

    def normalise(self, value: JsonValue, /) -> JsonValue:
        """Apply the function."""
        return self.function(value)
