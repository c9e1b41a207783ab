"""Which sample each record of a written data set came from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

from novadoc.datasets._manifest import SAMPLES, DatasetManifest
from novadoc.datasets._provenance import Provenance
from novadoc.datasets._walk import is_folder
from novadoc.errors import DatasetError


@dataclass(frozen=True)
class Origin:
    """The source of one record."""

    part: str
    line: int
    """In the part's file, from 1."""
    id: str
    digest: str
    """SHA-256 of the source file."""
    group: str | None
    source: str | None
    """Path of the source file as it was given; `None` for a document from memory."""
    pages: tuple[int, ...]
    """Pages used, from 1."""
    provenance: Provenance | None = None
    """Where the label came from, when the sample said so."""


def read_origins(source: DatasetManifest | str | os.PathLike[str]) -> Iterator[Origin]:
    """Read where the records of a data set came from, in the order they were written.

    Raises:
        DatasetError: The data set has no `samples.jsonl`, or it is damaged.
    """
    folder = source.folder if isinstance(source, DatasetManifest) else Path(source)
    path = (folder if is_folder(folder) else folder.parent) / SAMPLES
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                data = json.loads(line, parse_float=Decimal)
                yield _origin(cast("dict[str, object]", data))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"{str(path)!r} cannot be read.", remedy="Keep it beside the data set's manifest."
        ) from error


def _origin(data: dict[str, object]) -> Origin:
    made = cast("dict[str, object] | None", data.get("provenance"))
    return Origin(
        part=cast("str", data["part"]),
        line=cast("int", data["line"]),
        id=cast("str", data["id"]),
        digest=cast("str", data["digest"]),
        group=cast("str | None", data["group"]),
        source=cast("str | None", data["source"]),
        pages=tuple(cast("list[int]", data["pages"])),
        provenance=None if made is None else Provenance.from_dict(made),
    )
