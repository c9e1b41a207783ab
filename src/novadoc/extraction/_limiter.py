"""How many questions are in flight: fewer when the service says so, more as it answers."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

from novadoc.extraction import _branches
from novadoc.extraction._halt import Halt
from novadoc.types import Clock

if TYPE_CHECKING:
    from novadoc.extraction._rates import RateLimits

_LEAST = 1 / 64
_LONGEST_PAUSE = 15.0  # seconds
_FURTHER, _NEARER = 3 / 4, 9 / 8
"""What a refused and an answered call make of the share below one call in flight.

Distances settle where 29 % of the calls are refused, so that retries stay within their budget where
the quota is tiny, and a fifth of refusals that come whatever we do, because others fill the quota,
leaves us more than half the speed. Halving would leave a twentieth."""


class Limiter:
    """Additive increase, multiplicative decrease of the calls in flight; safe under threads.

    Every task, whatever thread or event loop it comes from, passes the same instance. Where even
    one call at a time is too much, calls also keep a distance that grows: at half a call in
    flight, the service is left alone as long as it takes to answer.

    Args:
        most: Upper bound of the calls in flight.
        clock: Tells the time and waits.
        rates: Requests and tokens a minute that are not to be exceeded.
    """

    def __init__(self, most: int, clock: Clock, rates: RateLimits | None = None) -> None:
        self._most = most
        self._clock = clock
        self._allowed = float(most)
        self._in_flight = 0
        # Taken directly where nobody waits or is woken: a condition does the same, slower.
        self._lock = threading.Lock()
        self._freed = threading.Condition(self._lock)
        self._waiting = 0
        self._quiet_until = float("-inf")
        self._usual = 1.0
        self._requests, self._tokens = (
            (None, None) if rates is None else _branches.buckets(rates, clock)
        )

    def admit(self, most: int) -> None:
        """Allow up to `most` calls in flight from now on, if that is more than before."""
        with self._lock:
            if most > self._most:
                # Grown by what is new, so that a limit lowered by throttling stays low.
                self._allowed += most - self._most
                self._most = most
                self._freed.notify_all()

    @property
    def allowed(self) -> int:
        """Calls allowed in flight at this moment."""
        return max(1, int(self._allowed))

    @property
    def in_flight(self) -> int:
        """Calls in flight at this moment."""
        return self._in_flight

    def slot(self, halt: Halt) -> Place:
        """Return a place among the calls in flight: a context whose beginning waits for it."""
        return Place(self, halt)

    def enter(self, place: Place) -> None:
        """Take the place, waiting for it.

        Raises:
            CancelledError: The run was stopped in the meantime.
        """
        with self._lock:
            while self._in_flight >= self.allowed:
                self._waiting += 1
                try:
                    self._freed.wait()
                finally:
                    self._waiting -= 1
            self._in_flight, place.is_taken = self._in_flight + 1, True
        pause = self._pause()
        if pause > 0:
            place.halt.sleep(timedelta(seconds=pause), self._clock)
        place.halt.check()

    def leave(self, place: Place) -> None:
        """Give the place back; once, however often it is called."""
        with self._lock:
            if place.is_taken:
                self._in_flight, place.is_taken = self._in_flight - 1, False
            if self._waiting:
                self._freed.notify()

    def _pause(self) -> float:
        """Return how many seconds a call that has its place still waits."""
        wait = 0.0
        for bucket, units in ((self._requests, 1), (self._tokens, 0)):
            if bucket is not None:
                wait = max(wait, bucket.take(units))
        if self._allowed < 1:
            wait = max(wait, min(_LONGEST_PAUSE, self._usual * (1 / self._allowed - 1)))
        return wait

    def succeeded(self, tokens: int, latency: timedelta) -> None:
        """Count an answered call: one more place per round of answers."""
        if self._tokens is not None:
            self._tokens.charge(tokens)
        if self._allowed < self._most:
            with self._lock:
                self._usual += (latency.total_seconds() - self._usual) / 8
                more = 1 / self._allowed if self._allowed >= 1 else self._allowed * (_NEARER - 1)
                self._allowed = min(float(self._most), self._allowed + more)
                self._freed.notify()

    def throttled(self, *, latency: timedelta = timedelta(seconds=1)) -> None:
        """Halve the places, once for all the calls in flight together; below one, keep off."""
        with self._lock:
            now = self._clock.monotonic()
            if now < self._quiet_until:
                return
            self._quiet_until = now + latency.total_seconds()
            less = 1 / 2 if self._allowed > 1 else _FURTHER
            self._allowed = max(_LEAST, self._allowed * less)


class Place(AbstractContextManager[None]):
    """One place among the calls in flight, which no interrupt on the way in leaves taken."""

    def __init__(self, limiter: Limiter, halt: Halt) -> None:
        self.halt = halt
        self.is_taken = False
        self._limiter = limiter

    def __enter__(self) -> None:
        try:
            self._limiter.enter(self)
        except BaseException:
            self._limiter.leave(self)
            raise

    def __exit__(self, *_: object) -> None:
        self._limiter.leave(self)
