"""Pages made ready for the OCR: what is damaged is mended, what is not stays."""

from __future__ import annotations

import io
from random import Random

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from novadoc.local.engine._raster import decode, restored, without_specks

SIZE = (400, 200)
PAPER, INK = 250, 20
BLANK = (320, 160)
"""A place far from all print."""


def printed(*, radius: float = 0.0) -> Image.Image:
    """Draw a page, through a lens out of focus by `radius`."""
    page = Image.new("L", SIZE, PAPER)
    draw = ImageDraw.Draw(page)
    for row in range(4):
        text = "Wages, tips, other compensation 56,204.78"
        draw.text((10, 10 + 30 * row), text, fill=INK, font=ImageFont.load_default(16))
    return page.filter(ImageFilter.GaussianBlur(radius))


def pixels(page: Image.Image) -> npt.NDArray[np.uint8]:
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return np.asarray(decode(buffer.getvalue()))


def test_a_clean_page_is_returned_untouched() -> None:
    """Not a pixel of a page without damage is changed."""
    clean = pixels(printed())

    assert restored(clean) is clean


def test_a_decimal_point_survives() -> None:
    """A lone dark pixel between digits is print, on paper it is dust, and only that goes."""
    page = Image.new("L", SIZE, PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((10, 10), "56204", fill=INK, font=ImageFont.load_default(16))
    right = int(draw.textlength("56204", font=ImageFont.load_default(16))) + 10
    draw.text((right + 4, 10), "78", fill=INK, font=ImageFont.load_default(16))
    point = (right + 1, 22)
    page.putpixel(point, INK)
    page.putpixel(BLANK, INK)

    mended = without_specks(pixels(page))

    assert INK == mended[point[::-1]][0]
    assert PAPER == mended[BLANK[::-1]][0]
    assert 1 == int((mended != pixels(page)).any(axis=2).sum())


def test_grain_is_smoothed() -> None:
    """On a grainy page the paper becomes more even, and print stays darker than paper."""
    rng = Random(5)
    noise = Image.frombytes("L", SIZE, bytes(rng.randrange(0, 90) for _ in range(400 * 200)))
    page = pixels(ImageChops.subtract(printed(), noise))

    mended = restored(page)

    paper = np.s_[140:200, 0:400]
    assert float(mended[paper].std()) < 0.7 * float(page[paper].std())
    assert float(mended.min()) < 0.5 * float(np.median(mended))


def test_blur_is_sharpened() -> None:
    """Print out of focus becomes darker against its paper; the paper stays."""
    soft = pixels(printed(radius=1.6))

    mended = restored(soft)

    assert int(mended.min()) < int(soft.min())
    assert PAPER == int(np.median(mended))
