"""Large images past botocore's JSON encoder: a short token goes in, the image's base64 comes out.

botocore walks a megabyte of base64 character by character and copies it three times. Here it gets
24 random bytes instead, and its own `before-call` event puts the image in the token's place before
the request is signed. Credentials, endpoints, signing and connections stay botocore's.
"""

from __future__ import annotations

import binascii
import io
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from novadoc._wire import image_source
from novadoc.prompts._conversation import Image

SMALLEST = 16_384
"""Bytes from which an image is spliced; smaller ones cost botocore less than the splicing."""

_PIECE = 57 * 1024  # a multiple of three: no padding inside

EVENTS = (
    "before-call.bedrock-runtime.Converse",
    "before-call.bedrock-runtime.ConverseStream",
)


class Splice:
    """The images of one request that wait for their place in its body."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, bytes] = {}

    def source(self, image: Image) -> dict[str, object]:
        """Return what stands for an image until the body is made."""
        if image.location is not None or image.data is None or len(image.data) < SMALLEST:
            return image_source(image)
        token = secrets.token_bytes(24)  # 24 bytes are 32 base64 characters without padding
        self._waiting[binascii.b2a_base64(token, newline=False)] = image.data
        return {"bytes": token}

    def fill(self, body: bytes) -> bytes:
        """Return the body with each token replaced by its image.

        Raises:
            SpliceLostError: A token is not in the body.
        """
        places = sorted((body.find(token), token) for token in self._waiting)
        if places and places[0][0] < 0:
            raise SpliceLostError
        longer = sum((len(image) + 2) // 3 * 4 - len(at) for at, image in self._waiting.items())
        # Room for all at once, and base64 in pieces: the image is in memory once more, not twice.
        made = io.BytesIO(bytes(len(body) + longer))
        start = 0
        for place, token in places:
            made.write(memoryview(body)[start:place])
            image = memoryview(self._waiting[token])
            for at in range(0, len(image), _PIECE):
                made.write(binascii.b2a_base64(image[at : at + _PIECE], newline=False))
            start = place + len(token)
        made.write(memoryview(body)[start:])
        self._waiting.clear()
        return made.getvalue()

    @property
    def pending(self) -> bool:
        """Whether an image still waits."""
        return bool(self._waiting)


class SpliceLostError(Exception):
    """A request's body does not hold its tokens; nothing was sent, and the plain way is left."""


_CURRENT: ContextVar[Splice | None] = ContextVar("novadoc_splice", default=None)


def install(events: Any) -> None:
    """Listen on a client's events; once per client, however often it is called."""
    for event in EVENTS:
        events.register(event, _before_call, unique_id=f"novadoc-splice-{event}")


@contextmanager
def splicing(splice: Splice) -> Generator[None]:
    """Let `splice` fill the request made inside the block, in this thread or task."""
    mark = _CURRENT.set(splice)
    try:
        yield
    finally:
        _CURRENT.reset(mark)


def _before_call(params: dict[str, Any], **_: object) -> None:
    splice = _CURRENT.get()
    if splice is not None and splice.pending:
        params["body"] = splice.fill(params["body"])
