"""Telling copies of a page from other pages that look like it."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont

from novadoc.documents import Document, closeup, likeness, same_page


def form(value: str, *, size: tuple[int, int] = (800, 1000)) -> Image.Image:
    """Much print that all forms share, and one value."""
    page = Image.new("L", size, 250)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(18)
    for row in range(12):
        draw.text(
            (60, 80 + 50 * row), f"{row} The same words on every form of this kind", font=font
        )
    draw.line((60, 720, 700, 720), fill=30, width=2)
    draw.text((60, 740), f"Account {value}", font=font, fill=20)
    return page


def opened(page: Image.Image, *, quality: int = 75) -> Document:
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=quality)
    return Document.open(buffer.getvalue())


COPIES = [
    pytest.param(lambda page: page, id="encoded"),
    pytest.param(lambda page: page.resize((400, 500)), id="half"),
    pytest.param(lambda page: page.resize((1200, 1500)), id="larger"),
    pytest.param(lambda page: page.rotate(1, Image.Resampling.BICUBIC, fillcolor=250), id="turned"),
    pytest.param(lambda page: page.crop((20, 10, 795, 980)), id="cropped"),
    pytest.param(lambda page: page.point(lambda level: 40 + level * 0.7), id="faded"),
]


@pytest.mark.parametrize("change", COPIES)
def test_a_copy_is_the_same_page(change: Callable[[Image.Image], Image.Image]) -> None:
    """However it was encoded, scaled, turned, cropped or faded."""
    page = form("51 4736")

    one, copy = closeup(opened(page)), closeup(opened(change(page), quality=45))

    assert same_page(one, copy)
    assert same_page(copy, one)


@pytest.mark.parametrize("value", ["88 0215", "51 4736 also", ""])
def test_another_value_is_another_page(value: str) -> None:
    """Though all else on it is the same."""
    one, other = closeup(opened(form("51 4736"))), closeup(opened(form(value)))

    assert not same_page(one, other)


@pytest.mark.parametrize("change", COPIES)
def test_a_copy_looks_like_its_page_from_afar(
    change: Callable[[Image.Image], Image.Image],
) -> None:
    """The maps of copies differ by less than half of what another page's does."""
    page, other = form("51 4736"), form("7").transpose(Image.Transpose.ROTATE_180)
    (one,), (copy,), (another,) = map(likeness, map(opened, (page, change(page), other)))

    def apart(left: bytes, right: bytes) -> int:
        return sum(abs(a - b) for a, b in zip(left, right, strict=True))

    assert 2 * apart(one.map, copy.map) < apart(one.map, another.map)


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (30, 40)])
def test_pages_without_print_look_like_nothing(size: tuple[int, int]) -> None:
    """Blank and tiny pages have an empty map, and can be compared."""
    page = Image.new("L", size, 200)
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    document = Document.open(buffer.getvalue())

    assert [b""] == [one.map for one in likeness(document)]
    assert same_page(closeup(document), closeup(document))
