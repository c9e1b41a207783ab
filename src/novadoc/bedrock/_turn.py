"""One request at a time is prepared: built, encoded, hashed and signed.

Preparing is nothing but work under the interpreter's lock. Dozens of threads at it at once hold up
each other, and an event loop that needs its moment among them; one alone does not.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

PATIENCE: Final = 1.0
"""Seconds a request waits for its turn. Whoever has it may be fetching credentials."""


class Turn:
    """A request's turn to be prepared; waits for it when made, at most `PATIENCE`.

    Args:
        lock: Shared by requests that take turns.
    """

    def __init__(self, lock: Lock) -> None:
        # Trying first is quicker than waiting not at all.
        held = lock.acquire(blocking=False) or lock.acquire(timeout=PATIENCE)
        self._held = lock if held else None

    def give_back(self) -> None:
        """Let the next one in; once, however often it is called."""
        held, self._held = self._held, None
        if held is not None:
            held.release()
