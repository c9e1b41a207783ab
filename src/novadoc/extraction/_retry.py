"""When to ask again, and how long to wait: the only retry layer there is."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import timedelta
from typing import TypeVar

from novadoc.errors import (
    ConnectionFailedError,
    EmptyAnswerError,
    IncompleteResponseError,
    MalformedAnswerError,
    ModelFaultError,
    ModelNotReadyError,
    ModelTimeoutError,
    NovadocError,
    RefusedAnswerError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
)
from novadoc.extraction._halt import Halt
from novadoc.extraction._settings import at_least
from novadoc.types import Clock

T = TypeVar("T")

TRANSIENT: tuple[type[ServiceError], ...] = (
    ThrottledError,
    ModelNotReadyError,
    ModelTimeoutError,
    ModelFaultError,
    ServiceUnavailableError,
    IncompleteResponseError,
    ConnectionFailedError,
)
"""What may pass: throttling, 408, 424, 5xx, resets, truncated bodies and streams."""

FAULTS = (MalformedAnswerError, EmptyAnswerError, RefusedAnswerError, ModelFaultError)
"""What the model did wrong: another try, or another answer mode, may get it right."""


@dataclass(frozen=True)
class RetryPolicy:
    """How transient failures are retried. botocore's own retries are off beside it.

    Waits are drawn with full jitter: uniformly between nothing and a cap that doubles.

    Example:
        >>> RetryPolicy(attempts=3).cap(2)
        datetime.timedelta(seconds=2)
    """

    _: KW_ONLY
    attempts: int = 6
    """Most calls for one question, the first included."""
    first_wait: timedelta = timedelta(seconds=1)
    """Cap of the first wait."""
    longest_wait: timedelta = timedelta(seconds=30)
    """Cap of any wait."""
    deadline: timedelta | None = timedelta(minutes=10)
    """No retry is put in line later than this after the first call; `None` means no limit."""
    answer_attempts: int = 2
    """Most tries for an answer that cannot be read, the first included."""
    budget: float = 0.5
    """Retries allowed per successful call once the first hundred are used up.

    When the service is down, a thousand documents do not each retry six times."""

    def __post_init__(self) -> None:
        for name in ("attempts", "answer_attempts"):
            at_least(1, name, getattr(self, name))
        for name in ("first_wait", "longest_wait", "deadline"):
            duration: timedelta | None = getattr(self, name)
            at_least(0, name, 0 if duration is None else duration.total_seconds())
        at_least(0, "budget", self.budget)

    def cap(self, attempt: int) -> timedelta:
        """Return the longest wait after the `attempt`-th failed call, from 1."""
        return min(self.longest_wait, self.first_wait * (1 << min(attempt - 1, 20)))

    @classmethod
    def none(cls) -> RetryPolicy:
        """Return the policy that never asks again."""
        return cls(attempts=1, answer_attempts=1)


class RetryBudget:
    """What all questions of one extractor may retry together."""

    _RESERVE = 100.0

    def __init__(self, per_success: float) -> None:
        self._per_success = per_success
        self._left = self._RESERVE
        self._lock = threading.Lock()

    def earn(self) -> None:
        """Count a successful call."""
        if self._left < self._RESERVE:
            with self._lock:
                self._left = min(self._RESERVE, self._left + self._per_success)

    def spend(self) -> bool:
        """Take one retry; `False` when none is left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Retrier:
    """One policy at work for one extractor; safe under threads."""

    def __init__(self, policy: RetryPolicy, clock: Clock, *, seed: int | None = None) -> None:
        self.policy = policy
        self.budget = RetryBudget(policy.budget)
        self._clock = clock
        # Jitter needs no secrecy; a seed makes a test's waits repeatable.
        self._random = random.Random(seed)  # noqa: S311

    def call(self, ask: Callable[[], T], halt: Halt) -> T:
        """Return what `ask` returns, asking again after transient failures.

        Waits end early, with `CancelledError`, when `halt` is set.

        Raises:
            NovadocError: The last failure, when it is not transient or the policy is used up.
        """
        started = self._clock.monotonic()
        try:
            result = ask()
        except TRANSIENT as error:
            return self._again(ask, error, started, halt)
        self.budget.earn()
        return result

    def _again(self, ask: Callable[[], T], error: ServiceError, started: float, halt: Halt) -> T:
        from tenacity import Retrying, retry_if_exception  # a run without failures pays nothing

        pending: list[ServiceError] = [error]

        def attempt() -> T:
            if pending:
                raise pending.pop()
            return ask()

        retrying = Retrying(
            retry=retry_if_exception(lambda failure: isinstance(failure, TRANSIENT)),
            wait=lambda state: self._wait(state.attempt_number, started).total_seconds(),
            stop=lambda state: self._over(state.attempt_number, started),
            sleep=lambda seconds: halt.sleep(timedelta(seconds=seconds), self._clock),
            reraise=True,
        )
        result: T = retrying(attempt)
        self.budget.earn()
        return result

    def _wait(self, attempt: int, started: float) -> timedelta:
        drawn = self.policy.cap(attempt) * self._random.random()
        left = self._left(started)
        return drawn if left is None else max(timedelta(0), min(drawn, left))

    def _over(self, attempt: int, started: float) -> bool:
        if attempt >= self.policy.attempts:
            return True
        left = self._left(started)
        if left is not None and left <= timedelta(0):
            return True
        return not self.budget.spend()

    def _left(self, started: float) -> timedelta | None:
        """How long until no more retry may begin; `None` when there is no such moment."""
        deadline = self.policy.deadline
        if deadline is None:
            return None
        return deadline - timedelta(seconds=self._clock.monotonic() - started)


def is_throttling(error: NovadocError) -> bool:
    """Whether the service asks for fewer requests."""
    return isinstance(error, (ThrottledError, ServiceUnavailableError))
