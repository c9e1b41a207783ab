"""Work that takes time, in background threads that can be told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

__all__ = ["Cancelled", "Workers"]

Cancelled = Callable[[], bool]
"""Asked by the work, between its steps, whether to stop."""


class Workers:
    """Threads by name; they end with the process."""

    def __init__(self) -> None:
        self._stops: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._progress = threading.Condition()
        self._closing = threading.Event()

    def start(self, name: str, work: Callable[[Cancelled], None]) -> None:
        """Run `work` in a thread; a name runs at most once at a time."""
        stop = threading.Event()

        def cancelled() -> bool:
            return stop.is_set() or self._closing.is_set()

        def run() -> None:
            try:
                work(cancelled)
            finally:
                with self._progress:
                    self._threads.pop(name, None)
                    self._stops.pop(name, None)
                    self._progress.notify_all()

        with self._progress:
            if name in self._threads or self._closing.is_set():
                return
            thread = threading.Thread(target=run, name=f"novadoc-local-{name}", daemon=True)
            self._threads[name] = thread
            self._stops[name] = stop
        thread.start()

    def cancel(self, name: str) -> None:
        """Ask the work of this name to stop; it does so at its next look."""
        with self._progress:
            stop = self._stops.get(name)
        if stop is not None:
            stop.set()

    def cancel_all(self, *, timeout: timedelta = timedelta(seconds=10)) -> None:
        """Ask all work to stop and wait for it; more can be started afterwards."""
        with self._progress:
            stops, threads = list(self._stops.values()), list(self._threads.values())
        for stop in stops:
            stop.set()
        for thread in threads:
            thread.join(timeout.total_seconds())

    def announce(self) -> None:
        """Wake those who wait: something was recorded."""
        with self._progress:
            self._progress.notify_all()

    def wait_for(self, done: Callable[[], bool], *, timeout: timedelta | None = None) -> bool:
        """Block until `done()`, looking when work is announced; `False` on timeout or closing."""
        seconds = None if timeout is None else timeout.total_seconds()
        with self._progress:
            self._progress.wait_for(lambda: done() or self._closing.is_set(), seconds)
        return done()

    def close(self, *, timeout: timedelta = timedelta(seconds=10)) -> None:
        """Ask all work to stop and wait for it."""
        self._closing.set()
        self.announce()
        self.cancel_all(timeout=timeout)
