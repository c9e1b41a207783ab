"""A request's body past botocore's serializer: members and images become JSON here.

botocore walks every member by its shape, and a megabyte of base64 character by character, which it
copies three times. Here its own events are used: `before-parameter-build`, after all other
listeners, takes the members out, and `before-call` writes them into the body before the request is
signed, each image in the place of 24 random bytes. The bytes are the same. Credentials, endpoints,
signing and connections stay botocore's, and whoever listens sees the members as ever.
"""

from __future__ import annotations

import json
import secrets
from binascii import b2a_base64
from collections.abc import Mapping
from contextvars import ContextVar
from threading import Lock
from typing import Any

from typing_extensions import Self

from novadoc._wire import image_source
from novadoc.bedrock._body import Body
from novadoc.bedrock._turn import Turn
from novadoc.prompts._conversation import Image

_SHORT = 128 * 1024
"""Bytes up to which a body is made as a whole: reading it in pieces would cost more."""


class Splice:
    """The images of one request that wait for their place in its body."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, bytes] = {}

    def source(self, image: Image) -> dict[str, object]:
        """Return what stands for an image until the body is made."""
        if image.location is not None or image.data is None:
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


class SpliceLostError(Exception):
    """A request's body does not hold its tokens; nothing was sent, and the plain way is left."""


class Request:
    """One request on its way; as a context, the one of this thread or task.

    Args:
        preparing: Held until the request is ready to be sent.
    """

    def __init__(self, preparing: Lock) -> None:
        self._turn = Turn(preparing)
        self._params: dict[str, Any] = {}
        self._members: dict[str, Any] = {}
        self.splice = Splice()
        self.is_sent = False
        """Whether it was handed to the network: what goes wrong then is the answer's fault."""

    def __enter__(self) -> Self:
        self._mark = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._turn.give_back()
        _CURRENT.reset(self._mark)

    def take(self, params: dict[str, Any], shapes: Mapping[str, Any]) -> None:
        """Take out what belongs into the body."""
        inside = [name for name in params if "location" not in shapes[name].serialization]
        self._params = params
        self._members = {name: params.pop(name) for name in inside}

    def body(self, others: bytes) -> bytes | Body:
        """Return the body, and put back what was taken out.

        Args:
            others: What botocore wrote of members that came after.

        Raises:
            SpliceLostError: An image has no place in it.
        """
        self._params.update(self._members)
        members = self._members if others == b"{}" else {**self._members, **json.loads(others)}
        return self.splice.fill(_ENCODER.encode(members).encode())

    def sent(self) -> None:
        """Let the next request be prepared."""
        self._turn.give_back()
        self.is_sent = True


def _base64(value: object) -> str:
    if isinstance(value, (bytes, bytearray)):
        return b2a_base64(value, newline=False).decode()
    raise TypeError(f"`{type(value).__name__}` has no place in a request.")


_ENCODER = json.JSONEncoder(default=_base64)
_CURRENT: ContextVar[Request | None] = ContextVar("novadoc_request", default=None)


def install(events: Any) -> None:
    """Listen on a client's events; once per client, however often it is called."""
    for operation in ("Converse", "ConverseStream"):
        name = f"bedrock-runtime.{operation}"
        build = f"before-parameter-build.{name}"
        events.register_last(build, _before_parameter_build, unique_id=f"novadoc-{build}")
        for moment, listener in (("before-call", _before_call), ("before-send", _before_send)):
            event = f"{moment}.{name}"
            events.register(event, listener, unique_id=f"novadoc-{event}")


def _before_parameter_build(params: dict[str, Any], model: Any, **_: object) -> None:
    request = _CURRENT.get()
    if request is not None:
        request.take(params, model.input_shape.members)


def _before_call(params: dict[str, Any], **_: object) -> None:
    request = _CURRENT.get()
    if request is not None:
        params["body"] = request.body(params["body"])


def _before_send(request: Any, **_: object) -> None:
    current = _CURRENT.get()
    if current is not None:
        current.sent()
    if isinstance(request.body, Body):
        request.body.to_send()
