"""One question put to the model: limited, retried, and every call written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Union

from typing_extensions import Self

from novadoc.errors import AnswerError, ServiceError
from novadoc.extraction import _branches
from novadoc.extraction._halt import Halt
from novadoc.extraction._limiter import Limiter
from novadoc.extraction._outcome import Attempt, AttemptKind
from novadoc.extraction._retry import Retrier, is_throttling
from novadoc.prompts import (
    AnswerMode,
    Conversation,
    ModelBackend,
    Reply,
    StreamingBackend,
    TextDelta,
    Usage,
)
from novadoc.types import Clock

if TYPE_CHECKING:
    from novadoc.extraction._hooks import Hook

_FAILURES: Final = (ServiceError, AnswerError)
"""What a call can end with; they carry what was spent."""


class Ledger:
    """What was spent on one document so far; as a context, it tells the error that ends it."""

    def __init__(self, id: str, halt: Halt | None = None) -> None:  # noqa: A002  (the outcome's)
        self.id = id
        self.halt = halt or Halt()
        self.attempts: list[Attempt] = []
        self.pages: list[str] = []

    @property
    def usage(self) -> Usage:
        """Tokens of all attempts."""
        total = Usage()
        for attempt in self.attempts:
            total = total + attempt.usage
        return total

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _FAILURES):
            error.usage = self.usage


class _Call(NamedTuple):
    """A call under way."""

    ledger: Ledger
    kind: AttemptKind
    mode: AnswerMode
    started: datetime
    begun: float

    @property
    def number(self) -> int:
        """From 1, over everything asked for one document."""
        return len(self.ledger.attempts) + 1


class Asker:
    """The way to one model, shared by all threads of an extractor.

    Args:
        model: Answers.
        retrier: Asks again after transient failures.
        limiter: Holds back when there are too many calls.
        clock: Stamps attempts.
        hooks: Told of every call.
    """

    def __init__(
        self,
        model: ModelBackend,
        *,
        retrier: Retrier,
        limiter: Limiter,
        clock: Clock,
        hooks: tuple[Hook, ...] = (),
    ) -> None:
        self.model = model
        self.limiter = limiter
        self._retrier = retrier
        self._clock = clock
        self._hooks = hooks

    def ask(self, conversation: Conversation, ledger: Ledger, kind: AttemptKind) -> Reply:
        """Return the model's reply.

        Raises:
            ServiceError: The service refused, or failed until the policy was used up.
        """
        before = len(ledger.attempts)

        def once() -> Reply:
            with self.limiter.slot(ledger.halt):
                now: AttemptKind = kind if len(ledger.attempts) == before else "retry"
                call = self._begin(conversation, ledger, now)
                try:
                    return self._answered(call, self.model.converse(conversation))
                except _FAILURES as error:
                    self._failed(call, error)
                    raise

        return self._retrier.call(once, ledger.halt)

    def stream(
        self, conversation: Conversation, ledger: Ledger, model: StreamingBackend
    ) -> Iterator[Union[TextDelta, Reply]]:
        """Yield the reply's text as it comes, then the reply; a stream is asked for once.

        Raises:
            ServiceError: The service refused, or the stream broke.
        """
        with self.limiter.slot(ledger.halt):
            call = self._begin(conversation, ledger, "first")
            try:
                for piece in model.stream(conversation):
                    yield self._answered(call, piece) if isinstance(piece, Reply) else piece
            except _FAILURES as error:
                self._failed(call, error)
                raise

    def _begin(self, conversation: Conversation, ledger: Ledger, kind: AttemptKind) -> _Call:
        return _Call(ledger, kind, conversation.mode, self._clock.now(), self._clock.monotonic())

    def _answered(self, call: _Call, reply: Reply) -> Reply:
        self.limiter.succeeded(reply.usage.total_tokens, reply.latency)
        attempt = Attempt(
            call.number, call.kind, call.mode, call.started, reply.latency, reply.usage,
            stop_reason=reply.stop_reason, request_id=reply.request_id,
        )  # fmt: skip
        self._note(call.ledger, attempt)
        return reply

    def _failed(self, call: _Call, error: ServiceError | AnswerError) -> None:
        latency = timedelta(seconds=self._clock.monotonic() - call.begun)
        if is_throttling(error):
            self.limiter.throttled(latency=latency)
        attempt = Attempt(
            call.number, call.kind, call.mode, call.started, latency,
            error=type(error).__name__, request_id=getattr(error, "request_id", None),
        )  # fmt: skip
        self._note(call.ledger, attempt)

    def _note(self, ledger: Ledger, attempt: Attempt) -> None:
        ledger.attempts.append(attempt)
        model = self.model
        for hook in self._hooks:
            hook(_branches.AttemptEvent(ledger.id, model.model_id, model.base_model, attempt))
