"""What a reviewer saved: read it, check it, make samples and label files of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from os import PathLike
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from pydantic import BaseModel

from novadoc._output import make_folder, write_atomic
from novadoc.datasets import Provenance, Rejected, Sample, SampleSet
from novadoc.errors import DatasetError, LabelError
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

__all__ = ["Review", "read_review", "write_labels"]

_FORMAT = "novadoc-review/1"
Schema = DocumentSchema[Any] | type[BaseModel]


@dataclass(frozen=True)
class Review:
    """The labels of one reviewer."""

    reviewer: str
    """As typed on the page; may be empty."""
    fingerprint: str
    """Of the schema the page was made from."""
    labels: Mapping[str, JsonObject] = field(repr=False)
    """By sample id, also those not confirmed."""
    done: frozenset[str] = field(repr=False)
    """Ids of the samples the reviewer confirmed."""

    def apply(
        self,
        samples: Iterable[Sample],
        *,
        schema: Schema,
        unconfirmed: bool = False,
        time: datetime | None = None,
    ) -> SampleSet:
        """Return the samples with the reviewer's labels, and the reviewer as their annotator.

        A label that does not fit the schema is in `.rejected`; samples the reviewer did not
        confirm are left out.

        Args:
            samples: The documents; their old labels do not matter.
            schema: What the labels have to fit.
            unconfirmed: Whether to take labels that were not confirmed as well.
            time: When the labels were made, for their provenance.

        Raises:
            DatasetError: The page was made from another schema.
        """
        form: DocumentSchema[Any] = DocumentSchema.of(schema)
        self.require(form)
        made = Provenance("people", annotator=self.reviewer or None, time=time)
        kept: list[Sample] = []
        rejected: list[Rejected] = []
        for sample in samples:
            if sample.id not in self.labels or not (unconfirmed or sample.id in self.done):
                continue
            try:
                label = form.canonical(self.labels[sample.id])
            except LabelError as error:
                rejected.append(
                    Rejected(sample.id, str(error), sample.document.path, error.violations)
                )
            else:
                kept.append(replace(sample, label=label, provenance=made))
        return SampleSet(kept, rejected=rejected)

    def canonical(self, schema: DocumentSchema[Any], ids: Iterable[str]) -> dict[str, JsonObject]:
        """Return labels in the schema's form, by sample id.

        Raises:
            LabelError: Some do not fit; the message names the samples.
        """
        wrong: list[tuple[str, str]] = []

        def fitting(name: str) -> JsonObject:
            try:
                return schema.canonical(self.labels[name])
            except LabelError as error:
                wrong.extend((f"{name}: {path}", rule) for path, rule in error.violations)
                return {}

        found = {name: fitting(name) for name in ids}
        if wrong:
            raise LabelError(
                f"Labels of {self.reviewer or 'a reviewer'} do not fit the schema: "
                + "; ".join(f"{path} {rule}" for path, rule in wrong),
                violations=wrong,
                remedy="Mend them on the page, or leave them unconfirmed.",
            )
        return found

    def require(self, schema: DocumentSchema[Any]) -> None:
        """Refuse to be read with a schema that the page was not made from.

        Raises:
            DatasetError: The fingerprints differ.
        """
        if schema.fingerprint != self.fingerprint:
            raise DatasetError(
                "The review was made with another schema.",
                remedy="Write the page again from this schema, or give the one it was made from.",
            )


def read_review(path: str | PathLike[str]) -> Review:
    """Read the file that a labelling page saved.

    Amounts keep every digit that was typed.

    Raises:
        DatasetError: The file is missing or is no label file.

    Example:
        >>> import tempfile
        >>> text = '{"format": "novadoc-review/1", "reviewer": "jo", "fingerprint": "f", '
        >>> text += '"labels": {"a": {"done": true, "label": {"total": 12.50}}}}'
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "labels.json").write_text(text)
        ...     review = read_review(Path(folder, "labels.json"))
        >>> review.reviewer, review.labels["a"]["total"], review.done
        ('jo', Decimal('12.50'), frozenset({'a'}))
    """
    file = Path(path)
    try:
        # Editors may have put a byte order mark before it.
        data = cast("JsonValue", json.loads(file.read_text("utf-8-sig"), parse_float=Decimal))
    except OSError as error:
        raise DatasetError(
            f"The label file {file.name!r} cannot be read: {error.strerror}.",
            remedy="Give the file that the labelling page saved.",
        ) from error
    except (ValueError, RecursionError, InvalidOperation) as error:
        # Nested too deep, or a number that no decimal holds: nothing that a page saves.
        raise _no_label_file(file) from error
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise _no_label_file(file)
    entries = data.get("labels")
    if not isinstance(entries, dict):
        raise _no_label_file(file)
    labels: dict[str, JsonObject] = {}
    done: set[str] = set()
    for name, entry in entries.items():
        label = entry.get("label") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(label, dict):
            raise _no_label_file(file)
        labels[name] = label
        if entry.get("done") is True:
            done.add(name)
    return Review(
        str(data.get("reviewer") or ""),
        str(data.get("fingerprint") or ""),
        labels,
        frozenset(done),
    )


def write_labels(
    samples: Iterable[Sample], folder: str | PathLike[str], *, schema: Schema
) -> tuple[Path, ...]:
    """Write each sample's label as a JSON file of its own, for people and other tools.

    A file is called after its sample, with `/` and other signs that are not safe in a file name
    written as `%2F`. Files of the same name are replaced.

    Raises:
        LabelError: A label does not fit the schema; nothing more is written.
        DatasetError: Two samples have the same id; nothing more is written.

    Example:
        >>> import tempfile
        >>> from novadoc.documents import Document
        >>> class Slip(BaseModel):
        ...     total: Decimal | None = None
        >>> sample = Sample("a/1", Document.open(b"P5 40 30 255 " + bytes(1200)), {"total": 12})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [path.name for path in write_labels([sample], folder, schema=Slip)]
        ['a%2F1.json']
    """
    form: DocumentSchema[Any] = DocumentSchema.of(schema)
    target = Path(folder)
    make_folder(target)
    written: dict[Path, None] = {}
    for sample in samples:
        name = quote(sample.id, safe=" ()+,=@", errors="surrogateescape")
        path = target / f"{'%2E' + name[1:] if name.startswith('.') else name}.json"
        if path in written:
            raise DatasetError(
                f"Two samples have the id {sample.id!r}.", remedy="Give every sample its own id."
            )
        write_atomic(path, form.canonical_text(sample.label) + "\n", durable=False)
        written[path] = None
    return tuple(written)


def _no_label_file(file: Path) -> DatasetError:
    return DatasetError(
        f"{file.name!r} is no label file of a labelling page.",
        remedy="Give the file that the page's button `Save file` wrote.",
    )
