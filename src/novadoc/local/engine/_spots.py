"""The tick boxes and lone marks of a page, and the words around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from novadoc.local.engine._layout import Box
from novadoc.local.engine._looks import marked, tick_of
from novadoc.local.engine._page import Page
from novadoc.local.engine._values import numeric, words

_FILLED = 0.08
"""Share of ink inside a frame from which it counts as ticked."""
_REACH = 4.0
"""How far from a mark its label stands, in line heights."""
_DIRECTIONS = ("left", "right", "above", "below")
HEADING = "heading"
"""The direction of the heading of a mark's column, however far up it is."""


@dataclass(frozen=True)
class Spot:
    """A frame, or a mark without one."""

    box: Box
    on: bool
    around: Mapping[str, tuple[str, ...]]
    """Words near it, by direction."""
    closeness: Mapping[str, float]
    """1 for a word that touches it, less with the distance, by direction."""

    def tokens(self, *, listed: bool) -> Iterator[str]:
        """Yield what may tell whose mark it is: `right=plan` for a word beside it."""
        for direction, found in self.around.items():
            if listed or direction != HEADING:
                for word in found:
                    yield f"{direction}={word}"


def find_spots(page: Page) -> list[Spot]:
    """List the marks of a page, from top to bottom."""
    frames = [(box, (box.tick or 0.0) > _FILLED) for box in page.ticks]
    marks = [
        Box("", word.left, box.top, word.right, box.bottom, float(tick))
        for word in page.words
        if (tick := tick_of(word.text)) is not None
        for box in (page.segments[word.segment],)
    ]
    inside: defaultdict[int, bool] = defaultdict(bool)
    lone: list[Box] = []
    for mark in marks:
        owner = next((n for n, (frame, _) in enumerate(frames) if _covers(frame, mark)), None)
        if owner is None:
            lone.append(mark)
        else:
            inside[owner] |= bool(mark.tick)
    found = [_spot(page, box, on=on or inside[n]) for n, (box, on) in enumerate(frames)]
    found += [_spot(page, box, on=bool(box.tick)) for box in lone]
    return sorted(found, key=lambda spot: (spot.box.middle, spot.box.left))


def _covers(frame: Box, mark: Box) -> bool:
    across = (mark.left + mark.right) / 2
    return frame.left <= across <= frame.right and frame.top <= mark.middle <= frame.bottom


def _spot(page: Page, box: Box, *, on: bool) -> Spot:
    near: dict[str, list[tuple[float, str]]] = {direction: [] for direction in _DIRECTIONS}
    unit = page.height
    for word in page.words:
        if marked(word.text):
            continue
        direction, gap = _seen(page.segments[word.segment], word.left, word.right, box, unit)
        if direction:
            near[direction].append((gap, word.text))
    heading = _heading(page, box)
    kept = {
        direction: [(gap, text) for gap, text in sorted(found)[:4] if gap < _REACH * unit]
        for direction, found in near.items()
    }
    closeness = {
        direction: 1 - 0.15 * max(found[0][0], 0) / unit if found else 0.0
        for direction, found in kept.items()
    }
    around = {
        direction: tuple(piece for _, text in found for piece in words(text))
        for direction, found in kept.items()
    }
    return Spot(box, on, {**around, HEADING: heading}, {**closeness, HEADING: float(bool(heading))})


def _seen(box: Box, left: float, right: float, spot: Box, unit: float) -> tuple[str, float]:
    """Say in which direction of a mark a word stands, and how far."""
    level = abs(box.middle - spot.middle) < 0.8 * unit
    beside = min(right, spot.right + unit) > max(left, spot.left - unit)
    if level and left >= spot.right - 0.5 * unit:
        return "right", left - spot.right
    if level and right <= spot.left + 0.5 * unit:
        return "left", spot.left - right
    if beside and box.middle < spot.middle:
        return "above", spot.top - box.bottom
    return ("below", box.top - spot.bottom) if beside else ("", 0.0)


def _heading(page: Page, spot: Box) -> tuple[str, ...]:
    """Return the words of the nearest text over a mark that is no value."""
    over = [
        box
        for box in page.segments
        if box.middle < spot.top
        and min(box.right, spot.right) > max(box.left, spot.left)
        and not marked(box.text)
        and not numeric(box.text)
    ]
    return tuple(words(max(over, key=lambda box: box.middle).text)) if over else ()
