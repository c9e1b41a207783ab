"""Scores as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from novadoc.errors import MetricsError
from novadoc.metrics._score import METRICS, Score

T = TypeVar("T")


def percent(value: float | None) -> str:
    """Print a rate as a percentage, and what is undefined as n/a."""
    return "n/a" if value is None else f"{100 * value:.2f}%"


def points(value: float | None) -> str:
    """Print a difference of rates in signed percentage points."""
    return "n/a" if value is None else f"{100 * value:+.2f}"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Print a table; the first `left` columns are text, the others numbers."""
    body = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(header, *body, strict=True)]
    rule = ["-" * w if k < left else "-" * (w - 1) + ":" for k, w in enumerate(widths)]
    return "\n".join(_line(row, widths, left) for row in ([*header], rule, *body)) + "\n"


def _line(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    cells = (
        cell.ljust(width) if k < left else cell.rjust(width)
        for k, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return f"| {' | '.join(cells)} |"


def grouped(by: str, categories: Mapping[str, T], fields: Mapping[str, T]) -> Mapping[str, T]:
    """Return the groups a table or chart is by.

    Raises:
        MetricsError: There are no such groups.
    """
    if by not in ("category", "field"):
        raise MetricsError(
            f"there is nothing by {by!r}.", remedy='Use `by="category"` or `by="field"`.'
        )
    return fields if by == "field" else categories


def report_table(by: str, scores: Mapping[str, Score]) -> str:
    """Print scores line by line, with what they count."""
    header = [by.capitalize(), "Leaves", *(metric.capitalize() for metric in METRICS)]
    header += ["Wrong", "Missing", "Extra"]
    rows = [
        [
            name,
            str(score.support),
            *(percent(score.rate(metric)) for metric in METRICS),
            str(score.counts.wrong),
            str(score.counts.missing),
            str(score.counts.extra),
        ]
        for name, score in scores.items()
    ]
    return markdown(header, rows)
