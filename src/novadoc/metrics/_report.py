"""What an evaluation found, by field, category and document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from novadoc._extras import require
from novadoc.errors import MetricsError
from novadoc.metrics import _branches
from novadoc.metrics._counts import Counting
from novadoc.metrics._lanes import Lanes, Place
from novadoc.metrics._merge import joined_counts
from novadoc.metrics._score import Macro, Metric, Score

if TYPE_CHECKING:
    import pandas as pd

    from novadoc.metrics._errors import FieldError
    from novadoc.metrics._statistics import Interval
    from novadoc.types import JsonObject, JsonValue


@dataclass(frozen=True)
class Report:
    """Scores of an extractor over many documents.

    Every number is derived from the counts of five outcomes per field; `with_counting` shows the
    same counts under another convention.

    Example:
        >>> from novadoc.metrics import evaluate
        >>> report = evaluate([({"name": "Ann", "age": 7}, {"name": "Ann", "age": 8})])
        >>> report.overall.accuracy, report.fields["name"].f1, report.exact_rate
        (0.5, 1.0, 0.0)
    """

    counting: Counting
    """How wrong values are booked."""
    documents: int
    """Documents scored."""
    exact_documents: int
    """Documents without a single wrong, missing or extra leaf."""
    unreadable_documents: int
    """Predictions that were none: failed, not JSON, not an object. All leaves are missing."""
    duplicate_keys: int
    """Predictions given as text that name a key twice; the last one counted."""
    errors: tuple[FieldError, ...] = field(repr=False)
    """The first errors of each path; `error_counts` has the totals."""
    unproven: Mapping[str, int]
    """Lists so long and noisy that they were matched in parts, each optimally, so that the whole
    may be short of the optimum -> documents."""
    unreadable: tuple[str, ...] = field(repr=False)
    """Ids of the unreadable predictions; empty when documents were not kept."""
    lanes: Lanes = field(repr=False)
    """The counters everything is derived from."""

    @cached_property
    def overall(self) -> Score:
        """All leaves together (micro average)."""
        leaves = [k for k, place in enumerate(self.lanes.places) if not place.is_row]
        return self._score(leaves)

    @cached_property
    def fields(self) -> Mapping[str, Score]:
        """Scores by path; a list item's path ends in `[]`."""
        return self._by(lambda place: place.path)

    @cached_property
    def categories(self) -> Mapping[str, Score]:
        """Scores by category: the schema's, or the top-level field."""
        return self._by(lambda place: place.category)

    @cached_property
    def rows(self) -> Mapping[str, Score]:
        """Whole records by list: a hit is a row with every cell right and none extra."""
        return self._by(lambda place: place.path, rows=True)

    @cached_property
    def macro(self) -> Macro:
        """Unweighted means over fields."""
        return Macro.of(self.fields.values())

    @property
    def exact_rate(self) -> float | None:
        """Share of documents without any error."""
        return self.exact_documents / self.documents if self.documents else None

    @property
    def unreadable_rate(self) -> float | None:
        """Share of predictions that were none."""
        return self.unreadable_documents / self.documents if self.documents else None

    @property
    def comparators(self) -> Mapping[str, str]:
        """What each field was compared with; inferred ones are named by the types met."""
        return {place.path: place.comparator for place in self.lanes.places if not place.is_row}

    @property
    def error_counts(self) -> Mapping[str, int]:
        """Wrong, missing and extra leaves by path, most first; paths without errors left out."""
        counts = ((path, score.counts.edits) for path, score in self.fields.items())
        return dict(sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1]))

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the documents, in order.

        Raises:
            MetricsError: The documents were not kept.
        """
        return tuple(self.lanes.kept())

    def interval(
        self,
        metric: Metric = "accuracy",
        *,
        level: float = 0.95,
        replicates: int = 2_000,
        seed: int = 0,
    ) -> Interval | None:
        """Return how far an overall rate may be off, from whole documents drawn again and again.

        `None` with fewer than two documents, where all draws give the same rate, and where too
        many leave it undefined: such draws say nothing.

        Args:
            metric: Which rate of `overall`.
            level: Confidence level, below 1.
            replicates: How often the documents are drawn anew.
            seed: Of the drawing; the same seed gives the same interval.

        Raises:
            MetricsError: The documents were not kept, or an argument makes no sense.

        Example:
            >>> from novadoc.metrics import evaluate
            >>> report = evaluate([({"a": 1}, {"a": k % 5}) for k in range(40)])
            >>> found = report.interval()
            >>> round(found.low, 2), report.overall.accuracy, round(found.high, 2)
            (0.07, 0.2, 0.35)
        """
        return _branches.interval_of(self, metric, level, replicates, seed)

    def with_counting(self, counting: Counting) -> Report:
        """Return the same counts under another convention; nothing is compared again."""
        return replace(self, counting=counting)

    def merge(self, *others: Report) -> Report:
        """Join reports of disjoint documents, as parts of a run made elsewhere.

        Raises:
            MetricsError: A document is in two of them, or they count differently.
        """
        merged = self
        for other in others:
            merged = _merge_two(merged, other)
        return merged

    def to_dict(self) -> JsonObject:
        """Return all scores as JSON, without values of documents."""
        groups: JsonObject = {
            name: {key: score.to_dict() for key, score in getattr(self, name).items()}
            for name in ("categories", "fields", "rows")
        }
        comparators: dict[str, JsonValue] = dict(self.comparators)
        unproven: dict[str, JsonValue] = dict(self.unproven)
        return {
            "counting": self.counting,
            "documents": self.documents,
            "exact_documents": self.exact_documents,
            "unreadable_documents": self.unreadable_documents,
            "duplicate_keys": self.duplicate_keys,
            "overall": self.overall.to_dict(),
            "macro": self.macro.to_dict(),
            **groups,
            "comparators": comparators,
            "unproven": unproven,
        }

    def to_markdown(self, *, by: str = "category") -> str:
        """Return a table by `"category"` or by `"field"`, with an overall line and what to mind.

        Raises:
            MetricsError: `by` is something else.
        """
        groups = _branches.grouped(by, self.categories, self.fields)
        table = _branches.report_table(by, {**groups, "Overall": self.overall})
        if self.unreadable_documents:
            share = f"{self.unreadable_documents} of {self.documents}"
            table += f"\nUnreadable predictions: {share}.\n"
        if self.unproven:
            table += f"\nRows not proven to be matched best: {', '.join(self.unproven)}.\n"
        return table

    def to_dataframe(self) -> pd.DataFrame:
        """Return one line a field: path, category, counts and rates (extra: `pandas`).

        Raises:
            MissingExtraError: pandas is not installed.
        """
        module = require("pandas", extra="pandas", feature="Report.to_dataframe")
        frame: type[pd.DataFrame] = module.DataFrame
        category = {place.path: place.category for place in self.lanes.places if not place.is_row}
        rows = [
            {"path": path, "category": category[path], **score.to_dict()}
            for path, score in self.fields.items()
        ]
        made: pd.DataFrame = frame(rows)
        return made

    def _by(self, key: Callable[[Place], str], *, rows: bool = False) -> dict[str, Score]:
        groups = self.lanes.groups(key, rows=rows)
        return {name: self._score(members, rows=rows) for name, members in groups.items()}

    def _score(self, members: list[int], *, rows: bool = False) -> Score:
        counts, similarity = self.lanes.total(members)
        return Score(counts, self.counting, None if rows else similarity)


def _merge_two(one: Report, two: Report) -> Report:
    if one.counting != two.counting:
        raise MetricsError(
            f"the reports count differently: {one.counting} and {two.counting}.",
            remedy="Use `with_counting` on one of them.",
        )
    return replace(
        one,
        documents=one.documents + two.documents,
        exact_documents=one.exact_documents + two.exact_documents,
        unreadable_documents=one.unreadable_documents + two.unreadable_documents,
        duplicate_keys=one.duplicate_keys + two.duplicate_keys,
        errors=one.errors + two.errors,
        unproven=joined_counts(one.unproven, two.unproven),
        unreadable=one.unreadable + two.unreadable,
        lanes=one.lanes.joined(two.lanes),
    )
