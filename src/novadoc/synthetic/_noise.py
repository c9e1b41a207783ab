"""What a scanner does to a page, drawn from a seed."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

__all__ = ["scan"]


def scan(page: Image.Image, rng: Random, *, level: float = 1.0) -> bytes:
    """Return `page` as a JPEG of its scan: skewed, blurred, grainy, specked, at times coarse.

    Args:
        page: The drawn page, grey or coloured.
        rng: Where the damage is drawn from; the same state gives the same bytes.
        level: Strength; 0 gives a clean JPEG, 1 an ordinary office scan, 2 a poor one.
    """
    if level > 0:
        for damage in (_coarse, _skew, _blur, _shade, _grain, _specks):
            page = damage(page, rng, level)
    quality = rng.randint(50, 90) if level > 0 else 92
    buffer = BytesIO()
    page.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _coarse(page: Image.Image, rng: Random, level: float) -> Image.Image:
    """Lose resolution and come back, as a fax or a preview does."""
    share = 1.0 - rng.uniform(0.08, 0.25) * level
    if rng.random() >= 0.2 or share <= 0.3:
        return page
    small = (round(page.width * share), round(page.height * share))
    return page.resize(small, Image.Resampling.BILINEAR).resize(page.size, Image.Resampling.BICUBIC)


def _skew(page: Image.Image, rng: Random, level: float) -> Image.Image:
    angle = rng.gauss(0.0, 0.6) * level
    angle = max(-1.6 * level, min(1.6 * level, angle))
    shade = rng.randint(228, 252)
    fill = shade if page.mode == "L" else (shade, shade, shade)
    return page.rotate(angle, resample=Image.Resampling.BILINEAR, fillcolor=fill)


def _blur(page: Image.Image, rng: Random, level: float) -> Image.Image:
    radius = rng.uniform(0.1, 0.6) * level
    return page.filter(ImageFilter.GaussianBlur(radius)) if rng.random() < 0.6 else page


def _shade(page: Image.Image, rng: Random, level: float) -> Image.Image:
    """Darken towards one edge and fade the ink, as a tired lamp and thin toner do."""
    dark = int(rng.uniform(0, 26) * level)
    fade = int(rng.uniform(0, 50) * level)
    ramp = Image.linear_gradient("L").point([255 - i * dark // 255 for i in range(256)])
    ramp = ramp.rotate(rng.choice([0, 90, 180, 270])).resize(page.size)
    faded = page.point([fade + i * (255 - fade) // 255 for i in range(256)] * len(page.getbands()))
    return ImageChops.multiply(faded, ramp.convert(page.mode))


def _grain(page: Image.Image, rng: Random, level: float) -> Image.Image:
    strength = rng.uniform(0, 18) * level
    if rng.random() >= 0.6:
        return page
    # Two uniform bytes a pixel make a triangular noise around 127.5 without numpy.
    area = page.width * page.height
    one, two = (Image.frombytes("L", page.size, rng.randbytes(area)) for _ in range(2))
    noise = Image.blend(one, two, 0.5)
    table = [max(0, min(255, round(128 + (i - 127.5) * strength / 64))) for i in range(256)]
    return ImageChops.add(page, noise.point(table).convert(page.mode), 1, -128)


def _specks(page: Image.Image, rng: Random, level: float) -> Image.Image:
    """Drop dust: dark dots of one to three pixels, and pale ones where toner is missing."""
    draw = ImageDraw.Draw(page)
    for shade, most in ((60, 140), (250, 220)):
        colour = shade if page.mode == "L" else (shade, shade, shade)
        for _ in range(int(rng.uniform(0, most) * level) if rng.random() < 0.7 else 0):
            x, y = rng.randrange(page.width), rng.randrange(page.height)
            size = rng.choice([0, 0, 0, 1])
            draw.rectangle((x, y, x + size, y + size), fill=colour)
    return page
