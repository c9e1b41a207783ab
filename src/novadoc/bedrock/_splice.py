"""A request's body past botocore's serializer: members and images become JSON here.

botocore walks every member by its shape, and a megabyte of base64 character by character, which it
copies three times. Here its own events are used: `before-parameter-build`, after all other
listeners, takes the members out, and `before-call`, before all others, puts in the body written of
them; after all others, each image takes the place of 24 random bytes, and the request is signed.
The bytes are the same, and what JSON cannot say is left to botocore. Credentials, endpoints,
signing and connections stay its own, and whoever listens sees the members as ever.
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

from novadoc._wire import ConverseRequest, image_source, to_converse
from novadoc.bedrock._body import Body
from novadoc.bedrock._turn import Turn
from novadoc.prompts._conversation import Conversation, Image

_SHORT = 128 * 1024
"""Bytes up to which a body is made as a whole: reading it in pieces would cost more."""


class Splice:
    """The images of one request that wait for their place in its body."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, bytes] = {}

    def source(self, image: Image) -> dict[str, object]:
        """Return what stands for an image until the body is made."""
        if image.location is not None or not isinstance(image.data, bytes):
            return image_source(image)
        token = secrets.token_bytes(24)  # 24 bytes are 32 base64 characters without padding
        self._waiting[b2a_base64(token, newline=False)] = image.data
        return {"bytes": token}

    def written(self, members: Mapping[str, object]) -> bytes | None:
        """Return the members as JSON; `None` where botocore has its own way to write them."""
        try:
            text = json.JSONEncoder(default=self._token, allow_nan=False).encode(members)
        except (TypeError, ValueError):
            return None
        return text.encode()

    def _token(self, value: object) -> str:
        if isinstance(value, bytes):
            token = b2a_base64(value, newline=False)
            if token in self._waiting:
                return token.decode()
        raise TypeError

    def fill(self, body: bytes) -> bytes | Body:
        """Return the body with each token replaced by its image.

        Raises:
            SpliceLostError: A token is not in the body, or is there twice.
        """
        if not self._waiting:
            return body
        places = sorted((body.find(token), token) for token in self._waiting)
        if places[0][0] < 0 or any(body.find(token, at + 1) > 0 for at, token in places):
            raise SpliceLostError
        texts: list[bytes] = []
        start = 0
        for place, token in places:
            texts.append(body[start:place])
            start = place + len(token)
        texts.append(body[start:])
        filled = Body(texts, [self._waiting[token] for _, token in places])
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
        self._messages: object = None
        self._context: object = None
        self._params: dict[str, Any] = {}
        self._members: dict[str, Any] = {}
        self._body = b""
        self._splice = Splice()
        self.is_sent = False
        """Whether it was handed to the network: what goes wrong then is the answer's fault."""

    def __enter__(self) -> Self:
        self._mark = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._turn.give_back()
        _CURRENT.reset(self._mark)

    def members(self, conversation: Conversation) -> ConverseRequest:
        """Return the conversation's members, in which tokens stand for images.

        Raises:
            PromptError: An image has neither bytes nor a location.
        """
        made = to_converse(conversation, source=self._splice.source)
        self._messages = made["messages"]
        return made

    def begin(self, params: Mapping[str, Any], context: object) -> None:
        """Know the call by botocore's context: listeners may make calls of their own meanwhile."""
        if self._context is None and params.get("messages") is self._messages:
            self._context = context

    def is_of(self, context: object) -> bool:
        """Whether an event is about this request."""
        return context is self._context

    def take(self, params: dict[str, Any], shapes: Mapping[str, Any]) -> None:
        """Take out what belongs into the body, unless botocore has to look at it."""
        if not shapes.keys() >= params.keys():
            return
        inside = {
            name: value
            for name, value in params.items()
            if value is not None and "location" not in shapes[name].serialization
        }
        body = self._splice.written(inside)
        if body is None:
            return
        for name in inside:
            del params[name]
        self._params, self._members, self._body = params, inside, body

    def written(self, others: bytes) -> bytes:
        """Return the body, each image a token, and put back what was taken out.

        Args:
            others: What botocore wrote: all, or members that came after.

        Raises:
            SpliceLostError: What came after cannot be written.
        """
        if not self._members:
            return others
        self._params.update(self._members)
        if others == b"{}":
            return self._body
        body = self._splice.written({**self._members, **json.loads(others)})
        if body is None:
            raise SpliceLostError
        return body

    def filled(self, body: bytes) -> bytes | Body:
        """Return the body with its images.

        Raises:
            SpliceLostError: An image has no place in it.
        """
        return self._splice.fill(body)

    def sent(self) -> None:
        """Let the next request be prepared."""
        self._turn.give_back()
        self.is_sent = True


_CURRENT: ContextVar[Request | None] = ContextVar("novadoc_request", default=None)


def install(events: Any) -> None:
    """Listen on a client's events; once per client, however often it is called."""
    # botocore calls listeners of the longest names first, and of `*` before those of a word.
    for register, event, listener in (
        (events.register_first, "provide-client-params.*.*", _begin),
        (events.register_last, "before-parameter-build", _take),
        (events.register_first, "before-call.*.*", _write),
        (events.register_last, "before-call", _fill),
        (events.register, "before-send.bedrock-runtime.Converse", _send),
        (events.register, "before-send.bedrock-runtime.ConverseStream", _send),
    ):
        register(event, listener, unique_id=f"novadoc-{event}")


def _begin(params: dict[str, Any], context: object, **_: object) -> None:
    request = _CURRENT.get()
    if request is not None:
        request.begin(params, context)


def _take(params: dict[str, Any], model: Any, context: object, **_: object) -> None:
    request = _CURRENT.get()
    if request is not None and request.is_of(context):
        request.take(params, model.input_shape.members)


def _write(params: dict[str, Any], context: object, **_: object) -> None:
    request = _CURRENT.get()
    if request is not None and request.is_of(context):
        params["body"] = request.written(params["body"])


def _fill(params: dict[str, Any], context: object, **_: object) -> None:
    request = _CURRENT.get()
    if request is not None and request.is_of(context):
        params["body"] = request.filled(params["body"])


def _send(request: Any, **_: object) -> None:
    current = _CURRENT.get()
    if current is not None:
        current.sent()
    if isinstance(request.body, Body):
        request.body.to_send()
