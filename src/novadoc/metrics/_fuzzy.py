"""Comparators of free text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from rapidfuzz.distance.Levenshtein import normalized_similarity

from novadoc.errors import MetricsError
from novadoc.metrics._normalise import fold

# Edit distance is quadratic; beyond this, bags of words are compared instead.
LONGEST_EDITED = 20_000

_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
_ABBREVIATIONS = {
    "street": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "drive": "dr", "lane": "ln",
    "road": "rd", "court": "ct", "place": "pl", "square": "sq", "parkway": "pkwy", "terrace": "ter",
    "highway": "hwy", "suite": "ste", "apartment": "apt", "floor": "fl", "north": "n", "south": "s",
    "east": "e", "west": "w", "strasse": "str",
}  # fmt: skip


def text_similarity(expected: str, actual: str) -> float:
    """Return 1 - edit distance / longer length; for very long texts, the share of common words."""
    if expected == actual:
        return 1.0
    if len(expected) > LONGEST_EDITED or len(actual) > LONGEST_EDITED:
        return _common_words(expected, actual)
    return normalized_similarity(expected, actual)


def _common_words(expected: str, actual: str) -> float:
    a, b = Counter(expected.split()), Counter(actual.split())
    return (a & b).total() / max(a.total(), b.total(), 1)


def _check_threshold(threshold: float) -> None:
    if not 0 < threshold <= 1:
        raise MetricsError(
            f"A threshold of {threshold!r} is not in (0, 1].", remedy="Use 1.0 for equal text."
        )


@dataclass(frozen=True, slots=True)
class Text:
    """Free text: case, compatibility forms and runs of blanks ignored, then edit distance.

    Beyond 20,000 characters the share of common words takes the place of the edit distance.

    Args:
        threshold: Similarity from which the text is right; 1.0 for equal after folding.

    Example:
        >>> Text().similarity("Ann Hill", "ANN  HILL")
        1.0
        >>> round(Text().similarity("Ann Hill", "Ann Hall"), 3)
        0.875
    """

    threshold: float = 0.8

    def __post_init__(self) -> None:
        _check_threshold(self.threshold)

    @property
    def decides(self) -> bool:
        """Unequal text may still be close enough, unless the threshold is 1."""
        return self.threshold == 1

    def key(self, value: object, /) -> Hashable:
        """Return the folded text."""
        return fold(value)

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 0.0 to 1.0 by edit distance over the longer text."""
        return text_similarity(fold(expected), fold(actual))


@dataclass(frozen=True, slots=True)
class Address:
    """Postal addresses: words may differ a little, digits may not.

    A house number off by one is another house, however alike the lines look. Punctuation, line
    breaks and the usual abbreviations (Street, St.) make no difference.

    Args:
        threshold: Similarity of the words from which the address is right.

    Example:
        >>> Address().similarity("12 Oak Street, Ely", "12 OAK ST. ELY")
        1.0
        >>> Address().similarity("12 Oak Street", "13 Oak Street")
        0.0
    """

    threshold: float = 0.8

    def __post_init__(self) -> None:
        _check_threshold(self.threshold)

    @property
    def decides(self) -> bool:
        """Unequal text may still be close enough."""
        return False

    def key(self, value: object, /) -> str:
        """Return the words, abbreviated and joined by single blanks."""
        text = fold(value)
        words: list[str] = _WORD.findall(text)
        return " ".join(_ABBREVIATIONS.get(word, word) for word in words) or text

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 0.0 where the digits differ, else the similarity of the text."""
        a, b = self.key(expected), self.key(actual)
        if a == b:
            return 1.0
        if _DIGITS.findall(a) != _DIGITS.findall(b):
            return 0.0
        return text_similarity(a, b)
