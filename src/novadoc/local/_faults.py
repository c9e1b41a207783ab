"""Faults on order: which call goes wrong, and how."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from novadoc.errors import LocalAWSError
from novadoc.local._rest import bedrock_routes

__all__ = ["Fault", "FaultKind", "Faults"]

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]*")

FaultKind = Literal[
    "throttle",
    "error",
    "slow",
    "reset",
    "truncated_body",
    "truncated_stream",
    "malformed_answer",
    "truncated_answer",
]


@dataclass(frozen=True)
class Fault:
    """A rule that makes some calls go wrong.

    Raises:
        LocalAWSError: A number is out of range, or the kind, operation or code does not exist.

    Example:
        >>> Fault("throttle", operation="Converse", every=3).applies(seen=6, hits=0)
        True
    """

    kind: FaultKind
    """What happens: a throttle (429); a modelled `code`; an answer delayed by `delay`; a TCP reset
    instead of an answer; half a body; a stream cut inside an event; an answer whose JSON is broken;
    an answer cut at half with stop reason `max_tokens`."""
    operation: str = ""
    """The operation it applies to, as `Converse`; empty for all of Bedrock's."""
    every: int = 1
    """Apply to every n-th call counted from the first."""
    after: int = 0
    """Leave this many calls alone first."""
    times: int | None = None
    """Apply at most this often; `None` for ever."""
    code: str = "InternalServerException"
    """The error's code, for kind `error`."""
    message: str = ""
    """The error's text; empty takes the service's usual one."""
    status: int | None = None
    """HTTP status for kind `error`; `None` takes the one of the service's model."""
    delay: timedelta = timedelta(seconds=1)
    """For kind `slow`, in the machine's time."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            known = ", ".join(f"`{kind}`" for kind in get_args(FaultKind))
            raise LocalAWSError(
                f"{self.kind!r} is no kind of fault.", remedy=f"Use one of {known}."
            )
        if self.operation and self.operation not in bedrock_routes().names:
            # A rule that never strikes would let a test pass that tests nothing.
            raise LocalAWSError(
                f"{self.operation!r} is no operation of Bedrock.",
                remedy="Write it as boto3's documentation does, as `ConverseStream`.",
            )
        if self.every < 1 or self.after < 0 or (self.times is not None and self.times < 0):
            raise LocalAWSError("`every` must be at least 1, `after` and `times` at least 0.")
        if self.delay < timedelta(0):
            raise LocalAWSError("`delay` cannot be negative.")
        if self.kind == "error" and not _CODE.fullmatch(self.code):
            raise LocalAWSError(
                f"{self.code!r} is no error code.", remedy="Use one as `ThrottlingException`."
            )
        if self.status is not None and self.status not in range(400, 600):
            raise LocalAWSError(f"{self.status!r} is no status of an error (400 to 599).")

    def applies(self, *, seen: int, hits: int) -> bool:
        """Whether the `seen`-th call (from 1) is hit, after `hits` were."""
        if self.times is not None and hits >= self.times:
            return False
        return seen > self.after and (seen - self.after) % self.every == 0


class Faults:
    """The rules in force; the first that applies to a call wins.

    Example:
        >>> faults = Faults()
        >>> faults.add(Fault("throttle", operation="Converse", times=1))
        >>> [faults.strike("Converse") is not None for _ in range(2)]
        [True, False]
    """

    def __init__(self, rules: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = list(rules)
        self._seen: list[int] = [0] * len(self._rules)
        self._hits: list[int] = [0] * len(self._rules)
        self._calls: dict[str, int] = {}

    @property
    def rules(self) -> tuple[Fault, ...]:
        """The rules in force, in order."""
        with self._lock:
            return tuple(self._rules)

    @property
    def calls(self) -> dict[str, int]:
        """How often each Bedrock operation was called, faults included."""
        with self._lock:
            return dict(self._calls)

    def add(self, *rules: Fault) -> None:
        """Put rules into force after those there are."""
        with self._lock:
            self._rules.extend(rules)
            self._seen.extend([0] * len(rules))
            self._hits.extend([0] * len(rules))

    def clear(self) -> None:
        """Lift all rules; the counts of calls stay."""
        with self._lock:
            self._rules, self._seen, self._hits = [], [], []

    def reset(self) -> None:
        """Lift all rules and begin to count calls from zero."""
        self.clear()
        with self._lock:
            self._calls = {}

    def strike(self, operation: str) -> Fault | None:
        """Count a call and return the fault that hits it, if any."""
        with self._lock:
            self._calls[operation] = self._calls.get(operation, 0) + 1
            for place, rule in enumerate(self._rules):
                if rule.operation not in {"", operation}:
                    continue
                self._seen[place] += 1
                if rule.applies(seen=self._seen[place], hits=self._hits[place]):
                    self._hits[place] += 1
                    return rule
        return None
