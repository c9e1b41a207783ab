"""ANLS*: the soft whole-document score of the anls_star project, with equal results, faster.

Defined by Peer et al. (arXiv 2402.03848) and by the package `anls_star` 1.0.1, whose edge cases
are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import TypeAlias, Union, cast

from rapidfuzz.distance.Levenshtein import normalized_similarity
from rapidfuzz.process import extract

from novadoc.errors import MetricsError
from novadoc.metrics._assignment import assign
from novadoc.metrics._fuzzy import text_similarity

AnlsValue: TypeAlias = Union[
    str, int, float, Decimal, "Sequence[AnlsValue]", "Mapping[str, AnlsValue]", None
]
"""A JSON value; in a truth, a tuple lists answers of which any is right."""

# Below this similarity a text counts as unread; the value is the metric's own.
_CUT = 0.5
# Means become integers for the exact assignment; the lowest bit prefers equal items.
_SCALE = 1 << 46

_LEAVES = (str, int, float, Decimal)
_USUAL = frozenset({*_LEAVES, type(None)})
_Cell = tuple[float, int]
"""Sum of similarities, and the number of leaves they are a mean over."""


def anls_star(expected: AnlsValue, actual: AnlsValue) -> float:
    """Return the ANLS* score, 0 to 1: mean similarity of leaves under the best pairing of rows.

    Texts above 20,000 characters are compared by their words.

    Args:
        expected: The truth. A tuple means any of its members is right; a list of texts against a
            single text is read as such a tuple, as question-answering data sets do.
        actual: The prediction.

    Raises:
        MetricsError: A value is of a class the metric does not know, or nested too deeply.

    Example:
        >>> anls_star({"name": "Ann", "tags": ["a", "b"]}, {"name": "Ann", "tags": ["b", "a"]})
        1.0
        >>> round(anls_star({"a": "hello"}, {"a": "hallo"}), 2)
        0.8
    """
    if isinstance(actual, str) and isinstance(expected, list):
        options = cast("list[object]", expected)
        if options and all(isinstance(option, str) for option in options):
            expected = tuple(cast("list[str]", options))
    try:
        total, length = _pair(expected, actual)
    except RecursionError:
        raise MetricsError(
            "the document is nested too deeply, or holds itself.",
            remedy="Score a flatter form of it.",
        ) from None
    return total / length if length else 1.0


def _pair(expected: object, actual: object) -> _Cell:
    if isinstance(expected, _LEAVES):
        if isinstance(actual, _LEAVES):
            return _similarity(_folded(expected), _folded(actual)), 1
        return 0.0, max(1, _size(actual))
    if isinstance(expected, dict):
        return _dicts(cast("dict[str, object]", expected), actual)
    if isinstance(expected, list):
        return _lists(cast("list[object]", expected), actual)
    if isinstance(expected, tuple):
        return _best_option(cast("tuple[object, ...]", expected), actual)
    if expected is None:
        return float(_is_none(actual)), max(1, _size(actual))
    raise MetricsError(f"ANLS* knows no `{type(expected).__name__}`.")


def _folded(value: object) -> str:
    return " ".join(str(value).lower().split())


def _similarity(expected: str, actual: str) -> float:
    found = text_similarity(expected, actual)
    return found if found >= _CUT else 0.0


def _is_none(value: object) -> bool:
    return value is None or value in ({}, [], "")


def _size(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(_size, cast("dict[str, object]", value).values()))
    if isinstance(value, list):
        return sum(map(_size, cast("list[object]", value)))
    if isinstance(value, tuple):
        return max(map(_size, cast("tuple[object, ...]", value)))
    if value is None or isinstance(value, _LEAVES):
        return 1
    raise MetricsError(
        f"ANLS* knows no `{type(value).__name__}`.",
        remedy="Convert it to text, a number or a list.",
    )


def _best_option(options: tuple[object, ...], actual: object) -> _Cell:
    if not options:
        raise MetricsError(
            "a tuple of right answers needs at least one.",
            remedy="Use None where nothing is right.",
        )
    found = [(_pair(option, actual), option == actual) for option in options]
    return max(found, key=lambda one: (_mean(one[0]), one[1]))[0]


def _mean(cell: _Cell) -> float:
    return cell[0] / cell[1] if cell[1] else 1.0


def _dicts(expected: dict[str, object], actual: object) -> _Cell:
    if not isinstance(actual, dict):
        return 0.0, max(_size(expected), _size(actual))
    other = cast("dict[str, object]", actual)
    total, length = 0.0, 0
    for key, value in expected.items():
        found = other.get(key)
        if value.__class__ is str and value == found:
            total, length = total + 1.0, length + 1
        else:
            similarity, leaves = _pair(value, found)
            total, length = total + similarity, length + leaves
    for key, found in other.items():
        if key not in expected:
            length += max(1, _size(found))
    return total, length


def _lists(expected: list[object], actual: object) -> _Cell:
    if not isinstance(actual, list):
        return 0.0, max(_size(expected), _size(actual))
    rows = cast("list[object]", actual)
    if not expected or not rows:
        return 0.0, _size(expected) + _size(rows)
    if len(expected) == len(rows) == 1:
        return _pair(expected[0], rows[0])
    # Prints tell 1 from 1.0, as the score does; a long list that is right needs no pairing.
    if len(rows) == len(expected) and rows == expected and repr(rows) == repr(expected):
        size = _size(rows)
        return float(size), size
    flat = _are_flat(expected) and _are_flat(rows)
    totals, lengths = _flat_grid(expected, rows) if flat else ([], [])
    # Explicit loops: comprehensions are frames before Python 3.12, and nesting may be deep.
    for one in () if flat else expected:
        line: list[_Cell] = []
        for two in rows:
            line.append(_pair(one, two))  # noqa: PERF401 - see above
        totals.append([cell[0] for cell in line])
        lengths.append([cell[1] for cell in line])
    total, length = 0.0, 0
    left, right = set(range(len(expected))), set(range(len(rows)))
    for i, j in assign(_weights(expected, rows, totals, lengths)):
        total, length = total + totals[i][j], length + lengths[i][j]
        left.discard(i)
        right.discard(j)
    length += sum(_size(expected[i]) for i in left) + sum(_size(rows[j]) for j in right)
    return total, length


def _weights(
    expected: list[object],
    actual: list[object],
    totals: list[list[float]],
    lengths: list[list[int]],
) -> list[list[int]]:
    grid: list[list[int]] = []
    for i, line in enumerate(totals):
        weights = [
            int(total / length * _SCALE) if length else _SCALE
            for total, length in zip(line, lengths[i], strict=True)
        ]
        # Only a full mean can be an equal item, so the costly comparison is rare.
        if _SCALE in weights:
            for j, weight in enumerate(weights):
                weights[j] += weight == _SCALE and expected[i] == actual[j]
        grid.append(weights)
    return grid


def _are_flat(rows: Iterable[object]) -> bool:
    return all(isinstance(row, dict) and _is_flat(cast("dict[str, object]", row)) for row in rows)


def _is_flat(row: dict[str, object]) -> bool:
    if _USUAL.issuperset(map(type, row.values())):
        return True
    return all(value is None or isinstance(value, _LEAVES) for value in row.values())


def _flat_grid(
    left: list[object], right: list[object]
) -> tuple[list[list[float]], list[list[int]]]:
    """Fill all cells column by column, with one rapidfuzz call for each distinct value."""
    expected = cast("list[dict[str, object]]", left)
    actual = cast("list[dict[str, object]]", right)
    totals = [[0.0] * len(actual) for _ in expected]
    for key in dict.fromkeys(chain.from_iterable(expected)):
        _add_column(key, expected, actual, totals)
    shapes = [frozenset(row) for row in actual]
    # Rows of one list have few sets of keys, and a line of lengths is the same for each.
    known: dict[frozenset[str], list[int]] = {}
    for own in map(frozenset, expected):
        if own not in known:
            sizes = {shape: len(own | shape) for shape in set(shapes)}
            known[own] = [sizes[shape] for shape in shapes]
    return totals, [known[frozenset(row)] for row in expected]


def _add_column(
    key: str,
    expected: list[dict[str, object]],
    actual: list[dict[str, object]],
    totals: list[list[float]],
) -> None:
    where, nothing = _by_text(key, actual)
    texts, places = list(where), list(where.values())
    similar: dict[str, list[tuple[str, float, int]]] = {}
    for row, line in zip(expected, totals, strict=True):
        if key not in row:
            continue
        value = row[key]
        if value is None:
            for j in nothing:
                line[j] += 1.0
            continue
        text = " ".join(str(value).lower().split())
        near = similar.get(text)
        if near is None:
            near = similar[text] = _near(text, texts)
        for _, similarity, k in near:
            for j in places[k]:
                line[j] += similarity


def _by_text(key: str, rows: list[dict[str, object]]) -> tuple[dict[str, list[int]], list[int]]:
    """Return the rows of each folded text, and the rows that hold nothing there."""
    where: dict[str, list[int]] = {}
    nothing: list[int] = []
    for j, row in enumerate(rows):
        found = row.get(key)
        if found is not None:
            text = " ".join(str(found).lower().split())
            where.setdefault(text, []).append(j)
        if found is None or found == "":
            nothing.append(j)
    return where, nothing


def _near(text: str, texts: list[str]) -> list[tuple[str, float, int]]:
    """Return (text, similarity, position) of the texts that are similar enough to count."""
    if not text:
        return [("", 1.0, texts.index(""))] if "" in texts else []
    return extract(text, texts, scorer=normalized_similarity, score_cutoff=_CUT, limit=None)
