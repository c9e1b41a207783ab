"""Lists: the records of each, and which record of the outer list an inner one belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from novadoc.local.engine._fields import Field
from novadoc.local.engine._formats import Format
from novadoc.local.engine._found import Found, Record, outer
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._looks import look
from novadoc.local.engine._page import Page
from novadoc.local.engine._records import Item, Rows, owners, rows_of
from novadoc.local.engine._runs import best_word, parts, runs, single
from novadoc.local.engine._ticks import Ticks

_LEAST = 0.3
"""Score from which a word is part of a value of a list."""


def read_lists(
    page: Page,
    scores: Scores,
    fields: Sequence[Field],
    formats: Mapping[str, Format],
    ticks: Ticks,
) -> dict[str, tuple[Record, ...]]:
    """Return the records of each list on a page, by the list's path."""
    printed: dict[str, list[Item]] = {spec.record: [] for spec in fields if spec.record}
    for item, record in _items(page, scores, fields, formats):
        printed[record].append(item)
    marks: defaultdict[str, list[Item]] = defaultdict(list)
    for spec in fields:
        marks[spec.record].extend(ticks.items.get(spec.path, ()))
    rows = {path: _rows(page, found, marks[path]) for path, found in printed.items()}
    return {path: _records(page, rows, path, ticks) for path in rows}


def _items(
    page: Page, scores: Scores, fields: Sequence[Field], formats: Mapping[str, Format]
) -> Iterator[tuple[Item, str]]:
    strongest = scores.argmax(axis=1) if scores.size else np.zeros(0, dtype=np.intp)
    for k, spec in enumerate(fields):
        if not spec.record or spec.kind == "boolean":
            continue
        form = formats[spec.path]
        own = np.where(strongest == k, scores[:, k], 0)
        for run in runs(page, own, max(_LEAST, form.threshold)):
            kept = best_word(page, _only(own, run), look(spec)) if single(spec) else run
            value = form.write(spec, parts(page, kept))
            if value is not None:
                first = page.words[kept[0]]
                middle = page.segments[first.segment].middle
                sure = float(own[list(kept)].max())
                yield Item(spec.path, value, sure, first.left, middle, first.segment), spec.record


def _only(own: Scores, run: Sequence[int]) -> Scores:
    kept = np.zeros_like(own)
    kept[list(run)] = own[list(run)]
    return kept


def _rows(page: Page, printed: Sequence[Item], marks: Sequence[Item]) -> Rows:
    """Group into records; a mark alone makes none where records hold more."""
    if not printed:
        return rows_of(page, marks)
    rows = rows_of(page, printed)
    for mark in marks:
        level = [
            (abs(item.left - mark.left), number)
            for number, row in enumerate(rows)
            for item in row
            if abs(item.middle - mark.middle) < 0.7 * page.height
        ]
        if level:
            rows[min(level)[1]].append(mark)
    return rows


def _records(page: Page, rows: Mapping[str, Rows], path: str, ticks: Ticks) -> tuple[Record, ...]:
    own = owners(rows.get(outer(path), []), rows[path], page.height)
    absent = {
        f: one
        for f, one in ticks.absent.items()
        if f.startswith(path) and "[]" not in f[len(path) :]
    }
    return tuple(
        Record({**absent, **{item.path: Found(item.value, item.confidence) for item in row}}, owner)
        for row, owner in zip(rows[path], own, strict=True)
    )
