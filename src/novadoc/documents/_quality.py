"""How well a page can be read, measured from its pixels in tens of milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageFilter, ImageOps, ImageStat

if TYPE_CHECKING:
    from novadoc.documents._document import Document

QualityFlag = Literal["low-resolution", "blurred", "faint", "skewed", "blank", "rotated"]

_SIDE = 1_000  # pixels: pages are measured at about a megapixel, whatever they come in
_SMALL = 420  # pixels: lines of text are still apart, and turning costs a millisecond
_PLENTY = 400  # pixels of the shorter side; the published W-2 set (612 x 792) reads well
# Receipts blurred until they cannot be read have under 0.005, readable ones over 0.02.
_SHARP = 0.006
_CONTRAST = 0.3
_SKEW = 1.0  # degrees
_INK = 0.0008
_SIDEWAYS = 2.5
_MOSTLY_INK = 0.3  # a page on a dark table: what is darker than paper are not lines
_LAPLACE = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@dataclass(frozen=True)
class PageQuality:
    """What can be said of a page without reading it."""

    number: int
    """The page, from 1."""
    width: int
    """Pixels of the source; of a PDF page, as drawn."""
    height: int
    """Pixels of the source; of a PDF page, as drawn."""
    sharpness: float
    """Variance of the Laplacian where there is ink, by squared contrast; under 0.006 it smears."""
    contrast: float
    """Distance of ink and paper, from 0 to 1."""
    ink: float
    """Share of pixels clearly darker than the background."""
    skew: float
    """Degrees by which lines lean, counter-clockwise positive, within 6 either way."""
    sideways: float
    """How much more lines run down the page than across; over 2.5 it is likely turned."""

    @property
    def flags(self) -> tuple[QualityFlag, ...]:
        """What is likely to hurt reading."""
        if self.ink < _INK:
            return ("blank",)
        found: list[QualityFlag] = []
        if min(self.width, self.height) < _PLENTY:
            found.append("low-resolution")
        if self.sharpness < _SHARP:
            found.append("blurred")
        if self.contrast < _CONTRAST:
            found.append("faint")
        if self.sideways > _SIDEWAYS:
            found.append("rotated")
        elif abs(self.skew) >= _SKEW:
            found.append("skewed")
        return tuple(found)


def quality(document: Document) -> Iterator[PageQuality]:
    """Measure every page: resolution, sharpness, contrast, ink, skew, and whether it lies sideways.

    No model is used; a page upside down is not noticed.

    Raises:
        DocumentError: A page cannot be read.

    Example:
        >>> from novadoc.documents import Document
        >>> [page.flags for page in quality(Document.open(b"P5 40 30 255 " + bytes(1200)))]
        [('blank',)]
    """
    for number, page in enumerate(document.pictures(), 1):
        yield measured(page, number)


def measured(page: Image.Image, number: int = 1) -> PageQuality:
    """Measure one upright page in mode `L` or `RGB`."""
    width, height = page.size
    gray = page.convert("L")
    gray.thumbnail((_SIDE, _SIDE * 2), Image.Resampling.BOX)
    levels = gray.histogram()
    paper, threshold = _paper(levels)
    ink = sum(levels[:threshold])
    share = ink / (gray.width * gray.height)
    if share < _INK:
        return PageQuality(number, width, height, 0.0, 0.0, share, 0.0, 0.0)
    contrast = (paper - _percentile(levels[:threshold], 0.5)) / 255
    lines = _lines(gray, threshold)
    return PageQuality(
        number=number,
        width=width,
        height=height,
        sharpness=_sharpness(gray, threshold) / (255 * contrast) ** 2,
        contrast=contrast,
        ink=share,
        skew=_skew(lines),
        sideways=0.0 if share > _MOSTLY_INK else _sideways(lines),
    )


def _paper(levels: list[int]) -> tuple[int, int]:
    """Return the background's level and the one below which something is ink."""
    dark, bright = _percentile(levels, 0.001), _percentile(levels, 0.99)
    paper = _percentile(levels, 0.6)
    return paper, max(0, paper - max(25, (bright - dark) // 3))


def _percentile(levels: list[int], share: float) -> int:
    wanted = share * sum(levels)
    reached = 0
    for level, count in enumerate(levels):
        reached += count
        if reached >= wanted:
            return level
    return 255


def _sharpness(gray: Image.Image, threshold: int) -> float:
    """Return the variance of the Laplacian on and around ink: empty paper is never sharp."""
    mask = gray.point([255 * (level < threshold) for level in range(256)])
    edges = gray.filter(_LAPLACE)
    return ImageStat.Stat(edges, mask.filter(ImageFilter.MaxFilter(3))).var[0]


def _lines(gray: Image.Image, threshold: int) -> Image.Image:
    """Return ink as white on black, small."""
    ink = gray.point([255 * (level < threshold) for level in range(256)])
    scale = _SMALL / max(gray.size)
    size = (max(1, round(gray.width * scale)), max(1, round(gray.height * scale)))
    return ImageOps.expand(ink.resize(size, Image.Resampling.BOX), 4)


def _skew(lines: Image.Image) -> float:
    """Return the turn, in degrees, under which lines are most clearly apart."""
    coarse = max(range(-6, 7), key=lambda angle: _rows(lines, float(angle)))
    fine = [coarse + step / 4 for step in range(-3, 4)]
    return 0.0 - max(fine, key=lambda angle: _rows(lines, angle))


def _rows(lines: Image.Image, angle: float) -> float:
    turned = lines.rotate(angle, Image.Resampling.BILINEAR) if angle else lines
    return _variation(turned.resize((1, turned.height), Image.Resampling.BOX))


def _variation(profile: Image.Image) -> float:
    """Return how strongly neighbours differ: high where lines and gaps alternate."""
    values = profile.tobytes()
    steps = zip(values, values[1:])  # noqa: B905, RUF007  # one is shorter; the fastest way
    return sum((after - before) ** 2 for before, after in steps) / max(1, len(values) - 1)


def _sideways(lines: Image.Image) -> float:
    across = _variation(lines.resize((1, lines.height), Image.Resampling.BOX))
    down = _variation(lines.resize((lines.width, 1), Image.Resampling.BOX))
    return down / across if across else 0.0
