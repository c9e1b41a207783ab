"""One process at a time on a file; the system frees it when the process ends, however it ends."""

from __future__ import annotations

import sys
from io import BufferedIOBase, RawIOBase
from typing import Union

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


def lock_file(file: _File) -> bool:
    """Hold the file until it is closed; `False` when another run, here or elsewhere, has it."""
    try:
        _lock(file)
    except OSError:
        return False
    return True
