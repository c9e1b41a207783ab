"""Text boxes of a page, straightened, and the copies of one form that share a sheet."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from novadoc.local.engine._reading import Line, Reading, Tick
from novadoc.local.engine._values import squeeze

_FEWEST_TWINS = 8
_SHARE_OF_TWINS = 0.2
"""Share of a sheet's texts that must repeat at one distance for it to be copies."""
_ALIKE = 80
"""Similarity from which two texts are taken for prints of one, in percent."""


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


def sheets(found: Sequence[Box]) -> tuple[tuple[Box, ...], ...]:
    """Split a page that shows one form several times into its copies, upper left first."""
    split = _split(found)
    if split is None:
        return (tuple(found),)
    return tuple(sheet for part in split for sheet in sheets(part))


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


def _split(found: Sequence[Box]) -> tuple[list[Box], list[Box]] | None:
    twins = _twins(found)
    if twins is None:
        return None
    pairs, along_x = twins

    def start(box: Box) -> float:
        return box.left if along_x else box.middle

    def end(box: Box) -> float:
        return box.right if along_x else box.middle

    last = max(end(one) for one, _ in pairs)
    first = min(start(other) for _, other in pairs)
    if first < last - 2 * _height(found):
        return None  # the copies interleave: no straight cut parts them
    cut = (first + last) / 2 if first > last else first
    before = [box for box in found if start(box) < cut]
    after = [box for box in found if start(box) >= cut]
    return (before, after) if before and after else None


def _twins(found: Sequence[Box]) -> tuple[list[tuple[Box, Box]], bool] | None:
    """Find the commonest distance between equal labels, as pairs and its direction."""
    texts = [(squeeze(box.text), box) for box in found if len(squeeze(box.text)) >= 5]
    unit = 2 * _height(found)
    votes: Counter[tuple[int, int]] = Counter()
    pairs = [(p, *_delta(*p)) for p in _pairs(texts)]
    for _, dx, dy in pairs:
        votes.update(_cells(dx / unit, dy / unit))
    if not votes:
        return None
    (cx, cy), _ = max(votes.items(), key=lambda item: (item[1], -sum(map(abs, item[0]))))
    near = [pair for pair, dx, dy in pairs if abs(dx / unit - cx) <= 1 and abs(dy / unit - cy) <= 1]
    enough = max(_FEWEST_TWINS, _SHARE_OF_TWINS * len(texts))
    distance = max(abs(cx), abs(cy))
    if len(near) < enough or distance < 8:
        return None
    return near, abs(cx) > abs(cy)


def _pairs(texts: Sequence[tuple[str, Box]]) -> Iterator[tuple[Box, Box]]:
    """Yield boxes that read alike, the upper (or left) one first."""
    keys = [text for text, _ in texts]
    alike: npt.NDArray[np.uint8] = process.cdist(
        keys, keys, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8
    )
    upper, lower = np.triu(alike, 1).nonzero()
    for i, j in zip(upper, lower, strict=True):
        one, other = texts[int(i)][1], texts[int(j)][1]
        later = (one.middle, one.left) > (other.middle, other.left)
        yield (other, one) if later else (one, other)


def _delta(one: Box, other: Box) -> tuple[float, float]:
    return other.left - one.left, other.middle - one.middle


def _cells(x: float, y: float) -> Iterator[tuple[int, int]]:
    """Vote for both neighbouring cells, so that no pair falls between two of them."""
    for across in {math.floor(x), math.ceil(x)}:
        for down in {math.floor(y), math.ceil(y)}:
            yield across, down


def _height(found: Sequence[Box]) -> float:
    heights = [box.height for box in found if box.tick is None]
    return statistics.median(heights) if heights else 1.0


def moved(found: Sequence[Box]) -> tuple[Box, ...]:
    """Shift so that the content starts at the origin."""
    left = min((box.left for box in found), default=0.0)
    top = min((box.top for box in found), default=0.0)
    return tuple(
        replace(
            box,
            left=box.left - left,
            right=box.right - left,
            top=box.top - top,
            bottom=box.bottom - top,
        )
        for box in found
    )
