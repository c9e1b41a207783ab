"""A file of lines that only grows: whole lines or none, durable when it says so."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from novadoc._output import lock_file
from novadoc.errors import JournalError


class AppendLog:
    """An open file of lines; safe under threads, held against other processes.

    Args:
        path: Made when it does not exist.

    Raises:
        JournalError: It cannot be opened, is no file, or another run has it.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        with self._errors("opened", remedy="Give a file in a folder that is there."):
            self._file = path.open("a+b", buffering=0)
        self._descriptor = self._file.fileno()
        try:
            if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                raise JournalError(
                    f"The journal `{self._name}` is no file.", remedy="Give the path of a file."
                )
            if not lock_file(self._file):
                raise JournalError(
                    f"The journal `{self._name}` is in use by another run.",
                    remedy="Wait for it, or use another file.",
                )
        except BaseException:
            self._file.close()
            raise
        self._access = threading.Lock()
        self._turn = threading.Condition(threading.Lock())
        self._waiting: list[bytes] = []
        self._written = self._queued = 0
        self._busy = False
        self._failure: JournalError | None = None

    def lines(self) -> Iterator[bytes]:
        """Yield the whole lines in it, each with its end."""
        with self._errors("read"), self._reader(0) as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line

    def line(self, place: int) -> bytes:
        """Return the line that begins at a byte."""
        with self._errors("read"), self._reader(place) as file:
            return file.readline()

    def cut(self, size: int) -> None:
        """Cut off what is behind a byte."""
        with self._errors("written"):
            os.ftruncate(self._descriptor, size)

    def append(self, lines: bytes) -> None:
        """Append lines; they outlive the process, but not yet the machine.

        Raises:
            JournalError: They cannot be written. Nothing of them is in the file then.
        """
        with self._errors("written"), self._access:
            if os.fstat(self._descriptor).st_nlink == 0:
                raise JournalError(f"The journal `{self._name}` was removed during the run.")
            size = os.lseek(self._descriptor, 0, os.SEEK_END)
            try:
                _write_all(self._descriptor, lines)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, size)
                raise

    def commit(self, line: bytes) -> None:
        """Append a line; durable when this returns.

        Many threads' lines take one `fsync`: the first that comes writes for all that wait.

        Raises:
            JournalError: The file cannot be written; nothing more is, then.
        """
        with self._turn:
            self._waiting.append(line)
            self._queued += 1
            mine = self._queued
            while self._written < mine and self._failure is None:
                if self._busy:
                    self._turn.wait()
                else:
                    self._flush()
            if self._failure is not None:
                raise self._failure

    def close(self) -> None:
        """Give the file free."""
        self._file.close()

    def _flush(self) -> None:
        batch, upto = self._waiting, self._queued
        self._waiting, self._busy = [], True
        self._turn.release()
        failure: JournalError | None = None
        try:
            self.append(b"".join(batch))
            with self._errors("written"):
                os.fsync(self._descriptor)
        except JournalError as error:
            failure = error
        finally:
            self._turn.acquire()
            self._busy, self._written, self._failure = False, upto, failure
            self._turn.notify_all()

    @contextmanager
    def _reader(self, place: int) -> Generator[BufferedReader]:
        # Not by the path again, which may lead elsewhere by now; appending minds no position.
        with self._access, os.fdopen(os.dup(self._descriptor), "rb") as file:
            file.seek(place)
            yield file

    @contextmanager
    def _errors(self, what: str, *, remedy: str = "") -> Generator[None]:
        try:
            yield
        except (OSError, ValueError) as error:  # a name with a null byte is a `ValueError`
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise JournalError(
                f"The journal `{self._name}` cannot be {what}: {reason}.", remedy=remedy
            ) from error


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
