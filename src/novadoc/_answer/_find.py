"""The one JSON value in a text that is not JSON alone: out of its surroundings, or mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from novadoc._answer._json import NoJsonError, NotJsonError, UnclosedError, load_json
from novadoc._answer._repair import repair_json
from novadoc._answer._scan import Span, complete_part, spans
from novadoc.types import JsonValue

_FENCE = re.compile(r"```[ \t]*(?:json|JSON)?[ \t]*\n")
_STARTS = re.compile(r"[{\[]\s*(?:[\"'\u201c\u201d\u2018{\[}\]\d-]|\w+\s*:|\Z)")
_GOES_ON = re.compile(r'\s*[,:]\s*["{\[]|\s*[\]}"]')


class _Strict(NamedTuple):
    span: Span
    value: JsonValue
    notes: list[str]


def json_inside(text: str, names: AbstractSet[str], notes: list[str]) -> JsonValue:
    """Return the JSON value that stands somewhere in `text`, as `find_json`."""
    fence = _FENCE.search(text)
    inside = text[fence.end() :] if fence else text
    runs = [run for run in spans(inside) if _STARTS.match(inside, run.start)]
    if not runs:
        raise NoJsonError("no JSON begins in the text")
    if all(run.closed for run in runs):
        whole = _whole(list(_strict(inside, runs)), inside, names)
        if whole is not None:
            notes.extend(["surroundings", *whole.notes])
            return whole.value
    return _mended(inside, runs, notes)


def _strict(text: str, runs: list[Span]) -> Iterator[_Strict]:
    for run in runs:
        notes: list[str] = []
        try:
            yield _Strict(run, load_json(text[run.start : run.end], notes), notes)
        except ValueError:
            continue


def _whole(found: list[_Strict], text: str, names: AbstractSet[str]) -> _Strict | None:
    """Return the first value that answers, unless the text goes on as if it were still inside."""
    answers = [one for one in found if _answers(one.value, names)] or found
    if not answers or _GOES_ON.match(text, answers[0].span.end):
        return None
    return answers[0]


def _answers(value: JsonValue, names: AbstractSet[str]) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, dict) for item in value)
    return isinstance(value, dict) and (not names or not names.isdisjoint(value))


def _mended(text: str, runs: list[Span], notes: list[str]) -> JsonValue:
    last = runs[-1]
    if not last.closed:
        raise UnclosedError(complete_part(text[last.start :]))
    start = runs[0].start
    end = max(text.rfind("}"), text.rfind("]")) + 1
    notes.append("surroundings")
    try:
        return repair_json(text[start:end], notes)
    except NotJsonError:
        notes.pop()
        raise
