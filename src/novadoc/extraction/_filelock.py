"""One process at a time on a file; the system frees it when the process ends, however it ends."""

from __future__ import annotations

import sys
from io import FileIO
from pathlib import Path

from novadoc.errors import JournalError

if sys.platform == "win32":
    import msvcrt

    def _lock(file: FileIO) -> None:
        # Far behind the content: Windows locks are mandatory for the bytes they cover.
        file.seek(2**40)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: FileIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_file(file: FileIO, path: Path) -> None:
    """Hold the file for this process until it is closed.

    Raises:
        JournalError: Another process, or another run in this one, has it.
    """
    try:
        _lock(file)
    except OSError:
        raise JournalError(
            f"The journal `{path.name}` is in use by another run.",
            remedy="Wait for it, or use another file.",
        ) from None
