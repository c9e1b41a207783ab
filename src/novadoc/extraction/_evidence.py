"""Where values stand on the pages: found among the words of a text layer or an OCR program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from novadoc._places import leaves
from novadoc.documents import ImagePolicy
from novadoc.errors import NovadocError, UnreadableDocumentError
from novadoc.extraction._settings import PageWord, WordReader
from novadoc.extraction._tasks import Pages, Task
from novadoc.extraction._values import Box, Evidence
from novadoc.schema._amounts import read_amount
from novadoc.schema._conventions import DecimalMark
from novadoc.types import JsonObject, JsonScalar

_LEAST = 0.8
"""Similarity below which a place is no evidence."""

_NOISE = re.compile(r"[^\w]+")
_PAIR = re.compile(r"(?<![\d/:])\d+[/:]\d+(?![\d/:])", re.ASCII)
"""A fraction, a time, a page of pages: `1/2` is not 12."""
_PADDED = re.compile(r"0\d+", re.ASCII)
"""An account, not an amount: its zeros count."""
_LONG_NUMBER = re.compile(r"\d{5,}", re.ASCII)
_DECIMAL_MARKS: tuple[DecimalMark, ...] = (".", ",")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DATE_FORMATS = (
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y",
    "%Y-%m-%d", "%Y/%m/%d", "%B %d %Y", "%d %B %Y", "%b %d %Y", "%d %b %Y", "%d-%b-%Y",
)  # fmt: skip


class _Word(NamedTuple):
    """A word as it is compared."""

    text: str
    """Without case and marks."""
    forms: tuple[str | Decimal, ...]
    """All that it can say: `1,234` is a thousand in one place, and one and a bit in another."""


class _Token(NamedTuple):
    word: _Word
    page: int
    box: Box


def page_words(
    task: Task, policy: ImagePolicy, reader: WordReader | None
) -> Iterator[tuple[int, Sequence[PageWord]]]:
    """Yield each page's number, from 1, and its words: of the text layer, else of the reader.

    Raises:
        DocumentError: A page cannot be read, by the reader neither.
    """
    document = None if isinstance(task.given, Pages) else task.document
    for number, image in enumerate(task.images(policy), 1):
        words: Sequence[PageWord] = () if document is None else document.words(number)
        if not words and reader is not None and image.data is not None:
            words = _read_words(reader, image.data, task.id, number)
        yield number, words


def _read_words(reader: WordReader, page: bytes, name: str, number: int) -> Sequence[PageWord]:
    try:
        return tuple(reader.words(page))  # a generator raises only when it is asked
    except NovadocError:
        raise
    except Exception as error:  # noqa: BLE001  (a reader is anybody's program)
        # Whatever it raises is about this page, and its text may hold what stands there.
        raise UnreadableDocumentError(
            f"The word reader raised {type(error).__name__}.",
            document=name,
            page=number,
            remedy="Mend the reader, or leave `evidence` out for such pages.",
        ) from None


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
        spellings = _spellings(value)
        if not spellings:
            continue
        place = _place(spellings, tokens, index)
        if place is None:
            absent.append(path)
        else:
            found[path] = place
    return found, tuple(absent)


def _pieces(text: str) -> list[_Word]:
    """Split text into what is compared."""
    return [word for piece in text.split() if (word := _word(piece)).forms]


def _word(piece: str) -> _Word:
    bare = _NOISE.sub("", piece).casefold()
    if numbers := _numbers(piece):
        return _Word(bare, numbers)
    pair = _PAIR.search(piece)
    if pair is not None:
        return _Word(bare, (pair.group(),))
    # `12-34-56` is a number to whoever leaves the marks out; shorter ones may be a range.
    forms = (bare, Decimal(bare)) if _LONG_NUMBER.fullmatch(bare) else (bare,)
    return _Word(bare, forms if bare else ())


def _numbers(piece: str) -> tuple[Decimal, ...]:
    """Return the numbers a piece's shape allows; none where it is no amount."""
    body = piece.strip("*").rstrip(".,;:*")
    if _PADDED.fullmatch(body.strip("()")):
        return ()
    amount = read_amount(body)
    if amount is None:
        return ()
    found = [amount.value]
    if amount.ambiguous:
        others = (read_amount(body, mark) for mark in _DECIMAL_MARKS)
        found.extend(other.value for other in others if other and other.value not in found)
    if body.endswith((")", "-")):
        found.extend([-value for value in found])  # a deduction, or only a note or a dash
    return tuple(found)


def _spellings(value: JsonScalar) -> list[list[_Word]]:
    """Return how a value may be printed, each way as its words."""
    if value is None or isinstance(value, bool):
        return []
    if not isinstance(value, str):
        number = Decimal(str(value))
        return [[_Word(format(number, "f").strip("-"), (number,))]]
    texts = [value]
    match = _ISO_DATE.fullmatch(value)
    if match is not None:
        with suppress(ValueError):
            day = date(*map(int, match.groups()))
            texts.extend(day.strftime(form) for form in _DATE_FORMATS)
    return [words for words in map(_pieces, texts) if words]


def _index(tokens: Sequence[_Token]) -> Mapping[str | Decimal, list[int]]:
    index: dict[str | Decimal, list[int]] = {}
    for position, token in enumerate(tokens):
        for form in token.word.forms:
            index.setdefault(form, []).append(position)
    return index


def _place(
    spellings: list[list[_Word]],
    tokens: list[_Token],
    index: Mapping[str | Decimal, list[int]],
) -> Evidence | None:
    for wanted in spellings:
        for start in _positions(wanted[0], index):
            run = tokens[start : start + len(wanted)]
            if _says(run, wanted) and run[0].page == run[-1].page:
                return _evidence(run, 1.0)
    return _closest(spellings[0], tokens, index)


def _positions(word: _Word, index: Mapping[str | Decimal, list[int]]) -> list[int]:
    """Return where a word may stand, in the order of the pages."""
    return sorted({at for form in word.forms for at in index.get(form, ())})


def _says(run: list[_Token], wanted: list[_Word]) -> bool:
    return len(run) == len(wanted) and not any(
        set(token.word.forms).isdisjoint(word.forms)
        for token, word in zip(run, wanted, strict=True)
    )


def _closest(
    wanted: list[_Word], tokens: list[_Token], index: Mapping[str | Decimal, list[int]]
) -> Evidence | None:
    """Return the most alike run of as many words, tried wherever one of the words stands."""
    # A number that is only nearly the same is another number.
    if any(word.text.replace(".", "").isdigit() for word in wanted):
        return None
    from rapidfuzz.fuzz import ratio  # only values that do not stand word for word need it

    text = " ".join(word.text for word in wanted)
    if len(wanted) == 1:
        starts = set(range(len(tokens)))
    else:
        starts = {
            position - offset
            for offset, word in enumerate(wanted)
            for position in _positions(word, index)
            if position >= offset
        }
    best, similarity = None, _LEAST
    for start in sorted(starts):
        run = tokens[start : start + len(wanted)]
        score = ratio(text, " ".join(token.word.text for token in run), score_cutoff=80) / 100
        if score > similarity and run[0].page == run[-1].page:
            best, similarity = run, score
    return None if best is None else _evidence(best, similarity)


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
