"""Whether two pages are one page twice: copies told from forms of one layout, filled in otherwise.

Both are laid over each other and the print of each place is compared, so what all forms of a layout
share cancels out, and a single value that differs shows. No label is needed.
"""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, NamedTuple, cast

from PIL import Image, ImageChops, ImageFilter, ImageMath

from novadoc.documents._frame import Frame, framed, level, stretched
from novadoc.documents._overlay import Affine, moved, overlay, refined, scaled, steps

if TYPE_CHECKING:
    from novadoc.documents._document import Document

SIDE = 1024
# The share of a page that may differ for any reason: dust, a fold, a speck of toner.
_DUST = 0.0001
# Reductions, and how unlike copies may be there. Most pages part at a quarter of the size, where
# lines of print are apart, forms with one value each at half; short figures are told apart at the
# full one.
_LIMITS = ((4, 9), (2, 12), (1, 14))
_CELL = 4
# Paper is never quite flat.
_NEARBY = [step for step in steps(2) if 0 < abs(step[0]) + abs(step[1]) <= 2]


class Closeup(NamedTuple):
    """A page made ready for comparison."""

    packed: bytes
    """Print, white on black, upright in a square of `SIDE`; most of it is empty."""
    sheet: Image.Image
    """Where the page is in that square, at an eighth of its size."""
    frame: Frame
    """Of the print, at a quarter of the size."""
    detail: int
    """Pixels of the page's longer side, before it was scaled."""

    @property
    def ink(self) -> Image.Image:
        """The print as an image."""
        return Image.frombytes("L", (SIDE, SIDE), zlib.decompress(self.packed))


def closeup(document: Document) -> Closeup:
    """Return the first page of a document, ready for `same_page`.

    Raises:
        DocumentError: The page cannot be read.
    """
    return _prepared(next(document.thumbnails(SIDE)).convert("L"))


def _prepared(gray: Image.Image) -> Closeup:
    paper = level(gray, 0.3)
    small = gray.reduce(max(1, round(4 * max(gray.size) / SIDE)))
    frame, _ = framed(_upright(small, 0, SIDE // 4, paper))
    ink = _ink(_upright(gray, frame.lean, SIDE, paper))
    sheet = _upright(Image.new("L", gray.size, 255), frame.lean, SIDE // 8, 0)
    return Closeup(zlib.compress(ink.tobytes(), 1), sheet, frame, max(gray.size))


def _upright(image: Image.Image, lean: float, side: int, fill: int) -> Image.Image:
    """Return the image in the middle of a square, as large as it fits in, turned upright."""
    scale, middle = max(image.size) / side, side / 2
    cosine, sine = scale * math.cos(math.radians(lean)), scale * math.sin(math.radians(lean))
    left = image.width / 2 - middle * (cosine - sine)
    top = image.height / 2 - middle * (sine + cosine)
    return image.transform(
        (side, side),
        Image.Transform.AFFINE,
        (cosine, -sine, left, sine, cosine, top),
        Image.Resampling.BILINEAR,
        fillcolor=fill,
    )


def _ink(gray: Image.Image) -> Image.Image:
    """Return what is darker than the paper right around it, faded print as clear as black."""
    around = gray.reduce(6).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.BoxBlur(1))
    ink = ImageChops.subtract(around.resize(gray.size, Image.Resampling.BILINEAR), gray)
    darkest = max(level(ink, 0.005), 30)
    return stretched(ink, 0.2 * darkest, 0.7 * darkest)


def same_page(one: Closeup, other: Closeup) -> bool:
    """Tell whether two pages show the same print, however they were scanned or encoded."""
    affine: Affine | None = None
    detail = min(one.detail, other.detail)
    inks = one.ink, other.ink
    for reduction, limit in _LIMITS:
        mine, yours = (ink.reduce(reduction) for ink in inks)
        if affine is None:
            affine = overlay(mine, one.frame, yours, other.frame)
        else:
            affine = refined(mine, yours, scaled(affine, 2))
        sheet = moved(other.sheet, scaled(affine, other.sheet.width / yours.width))
        shared = ImageChops.darker(one.sheet, sheet)
        if _unlike(mine, moved(yours, affine), shared, detail) > limit:
            return False
    return True


def _unlike(one: Image.Image, other: Image.Image, shared: Image.Image, detail: int) -> int:
    """Return how much print, where it differs most, the other page does not have in its place."""
    # A page of few pixels has lost what a finer one shows: that one is softened as much.
    soft = ImageFilter.GaussianBlur(0.7 * max(1.0, one.width / detail))
    gaps = _gaps(one.filter(soft), other.filter(soft))
    # Scanners draw shadows along the edges of the sheet.
    inside = shared.filter(ImageFilter.MinFilter(9)).resize(gaps.size).point([0] * 250 + [255] * 6)
    return level(ImageChops.darker(gaps, inside), _DUST)


def _gaps(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return, for each place, the ink that is not explained by the other page's there.

    Every surrounding may move by two pixels to where it fits best.
    """
    wide = ImageFilter.BoxBlur(one.width // _CELL // 18)
    power = ImageChops.multiply(other, other)
    worst, common, theirs = _match(one, other, power, (0, 0), wide)
    for step in _NEARBY:
        cost, product, square = _match(one, other, power, step, wide)
        better = ImageChops.subtract(worst, cost).point([0] + [255] * 255)
        worst = ImageChops.darker(worst, cost)
        common.paste(product, (0, 0), better)
        theirs.paste(square, (0, 0), better)
    return _unexplained(_cells(ImageChops.multiply(one, one)), theirs, common)


def _match(
    one: Image.Image,
    other: Image.Image,
    power: Image.Image,
    step: tuple[int, int],
    wide: ImageFilter.BoxBlur,
) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return how badly each surrounding fits, and what each place's correlation is made of."""
    shifted = ImageChops.offset(other, *step)
    cost = ImageChops.difference(one, shifted).reduce(_CELL).filter(wide)
    common = _cells(ImageChops.multiply(one, shifted))
    return cost, common, _cells(ImageChops.offset(power, *step))


def _cells(image: Image.Image) -> Image.Image:
    return image.reduce(_CELL).filter(ImageFilter.BoxBlur(1))


def _unexplained(ours: Image.Image, theirs: Image.Image, common: Image.Image) -> Image.Image:
    """Return the energy left when the fainter page is made as dark as the other one."""
    a, b, c = (image.convert("F") for image in (ours, theirs, common))
    more = ImageMath.lambda_eval(lambda of: of["max"](of["a"], of["b"]), a=a, b=b)
    alike = ImageMath.lambda_eval(
        lambda of: of["c"] * of["c"] / (of["a"] * of["b"] + 1), a=a, b=b, c=c
    )
    # Negative where rounding has the correlation above one; `L` begins at 0.
    left = ImageMath.lambda_eval(
        lambda of: of["more"] - of["alike"] * of["more"], more=more, alike=alike
    )
    return cast("Image.Image", left).convert("L")
