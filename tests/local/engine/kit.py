"""Pages without pixels: readings as the OCR would give them, from text at places."""

from __future__ import annotations

from novadoc.local.engine._page import Page, pages
from novadoc.local.engine._reading import Line, Reading, Tick

HEIGHT = 16.0
WIDTH = 8.0
"""Pixels a character is wide."""


def line(text: str, left: float, top: float, score: float = 0.99) -> Line:
    right, bottom = left + WIDTH * len(text), top + HEIGHT
    return Line(text, score, (left, top, right, top, right, bottom, left, bottom))


def reading(*texts: tuple[str, float, float], ticks: tuple[Tick, ...] = ()) -> Reading:
    return Reading(1000, 800, tuple(line(*text) for text in texts), ticks)


def page(*texts: tuple[str, float, float], ticks: tuple[Tick, ...] = ()) -> Page:
    (only,) = pages(reading(*texts, ticks=ticks))
    return only
