"""Documents as a report shows them: page beside expected and predicted values."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Protocol, TypeVar

from novadoc.documents import Document, ImagePolicy
from novadoc.metrics import Leaf, leaves
from novadoc.schema import REDACTED, DocumentSchema
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

# A page read on a screen, not by a model: small, so that thousands fit beside a report.
_SCREEN = ImagePolicy(max_pixels=900_000, max_bytes=400_000, quality=70)


class SampleLike(Protocol):
    """A labelled document; `novadoc.datasets.Sample` fits."""

    @property
    def id(self) -> str:
        """The document's id, as outcomes name it."""
        ...

    @property
    def document(self) -> Document:
        """The document itself."""
        ...

    @property
    def label(self) -> JsonObject:
        """The truth, canonical."""
        ...


class OutcomeLike(Protocol):
    """What a model made of a document; a failure has no `canonical`."""

    @property
    def id(self) -> str:
        """The sample's id."""
        ...


@dataclass(frozen=True)
class GalleryItem:
    """One document of the gallery. Its `repr` shows no content."""

    id: str
    _: KW_ONLY
    rows: tuple[tuple[Leaf | None, ...], ...] = field(repr=False)
    """Leaves by place, one for each model in order; `None` where a model has nothing there."""
    pages: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """Media type and bytes of each page, small."""
    note: str = ""
    """A word beside the id, as the layout."""


def gallery(
    samples: Iterable[SampleLike],
    *runs: Iterable[OutcomeLike],
    schema: DocumentSchema[T] | type[T],
    notes: Mapping[str, str] | None = None,
    redact: bool = True,
) -> Iterator[GalleryItem]:
    """Lay runs over the same samples beside their truth.

    Args:
        samples: The labelled documents, in the order to be shown.
        *runs: Outcomes of each model, base first; held in memory.
        schema: The schema of the labels.
        notes: A word to show beside an id.
        redact: Replace values of `Sensitive` fields, and leave out the page images of such
            schemas, since those show everything.
    """
    shape = DocumentSchema.of(schema)
    hidden = frozenset(leaf.path for leaf in shape.leaves() if leaf.sensitive) if redact else None
    predictions = [{outcome.id: _canonical(outcome) for outcome in run} for run in runs]
    for sample in samples:
        found = [leaves(sample.label, run.get(sample.id), shape) for run in predictions]
        yield GalleryItem(
            sample.id,
            rows=tuple(_aligned([_without(one, hidden or frozenset()) for one in found])),
            pages=() if hidden else tuple(_pages(sample.document)),
            note=(notes or {}).get(sample.id, ""),
        )


def _canonical(outcome: OutcomeLike) -> JsonObject | None:
    value: JsonObject | None = getattr(outcome, "canonical", None)
    return value


def _pages(document: Document) -> Iterator[tuple[str, bytes]]:
    for image in document.images(_SCREEN):
        yield f"image/{image.format}", image.data


def _without(found: Sequence[Leaf], hidden: frozenset[str]) -> list[Leaf]:
    return [_masked(leaf) if leaf.path in hidden else leaf for leaf in found]


def _masked(leaf: Leaf) -> Leaf:
    def mask(value: JsonValue) -> JsonValue:
        return None if value is None else REDACTED

    return Leaf(leaf.place, leaf.path, leaf.outcome, mask(leaf.expected), mask(leaf.actual))


def _aligned(found: Sequence[Sequence[Leaf]]) -> Iterator[tuple[Leaf | None, ...]]:
    by_place = [{leaf.place: leaf for leaf in one} for one in found]
    places = dict.fromkeys(leaf.place for one in found for leaf in one)
    for place in places:
        yield tuple(one.get(place) for one in by_place)


def item_json(item: GalleryItem, models: Sequence[str], sources: Sequence[str]) -> JsonObject:
    """Return an item as the page's script reads it.

    Args:
        item: The document.
        models: A key for each of the item's models.
        sources: Where each page image is to be had: a `data:` URI or a relative path.
    """
    pages: list[JsonValue] = [{"src": source} for source in sources]
    rows: list[JsonValue] = [_row_json(row, models) for row in item.rows]
    return {"id": item.id, "note": item.note, "pages": pages, "rows": rows}


def _row_json(row: Sequence[Leaf | None], models: Sequence[str]) -> JsonObject:
    first = next(leaf for leaf in row if leaf is not None)
    pairs = list(zip(models, row, strict=True))
    return {
        "path": first.place,
        "field": first.path,
        "expected": _shown(first.expected),
        "actual": {model: _shown(leaf.actual) if leaf else None for model, leaf in pairs},
        "kinds": {model: leaf.outcome if leaf else "empty" for model, leaf in pairs},
    }


def _shown(value: JsonValue) -> JsonValue:
    return value if value is None or isinstance(value, (bool, str)) else str(value)


def data_uri(media_type: str, data: bytes) -> str:
    """Return an image as a `data:` URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
