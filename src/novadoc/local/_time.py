"""The clock of the local AWS: the machine's, a faster one, or one moved by hand."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from math import inf

from novadoc._clock import SystemClock
from novadoc.errors import LocalAWSError

__all__ = ["LocalClock"]

_LATEST = datetime(9000, 1, 1, tzinfo=timezone.utc)  # leaves room for what is counted from now on


class LocalClock:
    """Tell the local AWS's time; usable wherever novadoc takes a `Clock`.

    Args:
        speed: Seconds of the local AWS in one of the machine's; 60 makes an hour a minute.
        manual: Stand still until `advance` or `sleep` moves it.
        start: The time it begins at; `None` begins now.

    Raises:
        LocalAWSError: `speed` is not above zero, or infinite.

    Example:
        >>> clock = LocalClock(manual=True)
        >>> before = clock.now()
        >>> clock.sleep(timedelta(hours=2))
        >>> clock.now() - before
        datetime.timedelta(seconds=7200)
    """

    def __init__(
        self, *, speed: float = 1.0, manual: bool = False, start: datetime | None = None
    ) -> None:
        if not 0 < speed < inf:
            raise LocalAWSError(f"A clock's speed must be above zero and finite, not {speed}.")
        self.speed = speed
        self.manual = manual
        self._base = start or datetime.now(timezone.utc)
        self._born = time.monotonic()
        self._origin = self._base
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        kind = "manual" if self.manual else f"speed={self.speed:g}"
        return f"LocalClock({kind})"

    def now(self) -> datetime:
        """Return the local AWS's time in UTC."""
        with self._lock:
            if self.manual:
                return self._base
            elapsed = (time.monotonic() - self._born) * self.speed
            return self._base + timedelta(seconds=elapsed)

    def monotonic(self) -> float:
        """Return seconds of the local AWS since this clock was made."""
        return (self.now() - self._origin).total_seconds()

    def advance(self, duration: timedelta, /) -> datetime:
        """Move the clock forward and return the new time; it works on a running clock too.

        Raises:
            LocalAWSError: `duration` is negative (time does not go back), or leads beyond the
                year 9000.
        """
        if duration < timedelta(0):
            raise LocalAWSError("The clock cannot go back.")
        if duration > _LATEST - self.now():
            raise LocalAWSError(f"The clock cannot go beyond the year {_LATEST.year}.")
        with self._lock:
            self._base += duration
        return self.now()

    def sleep(self, duration: timedelta, /) -> None:
        """Let `duration` pass: a manual clock jumps at once, another one waits its share."""
        if self.manual:
            self.advance(max(timedelta(0), duration))
        else:
            SystemClock().sleep(duration / self.speed)
