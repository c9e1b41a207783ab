"""Pixels made right: any mode to 8-bit gray or RGB on white, upright, within the budget."""

from __future__ import annotations

from PIL import Image

from novadoc.documents._policy import ImagePolicy

_TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def flat(image: Image.Image) -> Image.Image:
    """Return the image in mode `L` or `RGB`, transparent parts on white."""
    if image.mode in {"RGB", "L"} and "transparency" not in image.info:
        return image
    if image.has_transparency_data:
        return _on_white(image.convert("RGBA"))
    if image.mode == "F" or image.mode.startswith("I"):
        return _eight_bit(image)
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring 16-bit and floating-point gray to 8 bits.

    Samples within 16 bits keep their absolute brightness; beyond that the range is unknown and
    stretched from the darkest to the brightest sample.
    """
    plain = image if image.mode in {"I", "F"} else image.convert("I")
    low, high = _range(plain)
    if plain.mode == "I" and low >= 0 and high <= 255:
        return plain.convert("L")
    if plain.mode == "I" and low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    scale = 255.0 / ((high - low) or 1.0)
    real = plain.convert("F")
    return real.point(lambda sample: sample * scale + (0.5 - low * scale)).convert("L")


def _range(image: Image.Image) -> tuple[float, float]:
    extrema = image.getextrema()
    low, high = extrema[0], extrema[1]
    if isinstance(low, tuple) or isinstance(high, tuple):  # several bands: never for gray
        return 0.0, 65535.0
    return float(low), float(high)


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Return the image turned upright, as Exif's `orientation` (1 to 8) asks."""
    method = _TURNS.get(orientation)
    return image if method is None else image.transpose(method)


def fitted(image: Image.Image, policy: ImagePolicy) -> Image.Image:
    """Return the image shrunk into the policy's budget, with a margin if a side is too short."""
    size = policy.fit(*image.size)
    if size != image.size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    if min(image.size) >= policy.min_side:
        return image
    # A white margin moves nothing and invents nothing; enlarging would do both.
    wide, high = (max(side, policy.min_side) for side in image.size)
    paper = Image.new(image.mode, (wide, high), "white")
    paper.paste(image, (0, 0))
    return paper
