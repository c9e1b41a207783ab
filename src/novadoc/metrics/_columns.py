"""A column of two tables: which cells of the one agree with which of the other."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from decimal import Decimal
from typing import Protocol

from rapidfuzz.distance.Levenshtein import normalized_similarity
from rapidfuzz.process import extract

from novadoc.metrics._comparators import Comparator, checked, threshold_of
from novadoc.metrics._fuzzy import LONGEST_EDITED, Text, text_similarity
from novadoc.metrics._quantities import Number, as_float
from novadoc.types import JsonScalar, JsonValue

Keys = list[Hashable]
"""A canonical form per row; `None` where the row has no value."""

# Similarities break ties in thousandths; finer differences say nothing about scans.
_FINENESS = 1_000

_NUMERIC = (int, float, Decimal)

Agreements = Iterator[tuple[int, Sequence[int]]]
"""(expected row, predicted rows whose cell is right)."""


class Column(Protocol):
    """Cells of one field in both tables. Equal keys mean interchangeable cells."""

    expected: Keys
    actual: Keys
    cap: int
    """The most right leaves one pair of cells can hold."""
    is_listable: bool
    """Whether `agreements` costs no more than what it yields."""

    def agreements(self, rows: Sequence[int], columns: Sequence[int]) -> Agreements:
        """Enumerate the pairs of cells that hold a right leaf."""
        ...

    def grade(self, i: int, j: int) -> tuple[int, float]:
        """Return right leaves and similarity (at least that many) of a pair of cells."""
        ...


class EqualColumn:
    """Cells that are right exactly when their keys are equal."""

    cap = 1
    is_listable = True

    def __init__(self, expected: Keys, actual: Keys) -> None:
        self.expected = expected
        self.actual = actual

    def agreements(self, rows: Sequence[int], columns: Sequence[int]) -> Agreements:
        where: defaultdict[Hashable, list[int]] = defaultdict(list)
        for j in columns:
            where[self.actual[j]].append(j)
        where.pop(None, None)
        for i in rows:
            found = where.get(self.expected[i])
            if found:
                yield i, found

    def grade(self, i: int, j: int) -> tuple[int, float]:
        key = self.expected[i]
        same = key is not None and key == self.actual[j]
        return int(same), float(same)


class NumberColumn:
    """Numbers within a tolerance; other text when equal."""

    cap = 1
    is_listable = True

    def __init__(self, expected: Keys, actual: Keys, comparator: Number) -> None:
        self.expected = expected
        self.actual = actual
        self._comparator = comparator

    def agreements(self, rows: Sequence[int], columns: Sequence[int]) -> Agreements:
        where: defaultdict[Hashable, list[int]] = defaultdict(list)
        for j in columns:
            where[self.actual[j]].append(j)
        where.pop(None, None)
        # Floats find the candidates, exact decimals decide.
        numbers = sorted((as_float(key), key) for key in where if isinstance(key, _NUMERIC))
        floats = [near for near, _ in numbers]
        least, share = self._comparator.reach
        for i in rows:
            key = self.expected[i]
            if isinstance(key, _NUMERIC):
                middle = as_float(key)
                reach = least + share * abs(middle)
                top = middle + reach
                for k in range(bisect_left(floats, middle - reach), len(floats)):
                    if floats[k] > top:
                        break
                    other = numbers[k][1]
                    if key == other or self._comparator.is_near(key, other):
                        yield i, where[other]
            elif key in where:
                yield i, where[key]

    def grade(self, i: int, j: int) -> tuple[int, float]:
        a, b = self.expected[i], self.actual[j]
        if isinstance(a, _NUMERIC) and isinstance(b, _NUMERIC):
            same = self._comparator.is_near(a, b)
        else:
            same = a is not None and a == b
        return int(same), float(same)


class SoftColumn:
    """Cells only the comparator itself can judge."""

    cap = 1
    is_listable = False

    def __init__(
        self,
        expected: Keys,
        actual: Keys,
        values: tuple[Sequence[JsonValue], Sequence[JsonValue]],
        comparator: Comparator,
        path: str = "",
    ) -> None:
        self.expected = expected
        self.actual = actual
        self._values = values
        self._comparator = comparator
        self._path = path
        self._threshold = threshold_of(comparator)
        # A class derived from it may judge otherwise.
        self._is_text = comparator.__class__ is Text
        self._known: dict[tuple[Hashable, Hashable], float] = {}

    def agreements(self, rows: Sequence[int], columns: Sequence[int]) -> Agreements:
        if self._is_text:
            return self._similar_texts(rows, columns)
        return _pairwise(self, rows, columns)

    def _similar_texts(self, rows: Sequence[int], columns: Sequence[int]) -> Agreements:
        """One rapidfuzz call a distinct text instead of one a pair."""
        where: defaultdict[str, list[int]] = defaultdict(list)
        for j in columns:
            text = self.actual[j]
            if isinstance(text, str) and len(text) <= LONGEST_EDITED:
                where[text].append(j)
        texts = list(where)
        near: dict[Hashable, list[int]] = {None: []}
        for i in rows:
            key = self.expected[i]
            if key not in near:
                near[key] = self._near(key, texts, where, columns, i)
            if near[key]:
                yield i, near[key]

    def _near(
        self,
        key: Hashable,
        texts: list[str],
        where: dict[str, list[int]],
        columns: Sequence[int],
        i: int,
    ) -> list[int]:
        if not isinstance(key, str) or len(key) > LONGEST_EDITED:
            return [j for j in columns if self.grade(i, j)[0]]
        found = extract(
            key, texts, scorer=normalized_similarity, score_cutoff=self._threshold, limit=None
        )
        # rapidfuzz rounds its cut-off; the comparator has the last word.
        return [j for text, _, _ in found if self.grade(i, where[text][0])[0] for j in where[text]]

    def grade(self, i: int, j: int) -> tuple[int, float]:
        a, b = self.expected[i], self.actual[j]
        if a is None or b is None:
            return 0, 0.0
        found = self._known.get((a, b))
        if found is None:
            found = self._known[a, b] = self._judge(i, j)
        return int(found >= self._threshold), found

    def _judge(self, i: int, j: int) -> float:
        if self._is_text:
            # The keys are the folded texts; folding anew is most of the work.
            return text_similarity(str(self.expected[i]), str(self.actual[j]))
        a, b = self._values[0][i], self._values[1][j]
        similarity = self._comparator.similarity(_scalar(a), _scalar(b))
        return checked(similarity, self._comparator, self._path)


def _scalar(value: JsonValue) -> JsonScalar:
    return value  # type: ignore[return-value]  # cells of soft columns are leaves


class DeepColumn:
    """Cells that are lists themselves, matched in turn."""

    is_listable = False

    def __init__(
        self,
        expected: Keys,
        actual: Keys,
        cap: int,
        hits: Callable[[int, int], int],
    ) -> None:
        self.expected = expected
        self.actual = actual
        self.cap = cap
        self._hits = hits

    def agreements(self, rows: Sequence[int], columns: Sequence[int]) -> Agreements:
        return _pairwise(self, rows, columns)

    def grade(self, i: int, j: int) -> tuple[int, float]:
        if self.expected[i] is None or self.actual[j] is None:
            return 0, 0.0
        hits = self._hits(i, j)
        return hits, float(hits)


def _pairwise(column: Column, rows: Sequence[int], columns: Sequence[int]) -> Agreements:
    for i in rows:
        near = [j for j in columns if column.grade(i, j)[0]]
        if near:
            yield i, near


def unit_weight(soft: Sequence[Column], pairs: int) -> int:
    """Return what a right cell weighs: more than all shades of so many pairs together."""
    return 2 * _FINENESS * sum(column.cap for column in soft) * pairs + 1


def shade(soft: Sequence[Column], i: int, j: int) -> int:
    """Return what the similarity of a pair's cells differs by from its number of right cells.

    Cells of the other columns are as similar as they are right.
    """
    grades = [column.grade(i, j) for column in soft]
    return sum(round((similarity - hits) * _FINENESS) for hits, similarity in grades)
