"""Ink on a sheet: text, lines and boxes in the units of a form, drawn by Pillow alone.

Pillow's wheels carry one typeface. Other looks are made from it: bold by printing twice, a
typewriter's fixed pitch by placing each letter, narrow and wide faces by stretching.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFont

from novadoc.errors import ConfigurationError

__all__ = ["BLACK", "Align", "Colour", "Face", "Frame", "Sheet"]

Colour = tuple[int, int, int]
Align = Literal["left", "centre", "right"]

BLACK: Colour = (20, 20, 20)
_PITCH = 0.62
"""Advance of a typewriter's letter, in ems."""
_SPACE = 0.3
"""Width of the space between words, in ems."""


@dataclass(frozen=True)
class Face:
    """How letters look; `size` is their height in pixels."""

    size: float
    bold: bool = False
    fixed: bool = False
    stretch: float = 1.0


@lru_cache(maxsize=64)
def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise ConfigurationError(
            "This Pillow draws no scalable text.", remedy="Install a Pillow built with FreeType."
        )
    return font


@lru_cache(maxsize=4096)
def _tile(text: str, face: Face) -> Image.Image:
    """Draw `text` white on black, to be used as a mask; titles recur on every page."""
    font = _font(face.size)
    places, length = _places(text, face, font)
    tile = Image.new("L", (math.ceil(length) + 4, math.ceil(face.size * 1.35)))
    draw = ImageDraw.Draw(tile)
    for part, x in places:
        draw.text((x + 1, 0), part, 255, font)
    if face.bold:
        tile = ImageChops.lighter(tile, _shifted(tile))
    if face.stretch != 1.0:
        width = max(1, round(tile.width * face.stretch))
        tile = tile.resize((width, tile.height), Image.Resampling.BICUBIC)
    return tile


def _places(
    text: str, face: Face, font: ImageFont.FreeTypeFont
) -> tuple[list[tuple[str, float]], float]:
    """Return the parts to draw with their x, and the whole length.

    Words are placed one by one: the typeface's own space is so thin that scans lose it.
    """
    places: list[tuple[str, float]] = []
    x = 0.0
    for part in text if face.fixed else re.split("( )", text):
        own = font.getlength(part)
        if part == " ":
            x += face.size * (_PITCH if face.fixed else _SPACE)
        elif face.fixed:
            # Without serifs a strict pitch tears narrow letters apart: meet it half way.
            pitch = max(own, face.size * _PITCH * 0.55 + own * 0.45)
            places.append((part, x + (pitch - own) / 2))
            x += pitch
        elif part:
            places.append((part, x))
            x += own
    return places, x


def _shifted(tile: Image.Image) -> Image.Image:
    shifted = Image.new("L", tile.size)
    shifted.paste(tile, (1, 0))
    return shifted


class Sheet:
    """A sheet of paper in pixels.

    Args:
        width: Pixels across.
        height: Pixels down.
        coloured: Whether inks keep their colour; a grey sheet is drawn three times as fast.
    """

    image: Image.Image
    """What is drawn so far: mode `RGB` when coloured, else `L`."""

    def __init__(self, width: int, height: int, *, coloured: bool = False) -> None:
        self._coloured = coloured
        paper = (252, 252, 250) if coloured else 252
        self.image = Image.new("RGB" if coloured else "L", (width, height), paper)
        self._draw = ImageDraw.Draw(self.image)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        face: Face,
        ink: Colour = BLACK,
        *,
        align: Align = "left",
    ) -> None:
        """Write `text` with its upper left, upper middle or upper right at `at`."""
        if not text:
            return
        tile = _tile(text, face)
        shift = {"left": 0.0, "centre": tile.width / 2, "right": float(tile.width)}[align]
        self.image.paste(self._ink(ink), (round(at[0] - shift), round(at[1])), tile)

    def line(self, ends: Sequence[float], ink: Colour, thickness: float) -> None:
        """Draw a straight line from `ends[:2]` to `ends[2:]`."""
        self._draw.line(list(ends), fill=self._ink(ink), width=max(1, round(thickness)))

    def outline(self, corners: Sequence[float], ink: Colour, thickness: float) -> None:
        """Draw the edges of a rectangle."""
        width = max(1, round(thickness))
        self._draw.rectangle(list(corners), outline=self._ink(ink), width=width)

    def fill(self, corners: Sequence[float], ink: Colour) -> None:
        """Fill a rectangle."""
        self._draw.rectangle(list(corners), fill=self._ink(ink))

    def ellipse(self, corners: Sequence[float], ink: Colour) -> None:
        """Fill an ellipse."""
        self._draw.ellipse(list(corners), fill=self._ink(ink))

    def _ink(self, colour: Colour) -> int | Colour:
        red, green, blue = colour
        return colour if self._coloured else (red * 30 + green * 59 + blue * 11) // 100


@dataclass(frozen=True)
class Frame:
    """A place on a sheet with units of its own: forms are described once, drawn at any size."""

    sheet: Sheet
    left: float
    top: float
    across: float
    """Pixels for a unit of x."""
    down: float
    """Pixels for a unit of y."""

    def x(self, x: float) -> float:
        """Return where unit `x` lies, in pixels."""
        return self.left + x * self.across

    def y(self, y: float) -> float:
        """Return where unit `y` lies, in pixels."""
        return self.top + y * self.down

    def corners(self, x: float, y: float, width: float, height: float) -> tuple[float, ...]:
        """Return a rectangle's corners in pixels."""
        return (self.x(x), self.y(y), self.x(x + width), self.y(y + height))

    def text(self, x: float, y: float, text: str, face: Face, ink: Colour = BLACK) -> None:
        """Write `text` with its upper left corner at a place in units."""
        self.sheet.text((self.x(x), self.y(y)), text, face, ink)

    def line(self, x: float, y: float, width: float, ink: Colour = BLACK) -> None:
        """Draw a dashed line to the right of a place in units."""
        end, step = self.x(x + width), 6.0
        at = self.x(x)
        while at < end:
            self.sheet.line((at, self.y(y), min(at + step * 0.6, end), self.y(y)), ink, 1)
            at += step
