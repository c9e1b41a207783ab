"""The base model's eyes: which word is the value of which field, judged by the labels around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from novadoc.local.engine._carried import carry_down, carry_right, keep_rows
from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import LabelMatcher, Scores
from novadoc.local.engine._looks import Look, fits, like_address, look
from novadoc.local.engine._page import Page
from novadoc.local.engine._values import amount, date_text, moment_span

LABEL = 0.45
"""Score from which a text is taken for a label."""


class ZeroShot:
    """Scores words of a page against fields, from names and descriptions alone."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        self._matcher = LabelMatcher(fields)
        looks: list[Look] = [look(field) for field in fields]
        self._distinct: tuple[Look, ...] = tuple(dict.fromkeys(looks))
        self._column = [self._distinct.index(kind) for kind in looks]

    def labels(self, page: Page) -> Scores:
        """Return segments x fields: how much a segment is the label of a field."""
        texts = [box.text for box in page.segments]
        if not texts:
            return np.zeros((0, len(self.fields)))
        plain = self._matcher.scores(texts)
        with_number = self._matcher.scores([self._numbered(page, k) for k in range(len(texts))])
        return np.maximum(plain, with_number)

    def words(self, page: Page, labels: Scores | None = None) -> Scores:
        """Return words x fields: how much a word is part of the value of a field."""
        labels = self.labels(page) if labels is None else labels
        scores = np.zeros((len(page.words), len(self.fields)))
        if not scores.size:
            return scores
        labelness = labels.max(axis=1) if labels.size else np.zeros(len(page.segments))
        near, rank = self._near(page, labels, labelness)
        of = [word.segment for word in page.words]
        scores = near[of] * (1 - 0.8 * np.where(labelness > LABEL, labelness, 0))[of, None]
        scores = np.maximum(scores, self._inside(page))
        return keep_rows(page, scores * self._fits(page, rank), labelness > LABEL, self.fields)

    def _numbered(self, page: Page, segment: int) -> str:
        """Join a label with the box number printed before it."""
        box, before = page.segments[segment], page.left[segment]
        if before is None or len(page.segments[before].text) > 3:
            return box.text
        if box.left - page.segments[before].right > 4 * page.height:
            return box.text
        return f"{page.segments[before].text} {box.text}"

    def _near(self, page: Page, labels: Scores, labelness: Scores) -> tuple[Scores, list[int]]:
        """Carry label scores to the segments they stand over or before.

        Also returns how many lines each segment is below the first line under its label.
        """
        near = np.zeros_like(labels)
        level = np.zeros_like(labels)  # the part of it that comes from labels at the left
        ranks: list[int] = []
        closed: list[bool] = []
        listed = np.array([bool(field.record) for field in self.fields])
        for k, box in enumerate(page.segments):
            open_ = 1.0
            rank = 0
            for place, j in enumerate(page.above[k]):
                if labelness[j] > 0:
                    gap = max(0.0, box.top - page.segments[j].bottom) / page.height
                    fades = open_ * 0.97 * 0.93**gap * 0.97**place
                    near[k] = np.maximum(near[k], labels[j] * fades)
                if labelness[j] > LABEL:
                    open_ *= 0.35  # what stands higher labels something else
                elif open_ == 1.0:
                    rank += 1
            ranks.append(rank if page.above[k] and open_ < 1.0 else 0)
            before = self._label_before(page, k, labelness)
            closed.append(before is not None or bool(labelness[k] > LABEL))
            if before is None:
                level[k] = carry_right(page, level, k, listed)
            else:
                # A line with a label of its own is no further record of the list above it.
                near[k] *= np.where(listed & (rank > 0), 0.5, 1.0)
                level[k] = labels[before] * (0.95 if open_ == 1.0 else 0.8)
            near[k] = np.maximum(near[k], level[k])
        carry_down(page, near, closed, self.fields)
        return near, ranks

    def _label_before(self, page: Page, segment: int, labelness: Scores) -> int | None:
        """Find the label to the left, past box numbers and marks."""
        before = page.left[segment]
        for _ in range(2):
            if before is None or labelness[before] > LABEL:
                return before
            before = page.left[before] if len(page.segments[before].text) <= 3 else None
        return before

    def _inside(self, page: Page) -> Scores:
        """Score words that follow their own label within one segment (`Total: 12.50`)."""
        scores = np.zeros((len(page.words), len(self.fields)))
        heads: list[tuple[int, str]] = []
        for segment, members in enumerate(page.words_of):
            text = page.segments[segment].text
            for k in members[1:]:
                word = page.words[k]
                head = text[: word.start].rstrip()
                if (
                    head.endswith((":", "#"))
                    or amount(word.text) is not None
                    or date_text(word.text)
                ):
                    heads.append((k, head))
        if heads:
            found = self._matcher.scores([head for _, head in heads])
            scores[[k for k, _ in heads]] = found
            self._carry(page, scores, {k for k, _ in heads})
        return scores

    def _carry(self, page: Page, scores: Scores, heads: set[int]) -> None:
        """Words after the first word of a value belong to it."""
        for members in page.words_of:
            for before, k in pairwise(members):
                if k not in heads:
                    scores[k] = scores[before]

    def _fits(self, page: Page, rank: Sequence[int]) -> Scores:
        """Return words x fields: how much a word looks like part of such a value."""
        by_look = np.array([fits(self._distinct, word.text) for word in page.words])
        of = [word.segment for word in page.words]
        for column, kind in enumerate(self._distinct):
            if kind in {"date", "time"}:
                by_look[:, column] = np.maximum(by_look[:, column], _in_moment(page))
            if kind in {"name", "address"}:
                lines = zip(page.segments, rank, strict=True)
                by_look[:, column] *= np.array([_in_block(kind, b.text, r) for b, r in lines])[of]
        return by_look[:, self._column]


def _in_moment(page: Page) -> list[bool]:
    """Tell which words are part of a date or time; one of several words is one only as a whole."""
    spans = [moment_span(box.text) or (0, 0) for box in page.segments]
    return [
        begin < word.end and word.start < end
        for word in page.words
        for begin, end in (spans[word.segment],)
    ]


def _in_block(kind: Look, line: str, rank: int) -> float:
    """Weigh a line by its place in a block: the name comes first, the address below it."""
    address = like_address(line)
    if kind == "address":
        return address if rank == 0 else max(address, 0.6)
    return (1.0 if rank == 0 else 0.45) * (0.3 if address == 1.0 else 1.0)
