"""What a reviewer should look at first, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from novadoc.types import JsonValue

__all__ = ["Alternative", "Doubt", "Doubts", "doubts_from_confidence"]


@dataclass(frozen=True)
class Alternative:
    """What someone else says stands there."""

    who: str
    """A reviewer or a model."""
    value: JsonValue = field(repr=False)


@dataclass(frozen=True)
class Doubt:
    """A field that a person should look at before the others."""

    path: str
    """Where, as `states[0].wages`."""
    reason: str
    """In words, without values."""
    confidence: float | None = None
    """From 0 to 1; the least certain comes first, fields without a figure before them."""
    alternatives: tuple[Alternative, ...] = ()
    """Values to choose from."""


Doubts = Mapping[str, Sequence[Doubt]]
"""Doubts by sample id."""


def doubts_from_confidence(
    confidence: Mapping[str, Mapping[str, float]], *, below: float = 0.8
) -> dict[str, tuple[Doubt, ...]]:
    """Turn confidences by sample and field into doubts, the least certain first.

    Args:
        confidence: By sample id and path, from 0 to 1.
        below: Fields from here on need no second look.

    Example:
        >>> doubts_from_confidence({"a": {"total": 0.5, "number": 0.9}})["a"][0].path
        'total'
    """
    return {
        sample: tuple(
            Doubt(path, "The labels before this one did not agree.", share)
            for path, share in sorted(fields.items(), key=lambda entry: entry[1])
            if share < below
        )
        for sample, fields in confidence.items()
    }
