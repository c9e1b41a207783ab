"""Every awkward file of the real data, each with its expected outcome."""

from __future__ import annotations

import hashlib
import resource
import time
from pathlib import Path

import pytest

from novadoc.documents import Document
from novadoc.errors import (
    DocumentError,
    DocumentLimitError,
    UnreadableDocumentError,
    UnsupportedDocumentError,
)

# (format, width, height) of every page, or the error that ends it.
OUTCOMES: dict[str, list[tuple[str, int, int]] | type[DocumentError]] = {
    "16bit.cropped.tif": [("jpeg", 64, 64)],
    "apng_delay.png": [("png", 128, 64)],
    "apng_mode_16bit.png": [("png", 128, 64)],
    "avif_hopper.avif": [("jpeg", 128, 128)],
    "avif_hopper.heif": UnsupportedDocumentError,
    "broken.png": UnreadableDocumentError,
    "broken_exif_dpi.jpg": [("jpeg", 100, 100)],
    "crash-0da013a13571cc8eb457a39fee8db18f8a3c7127.tif": [("png", 218, 84)],
    "decompression_bomb.gif": DocumentLimitError,
    "decompression_bomb_extents.gif": [("png", 100, 100)],
    "dispose_prev.gif": [("jpeg", 100, 100)],
    "dummy.container": UnsupportedDocumentError,
    "exif_gps.jpg": [("png", 25, 25)],
    "exif_imagemagick_orientation.png": [("jpeg", 512, 512)],
    "exif_portrait_1.jpg": [("jpeg", 1200, 1800)],
    "exif_portrait_3.jpg": [("jpeg", 1200, 1800)],
    "exif_portrait_6.jpg": [("jpeg", 1200, 1800)],
    "exif_portrait_8.jpg": [("jpeg", 1200, 1800)],
    "fifteen_bytes.pdf": UnreadableDocumentError,
    "frozenpond.mpo": [("jpeg", 640, 480)],
    "g4_orientation_1.tif": [("png", 590, 88)],
    "g4_orientation_3.tif": [("png", 590, 88)],
    "g4_orientation_6.tif": [("png", 590, 88)],
    "g4_orientation_8.tif": [("png", 590, 88)],
    "hopper.bmp": [("jpeg", 128, 128)],
    "hopper.gif": [("jpeg", 128, 128)],
    "hopper.jpg": [("jpeg", 128, 128)],
    "hopper.png": [("png", 128, 128)],
    "hopper.tif": [("jpeg", 128, 128)],
    "hopper.webp": [("webp", 128, 128)],
    "hopper_16bit.pgm": [("jpeg", 128, 128)],
    "hopper_gray.jpg": [("jpeg", 128, 128)],
    "jpeg_ff00_header.jpg": [("jpeg", 300, 225)],
    "multipage.tiff": [("png", 25, 25)] * 3,
    "multipage_out_of_order.tiff": [("png", 25, 25)] * 3,
    "no_palette.gif": [("png", 25, 25)],
    "orientation_rectangle.jpg": [("png", 25, 25)],
    "pil_sample_cmyk.jpg": [("png", 100, 100)],
    "rgb_trns.png": [("jpeg", 64, 64)],
    "scanned_five_pages.pdf": [("jpeg", 1246, 1763)] * 3 + [("png", 1246, 1763)] * 2,
    "tiff_16bit_RGB.tiff": [("jpeg", 100, 40)],
    "tiff_strip_cmyk_jpeg.tif": [("png", 100, 100)],
    "total-pages-zero.tif": [("png", 1327, 1656)] * 3,
    "trailer_loop.pdf": [("png", 25, 25)],
    "transparent.png": [("png", 200, 150)],
    "truncated_exif_dpi.jpg": [("jpeg", 480, 640)],
    "truncated_image.png": UnreadableDocumentError,
    "truncated_jpeg.jpg": UnreadableDocumentError,
}


def walked(path: Path) -> list[tuple[str, int, int]] | tuple[type[DocumentError], str]:
    """Prepare every page; an error gives its type and the file it names."""
    try:
        return [(i.format, i.width, i.height) for i in Document.open(path).images()]
    except DocumentError as error:
        return type(error), error.document


def test_every_edge_file_has_an_expected_outcome(real_data: Path) -> None:
    """No file of the folder is left out of the table."""
    assert set(OUTCOMES) == {path.name for path in (real_data / "edge").iterdir()}


# What a damaged file still gives is the installed decoder's to decide.
REFUSED_BEFORE_PILLOW_13 = {"crash-0da013a13571cc8eb457a39fee8db18f8a3c7127.tif"}


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_an_edge_file_ends_as_expected(real_data: Path, name: str) -> None:
    """Each file gives its pages or a typed error, within seconds, and is never written."""
    path = real_data / "edge" / name
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    start = time.process_time()

    outcome = walked(path)

    expected = OUTCOMES[name]
    allowed = [(expected, name) if isinstance(expected, type) else expected]
    if name in REFUSED_BEFORE_PILLOW_13:
        allowed.append((UnreadableDocumentError, name))
    assert outcome in allowed
    assert time.process_time() - start < 5
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_turned_photographs_come_out_upright(real_data: Path) -> None:
    """The four Exif orientations of one photograph give nearly the same pixels."""
    pictures = [
        next(Document.open(real_data / "edge" / f"exif_portrait_{turn}.jpg").thumbnails(64))
        .convert("L")
        .resize((16, 24))
        .tobytes()
        for turn in (1, 3, 6, 8)
    ]

    for picture in pictures[1:]:
        apart = [abs(one - other) for one, other in zip(pictures[0], picture, strict=True)]
        assert sum(apart) / len(apart) < 4


def test_turned_faxes_come_out_upright(real_data: Path) -> None:
    """The four orientations of one fax page give the same page."""
    sizes = {
        next(Document.open(real_data / "edge" / f"g4_orientation_{turn}.tif").pictures()).size
        for turn in (1, 3, 6, 8)
    }

    assert sizes == {(590, 88)}


def test_an_imagemagick_turn_is_seen(real_data: Path) -> None:
    """An orientation in a PNG text chunk turns the page, so it may not pass through."""
    path = real_data / "edge" / "exif_imagemagick_orientation.png"

    image = Document.open(path).image(1)

    assert image.data != path.read_bytes()
    assert image.format == "jpeg"


def test_no_edge_file_needs_much_memory(real_data: Path) -> None:
    """Walking all of them stays far below what a decoded bomb would take."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in (real_data / "edge").iterdir():
        walked(path)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300 * 1024  # kilobytes
