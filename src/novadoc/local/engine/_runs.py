"""Runs of words: which of them make up the value of a field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from novadoc.local.engine._fields import Field
from novadoc.local.engine._formats import Format, Parts
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._looks import Look, fit, look
from novadoc.local.engine._page import Page

_ONE_WORD: frozenset[Look] = frozenset(["money", "count", "ssn", "ein", "region"])
_BROKEN = 0.4
"""Share of the surest word's score that the other pieces of a broken number need."""
_GAP = 8.0
"""Widest gap between two segments of one line of a value, in line heights."""


def parts(page: Page, run: Sequence[int]) -> Parts:
    """Return the printed text of words with the rows they stand in."""
    rows: list[int] = []
    for k in run:
        segment = page.words[k].segment
        if not rows or rows[-1] != segment:
            rows.append(segment)
    return [
        (page.row_of[segment], text) for segment, text in zip(rows, page.text(run), strict=True)
    ]


def best_run(page: Page, own: Scores, spec: Field, form: Format) -> tuple[int, ...]:
    """Choose the words of a field that has one value; empty where none is sure enough."""
    top = float(own.max(initial=0))
    if top < form.threshold:
        return ()
    kind = look(spec)
    if single(spec):
        return best_word(page, own, kind)
    found = list(runs(page, own, max(form.edge * top, 0.05)))
    if kind == "date":
        best = max(found, key=lambda run: _weight(own, run) * (0.3 + _date_fit(page, run)))
    else:
        best = max(found, key=lambda run: _weight(own, run))
    return _grown(page, best, found, down=form.several)


def best_word(page: Page, own: Scores, kind: Look) -> tuple[int, ...]:
    """Take the likeliest word, with its neighbours where the OCR broke a number apart."""
    ranked = [int(k) for k in np.argsort(-own, kind="stable")[:20] if own[k]]
    best = int(max(ranked, key=lambda k: own[k] * (0.2 + fit(kind, page.words[k].text))))
    members = page.words_of[page.words[best].segment]
    start = end = members.index(best)
    while start > 0 and own[members[start - 1]] >= _BROKEN * own[best]:
        start -= 1
    while end < len(members) - 1 and own[members[end + 1]] >= _BROKEN * own[best]:
        end += 1
    run = tuple(members[start : end + 1])
    joined = "".join(page.words[k].text for k in run)
    return run if fit(kind, joined) >= fit(kind, page.words[best].text) else (best,)


def _date_fit(page: Page, run: Sequence[int]) -> float:
    return fit("date", " ".join(page.text(run)))


def _weight(own: Scores, run: Sequence[int]) -> float:
    """Weigh a run by its surest word, and a little by its length."""
    sure = own[list(run)]
    return float(sure.max() + 0.1 * sure.sum())


def runs(page: Page, own: Scores, least: float) -> Iterator[tuple[int, ...]]:
    """Yield the unbroken runs of words scored at least `least`, segment by segment."""
    sure = (own >= least).tolist()
    for members in page.words_of:
        run: list[int] = []
        for k in members:
            if sure[k]:
                run.append(k)
            elif run:
                yield tuple(run)
                run = []
        if run:
            yield tuple(run)


def _grown(
    page: Page, best: tuple[int, ...], runs: Sequence[tuple[int, ...]], *, down: bool
) -> tuple[int, ...]:
    """Add the runs that continue the best one along its line and, if asked, up and down."""
    block = [best]
    rest = [run for run in runs if run != best]
    while True:
        joined = [run for run in rest if any(_together(page, run, one, down=down) for one in block)]
        if not joined:
            break
        block.extend(joined)
        rest = [run for run in rest if run not in joined]
    return tuple(k for run in sorted(block) for k in run)


def _together(page: Page, one: tuple[int, ...], other: tuple[int, ...], *, down: bool) -> bool:
    """Tell whether two runs stand side by side or, if `down`, one under the other."""
    first, last = sorted((one, other))
    row, below = (page.row_of[page.words[run[0]].segment] for run in (first, last))
    if row == below:
        gap = page.words[last[0]].left - page.words[first[-1]].right
        return gap < _GAP * page.height
    if not down:
        return False
    upper, lower = (page.segments[page.words[run[0]].segment] for run in (first, last))
    near = lower.top - upper.bottom < 2.4 * page.height
    aligned = min(upper.right, lower.right) > max(upper.left, lower.left) - 2 * page.height
    return near and aligned


def single(spec: Field) -> bool:
    """Tell whether the values of a field are one word."""
    return look(spec) in _ONE_WORD or spec.kind in {"number", "integer"}
