"""Lists: the records of each, and which record of the outer list an inner one belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from novadoc.local.engine._fields import Field
from novadoc.local.engine._formats import Format
from novadoc.local.engine._found import Found, Record, outer
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._looks import look
from novadoc.local.engine._page import Page, Word
from novadoc.local.engine._records import Item, Rows, owners, rows_of
from novadoc.local.engine._runs import best_word, parts, runs, single
from novadoc.local.engine._ticks import Ticks
from novadoc.local.engine._values import priced

_LEAST = 0.3
"""Score from which a word is part of a value of a list."""
_GAP = 2.0
"""Widest gap between the pieces of a cell, in line heights."""
_LINE = 0.9
"""Widest gap between the lines of a cell, in line heights."""


def read_lists(
    page: Page,
    scores: Scores,
    fields: Sequence[Field],
    formats: Mapping[str, Format],
    ticks: Ticks,
) -> dict[str, tuple[Record, ...]]:
    """Return the records of each list on a page, by the list's path."""
    printed: dict[str, list[Item]] = {spec.record: [] for spec in fields if spec.record}
    for cell in _cells(page, scores, fields, formats):
        item = _item(page, cell, formats[cell.spec.path])
        if item is not None:
            printed[cell.spec.record].append(item)
    marks: defaultdict[str, list[Item]] = defaultdict(list)
    for spec in fields:
        marks[spec.record].extend(ticks.items.get(spec.path, ()))
    rows = {path: _rows(page, found, marks[path]) for path, found in printed.items()}
    return {path: _records(page, rows, path, ticks) for path in rows}


@dataclass
class _Cell:
    """The words of one value."""

    spec: Field
    run: tuple[int, ...]
    sure: float


def _cells(
    page: Page, scores: Scores, fields: Sequence[Field], formats: Mapping[str, Format]
) -> list[_Cell]:
    strongest = scores.argmax(axis=1) if scores.size else np.zeros(0, dtype=np.intp)
    cells: list[_Cell] = []
    for k, spec in enumerate(fields):
        if not spec.record or spec.kind == "boolean":
            continue
        own = np.where(strongest == k, scores[:, k], 0)
        form = formats[spec.path]
        # The records of a list are much alike: what is far less sure than the best is none.
        least = max(_LEAST, form.threshold, form.edge * float(own.max(initial=0)))
        found = list(runs(page, own, least))
        if single(spec):
            found = [best_word(page, _only(own, run), look(spec)) for run in found]
        else:
            found = _joined(page, found)
        cells += [_Cell(spec, run, float(own[list(run)].max())) for run in found]
    return _run_on(page, cells, formats)


def _only(own: Scores, run: Sequence[int]) -> Scores:
    kept = np.zeros_like(own)
    kept[list(run)] = own[list(run)]
    return kept


def _joined(page: Page, found: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Join the pieces of a cell that the OCR parted."""
    cells: list[tuple[int, ...]] = []
    for run in found:
        if cells and _beside(page, page.words[cells[-1][-1]], page.words[run[0]]):
            cells[-1] += run
        else:
            cells.append(run)
    return cells


def _beside(page: Page, last: Word, word: Word) -> bool:
    next_to = page.left[word.segment] == last.segment
    prices = priced(last.text) or priced(word.text)  # those have columns of their own
    return next_to and not prices and word.left - last.right < _GAP * page.height


def _run_on(page: Page, cells: Sequence[_Cell], formats: Mapping[str, Format]) -> list[_Cell]:
    """Join text to the line above where its own line holds no other field of the list."""
    across: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for cell in cells:
        across[cell.spec.record, _row(page, cell.run[0])].add(cell.spec.path)
    kept: list[_Cell] = []
    for cell in cells:
        above = kept[-1] if kept and kept[-1].spec is cell.spec else None
        alone = len(across[cell.spec.record, _row(page, cell.run[0])]) == 1
        if above and alone and formats[cell.spec.path].several and not single(cell.spec):
            begun = len(across[cell.spec.record, _row(page, above.run[0])]) > 1
            if begun and _continues(page, above.run, cell.run):
                above.run += cell.run
                continue
        kept.append(cell)
    return kept


def _row(page: Page, word: int) -> int:
    return page.row_of[page.words[word].segment]


def _continues(page: Page, above: Sequence[int], run: Sequence[int]) -> bool:
    """Tell whether a line stands close under another, at the same margin."""
    upper, lower = (page.segments[page.words[k].segment] for k in (above[-1], run[0]))
    margin = page.words[above[0]].left - page.words[run[0]].left
    near = lower.top - upper.bottom < _LINE * page.height
    return near and lower.middle > upper.middle and abs(margin) < 2 * page.height


def _item(page: Page, cell: _Cell, form: Format) -> Item | None:
    value = form.write(cell.spec, parts(page, cell.run))
    if value is None:
        return None
    first = page.words[cell.run[0]]
    middle = page.segments[first.segment].middle
    return Item(cell.spec.path, value, cell.sure, first.left, middle, first.segment)


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
