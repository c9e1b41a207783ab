"""A few OCR processes behind one queue, started when the first page comes."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
from concurrent.futures import Future

from novadoc.errors import LocalAWSError, UnreadableDocumentError
from novadoc.local.engine import _child, _frames
from novadoc.local.engine._reading import Reading

_MOST = 4
_REFUSED = b"!"
_CLOSED = "The local engine is closed."
_Task = tuple[bytes, "Future[Reading]"]


class OcrPool:
    """Reads pages in worker processes of one thread each.

    Args:
        workers: Processes; by default one a core, at most 4 (about 0.6 GB each).
    """

    def __init__(self, workers: int | None = None) -> None:
        self._size = workers or min(os.cpu_count() or 1, _MOST)
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._running: list[_Worker] = []
        self._closed = False

    def submit(self, image: bytes) -> Future[Reading]:
        """Queue one encoded image. A future that is cancelled while it waits is never read.

        The future raises `UnreadableDocumentError` for an image that cannot be decoded.

        Raises:
            LocalAWSError: The pool is closed.
        """
        with self._lock:
            if self._closed:
                raise LocalAWSError(_CLOSED)
            if len(self._threads) < self._size:
                self._grow()
            future: Future[Reading] = Future()
            self._tasks.put((image, future))
        return future

    def close(self) -> None:
        """Stop the processes; whoever waits for a page is told (LocalAWSError)."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for worker in self._running:
                worker.close()
        self._refuse_waiting()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _grow(self) -> None:
        worker = _Worker()
        thread = threading.Thread(target=self._serve, args=(worker,), daemon=True)
        self._running.append(worker)
        self._threads.append(thread)
        thread.start()

    def _serve(self, worker: _Worker) -> None:
        while (task := self._tasks.get()) is not None:
            image, future = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(worker.read(image))
            except (LocalAWSError, UnreadableDocumentError) as error:
                future.set_exception(error)

    def _refuse_waiting(self) -> None:
        while True:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                return
            if task is not None and task[1].set_running_or_notify_cancel():
                task[1].set_exception(LocalAWSError(_CLOSED))


class _Worker:
    """One process, restarted once when it dies over a page."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False

    def read(self, image: bytes) -> Reading:
        for _ in range(2):
            reply = self._exchange(image)
            if reply is not None:
                return _unpack(reply)
            self._stop()
            if self._closed:
                raise LocalAWSError(_CLOSED)
        raise LocalAWSError(
            "An OCR process ended while it read a page.",
            remedy="Is there enough memory? Each process needs about 0.6 GB.",
        )

    def close(self) -> None:
        self._closed = True
        self._stop()

    def _exchange(self, image: bytes) -> bytes | None:
        with self._lock:
            if self._closed:
                return None
            if self._process is None:
                self._process = _child.start("novadoc.local.engine._worker")
            process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _frames.send(process.stdin, image)  # type: ignore[arg-type]
            return _frames.receive(process.stdout)  # type: ignore[arg-type]
        except (OSError, ValueError):  # closed by the other thread, or the process is gone
            return None

    def _stop(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _child.end(process)


def _unpack(reply: bytes) -> Reading:
    if reply.startswith(_REFUSED):
        raise UnreadableDocumentError(
            "the image cannot be decoded.", document="image", remedy="Is the file complete?"
        )
    return Reading.from_json(reply)
