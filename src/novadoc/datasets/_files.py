"""Files written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

PARTIAL = ".partial"
"""Suffix of what is not finished; nothing reads such files."""


def write_atomic(path: Path, content: str | bytes, *, durable: bool = True) -> Path:
    """Write a file so that it is there whole or not at all, and return its path.

    Without `durable`, a killed process is survived but not a power cut: for files that can be made
    again and are checked before use.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    # Threads of one process may write the same image at once.
    partial = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}{PARTIAL}")
    try:
        with partial.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


class LineFile:
    """A text file written line by line that appears under its name only when it is complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self._partial = path.with_name(path.name + PARTIAL)
        self._hash = hashlib.sha256()
        self._file = self._partial.open("wb")

    def write(self, line: str | bytes) -> None:
        """Add a line, given without its end."""
        data = (line.encode("utf-8") if isinstance(line, str) else line) + b"\n"
        self._file.write(data)
        self._hash.update(data)
        self.lines += 1

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hex."""
        return self._hash.hexdigest()

    def finish(self) -> None:
        """Give the file its name; an empty one is dropped, with any older file of that name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self.lines:
            self._partial.replace(self.path)
        else:
            self._partial.unlink()
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._partial.unlink(missing_ok=True)
