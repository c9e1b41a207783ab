"""What kind of mistake a wrong leaf is, so that one knows what to fix."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

from rapidfuzz.distance.Levenshtein import distance

from novadoc.metrics._dates import iso_date
from novadoc.metrics._normalise import exact_text, fold, number
from novadoc.metrics._values import is_void
from novadoc.types import JsonValue

Cause = Literal[
    "absent",  # missing: nothing was predicted
    "blanks",  # equal but for blanks
    "case",  # equal but for upper and lower case
    "different",  # nothing in common that would explain it
    "empty in the truth",  # extra: the truth has no value here
    "format",  # the same number or date, printed another way
    "hallucinated key",  # extra: a key the truth does not have
    "look-alike characters",  # O for 0, l for 1, ...
    "neighbour's value",  # the true value of another field of the document
    "punctuation",  # equal but for marks between letters and digits
    "sign or scale",  # the number is negated, or a power of ten off
    "swapped row",  # the true value of the same field in another row
    "transposed",  # two neighbouring characters changed places
    "truncated",  # one is the beginning or end of the other
    "typo",  # one or two characters differ
]

# Pairs that OCR and readers confuse; both letters of a group read alike.
_ALIKE = str.maketrans("OoQDIlL|!iSsZzBGgqT7", "00001111115522869911")
_LONGEST = 400
_EMPTY = "\0"


class Truth:
    """The true document's leaves by their text and by their path, read when first asked for."""

    def __init__(self, document: JsonValue) -> None:
        self._document = document
        self._index: tuple[dict[str, list[str]], set[str]] | None = None

    def places(self, text: str) -> set[str]:
        """Return the paths where a text stands."""
        return set(self._read()[0].get(text, ()))

    def has(self, path: str) -> bool:
        """Return whether a path is known: a leaf, or within what the truth leaves empty."""
        known = self._read()[1]
        parts = enumerate(path)
        return path in known or any(path[:k] + _EMPTY in known for k, mark in parts if mark in ".[")

    def _read(self) -> tuple[dict[str, list[str]], set[str]]:
        if self._index is None:
            where: dict[str, list[str]] = {}
            paths: set[str] = set()
            for path, value in _leaves(self._document):
                paths.add(path)
                if is_void(value):
                    paths.add(path + _EMPTY)
                else:
                    where.setdefault(exact_text(value), []).append(path)
            self._index = where, paths
        return self._index


def cause_of(expected: JsonValue, actual: JsonValue, path: str, truth: Truth) -> Cause:
    """Classify a leaf that is not right."""
    if is_void(actual):
        return "absent"
    if is_void(expected):
        return _cause_of_extra(actual, path, truth)
    a, b = exact_text(expected), exact_text(actual)
    if max(len(a), len(b)) > _LONGEST:
        return _by_place(actual, path, truth) or ("truncated" if _is_cut(a, b) else "different")
    return (
        _by_form(a, b)
        or _by_value(expected, actual)
        or _by_letters(a, b)
        or _by_place(actual, path, truth)
        or _by_length(a, b)
        or "different"
    )


def _cause_of_extra(actual: JsonValue, path: str, truth: Truth) -> Cause:
    if not truth.has(path):
        return "hallucinated key"
    return (
        "neighbour's value" if truth.places(exact_text(actual)) - {path} else "empty in the truth"
    )


def _by_form(a: str, b: str) -> Cause | None:
    if "".join(a.split()) == "".join(b.split()):
        return "blanks"
    if fold(a) == fold(b):
        return "case"
    return "punctuation" if _letters(a) and _letters(a) == _letters(b) else None


def _letters(text: str) -> str:
    # A minus or a decimal mark is no ornament of a number.
    if number(text) is not None:
        return ""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _by_value(expected: JsonValue, actual: JsonValue) -> Cause | None:
    a, b = number(expected), number(actual)
    if a is not None and b is not None:
        if a == b:
            return "format"
        return "sign or scale" if _is_scaled(abs(a), abs(b)) else None
    day = iso_date(expected)
    return "format" if day and day in {iso_date(actual, "MDY"), iso_date(actual, "DMY")} else None


def _is_scaled(a: object, b: object) -> bool:
    texts = [str(value).replace(".", "").strip("0") for value in (a, b)]
    return texts[0] == texts[1] != ""


def _by_place(actual: JsonValue, path: str, truth: Truth) -> Cause | None:
    places = truth.places(exact_text(actual))
    if path in places and "[]" in path:
        return "swapped row"
    return "neighbour's value" if places else None


def _by_letters(a: str, b: str) -> Cause | None:
    if _is_transposed(a, b):
        return "transposed"
    if a.translate(_ALIKE) == b.translate(_ALIKE):
        return "look-alike characters"
    return None


def _by_length(a: str, b: str) -> Cause | None:
    if _is_cut(fold(a), fold(b)):
        return "truncated"
    return "typo" if _is_typo(a, b) else None


def _is_cut(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) > 2 and (longer.startswith(shorter) or longer.endswith(shorter))


def _is_transposed(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    apart = [k for k, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    return a[apart[0]] == b[apart[1]] and a[apart[1]] == b[apart[0]]


def _is_typo(a: str, b: str) -> bool:
    longest = max(len(a), len(b))
    # One or two characters leave nothing to recognise.
    most = 0 if longest < 3 else 1 if longest < 6 else 2
    return distance(a, b, score_cutoff=most) <= most


def _leaves(document: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield (path, value) of every leaf and of all that is empty; rows are all called `[]`."""
    todo: list[tuple[str, JsonValue]] = [("", document)]
    while todo:
        path, value = todo.pop()
        if is_void(value):
            yield path, value
        elif isinstance(value, dict):
            todo += [(f"{path}.{key}" if path else key, inner) for key, inner in value.items()]
        elif isinstance(value, list):
            todo += [(f"{path}[]", inner) for inner in value]
        else:
            yield path, value
