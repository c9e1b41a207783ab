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

_PLAIN = 25
"""Most the paper around a speck varies, in grey levels; around a decimal point it varies more."""
_GRAINY = 0.25
"""Grain, as a share of the sharpest edges, from which a page is smoothed."""
_SOFT = 16.0
"""Grey levels of its sharpest edges under which a page is blurred or faint; most have over 20."""


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
    """Replace lone dark or light pixels on plain paper by their surroundings.

    What is lone beside print stays, at the price of some specks there: it may be a decimal point
    or the end of a stroke.
    """
    gray = _cv.cvtColor(pixels, _cv.COLOR_BGR2GRAY)
    median = _cv.medianBlur(gray, 3)
    odd = (_cv.absdiff(gray, median) > 70).astype(np.uint8)
    company = _cv.filter2D(odd, -1, np.ones((3, 3), np.uint8), borderType=_cv.BORDER_CONSTANT)
    lone = (odd == 1) & (company <= 2)
    specks = lone & _plain(np.where(lone, median, gray))
    if not specks.any():
        return pixels
    clean = pixels.copy()
    clean[specks] = _cv.medianBlur(pixels, 3)[specks]
    return clean


def _plain(gray: Pixels) -> Pixels:
    """Tell where nothing is printed within three pixels."""
    around = np.ones((7, 7), np.uint8)
    spread = _cv.subtract(_cv.dilate(gray, around), _cv.erode(gray, around))
    return spread < _PLAIN


def restored(pixels: Pixels) -> Pixels:
    """Take specks, grain and blur out of a page; return clean pages as they are.

    What each step brings was measured as the share of words read on drawn pages with twice the
    noise; stronger smoothing and non-local means lose more thin strokes than grain.
    """
    clean = without_specks(pixels)
    gray = _cv.cvtColor(clean, _cv.COLOR_BGR2GRAY)
    edges = _edges(gray)
    if _grain(gray) >= _GRAINY * max(edges, 1.0):
        return _blurred(clean, 0.7)
    if edges < _SOFT:
        return _cv.addWeighted(clean, 3.0, _blurred(clean, 1.5), -2.0, 0)
    return clean


def _grain(gray: Pixels) -> float:
    """Estimate the standard deviation of the noise, from what no edge explains."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    odd = _cv.filter2D(gray, _cv.CV_32F, kernel)
    return float(np.median(np.abs(odd))) / 0.6745 / 6


def _edges(gray: Pixels) -> float:
    """Measure how sharply the sharpest places turn from paper to ink."""
    turns = _cv.Laplacian(_blurred(gray, 1.0), _cv.CV_32F)
    return float(np.percentile(np.abs(turns), 97))


def _blurred(pixels: Pixels, radius: float) -> Pixels:
    return _cv.GaussianBlur(pixels, (0, 0), radius)


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
