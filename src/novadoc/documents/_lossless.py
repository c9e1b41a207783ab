"""Encoded images read and cleaned without decoding a pixel."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from novadoc.documents._header import claimed
from novadoc.documents._policy import ImagePolicy
from novadoc.models import ImageFormat


class Encoded(NamedTuple):
    """An encoded image and its size in pixels."""

    format: ImageFormat
    width: int
    height: int
    data: bytes


def passed(data: bytes, media_type: str, policy: ImagePolicy) -> Encoded | None:
    """Return the image without metadata if it already is as the policy wants it, else `None`."""
    if not _may_pass(data, policy):
        return None
    whole = clean(data, media_type)
    if whole and policy.accepts(whole.format, whole.width, whole.height, len(whole.data)):
        return whole
    return None


def _may_pass(data: bytes, policy: ImagePolicy) -> bool:
    """Tell by the header whether a look at all the bytes is worth it."""
    _, size = claimed(io.BytesIO(data))
    return size is None or 0 in size or policy.fit(*size) == size


def clean(data: bytes, media_type: str) -> Encoded | None:
    """Return the image without metadata, or `None` when it has to be decoded to be right.

    Decoding is needed for images that are turned, animated, transparent, CMYK or not 8-bit, and
    for those whose structure is damaged, so that the decoder says what is wrong.
    """
    reader = _READERS.get(media_type)
    if reader is None:
        return None
    try:
        return reader(data)
    except (struct.error, IndexError):
        return None


# --- JPEG -----------------------------------------------------------------------------------------

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_EOI, _SOS, _APP0, _APP1, _APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# 0xC0-0xC2 are the Huffman-coded sequential and progressive frames that every decoder reads.
_PLAIN_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_KEPT = (_FRAMES | {0xC4, 0xDA, 0xDB, 0xDD, _APP0, _APP14}) - {0xC8}


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) to the end of the image; a scan includes its entropy data."""
    at = 2
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            return
        marker, start = found.group(1)[0], found.start()
        if marker == _EOI:
            yield marker, start, start + 2
            return
        (length,) = struct.unpack_from(">H", data, start + 2)
        end = start + 2 + length
        if marker == _SOS:
            following = _MARKER.search(data, end)
            end = len(data) if following is None else following.start()
        yield marker, start, end
        at = end


def _jpeg(data: bytes) -> Encoded | None:
    size: tuple[int, int] | None = None
    kept = [data[:2]]
    scans = 0
    for marker, start, end in _segments(data):
        if marker == _EOI:
            kept.append(data[start:end])
            return Encoded("jpeg", *size, b"".join(kept)) if size and scans else None
        if marker == _APP1 and exif_orientation(data[start + 4 : end]) != 1:
            return None
        if marker in _FRAMES:
            precision, height, width, parts = struct.unpack_from(">BHHB", data, start + 4)
            if marker not in _PLAIN_FRAMES or precision != 8 or parts not in {1, 3} or not height:
                return None
            size = (width, height)
        scans += marker == _SOS
        if marker in _KEPT:
            kept.append(data[start:end])
    return None  # no end of image: truncated


def jpeg_orientation(data: bytes) -> int:
    """Return the Exif orientation of a JPEG, 1 when it has none or it cannot be read."""
    try:
        for marker, start, end in _segments(data):
            if marker == _APP1 and (turn := exif_orientation(data[start + 4 : end])) != 1:
                return turn
            if marker == _SOS:
                break
    except (struct.error, IndexError):
        pass
    return 1


def exif_orientation(block: bytes) -> int:
    """Return the orientation (1 to 8) that an Exif block states; 1 when it states none."""
    tiff = block[6:] if block[:4] == b"Exif" else block
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (ifd,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, ifd)
        for entry in range(min(count, 512)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, ifd + 2 + 12 * entry)
            if tag == 0x0112 and kind == 3:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


# --- PNG ------------------------------------------------------------------------------------------

_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
# Transparency, animation, or an orientation: the decoder has to look.
_PNG_DECODE = frozenset({b"tRNS", b"acTL"})
_PNG_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


def _png(data: bytes) -> Encoded | None:
    width, height, depth, colour = struct.unpack_from(">IIBB", data, 16)
    if depth != 8 or colour not in {0, 2, 3} or not width or not height:
        return None
    kept = [data[:8]]
    for kind, start, end in _chunks(data):
        if kind in _PNG_DECODE or _may_turn(kind, data[start + 8 : end - 4]):
            return None
        if kind in _PNG_KEPT:
            if zlib.crc32(data[start + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
                return None
            kept.append(data[start:end])
        if kind == b"IEND":
            return Encoded("png", width, height, b"".join(kept))
    return None


def _may_turn(kind: bytes, body: bytes) -> bool:
    if kind == b"eXIf":
        return exif_orientation(body) != 1
    # ImageMagick keeps Exif blocks in text chunks of this name.
    return kind in _PNG_TEXTS and body.startswith(b"Raw profile type")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 12 + length
        if end > len(data):
            return
        yield data[at + 4 : at + 8], at, end
        at = end


# --- WebP -----------------------------------------------------------------------------------------


def _webp(data: bytes) -> Encoded | None:
    if len(data) < struct.unpack_from("<I", data, 4)[0] + 8:
        return None
    if data[12:16] != b"VP8 ":  # lossless and extended files may hold alpha, turns or animation
        return None
    (length,) = struct.unpack_from("<I", data, 16)
    width, height = struct.unpack_from("<HH", data, 26)
    end = 20 + length + length % 2
    body = data[12:end]
    head = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP"
    return Encoded("webp", width & 0x3FFF, height & 0x3FFF, head + body)


_READERS = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}
