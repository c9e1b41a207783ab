"""The system's clock, and the one polling loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import TypeVar

from novadoc.types import Clock

T = TypeVar("T")


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return the monotonic clock in seconds."""
        return time.monotonic()

    def sleep(self, duration: timedelta, /) -> None:
        """Block for `duration`."""
        time.sleep(max(0.0, duration.total_seconds()))


def poll(
    look: Callable[[], T],
    *,
    every: timedelta,
    clock: Clock,
    timeout: timedelta | None = None,
) -> Iterator[T]:
    """Yield `look()` now and then every `every`, until the caller stops iterating.

    The iterator ends, without an error, once `timeout` has passed; the last look happens at or
    just before that moment, never after it. `None` means no limit.
    """
    start = clock.monotonic()
    while True:
        yield look()
        if timeout is None:
            clock.sleep(every)
            continue
        left = timeout - timedelta(seconds=clock.monotonic() - start)
        if left <= timedelta(0):
            return
        clock.sleep(min(every, left))
