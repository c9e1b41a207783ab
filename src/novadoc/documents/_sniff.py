"""What a file is, from its first bytes: names lie."""

from __future__ import annotations

import re

HEAD = 1024
"""Bytes that `media_type` wants to see; a PDF's mark may stand anywhere in the first 1024."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),  # BigTIFF
    (b"MM\0+", "image/tiff"),
)

_AVIF = frozenset({b"avif", b"avis"})
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_NETPBM = re.compile(rb"P[1-7]\s")

PILLOW_FORMATS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
    "image/x-portable-anymap": ("PPM",),
    "image/avif": ("AVIF",),
    "image/heif": ("HEIF", "AVIF"),
}
"""Which of Pillow's readers may touch which media type; nothing else is ever tried."""

SUFFIXES = frozenset({
    ".apng", ".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".mpo",
    ".pbm", ".pdf", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp",
})  # fmt: skip
"""Lower-case suffixes under which documents usually come."""


def media_type(head: bytes) -> str | None:
    """Return the media type that the first bytes show, or `None`."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    # "BM" alone is two letters of prose; the info header's size decides.
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADERS:
        return "image/bmp"
    if _NETPBM.match(head):
        return "image/x-portable-anymap"
    return _container(head) or ("application/pdf" if b"%PDF-" in head[:HEAD] else None)


_BMP_HEADERS = {size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124)}


def _container(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] != b"ftyp":
        return None
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(size, HEAD), 4))}
    if brands & _AVIF:
        return "image/avif"
    return "image/heif" if brands & _HEIF else None
