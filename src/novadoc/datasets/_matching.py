"""Which document a table's key means."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from novadoc.datasets._walk import files_under
from novadoc.documents import SUFFIXES
from novadoc.errors import LabelError

_RENAME = "Name the document as the key, or choose another `key`."
_SIGNS = re.compile(r"[\W_]+")


class Matcher:
    """Finds documents by keys in their names, and what no key led to.

    Args:
        folder: Where the documents lie.
        keys: All of them: two that lead to one document lead nowhere.
    """

    def __init__(self, folder: Path, keys: Iterable[str]) -> None:
        self._files = [path for path in files_under(folder) if path.suffix.lower() in SUFFIXES]
        self._stems = [_bare(path.stem) for path in self._files]
        self._exact: defaultdict[str, list[Path]] = defaultdict(list)
        for path in self._files:
            for name in {_bare(path.name), _bare(path.stem)}:
                self._exact[name].append(path)
        # A spreadsheet makes 43 of 00043: names that are a number are found by it.
        self._numbers: defaultdict[str, list[Path]] = defaultdict(list)
        for path, stem in zip(self._files, self._stems, strict=True):
            if stem.isdecimal():
                self._numbers[stem.lstrip("0")].append(path)
        self._found = {key: self._documents(key) for key in keys}
        self._claims = Counter(found[0] for found in self._found.values() if len(found) == 1)

    def find(self, key: str) -> Path:
        """Return the one document of a key.

        Raises:
            LabelError: There is none, there are several, or another key leads to it as well.
        """
        found = self._found[key]
        if len(found) != 1:
            count = "no document has" if not found else f"{len(found)} documents have"
            raise LabelError(f"{count} this key in its name.", remedy=_RENAME)
        if self._claims[found[0]] > 1:
            raise LabelError(
                f"{self._claims[found[0]]} keys lead to {found[0].name!r}.", remedy=_RENAME
            )
        return found[0]

    def unused(self) -> Iterator[Path]:
        """Yield the documents no key led to."""
        return (path for path in self._files if path not in self._claims)

    def _documents(self, key: str) -> list[Path]:
        wanted = _bare(key)
        if not wanted:
            return []
        if wanted in self._exact:
            return self._exact[wanted]
        if wanted.isdecimal() and (same := self._numbers[wanted.lstrip("0")]):
            return same
        standing = _standing(wanted)
        stems = zip(self._files, self._stems, strict=True)
        return [
            path for path, stem in stems if wanted in stem and standing.search(_plain(path.stem))
        ]


def _standing(wanted: str) -> re.Pattern[str]:
    """Find a key that stands alone: `INV-1` is not in `INV-10`, but `4711` is in `RE4711`."""
    body = "[\\W_]*".join(map(re.escape, wanted))
    return re.compile(f"(?<!{_kind(wanted[0])}){body}(?!{_kind(wanted[-1])})")


def _kind(sign: str) -> str:
    return r"\d" if sign.isdecimal() else r"[^\W\d_]"


def _bare(name: str) -> str:
    return _SIGNS.sub("", _plain(name))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
