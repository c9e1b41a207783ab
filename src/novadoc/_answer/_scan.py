"""Where JSON stands in an answer's text, whether it is closed, and its complete part when not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from novadoc._answer._json import MAX_DEPTH, NotJsonError, load_json
from novadoc.types import JsonObject

_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]"]', re.DOTALL)
_OPENING = {"}": "{", "]": "["}
_CLOSING = {"{": "}", "[": "]"}
_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[{}\[\],:])|(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")"""
    r"""|(?P<scalar>-?\d[\d.eE+-]*|true|false|null)(?=\s*[,}\]]))""",
    re.DOTALL,
)
_LEFT_OVER = re.compile(r"[\s`;.]*")


class Span(NamedTuple):
    """One run of JSON-like text."""

    start: int
    end: int
    closed: bool


def spans(text: str) -> Iterator[Span]:
    """Yield the runs of bracketed text at top level, in order; the last one may be unclosed."""
    position = 0
    while (start := _first_bracket(text, position)) is not None:
        span = _span_from(text, start)
        yield span
        position = span.end


def _first_bracket(text: str, position: int) -> int | None:
    found = [at for at in (text.find("{", position), text.find("[", position)) if at >= 0]
    return min(found, default=None)


def _span_from(text: str, start: int) -> Span:
    stack: list[str] = []
    stray_quote = False
    for match in _PIECE.finditer(text, start):
        piece = match.group()
        if piece == '"':
            stray_quote = True
        elif piece in _CLOSING:
            stack.append(piece)
        elif piece in _OPENING and _OPENING[piece] in stack:
            while stack.pop() != _OPENING[piece]:
                pass
            if not stack:
                return _closed(text, start, match.end(), stray_quote=stray_quote)
    return Span(start, len(text), closed=False)


def _closed(text: str, start: int, end: int, *, stray_quote: bool) -> Span:
    # Behind a quote that never closes, a bracket may be part of a value that was cut: only one at
    # the very end is believed to be the answer's own.
    if stray_quote and not _LEFT_OVER.fullmatch(text, end):
        return Span(start, len(text), closed=False)
    return Span(start, end, closed=True)


def complete_part(text: str) -> JsonObject:
    """Return what is complete in JSON text that was cut off: whole values, nothing guessed.

    A number or word that touches the end may go on, so it is left out; so is a name without value.
    Text that stops being JSON before its end is read up to there.
    """
    safe, open_there = _last_complete(text)
    closers = "".join(_CLOSING[mark] for mark in reversed(open_there))
    try:
        value = load_json(text[:safe] + closers)
    except (NotJsonError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def unfinished(text: str) -> str:
    """Return the value or name in which JSON text that was cut ends; empty between two of them.

    A number at the end may be whole or not: nobody knows.
    """
    start = _first_bracket(text, 0)
    position = len(text) if start is None else start
    while match := _TOKEN.match(text, position):
        position = match.end()
    return text[position:].lstrip()


def _last_complete(text: str) -> tuple[int, tuple[str, ...]]:
    stack: list[str] = []
    safe = 0
    open_there: tuple[str, ...] = ()
    position, before = 0, ""
    while match := _TOKEN.match(text, position):
        mark = match.group("mark") or ""
        position = match.end()
        if mark in _CLOSING:
            stack.append(mark)
        elif mark in _OPENING and (not stack or stack.pop() != _OPENING[mark]):
            break
        if len(stack) > MAX_DEPTH:
            break
        is_name = bool(stack) and stack[-1] == "{" and before in {"{", ","}
        if mark in _OPENING or (not mark and not is_name):
            safe, open_there = position, tuple(stack)
        before = mark or "value"
    return safe, open_there
