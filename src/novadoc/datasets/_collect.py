"""Entries gathered from anywhere, with what could not become one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from novadoc.datasets._labels import Converter, SchemaLike, canonical_text
from novadoc.datasets._provenance import Provenance
from novadoc.datasets._sample import Entry, Orphan, Rejected, SampleSet
from novadoc.documents import Document
from novadoc.errors import DocumentError, LabelError
from novadoc.schema import DocumentSchema
from novadoc.types import JsonValue

T = TypeVar("T")


class Collector:
    """Takes documents with labels one by one and never stops at a bad one."""

    def __init__(self, schema: SchemaLike[T], converter: Converter | None = None) -> None:
        self._text = partial(canonical_text, schema=DocumentSchema.of(schema), converter=converter)
        self._entries: list[Entry] = []
        self._orphans: list[Orphan] = []
        self._rejected: list[Rejected] = []

    def take(
        self,
        name: str,
        opener: Callable[[], Document],
        label: JsonValue,
        *,
        group: str | None = None,
        provenance: Provenance | None = None,
        look: bool = True,
        path: Path | None = None,
        rows: tuple[int, ...] = (),
    ) -> None:
        """Take a labelled document that `rows` of the file at `path` name.

        With `look` it is opened once, to see whether it can be.
        """
        try:
            text = self._text(label)
            if look:
                opener()
        except LabelError as error:
            self.reject(name, str(error), path=path, rows=rows, violations=error.violations)
        except DocumentError as error:
            self.reject(name, str(error), path=path, rows=rows)
        else:
            self._entries.append(Entry(name, opener, text, group, provenance))

    def reject(
        self,
        name: str,
        reason: str,
        *,
        path: Path | None = None,
        violations: tuple[tuple[str, str], ...] = (),
        rows: tuple[int, ...] = (),
    ) -> None:
        """Note what could not become a sample, and why."""
        self._rejected.append(Rejected(name, reason, path, violations, rows))

    def orphan(self, path: Path) -> None:
        """Note a document that nothing labels."""
        self._orphans.append(Orphan(path, "label"))

    def samples(self) -> SampleSet:
        """Return everything; samples whose id occurs twice get their place added."""
        counts = Counter(entry.id for entry in self._entries)
        entries = [
            entry if counts[entry.id] == 1 else entry._replace(id=f"{entry.id}#{place}")
            for place, entry in enumerate(self._entries)
        ]
        return SampleSet(entries, orphans=self._orphans, rejected=self._rejected)


def opener(path: Path) -> Callable[[], Document]:
    """Return what opens a file."""
    return partial(Document.open, path)
