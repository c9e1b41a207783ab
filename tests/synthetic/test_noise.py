"""The scanner's damage."""

from __future__ import annotations

import io
from random import Random

import pytest
from PIL import Image, ImageChops, ImageStat

from novadoc.synthetic._ink import Face, Sheet
from novadoc.synthetic._noise import scan


def sheet(*, coloured: bool = False) -> Image.Image:
    sheet = Sheet(400, 300, coloured=coloured)
    for i in range(12):
        sheet.text((20, 20 + 20 * i), "Wages, tips, other compensation", Face(14), (10, 10, 10))
    return sheet.image


def difference(one: Image.Image, two: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one, two)).rms[0]


@pytest.mark.parametrize("coloured", [False, True], ids=["grey", "colour"])
def test_damage_grows_with_the_level(coloured: bool) -> None:
    """A clean scan is the page itself; on average, more level is more difference."""
    page = sheet(coloured=coloured)

    def damage(level: float) -> float:
        scans = (scan(page.copy(), Random(seed), level=level) for seed in range(12))
        return sum(difference(page, Image.open(io.BytesIO(s))) for s in scans) / 12

    clean, mild, poor = (damage(level) for level in (0.0, 1.0, 2.0))
    assert clean < 3.0 < mild < poor


def test_same_chance_same_bytes() -> None:
    """The damage is drawn from the generator given, and from nothing else."""
    page = sheet()

    assert scan(page.copy(), Random(5)) == scan(page.copy(), Random(5))
    assert scan(page.copy(), Random(5)) != scan(page.copy(), Random(6))


def test_size_stays() -> None:
    """Neither skew nor low resolution changes the size of a page."""
    for seed in range(20):
        assert Image.open(io.BytesIO(scan(sheet(), Random(seed), level=2.0))).size == (400, 300)
