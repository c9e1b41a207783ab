"""Length-prefixed messages over a pipe."""

from __future__ import annotations

import struct
from typing import BinaryIO

_LENGTH = struct.Struct(">I")


def send(stream: BinaryIO, payload: bytes) -> None:
    """Write one message.

    Raises:
        OSError: The other side is gone.
    """
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one message; `None` when the other side has closed, also in mid-message."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = int(_LENGTH.unpack(head)[0])
    payload = stream.read(size)
    return payload if len(payload) == size else None
