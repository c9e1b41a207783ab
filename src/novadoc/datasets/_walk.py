"""The files of a folder: each once, in order, and none left out without a word."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePath

from novadoc.errors import DatasetError


def files_under(root: Path) -> Iterator[Path]:
    """Yield the files of a folder and its sub-folders, linked ones as well, without hidden ones.

    Raises:
        DatasetError: There is no such folder, or one in it cannot be read.
    """
    if not root.is_dir():
        raise DatasetError(f"There is no folder {str(root)!r}.")
    seen: set[str] = set()  # links may lead in circles
    for directory, folders, names in os.walk(root, followlinks=True, onerror=_refuse):
        real = os.path.realpath(directory)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(directory, name)


def _refuse(error: OSError) -> None:
    raise DatasetError(
        f"The folder {str(error.filename)!r} cannot be read ({error.strerror}).",
        remedy="Get the right to read it, or move it elsewhere.",
    ) from error


def without_suffix(path: PurePath) -> str:
    """Return a path without its suffix, for naming a sample."""
    return path.as_posix().removesuffix(path.suffix)


def same_name(path: PurePath | str) -> str:
    """Return what paths have in common that people take for one.

    Case is lost between systems, and some write letters with accents as two characters.
    """
    return unicodedata.normalize("NFC", str(path)).casefold()
