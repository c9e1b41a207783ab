"""What a reviewer should look at first, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from novadoc.datasets import Provenance, Sample
from novadoc.types import JsonValue

__all__ = ["Alternative", "Doubt", "Doubts", "doubts_of"]


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
    """Where, as `states[0].wages`; a list by itself, when it is about its number of rows."""
    reason: str
    """In words, without values."""
    confidence: float | None = None
    """From 0 to 1; the least certain comes first, fields without a figure before them."""
    alternatives: tuple[Alternative, ...] = ()
    """Values to choose from."""


Doubts = Mapping[str, Sequence[Doubt]]
"""Doubts by sample id."""


def doubts_of(samples: Iterable[Sample], *, below: float = 1.0) -> dict[str, tuple[Doubt, ...]]:
    """Return what the samples' provenance is not sure of, with what else was said.

    Args:
        samples: As `workflows.annotate` makes them.
        below: Fields of this confidence need no second look.

    Example:
        >>> from novadoc.documents import Document
        >>> made = Provenance("teacher", confidence={"total": 0.5}, alternatives={"total": (8,)})
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200))
        >>> (doubt,) = doubts_of([Sample("a", page, {"total": 7}, provenance=made)])["a"]
        >>> doubt.path, doubt.confidence, [other.value for other in doubt.alternatives]
        ('total', 0.5, [8])
    """
    found = {
        sample.id: tuple(_doubts(sample.provenance, below))
        for sample in samples
        if sample.provenance is not None
    }
    return {sample: doubts for sample, doubts in found.items() if doubts}


def _doubts(made: Provenance, below: float) -> Iterable[Doubt]:
    for path, share in sorted(made.confidence.items(), key=lambda entry: entry[1]):
        if share < below:
            said = made.alternatives.get(path, ())
            others = tuple(Alternative("another vote", value) for value in said)
            reason = "The votes do not agree." if share else "Nothing confirms this value."
            yield Doubt(path, reason, share, others)
