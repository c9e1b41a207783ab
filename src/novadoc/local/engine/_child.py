"""Child processes that need no `__main__` guard in the user's script and never outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import BinaryIO


def start(module: str) -> subprocess.Popen[bytes]:
    """Start `python -m module` with pipes for requests and replies.

    The child imports from where this process does, also when `sys.path` was changed at run time.

    Raises:
        OSError: The process cannot be started.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def streams() -> tuple[BinaryIO, BinaryIO]:
    """Take requests and replies for ourselves, in the child.

    Libraries that print must not get into the replies, so `stdout` becomes `stderr`. Ctrl-C in a
    terminal reaches every process of the group; the parent decides, and closing our `stdin` is
    how it tells.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, replies


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a child, close its pipes and reap it."""
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:  # a flush into a pipe whose reader is gone
                continue
    process.wait()
