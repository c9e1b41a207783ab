"""Which kind of document a page belongs to, by the kinds' names and descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import LabelMatcher, Scores
from novadoc.local.engine._sheets import Sheet
from novadoc.local.engine._values import squeeze

_TITLE, _HEAD, _BODY = 3.0, 1.5, 1.0
"""What a text weighs as a title, in the upper part, and anywhere else."""
_NAMED = 0.8
"""How well a text names a kind that holds its whole name among other words."""
_GENERAL = re.compile(r"(?<![^\W_])(?:form|document|page|copy)s?(?![^\W_])", re.IGNORECASE)
"""Words that are printed on documents of all kinds."""
_NUMBERS = re.compile(r"\S*\d\S*")
"""What tells one document from the others of its kind."""
_LEAST = 1.0
_AHEAD = 1.25
"""How far the best kind must be ahead of the next."""


class Classifier:
    """Tells the kinds apart that one question names: a page's title is a label of its kind.

    Args:
        names: The kinds.
        prompt: The text they are described in, each on a line of its own as `name: description`.
    """

    def __init__(self, names: Sequence[str], prompt: str) -> None:
        told = _descriptions(names, prompt)
        self._names = tuple(names)
        self._matcher = LabelMatcher(
            [
                Field(_GENERAL.sub(" ", name), description=_GENERAL.sub(" ", told.get(name, "")))
                for name in names
            ]
        )

    def kind(self, sheet: Sheet) -> str | None:
        """Return the kind of a page; `None` when it looks like none of them, or like two."""
        scores = self.scores(sheet)
        best, *rest = sorted(scores, reverse=True) or [0.0]
        if best < _LEAST or (rest and best < _AHEAD * rest[0]):
            return None
        return self._names[int(np.argmax(scores))]

    def scores(self, sheet: Sheet) -> Scores:
        """Say how well a page's texts name each kind, and how well they describe it."""
        texts = list(_weighed(sheet))
        if not texts or not self._names:
            return np.zeros(len(self._names))
        labels = self._matcher.scores([_NUMBERS.sub(" ", text) for text, _ in texts])
        phrases = [squeeze(name) for name in self._names]
        named = [[_NAMED * (phrase in _runs(text)) for phrase in phrases] for text, _ in texts]
        above = np.array([[weight - 1] for _, weight in texts])
        return _best(labels, above) + _best(np.array(named), above)


def _best(found: Scores, above: Scores) -> Scores:
    """Take the best text for each kind; a title that says half of it stands out half as much."""
    return np.asarray((found * (1 + above * found)).max(axis=0))


def _weighed(sheet: Sheet) -> Iterator[tuple[str, float]]:
    """Yield the texts of a page and how much they stand out."""
    head = {id(box) for box in sheet.head}
    titles = frozenset(sheet.titles)
    for page in sheet.copies:
        for box in page.segments:
            above = _TITLE if box.text in titles else _HEAD
            yield box.text, above if id(box) in head else _BODY


@lru_cache(10_000)
def _runs(text: str) -> frozenset[str]:
    """Return all runs of up to four words of a text, written as one word."""
    parts = [part for part in map(squeeze, re.findall(r"[^\W_]+", text)) if part]
    return frozenset(
        "".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start + 1, min(start + 4, len(parts)) + 1)
    )


def _descriptions(names: Sequence[str], prompt: str) -> Mapping[str, str]:
    """Find what a prompt says of kinds: lines that begin with a kind's name and a colon."""
    found: dict[str, str] = {}
    for line in prompt.splitlines():
        for name in names:
            match = re.match(rf"\W*{re.escape(name)}\W*?\s*[:=\u2013-]\s+(.+)", line)
            if match is not None:
                found.setdefault(name, match[1])
    return found
