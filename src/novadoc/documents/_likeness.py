"""Which pages look the same: a fingerprint that survives re-encoding, resizing and faint noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from novadoc.documents._document import Document

# Fine enough that two forms of one layout differ where their values stand.
GRID = 48
LIKENESS_BITS = GRID * GRID
"""Bits of one fingerprint."""
# Steps of brightness that noise and JPEG do not reach: an even background gives no set bits.
_STEP = 6


def likeness(document: Document) -> tuple[int, ...]:
    """Return a fingerprint of `LIKENESS_BITS` bits a page; a few differ between look-alikes.

    Pages are decoded at an eighth of their size where the format allows.

    Raises:
        DocumentError: A page cannot be read.

    Example:
        >>> from novadoc.documents import Document
        >>> likeness(Document.open(b"P5 40 30 255 " + bytes(1200)))
        (0,)
    """
    return tuple(_bits(page) for page in document.thumbnails(8 * GRID))


def _bits(page: Image.Image) -> int:
    gray = page.convert("L").resize((GRID + 1, GRID), Image.Resampling.BOX)
    left, right = gray.crop((0, 0, GRID, GRID)), gray.crop((1, 0, GRID + 1, GRID))
    # Steps above `_STEP` become 128 and more, which is white; a look-up table takes twice the time.
    steps = ImageChops.subtract(right, left, scale=1 / 128, offset=-128 * _STEP)
    return int.from_bytes(steps.convert("1", dither=Image.Dither.NONE).tobytes(), "big")
