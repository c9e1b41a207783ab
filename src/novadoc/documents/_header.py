"""Format and size of an encoded image from its first bytes: nothing is decoded."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

from novadoc.documents._sniff import media_type
from novadoc.errors import UnreadableDocumentError

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


class ImageHeader(NamedTuple):
    """What an image file says of itself."""

    media_type: str
    """From its bytes, as `image/jpeg`."""
    width: int
    """Pixels, before any turning."""
    height: int
    """Pixels, before any turning."""
    size: int
    """Bytes of the file."""


def image_header(path: str | os.PathLike[str]) -> ImageHeader:
    """Read what a JPEG, PNG, GIF or WebP file says of itself.

    Raises:
        UnreadableDocumentError: There is no such file, it is none of these, or is cut off.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "page.png")
        ...     Image.new("L", (30, 40)).save(path)
        ...     image_header(path)[:3]
        ('image/png', 30, 40)
    """
    place = Path(path)
    try:
        with place.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            kind, found = claimed(file)
    except OSError:
        kind, found, size = None, None, 0
    if kind is None or found is None or 0 in found:
        raise UnreadableDocumentError(
            "it is missing, cut off, or no JPEG, PNG, GIF or WebP.", document=place.name
        )
    return ImageHeader(kind, *found, size)


def claimed(file: BinaryIO) -> tuple[str | None, tuple[int, int] | None]:
    """Return the media type and the width and height a file claims; `None` for what is unknown."""
    head = file.read(512)
    kind = media_type(head)
    try:
        return kind, _size(file, head, kind)
    except (struct.error, IndexError, ValueError):
        return kind, None


def _size(file: BinaryIO, head: bytes, kind: str | None) -> tuple[int, int] | None:
    if kind == "image/png":
        width, height, check = struct.unpack_from(">II5xI", head, 16)
        return (width, height) if zlib.crc32(head[12:29]) == check else None
    if kind == "image/gif":
        return struct.unpack_from("<HH", head, 6)
    if kind == "image/webp":
        return _webp_size(head)
    return _jpeg_size(file) if kind == "image/jpeg" else None


def _jpeg_size(file: BinaryIO) -> tuple[int, int] | None:
    file.seek(2)
    for _ in range(1_000):
        mark, marker = file.read(2)
        while marker == 0xFF:  # fill bytes
            marker = file.read(1)[0]
        if mark != 0xFF or marker == 0xDA:
            return None
        if marker in _BARE:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker in _FRAMES:
            height, width = struct.unpack(">xHH", file.read(5))
            return width, height
        file.seek(length - 2, os.SEEK_CUR)
    return None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    chunk = head[12:16]
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None
