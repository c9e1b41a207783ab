"""The two doors: one document, and many."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol, TypeAlias, Union

from pydantic import BaseModel

from novadoc import schema as schemas
from novadoc.errors import MetricsError
from novadoc.metrics._counts import Counting, Counts
from novadoc.metrics._errors import FieldError
from novadoc.metrics._inputs import Item, Side, case, cases, sides
from novadoc.metrics._nodes import FieldLike, Rules, Tree
from novadoc.metrics._report import Report
from novadoc.metrics._score import Score
from novadoc.metrics._tally import OnError, Tally
from novadoc.types import JsonObject

COUNTINGS: tuple[Counting, ...] = ("strict", "published", "aligned")


class SchemaLike(Protocol):
    """What scoring needs of a schema; `novadoc.schema.DocumentSchema` fits."""

    @property
    def fields(self) -> Sequence[FieldLike]:
        """The top-level fields."""
        ...

    def canonical(self, value: Any, /) -> JsonObject:  # each schema takes its own class only
        """Return the canonical JSON form of a model object."""
        ...


Schema: TypeAlias = Union[SchemaLike, type[BaseModel], None]
"""A schema, the class it is made from, or nothing: then the data decides."""


@dataclass(frozen=True)
class DocumentScore:
    """How one prediction fares against its truth.

    Example:
        >>> from novadoc.metrics import compare
        >>> score = compare({"name": "Ann", "age": 7}, {"name": "Ann", "age": 8, "note": "x"})
        >>> score.counts
        Counts(hit=1, wrong=1, missing=0, extra=1, empty=0)
        >>> score.overall.precision, score.is_exact
        (0.3333333333333333, False)
    """

    report: Report = field(repr=False)
    """The same as a report over one document."""

    @property
    def counts(self) -> Counts:
        """The five counts over all leaves."""
        return self.report.overall.counts

    @property
    def overall(self) -> Score:
        """All leaves together."""
        return self.report.overall

    @property
    def fields(self) -> Mapping[str, Score]:
        """Scores by path."""
        return self.report.fields

    @property
    def categories(self) -> Mapping[str, Score]:
        """Scores by category."""
        return self.report.categories

    @property
    def rows(self) -> Mapping[str, Score]:
        """Whole records by list."""
        return self.report.rows

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """Every leaf that is not right."""
        return self.report.errors

    @property
    def is_exact(self) -> bool:
        """Whether nothing is wrong, missing or extra."""
        return self.report.exact_documents == 1

    @property
    def is_readable(self) -> bool:
        """Whether the prediction was a document at all."""
        return self.report.unreadable_documents == 0

    def to_dict(self) -> JsonObject:
        """Return all scores as JSON, without values of the document."""
        return self.report.to_dict()


def compare(
    expected: Side,
    actual: Side,
    schema: Schema = None,
    *,
    counting: Counting = "strict",
    rules: Rules | None = None,
) -> DocumentScore:
    """Score one prediction against its truth.

    Args:
        expected: The truth: a model, a dict or list, or JSON text.
        actual: The prediction, likewise; `None` or unreadable text has all leaves missing.
        schema: Names fields, comparators and categories; taken from `expected` when it is a model.
        counting: How wrong values are booked.
        rules: Comparators, categories and kinds of lists by path, over the schema's own.

    Raises:
        MetricsError: The truth is unreadable, or a value is none JSON can hold.

    Example:
        >>> compare({"total": 1234}, {"total": "$1,234.00"}).overall.accuracy
        1.0
    """
    resolved = schema_of(schema, expected)
    tally = _tally(resolved, rules, counting)
    tally.max_errors, tally.keep_documents = sys.maxsize, False
    tally.add(case("document", expected, actual, resolved))
    return DocumentScore(tally.close(counting))


def evaluate(
    items: Iterable[Item],
    schema: Schema = None,
    counting: Counting = "strict",
    ids: Iterable[str] | None = None,
    *,
    rules: Rules | None = None,
    on_error: OnError | None = None,
    max_errors: int = 20,
    keep_documents: bool = True,
) -> Report:
    """Score many predictions, streaming: nothing but counters is kept.

    Args:
        items: (expected, actual) pairs, or outcomes of an extractor run over samples.
        schema: Names fields, comparators and categories; taken from the first truth when that is
            a model.
        counting: How wrong values are booked.
        ids: The documents' ids; by default an outcome's own, else the position.
        rules: Comparators, categories and kinds of lists by path, over the schema's own.
        on_error: Called with every error; the report keeps the first `max_errors` of each path.
        max_errors: Errors kept a path.
        keep_documents: Keep each document's counters (under 1 KB), which comparing reports needs.

    Raises:
        MetricsError: An item is neither pair nor outcome, a truth is absent or unreadable, an id
            comes twice, or a value is none JSON can hold.

    Example:
        >>> pairs = [({"id": "007"}, {"id": "007"}), ({"id": "12"}, None)]
        >>> report = evaluate(pairs)
        >>> report.overall.recall, report.unreadable_rate
        (0.5, 0.5)
    """
    stream = iter(items)
    first = next(stream, None)
    if first is None:
        return _tally(schema_of(schema, None), rules, counting).close(counting)
    resolved = schema_of(schema, sides(first)[0])
    tally = _tally(resolved, rules, counting)
    tally.on_error, tally.max_errors, tally.keep_documents = on_error, max_errors, keep_documents
    for one in cases(chain([first], stream), ids, resolved):
        tally.add(one)
    return tally.close(counting)


def _tally(schema: SchemaLike | None, rules: Rules | None, counting: Counting) -> Tally:
    if counting not in COUNTINGS:
        raise MetricsError(
            f"{counting!r} is no way to count.", remedy=f"Use one of {', '.join(COUNTINGS)}."
        )
    return Tally(Tree(schema.fields if schema else (), rules))


def schema_of(schema: Schema, truth: object) -> SchemaLike | None:
    """Return what names the fields: the schema given, or the class of a truth that is a model."""
    if schema is None and isinstance(truth, BaseModel):
        schema = type(truth)
    if not isinstance(schema, type):
        if schema is None or hasattr(schema, "fields"):
            return schema
        raise MetricsError(
            f"a `{type(schema).__name__}` is no schema.",
            remedy="Give a pydantic class or a `DocumentSchema`.",
        )
    # Reached through its package, which loads it only now: scores of plain data need no schema.
    made: schemas.DocumentSchema[BaseModel] = schemas.DocumentSchema(schema)
    return made
