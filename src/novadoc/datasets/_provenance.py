"""Where a label comes from: who made it, with what, how sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import cast

from novadoc.types import JsonObject, JsonValue


@dataclass(frozen=True)
class Provenance:
    """Where one sample's label comes from. Travels with the sample, never into a prompt.

    Example:
        >>> Provenance("people", annotator="jo").to_dict()
        {'source': 'people', 'annotator': 'jo'}
    """

    source: str
    """The road it came: `teacher`, `people`, `erp`, or a word of your own."""
    _: KW_ONLY
    annotator: str | None = None
    """Who is responsible: a reviewer, an export, a program."""
    model_id: str | None = None
    """What was asked, when a model made it."""
    votes: int | None = None
    """How often that model was asked."""
    agreement: float | None = None
    """Least share of the votes that agreed on one of its fields, from 0 to 1."""
    confidence: Mapping[str, float] = field(
        default_factory=dict[str, float], repr=False, hash=False
    )
    """From 0 to 1, by path as `lines[2].amount`: where not everything speaks for the value."""
    alternatives: Mapping[str, tuple[JsonValue, ...]] = field(
        default_factory=dict[str, "tuple[JsonValue, ...]"], repr=False, hash=False
    )
    """What other votes say instead, by path, the most frequent first; `None` for nothing there."""
    time: datetime | None = None
    """When, as the caller says: nothing here reads a clock, so that two runs give equal bytes."""

    def to_dict(self) -> JsonObject:
        """Return what is known as JSON."""
        found: JsonObject = {
            "source": self.source,
            "annotator": self.annotator,
            "model_id": self.model_id,
            "votes": self.votes,
            "agreement": self.agreement,
            "confidence": dict(self.confidence) or None,
            "alternatives": {path: list(said) for path, said in self.alternatives.items()} or None,
            "time": None if self.time is None else self.time.isoformat(),
        }
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Provenance:
        """Read what `to_dict` wrote.

        Raises:
            KeyError: There is no source.
            ValueError: The time is none.
        """
        time = cast("str | None", data.get("time"))
        agreement = cast("float | None", data.get("agreement"))
        confidence = cast("Mapping[str, float]", data.get("confidence", {}))
        alternatives = cast("Mapping[str, list[JsonValue]]", data.get("alternatives", {}))
        return cls(
            source=cast("str", data["source"]),
            annotator=cast("str | None", data.get("annotator")),
            model_id=cast("str | None", data.get("model_id")),
            votes=cast("int | None", data.get("votes")),
            agreement=None if agreement is None else float(agreement),
            confidence={path: float(share) for path, share in confidence.items()},
            alternatives={path: tuple(said) for path, said in alternatives.items()},
            time=None if time is None else datetime.fromisoformat(time),
        )
