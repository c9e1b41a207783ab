"""Format and size of an image from its first bytes, without decoding it."""

from __future__ import annotations

import struct
from typing import NamedTuple

__all__ = ["ImageHead", "read_head"]


class ImageHead(NamedTuple):
    """What an image file says of itself."""

    format: str
    """`png`, `jpeg`, `gif` or `webp`."""
    width: int
    height: int


def _png(data: bytes) -> ImageHead:
    return ImageHead("png", *struct.unpack(">II", data[16:24]))


def _gif(data: bytes) -> ImageHead:
    return ImageHead("gif", *struct.unpack("<HH", data[6:10]))


def _webp(data: bytes) -> ImageHead:
    kind = data[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        return ImageHead("webp", width, int.from_bytes(data[27:30], "little") + 1)
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return ImageHead("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack("<HH", data[26:30])
    return ImageHead("webp", width & 0x3FFF, height & 0x3FFF)


def _jpeg(data: bytes) -> ImageHead | None:
    place = 2
    while place + 9 < len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if marker in {255, 1} or 208 <= marker <= 216:
            place += 1 if marker == 0xFF else 2
            continue
        # SOF markers but DHT (C4), JPG (C8) and DAC (CC) hold the frame's size.
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return ImageHead("jpeg", width, height)
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def read_head(data: bytes) -> ImageHead | None:
    """Return format and size, or `None` when it is no image the service reads.

    Example:
        >>> read_head(b"GIF89a" + bytes([16, 0, 9, 0]))
        ImageHead(format='gif', width=16, height=9)
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data[:6] in {b"GIF87a", b"GIF89a"}:
            return _gif(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except struct.error:
        return None
    return None
