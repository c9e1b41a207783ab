"""Documents and labels lying side by side in a folder."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar, Union

from novadoc.datasets._labels import Converter, SchemaLike, canonical_text, read_json
from novadoc.datasets._sample import Entry, Orphan, Rejected, SampleSet
from novadoc.datasets._walk import files_under, is_file, same_name, without_suffix
from novadoc.documents import SUFFIXES, Document
from novadoc.errors import ConfigurationError, DocumentError, LabelError
from novadoc.schema import DocumentSchema

T = TypeVar("T")
Grouping: TypeAlias = Callable[[Path], Union[str, None]]
"""Tells a document's group from its path relative to the folder."""

_FIELDS = re.compile(r"\{(\w*)\}")


def from_folder(
    folder: str | os.PathLike[str],
    schema: SchemaLike[T],
    *,
    pattern: str = "{stem}.json",
    converter: Converter | None = None,
    group: Grouping | None = None,
) -> SampleSet:
    """Pair the documents of a folder and its sub-folders with their JSON labels.

    Labels are read and checked now, documents are opened as the samples are iterated. Hidden files
    are skipped, links followed; names match whatever their case and Unicode form. Nothing stops at
    the first bad file: `.orphans` are files without a partner, `.rejected` are pairs that cannot be
    used, each with its reason.

    Args:
        folder: Where to look.
        schema: What the labels have to fit.
        pattern: Where a document's label lies, relative to the document: `{stem}` is its name
            without suffix, `{name}` its whole name. `"{name}.label.json"`,
            `"../labels/{stem}.json"` and, with a document a sub-folder, `"label.json"` are common.
            One `*` in the file's name is the stem, as in `"*.truth.json"`.
        converter: Turns a label as it lies there into one that fits the schema.
        group: Tells a document's group from its path relative to `folder`.

    Raises:
        DatasetError: There is no such folder, or one in it cannot be read.
        ConfigurationError: `pattern` has an unknown placeholder, or is a glob beyond one `*`.
        SchemaError: `schema` cannot be asked of a model.

    Example:
        >>> import tempfile
        >>> from pydantic import BaseModel
        >>> class Receipt(BaseModel):
        ...     total: int | None = None
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.pgm").write_bytes(b"P5 40 30 255 " + bytes(1200))
        ...     _ = Path(folder, "a.json").write_text('{"total": 7}')
        ...     _ = Path(folder, "b.json").write_text('{"total": 8}')
        ...     samples = from_folder(folder, Receipt)
        ...     [(sample.id, sample.label) for sample in samples], len(samples.orphans)
        ([('a', {'total': 7})], 1)
    """
    root = Path(folder)
    pattern = _checked(pattern)
    files = list(files_under(root))
    names = {same_name(path): path for path in files}
    places = {
        path: _label_path(path, pattern, names) for path in files if path.suffix.lower() in SUFFIXES
    }
    reader = _Reader(root, DocumentSchema.of(schema), converter, group)
    pairs = {path: place for path, place in places.items() if is_file(place)}
    entries = list(reader.entries(pairs))
    return SampleSet(
        entries,
        orphans=sorted(_orphans(files, places, pairs, pattern)),
        rejected=reader.rejected,
    )


def _checked(pattern: str) -> str:
    if unknown := set(_FIELDS.findall(pattern)) - {"stem", "name"}:
        raise ConfigurationError(
            f"The label pattern has the unknown placeholder {min(unknown)!r}.",
            remedy="Use `{stem}` and `{name}`.",
        )
    place, _, name = pattern.rpartition("/")
    # People write globs: one that can only mean the stem does, the others would find nothing.
    if "*" in place or name.count("*") > 1 or ("*" in name and _FIELDS.search(pattern)):
        raise ConfigurationError(
            f"The label pattern {pattern!r} is a glob that does not say which document is meant.",
            remedy="Write `{stem}` where the document's name without suffix stands.",
        )
    return pattern.replace("*", "{stem}")


def _label_path(document: Path, pattern: str, names: dict[str, Path]) -> Path:
    relative = pattern.replace("{stem}", document.stem).replace("{name}", document.name)
    place = Path(os.path.normpath(document.parent / relative))
    return place if is_file(place) else names.get(same_name(place), place)


def _orphans(
    files: Iterable[Path], places: dict[Path, Path], pairs: dict[Path, Path], pattern: str
) -> Iterator[Orphan]:
    used = set(pairs.values())
    shape = same_name(_FIELDS.sub("*", glob.escape(pattern.rpartition("/")[2])))
    for path in files:
        if path in places:
            if path not in pairs:
                yield Orphan(path, "label")
        elif path not in used and fnmatch.fnmatchcase(same_name(path.name), shape):
            yield Orphan(path, "document")


class _Reader:
    def __init__(
        self,
        root: Path,
        schema: DocumentSchema[T],
        converter: Converter | None,
        group: Grouping | None,
    ) -> None:
        self.rejected: list[Rejected] = []
        self._root = root
        self._text = partial(canonical_text, schema=schema, converter=converter)
        self._group = group

    def entries(self, pairs: dict[Path, Path]) -> Iterator[Entry]:
        shared = Counter(pairs.values())
        names = self._names(pairs)
        for path, place in pairs.items():
            entry = self._entry(path, place, names[path], shared[place])
            if isinstance(entry, Rejected):
                self.rejected.append(entry)
            else:
                yield entry

    def _entry(self, path: Path, place: Path, name: str, sharing: int) -> Union[Entry, Rejected]:
        if sharing > 1:
            return Rejected(name, f"{sharing} documents have this one label file.", place)
        try:
            Document.open(path)
            text = self._text(read_json(place))
        except LabelError as error:
            return Rejected(name, str(error), place, error.violations)
        except DocumentError as error:
            return Rejected(name, str(error), path)
        group = self._group(path.relative_to(self._root)) if self._group else None
        return Entry(name, partial(Document.open, path), text, group)

    def _names(self, paths: Iterable[Path]) -> dict[Path, str]:
        """Name documents by their path without suffix; with it, where that is not unique."""
        bare = {path: without_suffix(path.relative_to(self._root)) for path in paths}
        counts = Counter(bare.values())
        return {
            path: name if counts[name] == 1 else path.relative_to(self._root).as_posix()
            for path, name in bare.items()
        }
