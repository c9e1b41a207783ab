"""Pixels of a page before the OCR sees them: decode, clean, turn, find tick boxes.

The adapter of OpenCV and numpy's pixel arrays; their types stay inside this file and `_ocr`.
"""

from __future__ import annotations

import io
from contextlib import closing
from typing import Any, cast

import cv2
import numpy as np
from PIL import Image, ImageOps

from novadoc.local.engine._reading import Tick

_cv: Any = cv2
Pixels = Any
"""Height x width x 3, uint8, blue-green-red as OpenCV and RapidOCR want it."""

_SPECKLED = 0.0008
"""Share of lone pixels from which a page counts as specked; clean scans stay below 0.0002."""


def decode(data: bytes) -> Pixels:
    """Decode an image over white, upright by its own orientation tag.

    Raises:
        ValueError: The bytes are not an image that can be decoded.
    """
    try:
        with closing(Image.open(io.BytesIO(data))) as opened:
            image: Image.Image = ImageOps.exif_transpose(opened)
            if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
                image = image.convert("RGBA")
                paper = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(paper, image)
            rgb = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("the image cannot be decoded") from error
    return np.ascontiguousarray(rgb[:, :, ::-1])


def turn(pixels: Pixels, degrees: int) -> Pixels:
    """Turn clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, -degrees // 90))


def without_specks(pixels: Pixels) -> Pixels:
    """Replace lone dark or light pixels by their surroundings; return clean pages as they are."""
    gray = _cv.cvtColor(pixels, _cv.COLOR_BGR2GRAY)
    median = _cv.medianBlur(gray, 3)
    odd = (_cv.absdiff(gray, median) > 70).astype(np.uint8)
    company = _cv.filter2D(odd, -1, np.ones((3, 3), np.uint8), borderType=_cv.BORDER_CONSTANT)
    lone = (odd == 1) & (company <= 2)
    if float(lone.mean()) < _SPECKLED:
        return pixels
    clean = pixels.copy()
    clean[lone] = _cv.medianBlur(pixels, 3)[lone]
    return clean


def smoothed(pixels: Pixels) -> Pixels:
    """Return the 3x3 median: heavy specks vanish, thin strokes suffer a little."""
    return _cv.medianBlur(pixels, 3)


def expected_characters(pixels: Pixels) -> int:
    """Count ink blobs of the size of a character."""
    ink = _ink(_cv.medianBlur(pixels, 3))
    _, _, stats, _ = _cv.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    alike = (height >= 6) & (height <= 48) & (width >= 2) & (width <= 48) & (area >= 10)
    return int(alike.sum())


def ticks(pixels: Pixels) -> tuple[Tick, ...]:
    """Find square frames of about the size of a letter, and how much ink they hold."""
    ink = _ink(pixels)
    largest = max(40, max(pixels.shape[:2]) // 45)
    joined = _cv.morphologyEx(ink, _cv.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    contours, _ = _cv.findContours(joined, _cv.RETR_LIST, _cv.CHAIN_APPROX_SIMPLE)
    found: list[Tick] = []
    for contour in contours:
        x, y, width, height = cast("tuple[int, int, int, int]", _cv.boundingRect(contour))
        if (
            _square(width, height, largest)
            and float(_cv.contourArea(contour)) > 0.8 * width * height
        ):
            tick = _tick(ink, x, y, width, height)
            if tick is not None and not any(_same(tick, other) for other in found):
                found.append(tick)
    return tuple(sorted(found, key=lambda tick: (tick.top, tick.left)))


def _ink(pixels: Pixels) -> Pixels:
    # The darkest channel: coloured ink is as dark in one of them as black ink is in all.
    gray = np.ascontiguousarray(pixels.min(axis=2))
    return _cv.adaptiveThreshold(
        gray, 255, _cv.ADAPTIVE_THRESH_MEAN_C, _cv.THRESH_BINARY_INV, 31, 15
    )


def _square(width: int, height: int, largest: int) -> bool:
    return (
        min(width, height) >= 9 and max(width, height) <= largest and 0.75 <= width / height <= 1.34
    )


def _tick(ink: Pixels, x: int, y: int, width: int, height: int) -> Tick | None:
    """Measure the inside; a filled letter such as `D` or `0` has no straight frame."""
    window = ink[y : y + height, x : x + width] > 0
    sides = (window[:2].any(0), window[-2:].any(0), window[:, :2].any(1), window[:, -2:].any(1))
    if min(float(side.mean()) for side in sides) < 0.9:
        return None
    margin = max(2, round(0.2 * min(width, height)))
    inside = window[margin:-margin, margin:-margin]
    fill = float(inside.mean()) if inside.size else 1.0
    return Tick(x, y, x + width, y + height, fill)


def _same(one: Tick, other: Tick) -> bool:
    """Inner and outer edge of one frame are two contours."""
    middle = ((one.left + one.right) / 2, (one.top + one.bottom) / 2)
    return other.left < middle[0] < other.right and other.top < middle[1] < other.bottom


def single_thread() -> None:
    """Keep OpenCV on the calling thread; the process pool is what uses the cores."""
    _cv.setNumThreads(1)
