"""Documents as a report shows them: page beside expected and predicted values."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from novadoc.documents import Document, ImagePolicy
from novadoc.errors import ConfigurationError
from novadoc.metrics import Leaf, leaves
from novadoc.schema import REDACTED, DocumentSchema
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

# A page read on a screen, not by a model: small, so that thousands fit beside a report.
_SCREEN = ImagePolicy(max_pixels=900_000, max_bytes=400_000, quality=70)
_LETTERS = {"hit": "h", "wrong": "w", "missing": "m", "extra": "x", "empty": "-"}

PageBox: TypeAlias = "tuple[int, float, float, float, float]"
"""Page from 1; left, top, right, bottom as fractions of it."""


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
    """What a model made of a document; a failure has no `canonical`, and `evidence` is optional."""

    @property
    def id(self) -> str:
        """The sample's id."""
        ...


class _EvidenceLike(Protocol):
    @property
    def page(self) -> int: ...

    @property
    def boxes(self) -> Sequence[tuple[float, float, float, float]]: ...


@dataclass(frozen=True)
class GalleryItem:
    """One document of the gallery. Its `repr` shows no content."""

    id: str
    _: KW_ONLY
    rows: tuple[tuple[Leaf | None, ...], ...] = field(repr=False)
    """Leaves by place, one for each model in order; `None` where a model has nothing there."""
    pages: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """Media type and bytes of each page, small."""
    boxes: tuple[Mapping[str, Sequence[PageBox]], ...] = field(default=(), repr=False)
    """For each model, where a predicted value was found on the pages, by the leaf's place in the
    prediction."""
    note: str = ""
    """A word beside the id, as the layout."""
    beside: bool = False
    """Whether the page images go into files beside the report in any case."""


def gallery(
    samples: Iterable[SampleLike],
    *runs: Iterable[OutcomeLike],
    schema: DocumentSchema[T] | type[T],
    notes: Mapping[str, str] | None = None,
    redact: bool = True,
    beside: bool = False,
) -> Iterator[GalleryItem]:
    """Lay runs over the same samples beside their truth.

    Outcomes that know where their values stand (`Settings(evidence=True)`) bring boxes.

    Args:
        samples: The labelled documents, in the order to be shown.
        *runs: Outcomes of each model, base first; held in memory.
        schema: The schema of the labels.
        notes: A word to show beside an id.
        redact: Replace values of `Sensitive` fields, and leave out the page images of such
            schemas, since those show everything.
        beside: Put all page images into files beside the report rather than into it.

    Raises:
        ConfigurationError: A run has no outcome at all.

    Example:
        >>> from novadoc import Extractor, Sample
        >>> from novadoc.doctypes import Receipt
        >>> from novadoc.testing import ScriptedModel
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200), name="page.pgm")
        >>> samples = [Sample("a", page, {"total": 7})]
        >>> extractor = Extractor(Receipt, model=ScriptedModel(['{"total": 8}']))
        >>> run = list(extractor.extract_many(samples))
        >>> (item,) = gallery(samples, run, schema=Receipt)
        >>> [leaf.outcome for (leaf,) in item.rows if leaf.outcome != "empty"]
        ['wrong']
    """
    shape = DocumentSchema.of(schema)
    hidden = frozenset(leaf.path for leaf in shape.leaves() if leaf.sensitive) if redact else None
    predictions = [{outcome.id: outcome for outcome in run} for run in runs]
    for sample in samples:
        _check_not_used_up(predictions)
        outcomes = [run.get(sample.id) for run in predictions]
        found = [leaves(sample.label, _canonical(outcome), shape) for outcome in outcomes]
        yield GalleryItem(
            sample.id,
            rows=tuple(_aligned([_without(one, hidden or frozenset()) for one in found])),
            pages=() if hidden else tuple(_pages(sample.document)),
            boxes=() if hidden else tuple(_boxes(outcome) for outcome in outcomes),
            note=(notes or {}).get(sample.id, ""),
            beside=beside,
        )


def _check_not_used_up(runs: Sequence[Mapping[str, OutcomeLike]]) -> None:
    for number, run in enumerate(runs, start=1):
        if not run:
            raise ConfigurationError(
                f"Run {number} has no outcome.",
                remedy="Keep each run in a list: an iterator is used up by its first reader.",
            )


def _canonical(outcome: OutcomeLike | None) -> JsonObject | None:
    value: JsonObject | None = getattr(outcome, "canonical", None)
    return value


def _boxes(outcome: OutcomeLike | None) -> dict[str, tuple[PageBox, ...]]:
    evidence: Mapping[str, _EvidenceLike] = getattr(outcome, "evidence", {})
    return {
        path: tuple((one.page, *_rounded(box)) for box in one.boxes)
        for path, one in evidence.items()
    }


def _rounded(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return round(left, 4), round(top, 4), round(right, 4), round(bottom, 4)


def _pages(document: Document) -> Iterator[tuple[str, bytes]]:
    for image in document.images(_SCREEN):
        yield f"image/{image.format}", image.data


def _without(found: Sequence[Leaf], hidden: frozenset[str]) -> list[Leaf]:
    return [_masked(leaf) if leaf.path in hidden else leaf for leaf in found]


def _masked(leaf: Leaf) -> Leaf:
    def mask(value: JsonValue) -> JsonValue:
        return None if value is None else REDACTED

    expected, actual = mask(leaf.expected), mask(leaf.actual)
    return Leaf(leaf.place, leaf.path, leaf.outcome, expected, actual, leaf.actual_place)


def _aligned(found: Sequence[Sequence[Leaf]]) -> Iterator[tuple[Leaf | None, ...]]:
    by_place = [{leaf.place: leaf for leaf in one} for one in found]
    places = dict.fromkeys(leaf.place for one in found for leaf in one)
    for place in places:
        yield tuple(one.get(place) for one in by_place)


def item_json(item: GalleryItem) -> JsonObject:
    """Return an item as the page's script reads it, without pages and rows that say nothing."""
    rows: list[JsonValue] = [_row_json(row, item.boxes) for row in item.rows if _says(row)]
    return {"id": item.id, "note": item.note, "pages": [], "rows": rows}


def counts_json(item: GalleryItem, models: Sequence[str]) -> JsonObject:
    """Return how often each outcome came of an item, by model; no values."""
    each: dict[str, JsonValue] = {}
    for k, model in enumerate(models):
        kinds = Counter(leaf.outcome for row in item.rows if (leaf := row[k]) is not None)
        each[model] = {kind: kinds[kind] for kind in ("hit", "wrong", "missing", "extra")}
    return {"id": item.id, "note": item.note, **each}


def _says(row: Sequence[Leaf | None]) -> bool:
    return any(leaf is not None and leaf.outcome != "empty" for leaf in row)


def _row_json(
    row: Sequence[Leaf | None], boxes: Sequence[Mapping[str, Sequence[PageBox]]]
) -> JsonValue:
    """Return path, field (0 for the same), truth, predictions, outcomes' letters, boxes."""
    first = next(leaf for leaf in row if leaf is not None)
    whole: list[JsonValue] = [
        first.place,
        0 if first.path == first.place else first.path,
        _shown(first.expected),
        [_shown(leaf.actual) if leaf else None for leaf in row],
        "".join(_LETTERS[leaf.outcome] if leaf else "-" for leaf in row),
    ]
    found = [
        places.get(leaf.actual_place, ()) if leaf else ()
        for leaf, places in zip(row, boxes, strict=bool(boxes))
    ]
    if any(found):
        whole.append([[list(box) for box in one] for one in found])
    return whole


def _shown(value: JsonValue) -> JsonValue:
    return value if value is None or isinstance(value, (bool, str)) else str(value)


def data_uri(media_type: str, data: bytes) -> str:
    """Return an image as a `data:` URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
