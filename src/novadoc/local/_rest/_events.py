"""`application/vnd.amazon.eventstream`: botocore has only the decoder, so here is the encoder."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from novadoc.local._rest._serialise import to_json, to_wire
from novadoc.local._rest._shapes import Operation, Shape

__all__ = ["event", "exception_event"]

_STRING = 7  # the header value type of a UTF-8 string


def _frame(payload: bytes, **headers: str) -> bytes:
    encoded = b"".join(
        struct.pack("!B", len(name) + 1)
        + b":"
        + name.replace("_", "-").encode()
        + struct.pack("!BH", _STRING, len(value.encode()))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", 16 + len(encoded) + len(payload), len(encoded))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + encoded + payload
    return message + struct.pack("!I", zlib.crc32(message))


def _member(operation: Operation, name: str) -> Shape:
    stream = operation.get_event_stream_output()
    if stream is None:
        raise AssertionError(f"{operation.name} answers no stream")
    return stream.members[name]


def event(operation: Operation, name: str, value: dict[str, Any]) -> bytes:
    """Encode one event of an operation's stream."""
    payload = to_json(to_wire(_member(operation, name), value))
    return _frame(payload, event_type=name, content_type="application/json", message_type="event")


def exception_event(operation: Operation, name: str, message: str) -> bytes:
    """Encode an exception that ends a stream, as `throttlingException`."""
    payload = to_json(to_wire(_member(operation, name), {"message": message}))
    return _frame(
        payload, exception_type=name, content_type="application/json", message_type="exception"
    )
