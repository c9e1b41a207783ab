"""Where the documents of a packet begin, judged by what the pages print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from novadoc.local.engine._layout import Box
from novadoc.local.engine._sheets import Sheet

_ALIKE = 80
"""Similarity from which two texts are taken for prints of one, in percent."""
_APART = 4.0
"""How far a text may stand from its place on another page of the form, in line heights."""
_SAME_FORM = 0.5
"""Share of labels at the same place from which two pages are of one form."""


def begins(sheet: Sheet, document: Sequence[Sheet], *, other_kind: bool | None = None) -> bool:
    """Tell whether a page begins a document, rather than going on with the one before.

    Args:
        sheet: The page.
        document: The pages of the document that would go on; empty at the start of a file.
        other_kind: Whether the page is of another kind than they are; `None` when not known.
    """
    if not document:
        return sheet.count is None or sheet.count.number == 1
    if sheet.is_blank:
        return False
    return sum(_evidence(sheet, document, other_kind=other_kind)) > 0


def _evidence(
    sheet: Sheet, document: Sequence[Sheet], *, other_kind: bool | None
) -> Iterator[float]:
    """Weigh what speaks for a beginning, above zero, and against one."""
    last = next((s for s in reversed(document) if not s.is_blank), document[-1])
    yield _counted(sheet, last)
    yield _titled(sheet, document)
    yield _addressed(sheet, document)
    yield _headed(sheet, document, last)
    yield _worded(sheet, document)
    if other_kind is not None:
        yield 1.5 if other_kind else -0.3
    yield 1.5 if abs(sheet.aspect - last.aspect) > 0.05 * last.aspect else 0.0


def _counted(sheet: Sheet, last: Sheet) -> float:
    """Weigh page numbers: they say it outright, where there are any."""
    own, before = sheet.count, last.count
    if own is None:
        return 4.0 if before is not None and before.last else 0.0
    trust = 6.0 if own.of is not None else 4.0
    if own.number == 1:
        return trust
    if before is None or own.follows(before):
        return -trust
    # The count breaks off: pages are missing, of this document or of the next one.
    return 1.0 if own.number < before.number or own.of != before.of else -1.0


def _titled(sheet: Sheet, document: Sequence[Sheet]) -> float:
    known = [title for one in document for title in one.titles]
    if not sheet.titles:
        return -1.5
    return 0.0 if any(_same(title, known) for title in sheet.titles) else 1.5


def _addressed(sheet: Sheet, document: Sequence[Sheet]) -> float:
    known = [line for one in document for line in one.letterhead]
    new = [line for line in sheet.letterhead if not _same(line, known)]
    return 1.5 if len(new) > len(sheet.letterhead) / 2 else 0.0


def _headed(sheet: Sheet, document: Sequence[Sheet], last: Sheet) -> float:
    """Compare the head: a form filled in anew has other numbers in it, a next page the same."""
    if not sheet.marks:
        return 0.0
    known = frozenset[str]().union(*(one.all_marks for one in document))
    shared = len(sheet.marks & known) / len(sheet.marks)
    if shared >= 0.8:
        return -2.5
    same_form = max(likeness(sheet, document[0]), likeness(sheet, last)) >= _SAME_FORM
    if shared <= 0.5:
        return 2.5 if same_form else 0.5
    return 0.0


def _worded(sheet: Sheet, document: Sequence[Sheet]) -> float:
    own = sheet.vocabulary
    if not own:
        return 0.0
    known = frozenset[str]().union(*(one.vocabulary for one in document))
    shared = len(own & known) / len(own)
    return 0.7 if shared < 0.15 else -0.5 if shared > 0.4 else 0.0


def likeness(one: Sheet, other: Sheet) -> float:
    """Return the share of labels that stand at the same place on both pages."""
    if not one.labels or not other.labels:
        return 0.0
    alike = process.cdist(
        [box.text for box in one.labels],
        [box.text for box in other.labels],
        scorer=fuzz.ratio,
        score_cutoff=_ALIKE,
        dtype=np.uint8,
    )
    reach = _APART * max(one.page.height, other.page.height)
    near = _edges(one.labels)[:, None] - _edges(other.labels)[None]
    fits = (alike > 0) & (np.abs(near) < reach).all(axis=2)
    shared = min(int(fits.any(axis=1).sum()), int(fits.any(axis=0).sum()))
    return shared / min(len(one.labels), len(other.labels))


def _edges(boxes: Sequence[Box]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([(box.left, box.middle) for box in boxes])


def _same(text: str, known: Sequence[str]) -> bool:
    return process.extractOne(text, known, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None
