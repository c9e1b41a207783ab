"""Converse through a boto3 client: the model backend that talks to the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from copy import copy
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Union, cast

from novadoc._clock import SystemClock
from novadoc._wire import ConverseRequest, from_converse, from_events, to_converse
from novadoc.bedrock import _splice, _tags
from novadoc.bedrock._api import BotoClient
from novadoc.bedrock._errors import UNREADABLE, service_errors, unreadable
from novadoc.errors import AccessDeniedError, InvalidRequestError, NotFoundError, NovadocError
from novadoc.models import key_of
from novadoc.prompts._conversation import Conversation, Reply, TextDelta
from novadoc.types import Clock, Tags

if TYPE_CHECKING:
    from novadoc.bedrock._options import RequestOptions


class BedrockModel:
    """One model behind Converse. Sends each question once: retries are the extractor's.

    Args:
        client: A boto3 `bedrock-runtime` client, with its own retries off.
        model_id: A foundation model's id, an inference profile, or the ARN of a profile, a
            deployment or provisioned throughput.
        base_model: The base model's key; read from the id where it tells.
        options: What accompanies every request.
        tags: Reads the tags of what is called; asked at most once, for the prompt's identity.
        clock: Measures latency.
    """

    def __init__(
        self,
        client: BotoClient,
        model_id: str,
        *,
        base_model: str | None = None,
        options: RequestOptions | None = None,
        tags: Callable[[], Tags] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._client = cast("_Runtime", client)
        self._model_id = model_id
        self._base_model = base_model or key_of(model_id)
        self._members = {} if options is None else options.members()
        self._tags = tags
        self._clock = clock or SystemClock()
        self._preparing = Lock()
        events = getattr(client.meta, "events", None)
        self._splices = hasattr(events, "register")
        if self._splices:
            _splice.install(events)

    @property
    def model_id(self) -> str:
        """What is called."""
        return self._model_id

    @property
    def base_model(self) -> str | None:
        """The base model's key; `None` when the id does not tell and nobody said."""
        return self._base_model

    def based_on(self, base_model: str) -> BedrockModel:
        """Return the same model, with the key of its base model; no I/O."""
        told = copy(self)
        told._base_model = base_model  # noqa: SLF001 - the copy is nobody's yet
        return told

    @property
    def max_in_flight(self) -> int | None:
        """Connections the client keeps; more calls at once would reconnect for each."""
        config = getattr(self._client.meta, "config", None)
        size = getattr(config, "max_pool_connections", None)
        return size if isinstance(size, int) else None

    def trained_prompt(self) -> str | None:
        """Return the fingerprint of the prompt the model was trained with, from its tags.

        `None` when there are no tags, or they may not be read.

        Raises:
            ServiceError: The tags could not be read for another reason.
        """
        if self._tags is None:
            return None
        try:
            return self._tags().get(_tags.PROMPT)
        except (AccessDeniedError, NotFoundError, InvalidRequestError):
            return None

    def converse(self, conversation: Conversation, /) -> Reply:
        """Answer once, without retrying.

        Raises:
            ServiceError: The service refused or failed; the leaf says how.
            MalformedAnswerError: The answer is nested deeper than can be read.
            PromptError: An image has neither bytes nor a location.
        """
        start = self._clock.monotonic()
        response = self._send("Converse", self._client.converse, conversation)
        return from_converse(response, latency=self._since(start))

    def stream(self, conversation: Conversation, /) -> Iterator[Union[TextDelta, Reply]]:
        """Yield text as it comes, then one `Reply` with the whole.

        Raises:
            IncompleteResponseError: The stream ended before `messageStop`, or cannot be read.
            ServiceError: The service refused or failed, at first or in mid-stream.
        """
        start = self._clock.monotonic()
        response = self._send("ConverseStream", self._client.converse_stream, conversation)
        metadata = cast("Mapping[str, str]", response.get("ResponseMetadata", {}))
        with service_errors("ConverseStream"), closing(response["stream"]) as events:
            for piece in from_events(_read(events), request_id=metadata.get("RequestId")):
                if isinstance(piece, Reply):
                    yield replace(piece, latency=self._since(start))
                else:
                    yield piece

    def _send(
        self, operation: str, call: Callable[..., Mapping[str, Any]], conversation: Conversation
    ) -> Mapping[str, Any]:
        if self._splices:
            try:
                with _splice.Request(self._preparing) as request:
                    return self._answered(operation, call, request.members(conversation), request)
            except _splice.SpliceLostError:
                pass
        return self._call(operation, call, to_converse(conversation))

    def _answered(
        self,
        operation: str,
        call: Callable[..., Mapping[str, Any]],
        members: ConverseRequest,
        request: _splice.Request,
    ) -> Mapping[str, Any]:
        try:
            return self._call(operation, call, members)
        except NovadocError:
            raise
        except UNREADABLE as error:
            if not request.is_sent:
                raise
            raise unreadable(error, operation) from None

    def _call(
        self, operation: str, call: Callable[..., Mapping[str, Any]], request: ConverseRequest
    ) -> Mapping[str, Any]:
        with service_errors(operation):
            return call(modelId=self._model_id, **request, **self._members)

    def _since(self, start: float) -> timedelta:
        return timedelta(seconds=self._clock.monotonic() - start)

    def __repr__(self) -> str:
        return f"BedrockModel({self._model_id.rpartition('/')[2]!r})"


def _read(events: Iterable[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    try:
        yield from events
    except UNREADABLE as error:
        raise unreadable(error, "ConverseStream") from None


class _Runtime(Protocol):
    """The operations of a `bedrock-runtime` client, with their members in AWS's spelling."""

    @property
    def meta(self) -> Any: ...

    def converse(self, **members: Any) -> Mapping[str, Any]: ...

    def converse_stream(self, **members: Any) -> Mapping[str, Any]: ...
