"""A labelled document, sets of them, and what could not become one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple, Union, cast

from novadoc.datasets._provenance import Provenance
from novadoc.documents import Document
from novadoc.types import JsonObject


@dataclass(frozen=True)
class Sample:
    """A document and the right answer to it.

    A reader of your own is any iterable of these.
    """

    id: str
    """Names the sample in reports, journals and problems; unique in its set."""
    document: Document
    label: JsonObject = field(repr=False)
    """The answer in canonical form, as `DocumentSchema.canonical` makes it."""
    group: str | None = None
    """What belongs together and must not be torn apart by a split: a vendor, a layout, a batch."""
    provenance: Provenance | None = None
    """Where the label comes from, when that is known."""


WHY_EMPTY = "Look at `.orphans` and `.rejected` of what was read: they say what was left out."


class Orphan(NamedTuple):
    """A file without its partner."""

    path: Path
    missing: Literal["label", "document"]
    """What it lacks."""


@dataclass(frozen=True)
class Rejected:
    """A labelled document that could not become a sample."""

    id: str
    reason: str
    """Why, in a sentence without content of the label."""
    path: Path | None = None
    """The file at fault, when there is one."""
    violations: tuple[tuple[str, str], ...] = ()
    """(path in the label, rule) pairs, when the label does not fit the schema."""
    rows: tuple[int, ...] = ()
    """Where it stands in a table: lines of the file at `path`, or rows from 1 without one."""


class Entry(NamedTuple):
    """A sample in waiting: its label as text, its document to be opened. Small: many fit."""

    id: str
    open: Callable[[], Document]
    text: str
    group: str | None = None
    provenance: Provenance | None = None

    def sample(self) -> Sample:
        """Open the document and read the label."""
        return Sample(self.id, self.open(), self.label, self.group, self.provenance)

    @property
    def label(self) -> JsonObject:
        """The answer in canonical form."""
        return cast("JsonObject", json.loads(self.text, parse_float=Decimal))


class SampleSet(Iterable[Sample]):
    """Samples that can be iterated again and again; documents are opened as they come.

    Args:
        entries: The samples.
        orphans: Files without their partner.
        rejected: Labelled documents that could not become samples.

    Example:
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200))
        >>> samples = SampleSet([Sample("a", page, {"total": 7})])
        >>> len(samples), [sample.id for sample in samples]
        (1, ['a'])
    """

    def __init__(
        self,
        entries: Iterable[Union[Sample, Entry]],
        *,
        orphans: Iterable[Orphan] = (),
        rejected: Iterable[Rejected] = (),
    ) -> None:
        self._entries: Sequence[Union[Sample, Entry]] = tuple(entries)
        self._orphans = tuple(orphans)
        self._rejected = tuple(rejected)

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> SampleSet:
        """Return the samples as a set; a set as it is."""
        return samples if isinstance(samples, SampleSet) else cls(samples)

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """Documents without a label and labels without a document."""
        return self._orphans

    @property
    def rejected(self) -> tuple[Rejected, ...]:
        """Labelled documents that could not become samples, each with its reason."""
        return self._rejected

    @property
    def ids(self) -> tuple[str, ...]:
        """The samples' ids, in order; no document is opened."""
        return tuple(entry.id for entry in self._entries)

    def label(self, place: int) -> JsonObject:
        """Return the label of the sample at a place, from 0; no document is opened."""
        return self._entries[place].label

    def take(self, places: Iterable[int]) -> SampleSet:
        """Return the samples at these places, from 0, in the order given."""
        return SampleSet(self._entries[place] for place in places)

    def where(self, keep: Callable[[Provenance | None], bool]) -> SampleSet:
        """Return the samples whose provenance `keep` approves; no document is opened.

        Example:
            >>> page = Document.open(b"P5 40 30 255 " + bytes(1200))
            >>> one = Sample("a", page, {"total": 7}, provenance=Provenance("people"))
            >>> two = Sample("b", page, {"total": 8}, provenance=Provenance("teacher"))
            >>> SampleSet([one, two]).where(lambda origin: origin.source == "people").ids
            ('a',)
        """
        return SampleSet(entry for entry in self._entries if keep(entry.provenance))

    def with_provenance(self, provenance: Provenance) -> SampleSet:
        """Return the samples with this provenance, where they have none of their own."""
        return SampleSet(
            (_stamped(entry, provenance) for entry in self._entries),
            orphans=self._orphans,
            rejected=self._rejected,
        )

    def __iter__(self) -> Iterator[Sample]:
        for entry in self._entries:
            yield entry if isinstance(entry, Sample) else entry.sample()

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, place: int) -> Sample:
        entry = self._entries[place]
        return entry if isinstance(entry, Sample) else entry.sample()

    def __add__(self, other: SampleSet) -> SampleSet:
        return SampleSet(
            (*self._entries, *other._entries),
            orphans=self._orphans + other._orphans,
            rejected=self._rejected + other._rejected,
        )

    def __repr__(self) -> str:
        return (
            f"SampleSet({len(self)} samples, {len(self._orphans)} orphans, "
            f"{len(self._rejected)} rejected)"
        )


def _stamped(entry: Union[Sample, Entry], provenance: Provenance) -> Union[Sample, Entry]:
    if entry.provenance is not None:
        return entry
    if isinstance(entry, Sample):
        return replace(entry, provenance=provenance)
    return entry._replace(provenance=provenance)
