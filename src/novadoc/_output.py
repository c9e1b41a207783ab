"""Files written whole or not at all, by one run at a time; what a file system refuses is typed."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from types import TracebackType
from typing import Union

from typing_extensions import Self

from novadoc.errors import NovadocError, OutputError

_File = Union[RawIOBase, BufferedIOBase]

if sys.platform == "win32":
    import msvcrt

    def _lock(file: _File) -> None:
        # Far behind the content: Windows locks are mandatory for the bytes they cover.
        file.seek(2**40)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: _File) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


PARTIAL = ".partial"
"""Suffix of what is not finished; nothing reads such files."""

_NO_ROOM = "Make room there, or write elsewhere."
_NO_PLACE = "Give another place: a file has the name of a folder, or a folder that of a file."
_NO_RIGHT = "Get the right to write there, or give a folder that can be written."
_REMEDIES = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.EEXIST: _NO_PLACE,
    errno.ENOTDIR: _NO_PLACE,
    errno.EISDIR: _NO_PLACE,
    errno.ENAMETOOLONG: "Give it a shorter name.",
}


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Turn what the file system refuses into an error that names the place and the remedy.

    Raises:
        OutputError: The block could not write.
    """
    try:
        yield
    except NovadocError:  # some are kinds of `OSError`: a time-out, an import
        raise
    except (OSError, ValueError) as error:  # a name with a null byte is a `ValueError`
        reason = getattr(error, "strerror", None) or "no name of a file"
        remedy = _REMEDIES.get(getattr(error, "errno", None) or 0, _NO_RIGHT)
        raise OutputError(f"{str(path)!r} cannot be written ({reason}).", remedy=remedy) from error


def make_folder(path: Path) -> Path:
    """Make a folder where it is missing, and return it.

    Raises:
        OutputError: It cannot be made.
    """
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def write_atomic(path: Path, content: str | bytes, *, durable: bool = True) -> Path:
    """Write a file so that it is there whole or not at all, and return its path.

    Without `durable`, a killed process is survived but not a power cut: for files that can be made
    again and are checked before use.

    Raises:
        OutputError: It cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    # Threads of one process may write the same image at once.
    partial = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}{PARTIAL}")
    with writing(path):
        try:
            with partial.open("wb") as file:
                file.write(data)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            partial.replace(path)
        except BaseException:
            _drop(partial)
            raise
    return path


def _drop(partial: Path) -> None:
    # What kept it from being written may keep it from being there, or from being looked at.
    with suppress(OSError, ValueError):
        partial.unlink()


def lock_file(file: _File) -> bool:
    """Hold the file until it is closed; `False` when another run, here or elsewhere, has it."""
    try:
        _lock(file)
    except OSError:
        return False
    return True


class LineFile:
    """A text file written line by line that appears under its name only when it is complete.

    Raises:
        OutputError: It cannot be written, or another run is writing it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self._finished = False
        self._partial = path.with_name(path.name + PARTIAL)
        self._hash = hashlib.sha256()
        with writing(path):
            # Not emptied by opening: it may be another run's.
            self._file = self._partial.open("ab")
        if not lock_file(self._file):
            self._file.close()
            raise OutputError(
                f"{str(path)!r} is being written by another run.",
                remedy="Wait for it, or write to another folder.",
            )
        self._file.truncate(0)

    def write(self, line: str | bytes, *, end: bytes = b"\n") -> None:
        """Add a line, given without its end."""
        # A file's name may be no Unicode, which then stands as JSON writes half a character.
        data = line.encode(errors="backslashreplace") if isinstance(line, str) else line
        data += end
        with writing(self.path):
            self._file.write(data)
        self._hash.update(data)
        self.lines += 1

    @property
    def sha256(self) -> str:
        """Of what was written so far, in hex."""
        return self._hash.hexdigest()

    def finish(self) -> None:
        """Give the file its name; an empty one is dropped, with any older file of that name."""
        with writing(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if self.lines:
                self._partial.replace(self.path)
            else:
                self._partial.unlink()
                self.path.unlink(missing_ok=True)
        self._finished = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._finished:
            return  # what bears the partial's name by now is another run's
        # On a full disk closing fails as writing did, which has been told.
        with suppress(OSError):
            self._file.close()
        _drop(self._partial)
