"""Text boxes of a page, straightened."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from novadoc.local.engine._reading import Line, Reading, Tick


@dataclass(frozen=True)
class Box:
    """A piece of text, or a tick box, in pixels of the straightened page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    tick: float | None = None
    """Share of ink inside, for a tick box; its text is empty."""

    @property
    def middle(self) -> float:
        """The vertical centre."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """Height of the text without the slope of the page."""
        return self.bottom - self.top


def boxes(reading: Reading) -> tuple[Box, ...]:
    """Turn lines of text and tick boxes by the page's slope."""
    angle = _slope(reading.lines)
    cos, sin = math.cos(-angle), math.sin(-angle)

    def turn(x: float, y: float) -> tuple[float, float]:
        return x * cos - y * sin, x * sin + y * cos

    found = [_straight(line, turn) for line in reading.lines if line.text.strip()]
    found.extend(_turned_tick(tick, *turn(tick.left, tick.top)) for tick in reading.ticks)
    return tuple(found)


def _slope(lines: Sequence[Line]) -> float:
    """Return the median angle of the wide lines, in radians."""
    angles: list[float] = []
    for line in lines:
        x0, y0, x1, y1, _, _, x3, y3 = line.corners
        if x1 - x0 > 3 * math.hypot(x3 - x0, y3 - y0):
            angles.append(math.atan2(y1 - y0, x1 - x0))
    return statistics.median(angles) if len(angles) >= 3 else 0.0


def _straight(line: Line, turn: Callable[[float, float], tuple[float, float]]) -> Box:
    c = line.corners
    points = [turn(c[k], c[k + 1]) for k in (0, 2, 4, 6)]
    xs = [x for x, _ in points]
    top = (points[0][1] + points[1][1]) / 2
    bottom = (points[2][1] + points[3][1]) / 2
    return Box(line.text.strip(), min(xs), min(top, bottom), max(xs), max(top, bottom))


def _turned_tick(tick: Tick, left: float, top: float) -> Box:
    return Box(
        "", left, top, left + tick.right - tick.left, top + tick.bottom - tick.top, tick.fill
    )


def moved(found: Sequence[Box]) -> tuple[Box, ...]:
    """Shift so that the content starts at the origin."""
    left = min((box.left for box in found), default=0.0)
    top = min((box.top for box in found), default=0.0)
    return tuple(
        Box(box.text, box.left - left, box.top - top, box.right - left, box.bottom - top, box.tick)
        for box in found
    )
