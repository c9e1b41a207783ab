"""What a token model sees of each word: its form, its neighbours, its labels, its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from novadoc.local.engine._labels import Scores
from novadoc.local.engine._looks import Look, fit
from novadoc.local.engine._page import Page
from novadoc.local.engine._printed import Printed
from novadoc.local.engine._values import amount, numeric, outline, priced, squeeze
from novadoc.local.engine._zeroshot import LABEL

Features = Mapping[str, float]

_LOOKS: tuple[Look, ...] = ("ssn", "ein", "date", "region", "time")
_GRIDS = tuple((n, shift, f"{n}{shift}") for n in (6, 12, 20) for shift in (0.0, 0.5))
"""Cells a side, what part of a cell they are moved by, and a name."""
_KEPT = 20_000
_PLACE_WEIGHT = 0.2
"""Value of a feature of place; labels carry over to other layouts, places do not."""


class Describer:
    """Describes the words of a page by features.

    Args:
        form_words: Words that stand on many training pages: what is printed on the form itself.
        printed: Words that stand on several: what a misread word may have been.
    """

    def __init__(self, form_words: Collection[str] = (), printed: Collection[str] = ()) -> None:
        self._form_words = frozenset(form_words)
        self._printed = Printed(printed)
        self._said = lru_cache(_KEPT)(self._say)

    def describe(self, page: Page, labels: Scores, scores: Scores) -> list[Features]:
        """Return the features of each word.

        Args:
            page: The page.
            labels: How much each segment is a label, from `ZeroShot.labels`.
            scores: How much each word is a value, from `ZeroShot.words`.
        """
        context = _Context(page, labels, self._said)
        prices = Counter(amount(word.text) for word in page.words if priced(word.text))
        highest = max((price for price in prices if price is not None), default=None)
        described: list[Features] = []
        for segment, members in enumerate(page.words_of):
            around = context.features(segment)
            for k, own in zip(members, _owned(page, members), strict=True):
                features = dict.fromkeys(own, 1.0)
                features.update(around)
                price = amount(page.words[k].text)
                if price is not None and price in prices:
                    features[f"highest={price == highest}"] = 1.0
                    features[f"times={min(prices[price], 4)}"] = 1.0
                described.append(features)
        fields, weights = scores.nonzero(), (3.0 * scores).tolist()
        for k, field in zip(*(found.tolist() for found in fields), strict=True):
            described[k][f"z{field}"] = weights[k][field]
        return described

    def _say(self, text: str) -> _Said:
        """Describe a text once for all it stands next to."""
        words = self._printed.words(text)
        known = sum(word in self._form_words for word in words)
        of_the_form = bool(words) and known >= 0.7 * len(words) and not numeric(text)
        return _Said(words[0] if words else "", tuple(_tails(text, words[:7])), of_the_form)


class _Said(NamedTuple):
    """What a text reads."""

    first: str
    """Its first word."""
    tails: tuple[str, ...]
    """Its features, but for where it stands."""
    of_the_form: bool
    """Whether most of its words are printed on the form itself."""


class _Context:
    """Features all words of a segment share."""

    def __init__(self, page: Page, labels: Scores, say: Callable[[str], _Said]) -> None:
        self._page = page
        self._said = [say(box.text) for box in page.segments]
        labelled = labels.max(axis=1) > LABEL if labels.size else [False] * len(labels)
        self._is_label = [
            bool(known) or said.of_the_form
            for known, said in zip(labelled, self._said, strict=True)
        ]

    def features(self, segment: int) -> dict[str, float]:
        features = dict.fromkeys(self._neighbours(segment), 1.0)
        where = [*self._row(segment), *_place(self._page, segment)]
        features.update(dict.fromkeys(where, _PLACE_WEIGHT))
        return features

    def _neighbours(self, segment: int) -> list[str]:
        page = self._page
        above = page.above[segment]
        found: list[str] = []
        for place, other in enumerate(above[:2]):
            found += self._text(f"A{place}", other)
        found += self._label_above(above)
        for tag, near in (("L", page.left), ("R", page.right), ("B", page.below)):
            neighbour = near[segment]
            found += [f"{tag}:none"] if neighbour is None else self._text(tag, neighbour)
        found += self._label_before(segment)
        return [*found, f"above={len(above)}", f"label={self._is_label[segment]}"]

    def _label_above(self, above: list[int]) -> list[str]:
        """Describe the nearest label above, past the other lines of the block."""
        for rank, other in enumerate(above):
            if self._is_label[other]:
                name = f"AL#{rank}"
                return [*self._text("AL", other), name, f"{name}={self._said[other].first}"]
        return ["AL:none"]

    def _label_before(self, segment: int) -> list[str]:
        before = self._page.left[segment]
        for _ in range(4):
            if before is None:
                break
            if self._is_label[before]:
                return self._text("LL", before)
            before = self._page.left[before]
        return []

    def _text(self, tag: str, segment: int) -> list[str]:
        """Say what a text reads; the tag says where it stands."""
        return [tag + tail for tail in self._said[segment].tails]

    def _row(self, segment: int) -> Iterator[str]:
        page = self._page
        row, rows = page.row_of[segment], len(page.rows)
        relative = page.segments[segment].height / page.height
        yield f"tall={min(int(4 * relative), 9)}"
        yield f"row={min(row, 12)}"
        yield f"rowup={min(rows - 1 - row, 12)}"
        yield f"rowpart={10 * row // max(rows, 1)}"
        yield f"inrow={min(len(page.rows[row]), 4)}"


def _tails(text: str, found: Sequence[str]) -> Iterator[str]:
    if numeric(text):
        yield ":value"
        yield f":{outline(text)[:8]}"
    for word in found:
        yield f"={word}"
    for one, other in pairwise(found):
        yield f"={one}_{other}"
    if found:
        yield f"^{found[0]}"


def _place(page: Page, segment: int) -> Iterator[str]:
    """Name the cells of grids of several widths the segment starts in."""
    box = page.segments[segment]
    x, y = box.left / page.width, box.middle / page.depth
    for grid, shift, name in _GRIDS:
        down = int(y * grid + shift)
        yield f"p{name}:{int(x * grid + shift)},{down}"
        yield f"y{name}:{down}"
    yield f"end:{int(12 * box.right / page.width)},{int(12 * y)}"


def _owned(page: Page, members: Sequence[int]) -> Iterator[list[str]]:
    """Describe the words of a segment, each with its neighbours in it."""
    texts = [page.words[k].text for k in members]
    lower = ["^", "^", *(text.lower() for text in texts), "$"]
    forms = [outline(text)[:5] for text in lower]
    squeezed = [squeeze(text) for text in texts]
    whole = page.segments[page.words[members[0]].segment].text if members else ""
    shared = (
        f"of={min(len(texts), 8)}",
        f"segform={outline(whole)[:12]}",
        *(f"first={text}" for text in squeezed[:1]),
    )
    for at, text in enumerate(texts):
        earlier, before, _, after = lower[at : at + 4]
        yield [
            *_form(text),
            f"pv={before}",
            f"pv2={earlier}_{before}",
            f"nx={after}",
            f"pvform={forms[at + 1]}",
            f"nxform={forms[at + 3]}",
            f"at={min(at, 4)}",
            f"to={min(len(texts) - 1 - at, 4)}",
            *shared,
            *(f"pre={other}" for other in squeezed[max(0, at - 4) : at]),
            *_kinds(text),
        ]


@lru_cache(100_000)
def _form(text: str) -> tuple[str, ...]:
    """Say how a word is written."""
    lower = text.lower()
    return (
        f"w={lower}",
        f"p3={lower[:3]}",
        f"s3={lower[-3:]}",
        f"form={outline(text)}",
        f"len={min(len(text), 12)}",
    )


@lru_cache(100_000)
def _kinds(text: str) -> tuple[str, ...]:
    """Say what a word looks like by itself."""
    price = ("is=price",) if priced(text) else ()
    return (*(f"is={kind}" for kind in _LOOKS if fit(kind, text) >= 1), *price)
