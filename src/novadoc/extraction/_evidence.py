"""Where values stand on the pages: found among the words of a text layer or an OCR program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from novadoc._places import leaves
from novadoc.documents import ImagePolicy
from novadoc.extraction._outcome import Box, Evidence
from novadoc.extraction._settings import PageWord, WordReader
from novadoc.extraction._tasks import Pages, Task
from novadoc.types import JsonObject, JsonScalar

_LEAST = 0.8
"""Similarity below which a place is no evidence."""

_NOISE = re.compile(r"[^\w]+")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DATE_FORMATS = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y",
    "%Y-%m-%d", "%Y/%m/%d", "%B %d %Y", "%d %B %Y", "%b %d %Y", "%d %b %Y", "%d-%b-%Y",
)  # fmt: skip


class _Token(NamedTuple):
    text: str
    page: int
    box: Box


def page_words(
    task: Task, policy: ImagePolicy, reader: WordReader | None
) -> Iterator[tuple[int, Sequence[PageWord]]]:
    """Yield each page's number, from 1, and its words: of the text layer, else of the reader.

    Raises:
        DocumentError: A page cannot be read.
    """
    document = None if isinstance(task.given, Pages) else task.document
    for number, image in enumerate(task.images(policy), 1):
        words: Sequence[PageWord] = () if document is None else document.words(number)
        if not words and reader is not None and image.data is not None:
            words = reader.words(image.data)
        yield number, words


def find_evidence(
    canonical: JsonObject, pages: Iterator[tuple[int, Sequence[PageWord]]]
) -> tuple[dict[str, Evidence], tuple[str, ...]]:
    """Return where each value stands, and the paths of those that stand nowhere.

    Booleans and nulls are not looked for; pages without words are no proof of absence.
    """
    tokens = [
        _Token(piece, number, word.box)
        for number, words in pages
        for word in words
        for piece in _pieces(word.text)
    ]
    if not tokens:
        return {}, ()
    index = _index(tokens)
    found: dict[str, Evidence] = {}
    absent: list[str] = []
    for path, value in leaves(canonical):
        spellings = [form for form in map(_pieces, _spellings(value)) if form]
        if not spellings:
            continue
        place = _place(spellings, tokens, index)
        if place is None:
            absent.append(path)
        else:
            found[path] = place
    return found, tuple(absent)


def _pieces(text: str) -> list[str]:
    """Split text into what is compared: lower case, without marks; amounts as plain numbers."""
    return [piece for word in text.split() if (piece := _amount(word) or _bare(word))]


def _bare(word: str) -> str:
    return _NOISE.sub("", word).casefold()


def _amount(word: str) -> str | None:
    digits = word.strip("$€£()*").replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", digits) or ("." not in digits and digits[:1] == "0"):
        return None
    try:
        return format(Decimal(digits).normalize(), "f")
    except InvalidOperation:
        return None


def _spellings(value: JsonScalar) -> list[str]:
    if value is None or isinstance(value, bool):
        return []
    text = value if isinstance(value, str) else str(value)
    match = _ISO_DATE.fullmatch(text)
    if match is None:
        return [text]
    try:
        day = date(*map(int, match.groups()))
    except ValueError:
        return [text]
    return [text, *(day.strftime(form) for form in _DATE_FORMATS)]


def _index(tokens: Sequence[_Token]) -> Mapping[str, list[int]]:
    index: dict[str, list[int]] = {}
    for position, token in enumerate(tokens):
        index.setdefault(token.text, []).append(position)
    return index


def _place(
    spellings: list[list[str]], tokens: list[_Token], index: Mapping[str, list[int]]
) -> Evidence | None:
    for wanted in spellings:
        for start in index.get(wanted[0], ()):
            run = tokens[start : start + len(wanted)]
            if [token.text for token in run] == wanted and run[0].page == run[-1].page:
                return _evidence(run, 1.0)
    return _closest(spellings[0], tokens, index)


def _closest(
    wanted: list[str], tokens: list[_Token], index: Mapping[str, list[int]]
) -> Evidence | None:
    """Return the most alike run of as many words, tried wherever one of the words stands."""
    from rapidfuzz.fuzz import ratio  # only values that do not stand word for word need it

    text = " ".join(wanted)
    if len(wanted) == 1:
        starts = set(range(len(tokens)))
    else:
        starts = {
            position - offset
            for offset, word in enumerate(wanted)
            for position in index.get(word, ())
            if position >= offset
        }
    best, similarity = None, _LEAST
    for start in sorted(starts):
        run = tokens[start : start + len(wanted)]
        score = ratio(text, " ".join(token.text for token in run), score_cutoff=80) / 100
        if score > similarity and run[0].page == run[-1].page:
            best, similarity = run, score
    # A number that is only nearly the same is another number.
    if best is None or any(word.replace(".", "").isdigit() for word in wanted):
        return None
    return _evidence(best, similarity)


def _evidence(run: Sequence[_Token], similarity: float) -> Evidence:
    boxes: list[Box] = []
    for token in run:
        if boxes and _same_line(boxes[-1], token.box):
            left, top, right, bottom = boxes[-1]
            box = token.box
            boxes[-1] = (
                min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]),
            )  # fmt: skip
        else:
            boxes.append(token.box)
    return Evidence(run[0].page, tuple(boxes), similarity)


def _same_line(one: Box, other: Box) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common > 0.5 * min(one[3] - one[1], other[3] - other[1])
