"""A run's memory: appended to before an outcome is handed out, read when the run goes on.

The file is JSON lines. The first names prompt, model and settings; `{"ask": key}` says that a
document's pages were about to be sent; `{"done": key, ...}` holds what came of it. Keys are digests
of content, so renamed files are recognised and changed ones asked again.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

from novadoc._answer import dump_json, load_json
from novadoc.errors import JournalError
from novadoc.extraction._append_log import AppendLog
from novadoc.types import JsonObject, JsonValue

FORMAT = 1


class Journal:
    """An open journal; safe under threads, refused to a second process.

    Args:
        path: The file; made when it does not exist.
        header: What all its outcomes have in common.

    Raises:
        JournalError: It belongs to another prompt, model or settings, is damaged, in use, or cannot
            be opened.
    """

    def __init__(self, path: str | os.PathLike[str], header: Mapping[str, JsonValue]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._done: dict[bytes, int] = {}
        self._taken: dict[bytes, int] = {}
        self._begun: set[bytes] = set()
        self._log = AppendLog(self.path)
        try:
            self._load({"journal": FORMAT, **header})
        except BaseException:
            self._log.close()
            raise
        self.asked_again = len(self._begun)
        """Documents whose questions were in flight when the last run ended: asked a second time."""

    def __len__(self) -> int:
        """Outcomes it holds."""
        return len(self._done)

    def take(self, content: str) -> tuple[bytes, JsonObject | None]:
        """Return the key for one document's content, and its record if there is one.

        The second document with the same content gets a key of its own.
        """
        digest = hashlib.sha256(content.encode()).digest()[:16]
        with self._lock:
            copy = self._taken.get(digest, 0)
            self._taken[digest] = copy + 1
        key = digest if copy == 0 else hashlib.sha256(digest + str(copy).encode()).digest()[:16]
        place = self._done.get(key)
        return key, None if place is None else self._read(place)

    def begin(self, key: bytes) -> None:
        """Note that a document is about to be asked.

        Raises:
            JournalError: The file cannot be written.
        """
        self._log.append(b'{"ask":"' + key.hex().encode() + b'"}\n')

    def finish(self, key: bytes, record: Mapping[str, JsonValue]) -> None:
        """Write a document's record; durable when this returns.

        Raises:
            JournalError: The file cannot be written.
        """
        line = dump_json({"done": key.hex(), **record}) + "\n"
        self._log.commit(line.encode())

    def close(self) -> None:
        """Give the file free."""
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, place: int) -> JsonObject:
        return self._parse(self._log.line(place), place)

    def _load(self, header: JsonObject) -> None:
        place = 0
        for line in self._log.lines():
            self._note(line, place, header)
            place += len(line)
        self._log.cut(place)  # a line torn by the kill: what it says was never handed out
        if place == 0:
            self._log.commit(dump_json(header).encode() + b"\n")

    def _note(self, text: bytes, place: int, header: JsonObject) -> None:
        line = self._parse(text, place)
        if place == 0:
            self._same(line, header)
        elif "done" in line:
            key = self._key(line["done"], place)
            self._done[key] = place
            self._begun.discard(key)
        elif "ask" in line:
            self._begun.add(self._key(line["ask"], place))

    def _key(self, digits: JsonValue, place: int) -> bytes:
        try:
            return bytes.fromhex(str(digits))
        except ValueError:
            raise self._damaged(place) from None

    def _same(self, found: JsonObject, header: JsonObject) -> None:
        other = [name for name in header if found.get(name) != header[name]]
        if other:
            raise JournalError(
                f"The journal `{self.path.name}` was written with another {', '.join(other)}.",
                remedy="Use a new file: outcomes of two kinds do not mix.",
            )

    def _parse(self, line: bytes, place: int) -> JsonObject:
        try:
            value = load_json(line.decode())
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise self._damaged(place)
        return value

    def _damaged(self, place: int) -> JournalError:
        return JournalError(
            f"The journal `{self.path.name}` is damaged at byte {place:,}.",
            remedy="Cut the file there, or start a new one.",
        )
