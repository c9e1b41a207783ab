"""A long document's label dealt to windows of its pages, by what is printed where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from novadoc._places import leaves
from novadoc.datasets._printed import LONG, PageText
from novadoc.datasets._sample import Sample
from novadoc.documents import Document
from novadoc.errors import LabelError
from novadoc.schema import DocumentSchema, FieldSpec
from novadoc.types import JsonObject, JsonScalar, JsonValue

T = TypeVar("T")
TextReader: TypeAlias = Callable[[Document, int], str]
"""Tells the text of a document's page, from 1."""

_Parts: TypeAlias = "dict[int, JsonValue]"
"""By window; a window that shows nothing of a value is left out."""


class Window(NamedTuple):
    """Some pages of a document and the part of its label that is printed there."""

    document: Document
    label: JsonObject


def text_layer(document: Document, number: int) -> str:
    """Return the text layer of a page; bound documents have one as well, if their files have."""
    return document.text(number)


def cut(
    sample: Sample, schema: DocumentSchema[T], pages: int, text: TextReader = text_layer
) -> list[Window]:
    """Cut a sample into windows of at most `pages` pages.

    Raises:
        LabelError: Where a value stands cannot be told.
        DocumentError: The document cannot be read.
    """
    windows = sample.document.windows(pages)
    texts = [
        [PageText(text(window, number)) for number in range(1, window.page_count + 1)]
        for window in windows
    ]
    blank = sum(not page for window in texts for page in window)
    if blank:
        raise _unproven("", f"{blank} of its pages have no text that shows what stands on them")
    whole = schema.canonical(sample.label)
    parts = _Cutter(texts).parts(whole, schema.root, "")
    return [
        Window(window, schema.canonical(_as_object(parts.get(place))))
        for place, window in enumerate(windows)
    ]


def _as_object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _unproven(path: str, rule: str) -> LabelError:
    return LabelError(
        f"what is printed on which page cannot be told: {rule}.",
        path=path,
        violations=[(path, rule)],
        remedy="Take the pages that show it, or cut it with `datasets.windowed` for the model.",
    )


class _Cutter:
    """Deals the values of one label to the windows whose pages show them."""

    def __init__(self, texts: Sequence[Sequence[PageText]]) -> None:
        self._pages = [page for window in texts for page in window]
        self._window = [place for place, window in enumerate(texts) for _ in window]
        self._all = range(len(texts))

    def parts(self, value: JsonValue, field: FieldSpec | None, path: str) -> _Parts:
        """Return what each window shows of a value."""
        if isinstance(value, dict):
            return self._object(value, field, path)
        if isinstance(value, list):
            homes = list(self._homes(value, path))
            return {
                window: [row for row, home in zip(value, homes, strict=True) if home == window]
                for window in self._all
            }
        if value is None:
            return {}
        return dict.fromkeys(self._showing(value, path), value)

    def _object(self, value: JsonObject, field: FieldSpec | None, path: str) -> _Parts:
        inner = {
            name: self.parts(item, _below(field, name), _inside(path, field, name, place))
            for place, (name, item) in enumerate(value.items())
        }
        shown: _Parts = {}
        for window in self._all:
            here = {name: parts[window] for name, parts in inner.items() if window in parts}
            # An object of which a window shows nothing is null there, where the schema allows.
            if field is None or not field.nullable or any(map(_holds, here.values())):
                shown[window] = here
        return shown

    def _showing(self, value: JsonScalar, path: str) -> list[int]:
        found = sorted({self._window[at] for at in self._places(value)})
        if not found:
            raise _unproven(path, "no page shows it")
        if len(found) > 1 and _is_weak(value):
            raise _unproven(path, "several windows of pages show it")
        return found

    def _places(self, value: JsonScalar) -> Iterator[int]:
        return (at for at, page in enumerate(self._pages) if page.shows(value))

    def _homes(self, rows: Sequence[JsonValue], path: str) -> Iterator[int]:
        """Yield each row's window: rows stand in the order of the pages."""
        candidates = [self._row_places(row, f"{path}[{place}]") for place, row in enumerate(rows)]
        first = _ascending(candidates, path)
        mirrored = [[-at for at in places] for places in reversed(candidates)]
        last = [-at for at in reversed(_ascending(mirrored, path))]
        for place in range(len(rows)):
            low, high = first[place], last[place]
            if self._window[low] != self._window[high]:
                raise _unproven(f"{path}[{place}]", "several windows of pages show it")
            yield self._window[low]

    def _row_places(self, row: JsonValue, path: str) -> list[int]:
        values = [value for _, value in leaves(row) if value is not None]
        found = [
            at for at, page in enumerate(self._pages) if values and all(map(page.shows, values))
        ]
        if not found:
            raise _unproven(path, "no page shows the whole row")
        return found


def _ascending(candidates: Iterable[Sequence[int]], path: str) -> list[int]:
    """Return the least candidate of each row that is not before the one of the row before."""
    chosen: list[int] = []
    for places in candidates:
        least = chosen[-1] if chosen else min(places)
        later = [at for at in places if at >= least]
        if not later:
            raise _unproven(path, "its rows do not stand in the order of the pages")
        chosen.append(min(later))
    return chosen


def _below(field: FieldSpec | None, name: str) -> FieldSpec | None:
    if field is None or field.kind == "object":
        return None if field is None else field.child(name)
    return field.children[0] if field.kind == "map" else None


def _inside(path: str, field: FieldSpec | None, name: str, place: int) -> str:
    if field is not None and field.kind == "map":
        return f"{path}[{place}]"  # the key is content of the document
    return f"{path}.{name}" if path else name


def _holds(value: JsonValue) -> bool:
    return any(leaf is not None for _, leaf in leaves(value))


def _is_weak(value: JsonScalar) -> bool:
    """Whether a value may well be printed for another reason as well."""
    return not isinstance(value, str) or sum(map(str.isalnum, value)) < LONG
