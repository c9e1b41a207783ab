"""What the OCR saw on a page: lines of text with their corners, and tick boxes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Corners = tuple[float, float, float, float, float, float, float, float]
"""x and y of the upper left, upper right, lower right and lower left corner, in pixels."""


@dataclass(frozen=True)
class Line:
    """One run of text the detector found."""

    text: str
    score: float
    """Recognition confidence, 0 to 1."""
    corners: Corners

    def __repr__(self) -> str:
        return f"Line({len(self.text)} characters, score {self.score:.2f})"


@dataclass(frozen=True)
class Tick:
    """One square box people put a mark into."""

    left: float
    top: float
    right: float
    bottom: float
    fill: float
    """Share of dark pixels inside the frame, 0 to 1."""


@dataclass(frozen=True)
class Reading:
    """Everything read from one page image, in pixels of the page turned upright."""

    width: int
    height: int
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...] = ()
    turned: int = 0
    """Degrees the image was turned clockwise to stand upright: 0, 90, 180 or 270."""

    @property
    def confidence(self) -> float:
        """Sum of the lines' scores: more text read well is a better reading."""
        return sum(line.score for line in self.lines)

    def to_json(self) -> bytes:
        """Encode for the cache and for the pipe between processes."""
        record = {
            "width": self.width,
            "height": self.height,
            "turned": self.turned,
            "lines": [[line.text, round(line.score, 4), _tenths(line)] for line in self.lines],
            "ticks": [[t.left, t.top, t.right, t.bottom, round(t.fill, 3)] for t in self.ticks],
        }
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Reading:
        """Decode what `to_json` wrote.

        Raises:
            ValueError: The bytes are not such a record.
        """
        try:
            record: dict[str, Any] = json.loads(data)
            return cls(
                width=int(record["width"]),
                height=int(record["height"]),
                lines=tuple(Line(t, float(s), tuple(c)) for t, s, c in record["lines"]),
                ticks=tuple(Tick(*t) for t in record["ticks"]),
                turned=int(record["turned"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("not a page reading") from error


def _tenths(line: Line) -> list[float]:
    return [round(value, 1) for value in line.corners]
