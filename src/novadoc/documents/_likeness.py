"""Which pages look alike: a small map that survives re-encoding, scaling, turning and cropping."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from novadoc.documents._frame import Frame, framed

if TYPE_CHECKING:
    from novadoc.documents._document import Document

GRID = 16
LIKENESS_CELLS = GRID * GRID
"""Cells of one map."""
_SIDE = 192  # pixels: finer pages gave no better maps
_INSIDE = 8  # samples of a cell each way
# Standard deviations of the content that a map shows to each side: even print has 1.7.
_REACH = 2.0
_MEAN = 64
# The share of a page below which it says nothing, as with a page number alone: that has 0.6%,
# forms, letters and receipts 3% and more.
_LEAST_PRINT = 0.01


class Likeness(NamedTuple):
    """What a page looks like from afar."""

    map: bytes
    """How busy each cell of the content is, against the page's mean; empty without much print."""
    pixels: bytes
    """Equal for pages that are equal pixel by pixel."""


def likeness(document: Document) -> tuple[Likeness, ...]:
    """Return what every page looks like; the maps of look-alikes differ by little.

    The map lies on the content of the page and not on its sheet, upright and in one size, so that
    a copy that was scaled, turned by a few degrees or cropped has nearly the same one. Pages are
    decoded at an eighth of their size where the format allows.

    Raises:
        DocumentError: A page cannot be read.

    Example:
        >>> from novadoc.documents import Document
        >>> [page.map for page in likeness(Document.open(b"P5 40 30 255 " + bytes(1200)))]
        [b'']
    """
    return tuple(_likeness(page.convert("L")) for page in document.thumbnails(_SIDE))


def _enough(gray: Image.Image) -> Image.Image:
    return gray.resize((max(gray.width, GRID), max(gray.height, GRID)))


def _likeness(gray: Image.Image) -> Likeness:
    size = gray.width.to_bytes(4, "big")
    pixels = hashlib.sha256(size + gray.tobytes()).digest()[:8]
    frame, edges = framed(_enough(gray))
    print_share = sum(edges.histogram()[128:]) / (edges.width * edges.height)
    return Likeness(_map(frame, edges) if print_share >= _LEAST_PRINT else b"", pixels)


def _map(frame: Frame, edges: Image.Image) -> bytes:
    side = GRID * _INSIDE
    width, height = (2 * _REACH * extent / side for extent in (frame.width, frame.height))
    left, top = frame.x - _REACH * frame.width, frame.y - _REACH * frame.height
    square = edges.transform(
        (side, side),
        Image.Transform.AFFINE,
        (width, 0, left, 0, height, top),
        Image.Resampling.BILINEAR,
    )
    cells = square.reduce(_INSIDE).tobytes()
    mean = max(1.0, sum(cells) / LIKENESS_CELLS)
    return bytes(min(255, round(cell * _MEAN / mean)) for cell in cells)
