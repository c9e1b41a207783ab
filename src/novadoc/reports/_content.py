"""What a report says, as JSON: the page, the Markdown and the plots are made from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, Union

from novadoc.errors import ConfigurationError
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
ALL = "All fields"
_EXPLAINED = {
    "strict": "Strict counting: a wrong value is both a false positive and a false negative.",
    "published": "Published counting: a wrong value is a false positive only, so that recall looks "
    "only at values that were left out.",
    "aligned": "Aligned counting: a wrong value is both a false positive and a false negative, and "
    "extra values count against accuracy too.",
}


def models_of(result: Result) -> tuple[str, ...]:
    """Return a key for each run: `base` and `tuned`, or one."""
    return ("base", "tuned") if isinstance(result, Comparison) else ("tuned",)


def labels_of(result: Result, labels: Sequence[str] | None) -> Sequence[str]:
    """Return a name for each run: the user's, or the usual ones."""
    usual = ("Base", "Fine-tuned") if isinstance(result, Comparison) else ("Model",)
    if labels and len(labels) != len(usual):
        wanted = _counted(len(usual), "name")
        raise ConfigurationError(
            f"There are {len(labels)} labels for {_counted(len(usual), 'run')}.",
            remedy=f"Give {wanted}, base first." if len(usual) > 1 else f"Give {wanted}.",
        )
    return labels or usual


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
    overall = scores_of(result.overall)
    return {
        "title": title,
        "verdict": _verdict(result),
        "documents": _counted(result.documents, "document"),
        "counting": overall[-1].counting,
        "explained": f"{_EXPLAINED[overall[-1].counting]} Fields empty on both sides do not count.",
        "level": f"{100 * result.level:g} %" if isinstance(result, Comparison) else "",
        "models": list(models_of(result)),
        "labels": list(labels),
        "figures": _figures(result, labels, runs),
        "table": _table(result),
        "fields": _fields(result, runs),
        "anatomy": _anatomy(runs),
        "causes": _causes(runs),
        "kept": _kept(runs),
    }


def scores_of(one: Change | Score) -> tuple[Score, ...]:
    """Return the score of each run."""
    return (one.base, one.tuned) if isinstance(one, Change) else (one,)


def groups_of(result: Result) -> dict[str, Change | Score]:
    """Return what is known of each category, with all fields last."""
    return {**result.categories, ALL: result.overall}


def _verdict(result: Result) -> str:
    if isinstance(result, Comparison):
        return result.verdict
    score = result.overall
    if not score.support:
        return "Nothing can be said: no document has a value to read."
    documents = _counted(result.documents, "document")
    over = f"{_counted(score.support, 'value')} in {documents}"
    end = f"right in every field: {result.exact_documents:,}"
    if result.unreadable_documents == result.documents:
        end = "no document got an answer"
    found = result.interval() if result.lanes.documents else None
    spread = f" (95 % interval {100 * found.low:.2f} to {100 * found.high:.2f})" if found else ""
    return f"Accuracy {percent(score.accuracy)} %{spread} over {over}; {end}."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _figures(result: Result, labels: Sequence[str], runs: Sequence[Report]) -> list[JsonValue]:
    figures: list[JsonObject] = [
        {"label": f"F1, {label.lower()}", "value": percent(score.f1), "note": "per cent"}
        for label, score in zip(labels, scores_of(result.overall), strict=True)
    ]
    if isinstance(result, Comparison):
        gain = result.overall.gains["f1"]
        low_high = span(gain.interval.low, gain.interval.high) if gain.interval else "n/a"
        note = f"points, {100 * result.level:g} % interval {low_high}"
        figures.append({"label": "F1 gained", "value": signed(gain.change), "note": note})
    support = scores_of(result.overall)[-1].support
    figures.append({"label": "Values judged", "value": f"{support:,}", "note": ""})
    reports = runs or ([result] if isinstance(result, Report) else [])
    for one in reports[-1:]:
        share = f"of {one.documents:,} documents"
        whole: JsonObject = {"label": "Right in every field", "value": f"{one.exact_documents:,}"}
        figures.append({**whole, "note": share})
        if one.unreadable_documents:
            lost = f"{one.unreadable_documents:,}"
            figures.append({"label": "Without an answer", "value": lost, "note": share})
    return list[JsonValue](figures)


def _table(result: Result) -> list[JsonValue]:
    rows: list[JsonValue] = []
    for name, group in groups_of(result).items():
        for metric, shown in _NAMES.items():
            values: list[JsonValue] = [percent(score.rate(metric)) for score in scores_of(group)]
            row: JsonObject = {"category": name, "metric": shown, "values": values}
            row["first"] = metric == "accuracy"
            if isinstance(group, Change) and isinstance(result, Comparison):
                row.update(_gain(group, metric, result.level))
            rows.append(row)
    return rows


def _gain(change: Change, metric: Metric, level: float) -> JsonObject:
    gain = change.gains[metric]
    amount, interval, p = gain.change, gain.interval, change.p_adjusted
    # Resamples of a handful of documents look alike: without the exact test nothing is coloured.
    proven = interval is not None and (interval.low > 0 or interval.high < 0) and p <= 1 - level
    direction = "" if not amount or not proven else ("up" if amount > 0 else "down")
    return {
        "gain": signed(amount),
        "direction": direction,
        "interval": span(interval.low, interval.high) if interval else "n/a",
        "p": "< 0.001" if p < 0.001 else f"{p:.3f}",
    }


def _fields(result: Result, runs: Sequence[Report]) -> list[JsonValue]:
    categories = {
        place.path: place.category for run in runs for place in run.lanes.places if not place.is_row
    }
    groups: Mapping[str, Change | Score] = result.fields
    rows: list[JsonValue] = []
    for path, group in groups.items():
        top = path.partition(".")[0].removesuffix("[]")
        row: JsonObject = {"path": path, "category": categories.get(path, top)}
        for model, score in zip(models_of(result), scores_of(group), strict=True):
            row[model] = {name: score.rate(name) for name in _NAMES}
        row["support"] = scores_of(group)[-1].support
        if isinstance(group, Change) and isinstance(result, Comparison):
            row["gain"] = group.gains["f1"].change
            shown = _gain(group, "f1", result.level)
            row["interval"], row["direction"] = shown["interval"], shown["direction"]
        rows.append(row)
    return rows


def _anatomy(runs: Sequence[Report], most: int = 25) -> list[JsonValue]:
    counts: dict[tuple[str, str], list[int]] = {}
    for k, run in enumerate(runs):
        for error in run.errors:
            kind = _kind(error)
            counts.setdefault((error.path, kind), [0] * len(runs))[k] += 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1][-1], -sum(item[1]), item[0]))
    return [
        {"path": path, "kind": kind, "values": list[JsonValue](numbers)}
        for (path, kind), numbers in ranked[:most]
    ]


def _kind(error: FieldError) -> str:
    return error.kind if error.cause == "absent" else f"{error.kind}: {error.cause}"


def _causes(runs: Sequence[Report]) -> list[JsonValue]:
    each = [Counter(map(_kind, run.errors)) for run in runs]
    kinds = {kind for counts in each for kind in counts}
    ranked = sorted(kinds, key=lambda kind: (-max(counts[kind] for counts in each), kind))
    return [{"kind": kind, "values": [counts[kind] for counts in each]} for kind in ranked]


def _kept(runs: Sequence[Report]) -> str:
    """Say so when the mistakes are told of a part of the errors only."""
    kept = sum(len(run.errors) for run in runs)
    total = sum(sum(run.error_counts.values()) for run in runs)
    return f"{kept:,} of {total:,} errors were kept" if kept < total else ""


def percent(fraction: float | None) -> str:
    """Write a fraction as per cent with two decimals; undefined is `n/a`."""
    return "n/a" if fraction is None else f"{100 * fraction:.2f}"


def signed(fraction: float | None) -> str:
    """Write a change in points with its sign; undefined is `n/a`."""
    return "n/a" if fraction is None else f"{100 * fraction:+.2f}"


def span(low: float, high: float) -> str:
    """Write an interval of a change in points."""
    return f"{signed(low)} to {signed(high)}"
