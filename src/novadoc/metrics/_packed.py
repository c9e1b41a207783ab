"""A document's counters in a few bytes: what lets a report hold 100,000 documents."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Sequence

_BYTES, _WORDS, _SQUEEZED = b"b", b"w", b"z"
_WORTH_SQUEEZING = 256


def pack(counts: Sequence[int]) -> bytes:
    """Pack non-negative counters below 2**32; most are 0 or 1 and take a byte or less."""
    try:
        packed = _BYTES + bytes(counts)
    except ValueError:
        packed = _WORDS + array("I", counts).tobytes()
    if len(packed) > _WORTH_SQUEEZING:
        return _SQUEEZED + zlib.compress(packed, 1)
    return packed


def unpack(packed: bytes, width: int) -> list[int]:
    """Return the counters, filled with zeros up to `width`."""
    if packed[:1] == _SQUEEZED:
        packed = zlib.decompress(packed[1:])
    counts = list(packed[1:]) if packed[:1] == _BYTES else array("I", packed[1:]).tolist()
    return counts + [0] * (width - len(counts))
