"""What people hand in -> (id, truth, prediction) as JSON values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeAlias, Union, cast

from pydantic import BaseModel

from novadoc.errors import MetricsError
from novadoc.metrics._values import is_plain, plain
from novadoc.types import JsonObject, JsonValue

Side: TypeAlias = Union[BaseModel, Mapping[str, object], list[object], str, bytes, None]
"""A document: a model, an object, or JSON text. `None` is a prediction that did not come."""


class OutcomeLike(Protocol):
    """An extraction or its failure: what `Extractor.extract_many` yields.

    The prediction is read from `canonical`, else from `value`; with neither it is a failure.
    """

    @property
    def id(self) -> str:
        """The document's id."""
        ...

    @property
    def expected(self) -> JsonObject | None:
        """The label the document came with."""
        ...


class Canonicaliser(Protocol):
    """What turns a model object into JSON; `DocumentSchema` fits."""

    def canonical(self, value: BaseModel, /) -> JsonObject:
        """Return the canonical JSON form."""
        ...


class Case(NamedTuple):
    """One document to score."""

    id: str
    expected: JsonValue
    actual: JsonValue
    readable: bool
    """Whether the prediction is one at all: it came, it parses, it is an object like the truth."""
    has_duplicates: bool = False
    """Whether the prediction's text names a key twice; the last one counts."""


Item: TypeAlias = Union["tuple[Side, Side]", OutcomeLike]


def cases(
    items: Iterable[Item], ids: Iterable[str] | None, schema: Canonicaliser | None
) -> Iterator[Case]:
    """Read items lazily; the id is the outcome's own, the given one, or the position.

    Raises:
        MetricsError: An item or a truth cannot be read, or there are fewer ids than documents.
    """
    names = None if ids is None else iter(ids)
    for position, item in enumerate(items):
        expected, actual, own = sides(item, position)
        name = own if names is None else next(names, None)
        if name is None and names is not None:
            raise MetricsError(
                "there are fewer ids than documents.",
                path=f"[{position}]",
                remedy="Give one id for each, or none at all.",
            )
        yield case(name if name is not None else str(position), expected, actual, schema)


def case(name: str, expected: Side, actual: Side, schema: Canonicaliser | None) -> Case:
    """Read one document.

    Raises:
        MetricsError: The truth is absent or unreadable.
    """
    truth = read(expected, schema)
    if not truth.readable:
        raise MetricsError(
            f"the truth of document {name!r} is no JSON object or list.",
            remedy="Give a model, a dict or JSON text; leave unlabelled documents out.",
        )
    found = read(actual, schema)
    alike = isinstance(truth.value, list) == isinstance(found.value, list)
    readable = found.readable and alike
    return Case(
        name, truth.value, found.value if readable else None, readable, found.has_duplicates
    )


class _Read(NamedTuple):
    value: JsonValue
    readable: bool
    has_duplicates: bool = False


def read(side: Side, schema: Canonicaliser | None = None) -> _Read:
    """Read a document into JSON values; text that is no JSON is unreadable, not an error."""
    if side.__class__ is dict:
        return _Read(cast("JsonObject", side), readable=True)
    if isinstance(side, (str, bytes)):
        return _parse(side)
    if isinstance(side, BaseModel):
        return _Read(schema.canonical(side) if schema else plain(side), readable=True)
    value = side if is_plain(side) else plain(side)
    return _Read(value, readable=isinstance(value, (dict, list)))  # type: ignore[arg-type]


def _parse(text: str | bytes) -> _Read:
    repeated: list[bool] = []

    def collect(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
        found = dict(pairs)
        if len(found) < len(pairs):
            repeated.append(True)
        return found

    try:
        value: JsonValue = json.loads(text, parse_float=Decimal, object_pairs_hook=collect)
    except (ValueError, RecursionError):
        return _Read(None, readable=False)
    return _Read(
        value,
        readable=isinstance(value, (dict, list)),
        has_duplicates=bool(repeated),
    )


def sides(item: Item, position: int = 0) -> tuple[Side, Side, str | None]:
    """Return truth, prediction and an outcome's own id.

    Raises:
        MetricsError: The item is neither a pair nor an outcome.
    """
    if isinstance(item, tuple) and len(item) == 2:
        expected, actual = item
        return expected, actual, None
    if isinstance(item, tuple) or not hasattr(item, "expected"):
        raise MetricsError(
            f"a `{type(item).__name__}` is nothing that can be scored.",
            path=f"[{position}]",
            remedy="Give pairs (expected, actual), or outcomes of an extractor run over samples.",
        )
    actual = getattr(item, "canonical", None)
    if actual is None:
        actual = getattr(item, "value", None)
    return item.expected, actual, str(item.id)
