"""What is said to a model and what it answers, as plain values without any service's shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol, TypeAlias, Union

from novadoc.types import JsonObject, JsonValue

MediaFormat = Literal["png", "jpeg", "gif", "webp"]
AnswerMode = Literal["json", "tool"]


@dataclass(frozen=True)
class Text:
    """A block of text."""

    text: str

    def __repr__(self) -> str:
        return f"Text({len(self.text)} characters)"


@dataclass(frozen=True)
class Image:
    """A page as the model gets it: bytes, or the S3 location of the same bytes."""

    format: MediaFormat
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    digest: str
    """SHA-256 of the bytes, in hex."""
    data: bytes | None = None
    """The encoded image; `None` when only `location` is sent."""
    location: str | None = None
    """`s3://` URI; sent instead of the bytes when given."""
    bucket_owner: str | None = None
    """12-digit account that owns the bucket, when it is another one."""

    def __repr__(self) -> str:
        size = "by location" if self.data is None else f"{len(self.data)} bytes"
        return f"Image({self.format}, {self.width}x{self.height}, {size}, {self.digest[:12]})"


@dataclass(frozen=True)
class CachePoint:
    """Where the service may cache the prompt up to here."""


Part: TypeAlias = Union[Text, Image, CachePoint]


@dataclass(frozen=True)
class Message:
    """One turn."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Tool:
    """The one tool an answer in `tool` mode is forced through."""

    name: str
    description: str
    schema: JsonObject = field(repr=False)
    """Nova-safe JSON Schema: only `type`, `properties`, `required` at the top."""


@dataclass(frozen=True)
class Sampling:
    """How the answer is drawn. Greedy by default, as Nova's vision and tool guides advise."""

    max_tokens: int
    temperature: float | None = 0.0
    top_p: float | None = None
    top_k: int | None = 1
    stop: tuple[str, ...] = ()
    """Stop sequences."""


@dataclass(frozen=True)
class Conversation:
    """A request to a model: system text, turns, an optional forced tool, sampling.

    When the last turn is the assistant's, it is a prefill: the model goes on from it.
    """

    messages: tuple[Message, ...]
    sampling: Sampling
    system: tuple[Union[Text, CachePoint], ...] = ()
    tool: Tool | None = None

    @property
    def mode(self) -> AnswerMode:
        """`tool` when the answer is forced through a tool, else `json`."""
        return "json" if self.tool is None else "tool"

    @property
    def prefill(self) -> str:
        """What the model's answer is made to start with; empty when nothing."""
        last = self.messages[-1]
        if last.role != "assistant":
            return ""
        return "".join(part.text for part in last.parts if isinstance(part, Text))


@dataclass(frozen=True)
class Usage:
    """Tokens used; add them up with `+`."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True)
class Reply:
    """What a model answered, before anything was read into it."""

    text: str = field(repr=False)
    """All text blocks joined; reasoning blocks are left out."""
    stop_reason: str
    """Converse's `stopReason`, as it came: new values may appear."""
    usage: Usage
    tool_input: JsonValue = field(default=None, repr=False)
    """The forced tool's input; `None` when the tool was not used."""
    latency: timedelta = timedelta(0)
    """Measured by the caller, from request to complete reply."""
    request_id: str | None = None


@dataclass(frozen=True)
class TextDelta:
    """A piece of a streamed answer, in order."""

    text: str = field(repr=False)


class ModelBackend(Protocol):
    """Anything that answers a conversation.

    `aws.model(...)` gives one; test doubles are others.
    """

    @property
    def model_id(self) -> str:
        """What is called: a foundation model's id, a profile, a deployment's ARN."""
        ...

    @property
    def base_model(self) -> str | None:
        """The base model's key, as `nova-lite`; `None` when unknown. No I/O."""
        ...

    def converse(self, conversation: Conversation, /) -> Reply:
        """Answer once, without retrying.

        Raises:
            ServiceError: The service refused or failed; the leaf says how.
        """
        ...


class StreamingBackend(ModelBackend, Protocol):
    """A backend that can also answer piece by piece."""

    def stream(self, conversation: Conversation, /) -> Iterator[Union[TextDelta, Reply]]:
        """Yield text as it comes, then one `Reply` with the whole."""
        ...
