"""Two runs over the same documents: what changed, and whether it is more than chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from novadoc.errors import MetricsError
from novadoc.metrics._change import Change, corrected
from novadoc.metrics._paired import Paired
from novadoc.metrics._score import METRICS
from novadoc.metrics._statistics import Resamples, check_level
from novadoc.metrics._tables_text import grouped, markdown, percent, points

if TYPE_CHECKING:
    from novadoc.metrics._report import Report
    from novadoc.types import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same documents, compared.

    Example:
        >>> from novadoc.metrics import evaluate
        >>> truth = [{"name": name} for name in "abcdefgh"]
        >>> base = evaluate([(one, {"name": "a"}) for one in truth])
        >>> tuned = evaluate([(one, one) for one in truth])
        >>> comparison = compare_reports(base, tuned)
        >>> comparison.passed, comparison.overall.better, comparison.overall.worse
        (True, 7, 0)
    """

    documents: int
    changed: int
    """Documents that came out with other counts: the only ones that tell the runs apart."""
    level: float
    """Confidence level of the intervals."""
    overall: Change
    categories: Mapping[str, Change]
    fields: Mapping[str, Change]

    @property
    def passed(self) -> bool:
        """Whether the tuned run is significantly better, and no category significantly worse.

        The interval of the overall accuracy gain lies above 0, enough documents changed to prove
        anything, and in no category did more documents get worse than better by the sign test
        after Holm's correction.
        """
        interval = self.overall.gains["accuracy"].interval
        is_better = interval is not None and interval.low > 0 and self._is_enough
        return is_better and not self._worse()

    @property
    def _is_enough(self) -> bool:
        """Whether a fair coin a changed document would rarely enough favour one run throughout.

        Resamples of a handful of documents look alike, and their interval is far too narrow.
        """
        return 0.5 ** (self.changed - 1) <= 1 - self.level

    @property
    def verdict(self) -> str:
        """The result in one or two sentences."""
        gain = self.overall.gains["accuracy"]
        interval = gain.interval
        if gain.change is None or interval is None:
            return "Nothing can be said: no document has a value to read."
        span = f"{100 * self.level:g} % interval {points(interval.low)} to {points(interval.high)}"
        word = "No difference is proven"
        if self._is_enough and interval.low > 0:
            word = "The tuned run is better"
        elif self._is_enough and interval.high < 0:
            word = "The tuned run is worse"
        scope = f"{points(gain.change)} points over {self.documents} documents ({span})"
        text = f"{word}: accuracy {scope}."
        if not self._is_enough:
            text += f" Too few documents changed: {self.changed}."
        worse = self._worse()
        return f"{text} Significantly worse: {', '.join(worse)}." if worse else text

    def _worse(self) -> list[str]:
        limit = 1 - self.level
        groups = self.categories.items()
        return [name for name, one in groups if one.worse > one.better and one.p_adjusted < limit]

    def to_markdown(self, *, by: str = "category") -> str:
        """Return the table of the AWS post on fine-tuning Nova, with intervals.

        The p value is that of the exact sign test of documents with fewer against documents with
        more errors, corrected for the number of groups by Holm's method. Unlike a resampled one
        it promises nothing from a handful of documents.

        Args:
            by: `"category"` or `"field"`.

        Raises:
            MetricsError: `by` is something else.
        """
        groups = grouped(by, self.categories, self.fields)
        rows = [row for one in (*groups.values(), self.overall) for row in _table_rows(one)]
        header = (
            "Field category" if by != "field" else "Field",
            "Metric",
            "Base",
            "Fine-tuned",
            "Improvement",
            f"{100 * self.level:g}% interval",
            "Sign test p",
        )
        return f"{markdown(header, rows, left=2)}\n{self.verdict}\n"

    def to_dict(self) -> JsonObject:
        """Return everything as JSON."""
        categories: dict[str, JsonValue] = {k: v.to_dict() for k, v in self.categories.items()}
        fields: dict[str, JsonValue] = {k: v.to_dict() for k, v in self.fields.items()}
        return {
            "documents": self.documents,
            "changed": self.changed,
            "level": self.level,
            "passed": self.passed,
            "verdict": self.verdict,
            "overall": self.overall.to_dict(),
            "categories": categories,
            "fields": fields,
        }


def _table_rows(one: Change) -> list[list[str]]:
    rows: list[list[str]] = []
    for metric in METRICS:
        gain = one.gains[metric]
        interval = gain.interval
        span = "n/a" if interval is None else f"{points(interval.low)} to {points(interval.high)}"
        rows.append(
            [
                one.name if metric == METRICS[0] else "",
                "F1 score" if metric == "f1" else metric.capitalize(),
                percent(gain.base),
                percent(gain.tuned),
                points(gain.change),
                span,
                _p_text(one.p_adjusted) if metric == METRICS[0] else "",
            ]
        )
    return rows


def _p_text(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def compare_reports(
    base: Report,
    tuned: Report,
    seed: int = 0,
    *,
    level: float = 0.95,
    replicates: int = 2_000,
) -> Comparison:
    """Compare two runs document by document.

    Both runs are joined by document id. Intervals come from a paired bootstrap over documents,
    since leaves of one document are not independent, widened as Student's t is for few documents;
    the same seed gives the same bytes.

    Args:
        base: The run to beat.
        tuned: The run that should be better.
        seed: Of the resampling.
        level: Confidence level of the intervals.
        replicates: How often the documents are drawn anew.

    Raises:
        MetricsError: The runs hold different documents, truths or countings, or one kept none.

    Example:
        >>> from novadoc.metrics import evaluate
        >>> one = evaluate([({"n": 7}, {"n": 8})], ids=["a"])
        >>> two = evaluate([({"n": 7}, {"n": 7})], ids=["a"])
        >>> compare_reports(one, two).overall.gains["accuracy"].change
        1.0
    """
    check_level(level)
    if base.counting != tuned.counting:
        raise MetricsError(
            f"the reports count differently: {base.counting} and {tuned.counting}.",
            remedy="Use `with_counting` on one of them.",
        )
    paired = Paired(base, tuned)
    samples = Resamples(paired.documents, replicates, seed)
    return Comparison(
        len(paired.documents),
        paired.changed,
        level,
        paired.change(0, samples, level),
        corrected([paired.change(k, samples, level) for k in paired.of_kind("category")]),
        corrected([paired.change(k, samples, level) for k in paired.of_kind("field")]),
    )
