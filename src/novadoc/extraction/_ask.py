"""One question put to the model: limited, retried, and every call written down."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Union

from novadoc.errors import AnswerError, ServiceError
from novadoc.extraction import _branches
from novadoc.extraction._halt import Halt
from novadoc.extraction._limiter import Limiter
from novadoc.extraction._outcome import Attempt, AttemptKind
from novadoc.extraction._retry import Retrier, is_throttling
from novadoc.prompts import (
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


class Ledger:
    """What was spent on one document so far."""

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
                with self._writing(conversation, ledger, now) as note:
                    return note(self.model.converse(conversation))

        return self._retrier.call(once, ledger.halt)

    def stream(
        self, conversation: Conversation, ledger: Ledger, model: StreamingBackend
    ) -> Iterator[Union[TextDelta, Reply]]:
        """Yield the reply's text as it comes, then the reply; a stream is asked for once.

        Raises:
            ServiceError: The service refused, or the stream broke.
        """
        with self.limiter.slot(ledger.halt), self._writing(conversation, ledger, "first") as note:
            for piece in model.stream(conversation):
                yield note(piece) if isinstance(piece, Reply) else piece

    @contextmanager
    def _writing(
        self, conversation: Conversation, ledger: Ledger, kind: AttemptKind
    ) -> Generator[Callable[[Reply], Reply]]:
        """Write the call made inside the block into the ledger, whatever comes of it."""
        started, begun = self._clock.now(), self._clock.monotonic()
        mode, number = conversation.mode, len(ledger.attempts) + 1

        def answered(reply: Reply) -> Reply:
            self.limiter.succeeded(reply.usage.total_tokens, reply.latency)
            attempt = Attempt(
                number, kind, mode, started, reply.latency, reply.usage,
                stop_reason=reply.stop_reason, request_id=reply.request_id,
            )  # fmt: skip
            self._note(ledger, attempt)
            return reply

        try:
            yield answered
        except (ServiceError, AnswerError) as error:
            latency = timedelta(seconds=self._clock.monotonic() - begun)
            if is_throttling(error):
                self.limiter.throttled(latency=latency)
            attempt = Attempt(
                number, kind, mode, started, latency,
                error=type(error).__name__, request_id=getattr(error, "request_id", None),
            )  # fmt: skip
            self._note(ledger, attempt)
            raise

    def _note(self, ledger: Ledger, attempt: Attempt) -> None:
        ledger.attempts.append(attempt)
        model = self.model
        for hook in self._hooks:
            hook(_branches.AttemptEvent(ledger.id, model.model_id, model.base_model, attempt))


@contextmanager
def counting(ledger: Ledger) -> Generator[None]:
    """Put the usage of everything that was tried on the error that ends it."""
    try:
        yield
    except (AnswerError, ServiceError) as error:
        error.usage = ledger.usage
        raise
