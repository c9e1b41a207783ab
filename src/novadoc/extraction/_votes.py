"""What several answers to one question say about each other: agreement, and what else was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from novadoc._answer import dump_json
from novadoc._places import leaves, lists
from novadoc.extraction._paths import at
from novadoc.types import JsonObject, JsonValue


class _Silent(Enum):
    """What a ballot that has nothing at a path says about it; null is something."""

    SILENT = "silent"


_SILENT = _Silent.SILENT


def agreement(value: JsonObject, others: Sequence[JsonObject]) -> dict[str, float]:
    """Return the share of all ballots, `value` included, that say the same, by path.

    Beside the leaves, a list is named on whose length not all agree: a row that only other ballots
    have has no leaf in `value` that could be disputed.
    """
    ballots = (value, *others)
    shares = {
        path: sum(_said(ballot, path) == said for ballot in ballots) / len(ballots)
        for path, said in leaves(value)
    }
    for path, count in lists(value):
        share = sum(_rows(ballot, path) == count for ballot in ballots) / len(ballots)
        if share < 1:
            shares[path] = share
    return shares


def alternatives(
    value: JsonObject, others: Sequence[JsonObject]
) -> dict[str, tuple[JsonValue, ...]]:
    """Return what other ballots say instead, by path: the most frequent first, each once.

    Lists of another length are given whole, under the list's own path.
    """
    found = {path: _instead(said, path, others) for path, said in leaves(value)}
    for path, count in lists(value):
        longer = [ballot for ballot in others if _rows(ballot, path) not in {count, None}]
        found[path] = _instead(_SILENT, path, longer)
    return {path: values for path, values in found.items() if values}


def _instead(
    said: JsonValue | _Silent, path: str, others: Sequence[JsonObject]
) -> tuple[JsonValue, ...]:
    counts: dict[str, int] = {}
    values: dict[str, JsonValue] = {}
    for other in _speaking(others, path):
        if other != said:
            text = dump_json(other)
            counts[text] = counts.get(text, 0) + 1
            values.setdefault(text, other)
    return tuple(values[text] for text in sorted(counts, key=lambda text: -counts[text]))


def _speaking(ballots: Sequence[JsonObject], path: str) -> Iterator[JsonValue]:
    for ballot in ballots:
        said = _said(ballot, path)
        if not isinstance(said, _Silent):
            yield said


def _said(ballot: JsonObject, path: str) -> JsonValue | _Silent:
    """Return what stands at a path; null too where the object around it is null."""
    try:
        return at(ballot, path)
    except LookupError:
        pass
    around = path
    while around:
        around = around.rpartition(".")[0]
        try:
            return None if at(ballot, around) is None else _SILENT
        except LookupError:
            continue
    return _SILENT


def _rows(ballot: JsonObject, path: str) -> int | None:
    said = _said(ballot, path)
    return len(said) if isinstance(said, list) else None
