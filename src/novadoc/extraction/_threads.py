"""Threads for single calls out of event loops, and their end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from novadoc.errors import ConfigurationError
from novadoc.extraction._halt import Halt
from novadoc.extraction._many import in_context

R = TypeVar("R")


class Threads:
    """An executor that is made when first needed, and again after it was closed.

    Args:
        count: Most threads.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ThreadPoolExecutor | None = None
        self._closing = Halt()
        self._opening = threading.Lock()  # loops of several threads may share one extractor

    async def run(self, work: Callable[[Halt], R]) -> R:
        """Do work in a thread, with a halt that is set when nobody waits for it any more.

        Raises:
            ConfigurationError: Closed before it was done.
        """
        import asyncio  # loaded by whoever has an event loop

        with self._opening:
            if self._pool is None:
                # Its own threads: the loop's default ones are few, and shared with everybody.
                self._pool = ThreadPoolExecutor(self._count, thread_name_prefix="novadoc")
                self._closing = Halt()
            halt = Halt(self._closing)
            future = self._pool.submit(in_context(partial(_until_closed, work)), halt)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            halt.set()
            raise

    def close(self) -> None:
        """Begin nothing new, and wait for the calls that are under way."""
        with self._opening:
            pool, self._pool = self._pool, None
            self._closing.set()
        if pool is not None:
            pool.shutdown(wait=True)


def _until_closed(work: Callable[[Halt], R], halt: Halt) -> R:
    try:
        halt.check()
        return work(halt)
    except CancelledError:
        # Not as a cancellation, which a task group would take for the task's own wish.
        raise ConfigurationError("The extractor was closed before the document was read.") from None
