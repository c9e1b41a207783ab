"""The chart of a report on its own, for notebooks and slides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from novadoc.errors import MetricsError
from novadoc.metrics import Change, Comparison, Score
from novadoc.reports._charts import bars, png
from novadoc.reports._content import Result, groups_of, labels_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot(
    result: Result,
    path: str | Path | None = None,
    *,
    by: Literal["category", "field"] = "category",
    labels: Sequence[str] | None = None,
) -> Figure:
    """Draw F1 by category or field; of a comparison, base beside tuned, and the gain.

    The figure shows itself at the end of a notebook's cell and leaves no trace in `pyplot`.

    Args:
        result: A comparison of two runs, or the report of one.
        path: Also save it here (PNG, SVG or PDF, by suffix).
        by: What the bars stand for.
        labels: A name for each run; `Base` and `Fine-tuned` by default.

    Raises:
        MissingExtraError: matplotlib is not installed.
        MetricsError: `by` is something else.
        ConfigurationError: There is not one label for each run.

    Example:
        >>> from novadoc.metrics import evaluate
        >>> figure = plot(evaluate([({"name": "Ann"}, {"name": "Ann"})]))
        >>> len(figure.axes)
        1
    """
    fields: Mapping[str, Change | Score] = result.fields
    groups = {"category": groups_of(result), "field": fields}.get(by)
    if groups is None:
        raise MetricsError(
            f"there is nothing by {by!r}.", remedy='Use `by="category"` or `by="field"`.'
        )
    level = f"{100 * result.level:g} %" if isinstance(result, Comparison) else ""
    figure: Any = bars(groups, labels_of(result, labels), level=level)
    if path is not None:
        figure.savefig(path)
    # Notebooks know how to show figures only once pyplot has been imported.
    figure._repr_png_ = partial(png, figure)
    drawn: Figure = figure
    return drawn
