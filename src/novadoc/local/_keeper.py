"""Saves S3 and IAM now and then while something changes, and at the end."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from novadoc.errors import LocalAWSError
from novadoc.local._callers import Callers
from novadoc.local._moto import Moto
from novadoc.local._snapshot import Snapshot

__all__ = ["Keeper"]


class Keeper:
    """Keeps moto's state in a folder.

    Args:
        moto: Whose state.
        callers: Knows which accounts there are.
        folder: Where it is kept.
        every: A kill loses at most this much, plus the time a save takes.
    """

    def __init__(
        self,
        moto: Moto,
        callers: Callers,
        folder: Path,
        *,
        every: timedelta = timedelta(seconds=5),
    ) -> None:
        self._moto = moto
        self._callers = callers
        self._folder = folder
        self._snapshot = Snapshot(moto, folder)
        self._every = every
        self._saved = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="novadoc-local-keeper", daemon=True)

    def start(self) -> None:
        """Put the kept state back, then watch.

        Raises:
            LocalAWSError: The folder is damaged, or of another version.
        """
        self._callers.remember(self._snapshot.load())
        self._saved = self._moto.changes
        self._thread.start()

    def _run(self) -> None:
        while not self._ending.wait(self._every.total_seconds()):
            # Something was deleted between being listed and being read, or the disk is full for
            # the moment: the next save, or the last one, has it right or says so.
            with suppress(self._moto.client_error, OSError):
                self._save()

    def _save(self) -> None:
        changes = self._moto.changes
        if changes != self._saved:
            self._snapshot.save(self._callers.accounts)
            self._saved = changes

    def close(self) -> None:
        """Save a last time.

        Raises:
            LocalAWSError: The folder cannot be written, or a bucket's policy lets nobody read it.
        """
        self._ending.set()
        if self._thread.ident is None:
            return
        self._thread.join()
        try:
            self._save()
        except OSError as error:
            raise LocalAWSError(
                f"S3 and IAM could not be saved in {str(self._folder)!r}: {error.strerror}.",
                remedy="Free some space, or give another folder.",
            ) from error
        except self._moto.client_error as error:
            raise LocalAWSError(
                f"S3 and IAM could not be saved in {str(self._folder)!r}: {error}.",
                remedy="Lift bucket policies that deny everybody before closing.",
            ) from error
