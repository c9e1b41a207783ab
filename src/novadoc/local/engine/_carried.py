"""Lists beyond their labels: what stands right below a record, or right after it, is the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._looks import fit, look
from novadoc.local.engine._page import Page

_NEXT = 1.8
"""How far under a record of a list the next one stands, in line heights."""
_LEAST = 0.3
_FADES = 0.99
_IN_A_ROW = 0.4
"""What is left of the score of a value for a field that no list holds, in the row of a table."""


def carry_down(page: Page, near: Scores, closed: Sequence[bool], fields: Sequence[Field]) -> None:
    """Let the scores of a record go on to the line below it, however far up its headings are.

    A line goes on with a list when two of its fields do, or all.

    Args:
        page: The page.
        near: Segments x fields, from the labels; changed.
        closed: Segments that are labels, or have one of their own.
        fields: The fields.
    """
    sizes = _sizes(fields)
    records = [field.record for field in fields]
    for row in page.rows:
        carried = {k: _FADES * near[over] for k in row if (over := _over(page, k, closed)) >= 0}
        going: defaultdict[str, set[str]] = defaultdict(set)
        for k, scores in carried.items():
            best = int(scores.argmax())
            spec = fields[best]
            if scores[best] >= _LEAST and _looks_like(spec, page.segments[k].text):
                going[spec.record].add(spec.path)
        on = [len(going[path]) >= min(2, sizes.get(path, 3)) > 0 for path in records]
        for k, scores in carried.items():
            near[k] = np.maximum(near[k], np.where(on, scores, 0))


def carry_right(page: Page, level: Scores, segment: int, listed: npt.NDArray[np.bool_]) -> Scores:
    """Return what a value has from a label at the left end of its line, past other values.

    Args:
        page: The page.
        level: Segments x fields, what they have from labels at their left.
        segment: The value.
        listed: Which fields are part of a list.
    """
    before = page.left[segment]
    return np.where(listed, _FADES * level[before], 0) if before is not None else level[segment]


def keep_rows(
    page: Page, scores: Scores, labels: npt.NDArray[np.bool_], fields: Sequence[Field]
) -> Scores:
    """Keep what stands in the rows of a table from fields that are no part of a list.

    A heading reads like the label of such a field now and then, and its column is full of values.
    """
    listed = np.array([bool(field.record) for field in fields])
    if not listed.any() or listed.all():
        return scores
    for row in page.rows:
        own = [k for segment in row for k in page.words_of[segment]]
        found = {path for k in own if (path := _part_of(scores[k], fields))}
        if len(found) > 1 and not labels[list(row)].any():
            scores[own] *= np.where(listed, 1.0, _IN_A_ROW)
    return scores


def _part_of(scores: Scores, fields: Sequence[Field]) -> str:
    """Return the field of a list a word is part of; empty for another field, or none."""
    best = int(scores.argmax())
    return fields[best].path if scores[best] >= _LEAST and fields[best].record else ""


def _sizes(fields: Sequence[Field]) -> dict[str, int]:
    sizes: defaultdict[str, int] = defaultdict(int)
    for field in fields:
        if field.record and field.kind != "boolean":
            sizes[field.record] += 1
    return sizes


def _over(page: Page, segment: int, closed: Sequence[bool]) -> int:
    """Return the value right above a segment; -1 where there is none near."""
    over = next(iter(page.above[segment]), -1)
    if over < 0 or closed[segment] or closed[over]:
        return -1
    gap = page.segments[segment].top - page.segments[over].bottom
    return over if gap < _NEXT * page.height else -1


def _looks_like(spec: Field, text: str) -> bool:
    return max(fit(look(spec), word) for word in [text, *text.split()]) > 0
