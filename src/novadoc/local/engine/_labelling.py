"""Weak labels: which words of a page print which field, decided among the places that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from novadoc.local.engine._align import Finder, Span
from novadoc.local.engine._answers import generic
from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._page import Page
from novadoc.types import JsonScalar

Leaves = Mapping[str, JsonScalar]


@dataclass(frozen=True)
class Places:
    """Where each value of an answer may stand on one page."""

    page: Page
    spans: Mapping[str, Sequence[Span]]
    """By the path of the leaf, as `states[0].wages`."""


def places(page: Page, answer: Leaves, fields: Mapping[str, Field]) -> Places:
    """Look for every value of an answer on a page."""
    finder = Finder(page)
    spans = {
        path: finder.find(fields[generic(path)], value)
        for path, value in answer.items()
        if generic(path) in fields and value is not None
    }
    return Places(page, {path: found for path, found in spans.items() if found})


def choose(found: Places, scores: Scores, columns: Mapping[str, int]) -> dict[str, Span]:
    """Give each leaf one place, so that no word serves two; the best scored pairs go first."""
    pairs = [
        (_score(span, scores, columns[generic(path)]) - 1e-3 * len(spans), path, span)
        for path, spans in found.spans.items()
        for span in spans
    ]
    taken: set[int] = set()
    chosen: dict[str, Span] = {}
    for _, path, span in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].words)):
        if path not in chosen and taken.isdisjoint(span.words):
            chosen[path] = span
            taken.update(span.words)
    return chosen


def word_labels(page: Page, chosen: Mapping[str, Span], columns: Mapping[str, int]) -> list[int]:
    """Return a label for each word: the number of its field, or the number of fields."""
    labels = [len(columns)] * len(page.words)
    for path, span in chosen.items():
        for k in span.words:
            labels[k] = columns[generic(path)]
    return labels


def _score(span: Span, scores: Scores, column: int) -> float:
    own = [float(scores[k, column]) for k in span.words]
    return span.similarity + sum(own) / len(own)
