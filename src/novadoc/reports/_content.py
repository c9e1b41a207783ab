"""What a report says, as JSON: the page, the Markdown and the plots are made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, Union

from novadoc.metrics import Change, Comparison, FieldError, Report, Score
from novadoc.types import JsonObject, JsonValue

Result: TypeAlias = Union[Comparison, Report]
Metric = Literal["accuracy", "precision", "recall", "f1"]
_NAMES: dict[Metric, str] = {
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
}


def models_of(result: Result) -> tuple[str, ...]:
    """Return a key for each run: `base` and `tuned`, or one."""
    return ("base", "tuned") if isinstance(result, Comparison) else ("tuned",)


def content_of(
    result: Result, *, title: str, labels: Sequence[str], runs: Sequence[Report]
) -> JsonObject:
    """Return verdict, headline figures, tables and error anatomy.

    Args:
        result: A comparison, or the report of one run.
        title: The page's title.
        labels: A name for each run.
        runs: The reports behind the result, for the error anatomy; may be empty.
    """
    return {
        "title": title,
        "verdict": _verdict(result),
        "documents": result.documents,
        "counting": _overall(result)[-1].counting,
        "models": list(models_of(result)),
        "labels": list(labels),
        "figures": _figures(result, labels),
        "table": _table(result),
        "fields": [_field(path, scores, result, runs) for path, scores in _fields(result).items()],
        "anatomy": _anatomy(runs),
    }


def category_f1(result: Result) -> dict[str, list[float | None]]:
    """Return F1 by category, one a run, with all fields last."""
    groups = {name: [score.f1 for score in scores] for name, scores in _categories(result).items()}
    return {**groups, "All fields": [score.f1 for score in _overall(result)]}


def _scores(change: Change) -> tuple[Score, ...]:
    return change.base, change.tuned


def _overall(result: Result) -> tuple[Score, ...]:
    return _scores(result.overall) if isinstance(result, Comparison) else (result.overall,)


def _categories(result: Result) -> dict[str, tuple[Score, ...]]:
    return _groups(result.categories)


def _fields(result: Result) -> dict[str, tuple[Score, ...]]:
    return _groups(result.fields)


def _groups(groups: Mapping[str, Change] | Mapping[str, Score]) -> dict[str, tuple[Score, ...]]:
    return {
        name: _scores(one) if isinstance(one, Change) else (one,) for name, one in groups.items()
    }


def _verdict(result: Result) -> str:
    if isinstance(result, Comparison):
        return result.verdict
    score = result.overall
    return (
        f"{percent(score.accuracy)} % of {score.support} values in {result.documents} documents "
        f"are right; {result.exact_documents} documents are right in every field."
    )


def _figures(result: Result, labels: Sequence[str]) -> list[JsonValue]:
    figures: list[JsonValue] = []
    for label, score in zip(labels, _overall(result), strict=True):
        figures.append({"label": f"F1, {label.lower()}", "value": percent(score.f1)})
    if isinstance(result, Comparison):
        gain = result.overall.gains["f1"].change
        figures.append({"label": "points of F1 gained", "value": signed(gain)})
    figures.append({"label": "values judged", "value": str(_overall(result)[-1].support)})
    return figures


def _table(result: Result) -> list[JsonValue]:
    groups = dict(_categories(result))
    changes: dict[str, Change] = {}
    if isinstance(result, Comparison):
        changes = {**result.categories, "All fields": result.overall}
    groups["All fields"] = _overall(result)
    rows: list[JsonValue] = []
    for name, scores in groups.items():
        for metric, shown in _NAMES.items():
            values: list[JsonValue] = [percent(score.rate(metric)) for score in scores]
            row: JsonObject = {
                "category": name,
                "first": metric == "accuracy",
                "metric": shown,
                "values": values,
            }
            rows.append({**row, **(_gain(changes[name], metric) if changes else {})})
    return rows


def _gain(change: Change, metric: Metric) -> JsonObject:
    gain = change.gains[metric]
    amount, interval, p = gain.change, gain.interval, gain.p
    direction = "" if not amount else ("up" if amount > 0 else "down")
    return {
        "gain": signed(amount),
        "direction": direction,
        "interval": f"{signed(interval.low)} to {signed(interval.high)}" if interval else "n/a",
        "p": "n/a" if p is None else ("< 0.001" if p < 0.001 else f"{p:.3f}"),
    }


def _field(
    path: str, scores: Sequence[Score], result: Result, runs: Sequence[Report]
) -> JsonObject:
    row: JsonObject = {"path": path, "category": _category(path, runs)}
    for model, score in zip(models_of(result), scores, strict=True):
        row[model] = {
            "accuracy": score.accuracy,
            "precision": score.precision,
            "recall": score.recall,
            "f1": score.f1,
            "support": score.support,
        }
    return row


def _category(path: str, runs: Sequence[Report]) -> str:
    for run in runs:
        for place in run.lanes.places:
            if place.path == path and not place.is_row:
                return place.category
    return path.partition(".")[0].removesuffix("[]")


def _anatomy(runs: Sequence[Report], most: int = 25) -> list[JsonValue]:
    counts: dict[tuple[str, str], list[int]] = {}
    for k, run in enumerate(runs):
        for error in run.errors:
            counts.setdefault((error.path, _kind(error)), [0] * len(runs))[k] += 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1][-1], -sum(item[1]), item[0]))
    return [
        {"path": path, "kind": kind, "values": [*map(str, numbers)]}
        for (path, kind), numbers in ranked[:most]
    ]


def _kind(error: FieldError) -> str:
    return f"{error.kind}: {error.cause}"


def percent(fraction: float | None) -> str:
    """Write a fraction as per cent with two decimals; undefined is `n/a`."""
    return "n/a" if fraction is None else f"{100 * fraction:.2f}"


def signed(fraction: float | None) -> str:
    """Write a change in points with its sign; undefined is `n/a`."""
    return "n/a" if fraction is None else f"{100 * fraction:+.2f}"
