"""Everything the local Bedrock remembers, in memory and, when a folder is given, in SQLite."""

from __future__ import annotations

import base64
import json
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from novadoc.errors import LocalAWSError
from novadoc.local._records import (
    BatchJob,
    BatchOutcome,
    CustomizationJob,
    CustomModel,
    Deployment,
    Outcome,
    Place,
    ProvisionedModel,
    Record,
)

__all__ = ["Store"]

_R = TypeVar("_R", CustomizationJob, CustomModel, Deployment, ProvisionedModel, BatchJob)
_KINDS: Mapping[str, type[Record]] = {
    kind.__name__: kind
    for kind in (CustomizationJob, CustomModel, Deployment, ProvisionedModel, BatchJob)
}
_PARTS: Mapping[str, type[Outcome | BatchOutcome]] = {
    "Outcome": Outcome,
    "BatchOutcome": BatchOutcome,
}
_FORMAT = 1


def _encode(value: object) -> object:
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, (Outcome, BatchOutcome)):
        return {"$part": type(value).__name__, "fields": _members(value)}
    raise TypeError(f"{type(value).__name__} cannot be stored")


def _members(value: Record | Outcome | BatchOutcome) -> dict[str, object]:
    return {entry.name: getattr(value, entry.name) for entry in fields(value)}


def _decode(document: dict[str, Any]) -> object:
    if "$time" in document:
        return datetime.fromisoformat(document["$time"])
    if "$bytes" in document:
        return base64.b64decode(document["$bytes"])
    if "$part" in document:
        values: dict[str, Any] = document["fields"]
        return _PARTS[document["$part"]](**{name: _frozen(part) for name, part in values.items()})
    return document


def _frozen(value: object) -> Any:
    # JSON has no tuples.
    return tuple(cast("list[object]", value)) if isinstance(value, list) else value


def _load(kind: str, text: str) -> Record:
    values: dict[str, Any] = json.loads(text, object_hook=_decode)
    values["place"] = Place(*values["place"])
    return _KINDS[kind](**values)


class Store:
    """Records by place and kind, and artefacts by ARN; every method takes the lock itself.

    Args:
        path: The database file; `None` keeps everything in memory.

    Raises:
        LocalAWSError: The file is no database of this version, is damaged, or another process
            uses it.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._records: dict[tuple[Place, str], dict[str, Record]] = {}
        self._artefacts: dict[str, bytes] = {}
        self._database = None if path is None else _open(path)
        if path is not None and self._database is not None:
            try:
                self._read(self._database)
            except (sqlite3.Error, ValueError, LookupError, TypeError, AttributeError) as error:
                self._database.close()
                raise _unusable(path, error) from error

    def _read(self, database: sqlite3.Connection) -> None:
        for kind, text in database.execute("select kind, document from records order by rowid"):
            record = _load(kind, text)
            self._records.setdefault((record.place, kind), {})[record.id] = record
        self._artefacts.update(database.execute("select arn, data from artefacts"))

    def put(self, record: Record) -> None:
        """Add a record, or replace the one with its id."""
        kind = type(record).__name__
        with self.lock:
            self._records.setdefault((record.place, kind), {})[record.id] = record
            if self._database is not None:
                text = json.dumps(_members(record), default=_encode)
                self._database.execute(
                    "insert into records values (?, ?, ?) "
                    "on conflict (kind, id) do update set document = excluded.document",
                    (kind, record.id, text),
                )

    def remove(self, record: Record) -> None:
        """Forget a record; one that is gone already stays gone."""
        kind = type(record).__name__
        with self.lock:
            self._records.get((record.place, kind), {}).pop(record.id, None)
            if self._database is not None:
                self._database.execute(
                    "delete from records where kind = ? and id = ?", (kind, record.id)
                )

    def all(self, kind: type[_R], place: Place) -> list[_R]:
        """Return the records of a kind at a place, oldest first."""
        with self.lock:
            return cast("list[_R]", list(self._records.get((place, kind.__name__), {}).values()))

    def everywhere(self, kind: type[_R]) -> list[_R]:
        """Return the records of a kind in all accounts and regions."""
        with self.lock:
            found = [
                r
                for (_, name), rs in self._records.items()
                for r in rs.values()
                if name == kind.__name__
            ]
            return cast("list[_R]", found)

    def get(self, kind: type[_R], place: Place, identity: str) -> _R | None:
        """Return the record with this id."""
        with self.lock:
            record = self._records.get((place, kind.__name__), {}).get(identity)
            return cast("_R | None", record)

    def put_artefact(self, arn: str, data: bytes) -> None:
        """Keep a model's artefact."""
        with self.lock:
            self._artefacts[arn] = data
            if self._database is not None:
                self._database.execute(
                    "insert or replace into artefacts values (?, ?)", (arn, data)
                )

    def artefact(self, arn: str) -> bytes | None:
        """Return a model's artefact, or `None` when it has none."""
        with self.lock:
            return self._artefacts.get(arn)

    def artefacts(self, prefix: str) -> list[tuple[str, bytes]]:
        """Return the artefacts whose names begin so, as (rest of the name, data)."""
        with self.lock:
            return [
                (name.removeprefix(prefix), data)
                for name, data in self._artefacts.items()
                if name.startswith(prefix)
            ]

    def remove_artefact(self, arn: str) -> None:
        """Forget a model's artefact."""
        with self.lock:
            self._artefacts.pop(arn, None)
            if self._database is not None:
                self._database.execute("delete from artefacts where arn = ?", (arn,))

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self._records.clear()
            self._artefacts.clear()
            if self._database is not None:
                self._database.executescript("delete from records; delete from artefacts;")

    def close(self) -> None:
        """Close the database; the records in memory stay readable."""
        with self.lock:
            if self._database is not None:
                self._database.close()
                self._database = None


def _open(path: Path) -> sqlite3.Connection:
    try:
        # Autocommit and one connection: each change is on disk when its request is answered.
        database = sqlite3.connect(path, timeout=0.5, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    try:
        version = _prepared(database)
    except sqlite3.Error as error:
        database.close()
        raise _unusable(path, error) from error
    if version not in {0, _FORMAT}:
        database.close()
        raise LocalAWSError(
            f"{str(path)!r} was written by another version of novadoc.",
            remedy="Give another folder, or remove the file.",
        )
    return database


def _prepared(database: sqlite3.Connection) -> int:
    """Make the tables that are missing, and return the version the file had, 0 when it is new."""
    database.executescript(
        # One process at a time: a second one on the same folder is told so.
        "pragma locking_mode = exclusive;"
        "pragma journal_mode = wal; pragma synchronous = normal;"
        "create table if not exists records"
        " (kind text, id text, document text, primary key (kind, id));"
        "create table if not exists artefacts (arn text primary key, data blob);"
    )
    version = int(database.execute("pragma user_version").fetchone()[0])
    if version == 0:
        database.execute(f"pragma user_version = {_FORMAT}")
    return version


def _unusable(path: Path, error: Exception) -> LocalAWSError:
    if "locked" in str(error):
        return LocalAWSError(
            f"{str(path)!r} is in use by another local AWS.",
            remedy="Close that one, or give another folder.",
        )
    return LocalAWSError(
        f"{str(path)!r} cannot be used as the local AWS's state: {error}.",
        remedy="Give another folder, or remove the file.",
    )
