"""What may be known of one value: where it stands, what else it may be, who read it otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from novadoc.types import JsonValue

Box: TypeAlias = "tuple[float, float, float, float]"
"""Left, top, right, bottom as fractions of the page, from its upper left corner."""


@dataclass(frozen=True)
class Evidence:
    """Where a value was found on the pages."""

    page: int
    """From 1."""
    boxes: tuple[Box, ...]
    """One for each line the value runs over."""
    similarity: float
    """How alike value and page are, from 0 to 1; 1 is the same text."""


@dataclass(frozen=True)
class Guess:
    """What a value may be, as the model says."""

    value: JsonValue = field(repr=False)
    probability: float | None
    """That it is right, from 0 to 1, in the model's own opinion; `None` when it gave none."""


@dataclass(frozen=True)
class Conflict:
    """Two page windows that read different values for one field."""

    path: str
    pages: tuple[tuple[int, ...], ...]
    """Pages, from 1, of each window that read a value."""
