"""What several answers to one question say about each other: agreement, and what else was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

from novadoc._answer import dump_json
from novadoc._places import leaves, lists
from novadoc.types import JsonObject, JsonValue


class _Silent(Enum):
    """What a ballot that has nothing at a path says about it; null is something."""

    SILENT = "silent"


_SILENT = _Silent.SILENT


_Ballot: TypeAlias = "Mapping[str, JsonValue]"
"""All that an answer holds, by path. Names may hold points, so no path is taken apart to look."""


def agreement(value: JsonObject, others: Sequence[JsonObject]) -> dict[str, float]:
    """Return the share of all ballots, `value` included, that say the same, by path.

    Beside the leaves, a list is named on whose length not all agree: a row that only other ballots
    have has no leaf in `value` that could be disputed.
    """
    ballots = [_ballot(one) for one in (value, *others)]
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
    ballots = [_ballot(one) for one in others]
    found = {path: _instead(said, path, ballots) for path, said in leaves(value)}
    for path, count in lists(value):
        longer = [ballot for ballot in ballots if _rows(ballot, path) not in {count, None}]
        found[path] = _instead(_SILENT, path, longer)
    return {path: values for path, values in found.items() if values}


def _ballot(value: JsonObject) -> _Ballot:
    return dict(_nodes(value, ""))


def _nodes(value: JsonValue, path: str) -> Iterator[tuple[str, JsonValue]]:
    yield path, value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _nodes(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nodes(item, f"{path}[{index}]")


def _instead(
    said: JsonValue | _Silent, path: str, ballots: Sequence[_Ballot]
) -> tuple[JsonValue, ...]:
    counts: dict[str, int] = {}
    values: dict[str, JsonValue] = {}
    for other in _speaking(ballots, path):
        if other != said:
            text = dump_json(other)
            counts[text] = counts.get(text, 0) + 1
            values.setdefault(text, other)
    return tuple(values[text] for text in sorted(counts, key=lambda text: -counts[text]))


def _speaking(ballots: Sequence[_Ballot], path: str) -> Iterator[JsonValue]:
    for ballot in ballots:
        said = _said(ballot, path)
        if not isinstance(said, _Silent):
            yield said


def _said(ballot: _Ballot, path: str) -> JsonValue | _Silent:
    """Return what stands at a path; null too where the object around it is null."""
    if path in ballot:
        return ballot[path]
    around = path
    while around not in ballot:
        around = around.rpartition(".")[0]
    return None if ballot[around] is None else _SILENT


def _rows(ballot: _Ballot, path: str) -> int | None:
    said = _said(ballot, path)
    return len(said) if isinstance(said, list) else None
