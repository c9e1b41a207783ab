"""A generated page with its truth, and folders of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from novadoc._output import make_folder, write_atomic
from novadoc.types import JsonObject, JsonValue

__all__ = ["LabelledPage", "WrittenPage", "write_folder"]


@dataclass(frozen=True)
class LabelledPage:
    """A page's image and what it says."""

    id: str
    """Unique within its run; also the file stem in a folder."""
    image: bytes = field(repr=False)
    format: str
    """`jpeg`."""
    label: JsonObject = field(repr=False)
    layout: str
    """Which printer's form it is."""
    extras: JsonObject = field(default_factory=dict[str, JsonValue], repr=False)
    """Truth that the plain label leaves out, as boxes 12 to 14 of a W-2."""


@dataclass(frozen=True)
class WrittenPage:
    """Where a page was written; without its pixels, so that a long run stays small."""

    id: str
    layout: str
    image: Path
    label: Path


def write_folder(
    pages: Iterable[LabelledPage], folder: str | PathLike[str]
) -> tuple[WrittenPage, ...]:
    """Write each page as `<id>.jpg` and `<id>.json`; return what was written, layouts too.

    Pages are written one by one, so `pages` may be a long iterator. The folder is made when it
    is missing; files of the same name are replaced.

    Example:
        >>> import tempfile
        >>> from novadoc.synthetic import w2_pages
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [page.image.name for page in write_folder(w2_pages(2, seed=1), folder)]
        ['w2-1-0000.jpg', 'w2-1-0001.jpg']
    """
    target = make_folder(Path(folder))
    written: list[WrittenPage] = []
    for page in pages:
        image, label = (target / f"{page.id}.{suffix}" for suffix in ("jpg", "json"))
        write_atomic(image, page.image, durable=False)
        text = json.dumps(page.label, ensure_ascii=False, indent=1)
        write_atomic(label, text + "\n", durable=False)
        written.append(WrittenPage(page.id, page.layout, image, label))
    return tuple(written)
