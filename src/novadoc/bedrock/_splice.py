"""Large images past botocore's JSON encoder: a short token goes in, the image's base64 comes out.

botocore walks a megabyte of base64 character by character and copies it three times. Here it gets
24 random bytes instead, and its own `before-call` event puts the image in the token's place before
the request is signed. Credentials, endpoints, signing and connections stay botocore's.
"""

from __future__ import annotations

import secrets
from binascii import b2a_base64
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from novadoc._wire import image_source
from novadoc.bedrock._body import Body
from novadoc.bedrock._turn import Turn
from novadoc.prompts._conversation import Image

SMALLEST = 16_384
"""Bytes from which an image is spliced; smaller ones cost botocore less than the splicing."""

_SHORT = 128 * 1024
"""Bytes up to which a body is made as a whole: reading it in pieces would cost more."""


class Splice:
    """The images of one request that wait for their place in its body."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, bytes] = {}

    def source(self, image: Image) -> dict[str, object]:
        """Return what stands for an image until the body is made."""
        if image.location is not None or image.data is None or len(image.data) < SMALLEST:
            return image_source(image)
        token = secrets.token_bytes(24)  # 24 bytes are 32 base64 characters without padding
        self._waiting[b2a_base64(token, newline=False)] = image.data
        return {"bytes": token}

    def fill(self, body: bytes) -> bytes | Body:
        """Return the body with each token replaced by its image.

        Raises:
            SpliceLostError: A token is not in the body.
        """
        places = sorted((body.find(token), token) for token in self._waiting)
        if places and places[0][0] < 0:
            raise SpliceLostError
        texts: list[bytes] = []
        start = 0
        for place, token in places:
            texts.append(body[start:place])
            start = place + len(token)
        texts.append(body[start:])
        filled = Body(texts, [self._waiting[token] for _, token in places])
        self._waiting.clear()
        return filled if len(filled) > _SHORT else b"".join(filled.encoded())

    @property
    def pending(self) -> bool:
        """Whether an image still waits."""
        return bool(self._waiting)


class SpliceLostError(Exception):
    """A request's body does not hold its tokens; nothing was sent, and the plain way is left."""


@dataclass
class Request:
    """One request on its way."""

    turn: Turn
    splice: Splice = field(default_factory=Splice)
    is_sent: bool = False
    """Whether it was handed to the network: what goes wrong then is the answer's fault."""


_CURRENT: ContextVar[Request | None] = ContextVar("novadoc_request", default=None)


def install(events: Any) -> None:
    """Listen on a client's events; once per client, however often it is called."""
    for operation in ("Converse", "ConverseStream"):
        for moment, listener in (("before-call", _before_call), ("before-send", _before_send)):
            event = f"{moment}.bedrock-runtime.{operation}"
            events.register(event, listener, unique_id=f"novadoc-splice-{event}")


@contextmanager
def splicing(preparing: Lock) -> Generator[Request]:
    """Fill the request made inside the block, in this thread or task, with the splice's images.

    Args:
        preparing: Held until the request is ready to be sent.
    """
    request = Request(Turn(preparing))
    mark = _CURRENT.set(request)
    try:
        yield request
    finally:
        request.turn.give_back()
        _CURRENT.reset(mark)


def _before_call(params: dict[str, Any], **_: object) -> None:
    request = _CURRENT.get()
    if request is not None and request.splice.pending:
        params["body"] = request.splice.fill(params["body"])


def _before_send(request: Any, **_: object) -> None:
    current = _CURRENT.get()
    if current is not None:
        current.turn.give_back()
        current.is_sent = True
    if isinstance(request.body, Body):
        request.body.to_send()
