"""Requests and tokens a minute, as buckets that fill again by the local AWS's clock."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from novadoc.local._facts import ServiceFacts
from novadoc.local._refusal import Refusal
from novadoc.local._time import LocalClock

__all__ = ["Limits", "Quotas"]

_CODE = "ThrottlingException"


@dataclass(frozen=True)
class Limits:
    """What one model or deployment may be asked in a minute."""

    requests: int
    tokens: int


@dataclass
class _Bucket:
    requests: float
    tokens: float
    seen: float


class Quotas:
    """Token buckets by resource; a minute's worth may be used at once.

    Args:
        facts: Whether quotas are enforced, and the service's words.
        clock: Tells the time.
    """

    def __init__(self, facts: ServiceFacts, clock: LocalClock) -> None:
        self._facts = facts
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, resource: str, limits: Limits) -> None:
        """Count a request.

        Raises:
            Refusal: The minute's requests or tokens are used up (ThrottlingException, 429).
        """
        if not self._facts.enforces_quotas:
            return
        with self._lock:
            bucket = self._filled(resource, limits)
            if bucket.requests < 1:
                raise Refusal(_CODE, self._facts.throttled_requests, 429)
            if bucket.tokens <= 0:
                raise Refusal(_CODE, self._facts.throttled_tokens, 429)
            bucket.requests -= 1

    def spend(self, resource: str, limits: Limits, tokens: int) -> None:
        """Count the tokens of an answered request; the next ones wait until they are made up."""
        if self._facts.enforces_quotas:
            with self._lock:
                self._filled(resource, limits).tokens -= tokens

    def clear(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._buckets.clear()

    def _filled(self, resource: str, limits: Limits) -> _Bucket:
        now = self._clock.monotonic()
        bucket = self._buckets.setdefault(resource, _Bucket(limits.requests, limits.tokens, now))
        minutes = (now - bucket.seen) / 60
        bucket.requests = min(limits.requests, bucket.requests + minutes * limits.requests)
        bucket.tokens = min(limits.tokens, bucket.tokens + minutes * limits.tokens)
        bucket.seen = now
        return bucket
