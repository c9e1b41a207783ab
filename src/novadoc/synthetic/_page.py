"""A generated page with its truth, and folders of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from novadoc.types import JsonObject

__all__ = ["LabelledPage", "write_folder"]


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
    extras: JsonObject = field(default_factory=JsonObject, repr=False)
    """Truth that the plain label leaves out, as boxes 12 to 14 of a W-2."""


def write_folder(pages: Iterable[LabelledPage], folder: str | PathLike[str]) -> Path:
    """Write each page as `<id>.jpg` and `<id>.json`, and `layouts.json` with the layout by id.

    Pages are written one by one, so `pages` may be a long iterator. The folder is made when it
    is missing; files of the same name are replaced.

    Example:
        >>> import tempfile
        >>> from novadoc.synthetic import w2_pages
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sorted(p.suffix for p in write_folder(w2_pages(1, seed=1), folder).iterdir())
        ['.jpg', '.json', '.json']
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    layouts: dict[str, str] = {}
    for page in pages:
        (target / f"{page.id}.jpg").write_bytes(page.image)
        text = json.dumps(page.label, ensure_ascii=False, indent=1)
        (target / f"{page.id}.json").write_text(text + "\n", encoding="utf-8")
        layouts[page.id] = page.layout
    index = json.dumps(layouts, indent=1, sort_keys=True)
    (target / "layouts.json").write_text(index + "\n", encoding="utf-8")
    return target
