"""Pixels to bytes within a budget, the same bytes every time."""

from __future__ import annotations

import io

from PIL import Image

from novadoc.documents._lossless import Encoded
from novadoc.documents._policy import ImagePolicy

# A page whose background is one even level compresses better without loss than with it. Measured
# on scans, photographs and drawn PDF pages: from 60 % of one level on, PNG is the smaller file.
_EVEN = 0.6


def encoded(image: Image.Image, policy: ImagePolicy) -> Encoded:
    """Encode an `L` or `RGB` image within `policy.max_bytes`: PNG where it pays, else JPEG."""
    if "png" in policy.formats and _is_even(image):
        data = _png(image)
        if len(data) <= policy.max_bytes:
            return Encoded("png", *image.size, data)
    return _within(image, policy)


def _is_even(image: Image.Image) -> bool:
    levels, pixels = image.histogram(), image.width * image.height
    bands = (levels[at : at + 256] for at in range(0, len(levels), 256))
    return all(max(band) >= _EVEN * pixels for band in bands)


def _within(image: Image.Image, policy: ImagePolicy) -> Encoded:
    """Search the highest JPEG quality that fits; below the lowest, shrink the page."""
    while True:
        data = _jpeg(image, policy.quality)
        if len(data) > policy.max_bytes:
            data = _searched(image, policy)
        if len(data) <= policy.max_bytes or min(image.size) <= policy.min_side:
            return Encoded("jpeg", *image.size, data)
        scale = min(0.9, (policy.max_bytes / len(data)) ** 0.5)
        size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)


def _searched(image: Image.Image, policy: ImagePolicy) -> bytes:
    low, high = policy.min_quality, policy.quality - 1
    best = _jpeg(image, low)
    if len(best) > policy.max_bytes:
        return best
    while low < high:
        middle = (low + high + 1) // 2
        data = _jpeg(image, middle)
        if len(data) <= policy.max_bytes:
            low, best = middle, data
        else:
            high = middle - 1
    return best


def _jpeg(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    # Full chroma resolution: red and blue form text smears at half of it.
    image.save(buffer, "JPEG", quality=quality, subsampling=0, exif=b"", icc_profile=None)
    return buffer.getvalue()


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=6, exif=None, icc_profile=None, pnginfo=None)
    return buffer.getvalue()
