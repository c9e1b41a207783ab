"""Readings on disk by content, so that a page is read once."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections import OrderedDict
from concurrent.futures import Future
from pathlib import Path
from threading import Lock

from novadoc.local.engine._ocr import version
from novadoc.local.engine._pool import OcrPool
from novadoc.local.engine._reading import Reading

_KEPT = 512


def default_folder() -> Path:
    """Where readings are kept when nobody says: `NOVADOC_CACHE`, or the user's cache folder."""
    chosen = os.environ.get("NOVADOC_CACHE")
    if chosen:
        return Path(chosen) / "ocr"
    if sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    elif os.name == "nt":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "novadoc" / "ocr"


class ReadingCache:
    """Readings by the SHA-256 of the image, on disk and, the latest, in memory.

    The OCR's version is part of the place, so a newer OCR reads again. A page asked for twice at
    the same time is read once.
    """

    def __init__(self, pool: OcrPool, folder: Path | None = None) -> None:
        self._pool = pool
        self._folder = (folder or default_folder()) / version()
        self._lock = Lock()
        self._recent: OrderedDict[str, Future[Reading]] = OrderedDict()

    def read(self, image: bytes) -> Future[Reading]:
        """Return the reading of an encoded image, now or when the pool has made it."""
        key = hashlib.sha256(image).hexdigest()
        with self._lock:
            known = self._recent.get(key)
            if known is not None and not _failed(known):
                self._recent.move_to_end(key)
                return known
            future = self._load(key) or self._make(key, image)
            self._recent[key] = future
            if len(self._recent) > _KEPT:
                self._recent.popitem(last=False)
        return future

    def _place(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"

    def _load(self, key: str) -> Future[Reading] | None:
        try:
            reading = Reading.from_json(self._place(key).read_bytes())
        except (OSError, ValueError):  # not there, or damaged: read again
            return None
        future: Future[Reading] = Future()
        future.set_result(reading)
        return future

    def _make(self, key: str, image: bytes) -> Future[Reading]:
        future = self._pool.submit(image)
        future.add_done_callback(lambda done: self._keep(key, done))
        return future

    def _keep(self, key: str, done: Future[Reading]) -> None:
        if done.cancelled() or done.exception() is not None:
            # A failed read is not remembered: the next one may have more memory, or a new pool.
            self._recent.pop(key, None)
            return
        _write(self._place(key), done.result().to_json())


def _failed(future: Future[Reading]) -> bool:
    return future.done() and (future.cancelled() or future.exception() is not None)


def _write(place: Path, data: bytes) -> None:
    """Replace in one step; a cache that cannot be written only costs time."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(place)
    except OSError:
        return
