"""The files of a folder: each once, in order, and none left out without a word."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePath
from typing import BinaryIO

from novadoc.errors import DatasetError


def files_under(root: Path) -> Iterator[Path]:
    """Yield the files of a folder and its sub-folders, linked ones as well, without hidden ones.

    Raises:
        DatasetError: There is no such folder, or one in it cannot be read.
    """
    if not is_folder(root):
        raise absent("folder", root)
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


def opened(path: Path) -> BinaryIO:
    """Open a file for reading; the caller closes.

    Raises:
        DatasetError: There is none, or it cannot be read.
    """
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:  # a name with a null byte is a `ValueError`
        raise unreadable("file", path, error) from error


def is_file(path: Path) -> bool:
    """Tell whether a file is there, as far as that may be looked at."""
    with suppress(OSError):
        return path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there, as `is_file` does."""
    with suppress(OSError):
        return path.is_dir()
    return False


def _refuse(error: OSError) -> None:
    raise unreadable("folder", error.filename, error) from error


def absent(what: str, path: object) -> DatasetError:
    """Return the error that says that a file or folder is not there."""
    return DatasetError(
        f"There is no {what} {str(path)!r}.",
        remedy="Check the path: a relative one begins at the working folder.",
    )


def unreadable(what: str, path: object, error: OSError | ValueError) -> DatasetError:
    """Return the error that says why a file or folder cannot be read."""
    if isinstance(error, FileNotFoundError):
        return absent(what, path)
    reason = getattr(error, "strerror", None) or "no possible name"
    return DatasetError(
        f"The {what} {str(path)!r} cannot be read ({reason}).",
        remedy="Get the right to read it, or move it elsewhere.",
    )


def without_suffix(path: PurePath) -> str:
    """Return a path without its suffix, for naming a sample."""
    return path.as_posix().removesuffix(path.suffix)


def same_name(path: PurePath | str) -> str:
    """Return what paths have in common that people take for one.

    Case is lost between systems, and some write letters with accents as two characters.
    """
    return unicodedata.normalize("NFC", str(path)).casefold()
