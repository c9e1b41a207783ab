"""Tables that go on over the page without their headings: their columns stand where they stood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._page import Page
from novadoc.local.engine._values import amount, date_span

_LEAST = 0.3
"""Score from which a word is part of a value of a list."""
_CARRIED = 0.5
"""Score of a word that stands in a column of the page before."""
_GAP = 3.0
"""Widest gap between two rows of a table, in line heights."""

Span = tuple[float, float]


class Columns:
    """The columns of the lists of a document, from page to page.

    Args:
        fields: All fields.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._lists = {field.record: dict[int, Span]() for field in fields if field.record}

    def carry(self, page: Page, scores: Scores) -> Scores:
        """Return the scores of a page with the rows that go on from the page before.

        A list of which the page says something by itself is left as it is.
        """
        here = self._here(page, scores)
        for path, columns in self._lists.items():
            if here[path]:
                self._lists[path] = here[path]
            elif len(columns) > 1:
                for field, word in self._rows(page, columns):
                    scores[word, field] = max(scores[word, field], _CARRIED)
        return scores

    def _here(self, page: Page, scores: Scores) -> dict[str, dict[int, Span]]:
        """Return the columns this page has by itself, on the paper."""
        found: dict[str, dict[int, Span]] = {path: {} for path in self._lists}
        if not scores.size:
            return found
        for n in map(int, (scores.max(axis=1) >= _LEAST).nonzero()[0]):
            k = int(scores[n].argmax())
            word, path = page.words[n], self._fields[k].record
            if path:
                left, right = found[path].get(k, (word.left + page.margin, 0.0))
                found[path][k] = (
                    min(left, word.left + page.margin),
                    max(right, word.right + page.margin),
                )
        return found

    def _rows(self, page: Page, columns: dict[int, Span]) -> Iterator[tuple[int, int]]:
        """Yield field and word of each row that fits the columns, from the first to a break."""
        last: float | None = None
        for row in page.rows:
            top = page.segments[row[0]].top
            if last is not None and top - last > _GAP * page.height:
                return
            cells = [(self._column(page, columns, segment), segment) for segment in row]
            if self._fit({field for field, _ in cells}):
                yield from (
                    (field, word)
                    for field, segment in cells
                    if field is not None
                    for word in page.words_of[segment]
                )
                last = max(page.segments[segment].bottom for segment in row)

    def _fit(self, row: set[int | None]) -> bool:
        """Tell whether cells make a row: all in a column, two at least, one of them no text."""
        kinds = {self._fields[field].kind for field in row if field is not None}
        return None not in row and len(row) > 1 and bool(kinds - {"text", "enum", "boolean"})

    def _column(self, page: Page, columns: dict[int, Span], segment: int) -> int | None:
        """Return the field whose column a text stands in, if it can be a value of it."""
        box = page.segments[segment]
        left, right = box.left + page.margin, box.right + page.margin
        shared = {
            field: min(right, span[1]) - max(left, span[0]) for field, span in columns.items()
        }
        field = max(shared, key=lambda field: shared[field])
        return field if shared[field] > 0 and _possible(self._fields[field], box.text) else None


def _possible(field: Field, text: str) -> bool:
    if field.kind in {"number", "integer"}:
        return amount(text) is not None
    return field.kind not in {"date", "datetime"} or date_span(text) is not None
