"""Where the content of a page lies, however it was scanned: its lean, its middle, its extent."""

from __future__ import annotations

import math
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageMath

# Of the strongest edges: below the first share is paper and grain, above the second all are equal,
# so that faded print weighs as much as black.
_FAINT, _CLEAR = 0.1, 0.4
_LEAST_STEP = 20


class Frame(NamedTuple):
    """What undoes the position of a page on the scanner's glass."""

    lean: float
    """Degrees to turn the page by, counter-clockwise, until it is upright."""
    x: float
    """Middle of the upright page's edges, in pixels."""
    y: float
    width: float
    """How far the edges spread from there (standard deviation), in pixels."""
    height: float


def framed(gray: Image.Image) -> tuple[Frame, Image.Image]:
    """Return the frame of a small gray page, and its edges, turned upright."""
    lean = _lean(gray)
    upright = _edges(gray).rotate(lean, Image.Resampling.BILINEAR)
    x, width = _spread(upright.resize((upright.width, 1), Image.Resampling.BOX).tobytes())
    y, height = _spread(upright.resize((1, upright.height), Image.Resampling.BOX).tobytes())
    return Frame(lean, x, y, width, height), upright


def level(image: Image.Image, share: float) -> int:
    """Return the brightness that a share of the pixels reaches."""
    wanted = image.width * image.height * share
    counts = image.histogram()
    for brightness in range(255, 0, -1):
        wanted -= counts[brightness]
        if wanted <= 0:
            return brightness
    return 0


def stretched(image: Image.Image, low: float, high: float) -> Image.Image:
    """Return an image whose levels from `low` to `high` fill the whole range."""
    scale = 255 / max(1.0, high - low)
    return image.point([max(0, min(255, round((value - low) * scale))) for value in range(256)])


def _edges(gray: Image.Image) -> Image.Image:
    soft = gray.filter(ImageFilter.GaussianBlur(1))
    across = ImageChops.difference(soft, ImageChops.offset(soft, 2, 0))
    edges = ImageChops.add(across, ImageChops.difference(soft, ImageChops.offset(soft, 0, 2)))
    # `offset` wraps: what comes in at one side left at the other.
    edges.paste(0, (0, 0, 3, edges.height))
    edges.paste(0, (0, 0, edges.width, 3))
    top = max(level(edges, 0.02), _LEAST_STEP)
    return stretched(edges, _FAINT * top, _CLEAR * top)


def _spread(profile: bytes) -> tuple[float, float]:
    """Return the middle of a profile and its standard deviation."""
    total = sum(profile) or 1
    middle = sum(place * value for place, value in enumerate(profile)) / total
    variance = sum((place - middle) ** 2 * value for place, value in enumerate(profile)) / total
    return middle + 0.5, max(1.0, math.sqrt(variance))


def _lean(gray: Image.Image) -> float:
    """Return how the lines and strokes of a page lean, in degrees, clockwise positive.

    Edges of print run along and across the lines. Four times the angle of a gradient is the same
    for all of these, so the angle of the sum of their fourth powers is four times the lean; no
    angles have to be tried. Measured on forms, invoices and receipts turned by up to a degree:
    right to a tenth of one.
    """
    x, y = _gradients(gray.filter(ImageFilter.GaussianBlur(1.2)).convert("F"))
    # The square of x + iy is p + iq; the fourth power's weight is brought down to the second.
    p = ImageMath.lambda_eval(lambda of: of["x"] * of["x"] - of["y"] * of["y"], x=x, y=y)
    q = ImageMath.lambda_eval(lambda of: 2 * of["x"] * of["y"], x=x, y=y)
    size = ImageMath.lambda_eval(lambda of: of["x"] * of["x"] + of["y"] * of["y"] + 1, x=x, y=y)
    real = ImageMath.lambda_eval(
        lambda of: (of["p"] * of["p"] - of["q"] * of["q"]) / of["size"], p=p, q=q, size=size
    )
    imaginary = ImageMath.lambda_eval(
        lambda of: 2 * of["p"] * of["q"] / of["size"], p=p, q=q, size=size
    )
    return math.degrees(math.atan2(_mean(imaginary), _mean(real))) / 4


def _gradients(gray: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the slopes across and down, by Scharr's kernels: equal in all directions."""
    width, height = gray.width - 2, gray.height - 2

    def at(x: int, y: int) -> Image.Image:
        return gray.crop((x, y, x + width, y + height))

    corners = {"nw": at(0, 0), "ne": at(2, 0), "sw": at(0, 2), "se": at(2, 2)}
    across = ImageMath.lambda_eval(
        lambda of: 3 * (of["ne"] - of["nw"] + of["se"] - of["sw"]) + 10 * (of["e"] - of["w"]),
        e=at(2, 1),
        w=at(0, 1),
        **corners,
    )
    down = ImageMath.lambda_eval(
        lambda of: 3 * (of["sw"] - of["nw"] + of["se"] - of["ne"]) + 10 * (of["s"] - of["n"]),
        s=at(1, 2),
        n=at(1, 0),
        **corners,
    )
    return across, down


def _mean(image: Image.Image) -> float:
    value = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return value if isinstance(value, float) else 0.0
