"""The five outcomes of a leaf, and the rates that follow from their counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Counting = Literal["strict", "published", "aligned"]
"""How outcomes become rates.

- `strict`: a wrong value is a false positive and a false negative.
- `published`: a wrong value is a false positive only, as in the AWS post on fine-tuning Nova.
- `aligned`: as `strict`, but accuracy is hits over everything a person has to look at
  (KIEval's aligned score): one edit for a wrong, a missing and an extra value each.
"""

Outcome = Literal["hit", "wrong", "missing", "extra", "empty"]
OUTCOMES: tuple[Outcome, ...] = ("hit", "wrong", "missing", "extra", "empty")
LANES = len(OUTCOMES)
HIT, WRONG, MISSING, EXTRA, EMPTY = range(LANES)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many leaves ended in each of the five outcomes.

    `null`, `""`, `[]`, `{}` and an absent key are all "no value"; `0` and `False` are values.

    Example:
        >>> Counts(hit=3, wrong=1) + Counts(missing=2)
        Counts(hit=3, wrong=1, missing=2, extra=0, empty=0)
    """

    hit: int = 0
    """A value on both sides, and it is right."""
    wrong: int = 0
    """A value on both sides, and it is not right."""
    missing: int = 0
    """A value in the truth only."""
    extra: int = 0
    """A value in the prediction only."""
    empty: int = 0
    """No value on either side."""

    @property
    def expected(self) -> int:
        """Values in the truth."""
        return self.hit + self.wrong + self.missing

    @property
    def predicted(self) -> int:
        """Values in the prediction."""
        return self.hit + self.wrong + self.extra

    @property
    def edits(self) -> int:
        """Changes a person has to make to turn the prediction into the truth."""
        return self.wrong + self.missing + self.extra

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.hit + other.hit,
            self.wrong + other.wrong,
            self.missing + other.missing,
            self.extra + other.extra,
            self.empty + other.empty,
        )


def accuracy(counts: Counts, counting: Counting) -> float | None:
    """Return hits over truth leaves; `aligned` adds the extra leaves to the denominator."""
    extra = counts.extra if counting == "aligned" else 0
    return _ratio(counts.hit, counts.expected + extra)


def precision(counts: Counts) -> float | None:
    """Return hits over predicted leaves: the same in every counting."""
    return _ratio(counts.hit, counts.predicted)


def recall(counts: Counts, counting: Counting) -> float | None:
    """Return hits over truth leaves; `published` leaves wrong values out of the denominator."""
    wrong = 0 if counting == "published" else counts.wrong
    return _ratio(counts.hit, counts.hit + counts.missing + wrong)


def f1(counts: Counts, counting: Counting) -> float | None:
    """Return the harmonic mean of precision and recall."""
    wrong = counts.wrong if counting == "published" else 2 * counts.wrong
    return _ratio(2 * counts.hit, 2 * counts.hit + wrong + counts.missing + counts.extra)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
