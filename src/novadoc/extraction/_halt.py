"""Stopping a run from outside: nothing new is asked, waits end, what is in flight is finished."""

from __future__ import annotations

from concurrent.futures import CancelledError
from datetime import timedelta

from novadoc.types import Clock

_SLICE = timedelta(milliseconds=250)


class Halt:
    """One run's stop sign."""

    def __init__(self) -> None:
        self._stopped = False

    def set(self) -> None:
        """Ask everything to stop."""
        self._stopped = True

    def check(self) -> None:
        """Return unless stopped.

        Raises:
            CancelledError: The run was stopped.
        """
        if self._stopped:
            raise CancelledError

    def sleep(self, duration: timedelta, clock: Clock) -> None:
        """Wait on the clock, in slices, so that a stop is noticed.

        Raises:
            CancelledError: The run was stopped.
        """
        end = clock.monotonic() + duration.total_seconds()
        while (left := timedelta(seconds=end - clock.monotonic())) > timedelta(0):
            self.check()
            clock.sleep(min(left, _SLICE))
        self.check()
