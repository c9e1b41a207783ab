"""What kind of mistake a wrong leaf is, so that one knows what to fix."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

from novadoc.metrics._dates import iso_date
from novadoc.metrics._normalise import exact_text, fold, number
from novadoc.metrics._values import is_array, is_object, is_void
from novadoc.types import JsonValue

Cause = Literal[
    "absent",  # missing: nothing was predicted
    "blanks",  # equal but for blanks
    "case",  # equal but for upper and lower case
    "different",  # nothing in common that would explain it
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
    "unasked",  # extra: the truth has no value here
]

# Pairs that OCR and readers confuse; both letters of a group read alike.
_ALIKE = str.maketrans("OoQDIlL|!iSsZzBGgqT7", "0000111111552286991" + "1")
_LONGEST = 400


def cause_of(expected: JsonValue, actual: JsonValue, path: str, truth: JsonValue) -> Cause:
    """Classify a leaf that is not right; `truth` is the whole true document."""
    if is_void(actual):
        return "absent"
    if is_void(expected):
        return _cause_of_extra(actual, path, truth)
    a, b = exact_text(expected)[:_LONGEST], exact_text(actual)[:_LONGEST]
    found = _by_form(a, b) or _by_value(expected, actual)
    if found:
        return found
    return _by_place(expected, actual, path, truth) or _by_letters(a, b) or "different"


def _cause_of_extra(actual: JsonValue, path: str, truth: JsonValue) -> Cause:
    if not any(place == path for place, _ in leaves(truth)):
        return "hallucinated key"
    return "neighbour's value" if _stands_elsewhere(actual, path, truth) else "unasked"


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
    return "format" if day and day in {iso_date(actual, "mdy"), iso_date(actual, "dmy")} else None


def _is_scaled(a: object, b: object) -> bool:
    texts = [str(value).replace(".", "").strip("0") for value in (a, b)]
    return texts[0] == texts[1] != ""


def _by_place(expected: JsonValue, actual: JsonValue, path: str, truth: JsonValue) -> Cause | None:
    wanted = exact_text(actual)
    elsewhere = [place for place, value in leaves(truth) if exact_text(value) == wanted]
    if path in elsewhere and "[]" in path:
        return "swapped row"
    return "neighbour's value" if elsewhere else None


def _stands_elsewhere(actual: JsonValue, path: str, truth: JsonValue) -> bool:
    wanted = exact_text(actual)
    return any(place != path and exact_text(value) == wanted for place, value in leaves(truth))


def _by_letters(a: str, b: str) -> Cause | None:
    if a.translate(_ALIKE) == b.translate(_ALIKE):
        return "look-alike characters"
    if _is_transposed(a, b):
        return "transposed"
    shorter, longer = sorted((fold(a), fold(b)), key=len)
    if len(shorter) > 2 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return "truncated"
    return "typo" if _is_typo(a, b) else None


def _is_transposed(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    apart = [k for k, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    return a[apart[0]] == b[apart[1]] and a[apart[1]] == b[apart[0]]


def _is_typo(a: str, b: str) -> bool:
    from rapidfuzz.distance.Levenshtein import distance

    most = 1 if max(len(a), len(b)) < 6 else 2
    return distance(a, b, score_cutoff=most) <= most


def leaves(value: JsonValue, path: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Yield (path, value) of every leaf; rows are all called `[]`."""
    if is_object(value):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif is_array(value):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    elif not is_void(value):
        yield path, value
