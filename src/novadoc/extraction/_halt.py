"""Stopping a run from outside: nothing new is asked, waits end, what is in flight is finished."""

from __future__ import annotations

from concurrent.futures import CancelledError
from datetime import timedelta

from novadoc.types import Clock

_SLICE = timedelta(milliseconds=250)


class Halt:
    """One run's stop sign.

    Args:
        larger: That of what the run is part of; whatever it stops is stopped too.
    """

    def __init__(self, larger: Halt | None = None) -> None:
        self._stopped = False
        self._larger = larger

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
        if self._larger is not None:
            self._larger.check()

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
