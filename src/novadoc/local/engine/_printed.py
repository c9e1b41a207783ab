"""The words printed on the form itself, and misread words read as them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from novadoc.local.engine._page import Page
from novadoc.local.engine._values import words

_SHORTEST = 4
"""Letters from which a word is read as another; shorter ones resemble too many."""
_ALIKE = 0.6
"""Similarity from which a word is taken for a misread one."""
_KEPT = 20_000


class Printed:
    """Reads the words of labels.

    Args:
        common: The words of the form, exactly as read on several training pages.
    """

    def __init__(self, common: Collection[str] = ()) -> None:
        self._exact = frozenset(common)
        self._long = sorted(word for word in self._exact if len(word) >= _SHORTEST)
        self._mended = lru_cache(_KEPT)(self._nearest)

    def words(self, text: str) -> list[str]:
        """Return the words of a text, misread ones as the words of the form they resemble."""
        return [
            word
            if len(word) < _SHORTEST or word in self._exact or word.isdigit()
            else self._mended(word)
            for word in words(text)
        ]

    def _nearest(self, word: str) -> str:
        near = process.extractOne(
            word, self._long, scorer=Levenshtein.normalized_similarity, score_cutoff=_ALIKE
        )
        return near[0] if near else word


def common_words(documents: Sequence[Sequence[Page]], share: float) -> frozenset[str]:
    """Find the words that stand on at least this share of the documents, and on two."""
    counts: Counter[str] = Counter()
    for pages in documents:
        counts.update(
            {
                word
                for page in pages
                for box in page.segments
                for word in words(box.text)
                if not word.isdigit()
            }
        )
    least = max(2, share * len(documents))
    return frozenset(word for word, count in counts.items() if count >= least)
