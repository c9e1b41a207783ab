"""What a token model sees of each word: its form, its neighbours, its labels, its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from novadoc.local.engine._labels import Scores
from novadoc.local.engine._looks import Look, fit
from novadoc.local.engine._page import Page
from novadoc.local.engine._printed import Printed
from novadoc.local.engine._values import amount, numeric, outline, priced, squeeze
from novadoc.local.engine._zeroshot import LABEL

Features = Mapping[str, float]

_LOOKS: tuple[Look, ...] = ("ssn", "ein", "date", "region", "time")
_GRIDS = (6, 12, 20)
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

    def describe(self, page: Page, labels: Scores, scores: Scores) -> list[Features]:
        """Return the features of each word.

        Args:
            page: The page.
            labels: How much each segment is a label, from `ZeroShot.labels`.
            scores: How much each word is a value, from `ZeroShot.words`.
        """
        context = _Context(page, labels, self._form_words, self._printed)
        around = [context.features(k) for k in range(len(page.segments))]
        prices = Counter(amount(word.text) for word in page.words if priced(word.text))
        highest = max((price for price in prices if price is not None), default=None)
        described: list[Features] = []
        for k, word in enumerate(page.words):
            features = dict.fromkeys(_own(page, k), 1.0)
            features.update(around[word.segment])
            price = amount(word.text)
            if price is not None and price in prices:
                features[f"highest={price == highest}"] = 1.0
                features[f"times={min(prices[price], 4)}"] = 1.0
            for field in scores[k].nonzero()[0]:
                features[f"z{field}"] = 3.0 * float(scores[k, field])
            described.append(features)
        return described


class _Context:
    """Features all words of a segment share."""

    def __init__(
        self, page: Page, labels: Scores, form_words: Collection[str], printed: Printed
    ) -> None:
        self._page = page
        self._words = [printed.words(box.text) for box in page.segments]
        self._tails = [
            list(_tails(box.text, own)) for box, own in zip(page.segments, self._words, strict=True)
        ]
        labelled = labels.max(axis=1) > LABEL if labels.size else [False] * len(labels)
        self._is_label = [
            bool(known) or _of_the_form(box.text, own, form_words)
            for known, box, own in zip(labelled, page.segments, self._words, strict=True)
        ]

    def features(self, segment: int) -> dict[str, float]:
        features = dict.fromkeys(self._neighbours(segment), 1.0)
        where = [*self._row(segment), *_place(self._page, segment)]
        features.update(dict.fromkeys(where, _PLACE_WEIGHT))
        return features

    def _neighbours(self, segment: int) -> Iterator[str]:
        page = self._page
        above = page.above[segment]
        for place, other in enumerate(above[:2]):
            yield from self._text(f"A{place}", other)
        yield from self._label_above(above)
        for tag, near in (("L", page.left), ("R", page.right), ("B", page.below)):
            neighbour = near[segment]
            if neighbour is None:
                yield f"{tag}:none"
            else:
                yield from self._text(tag, neighbour)
        yield from self._label_before(segment)
        yield f"above={len(above)}"
        yield f"label={self._is_label[segment]}"

    def _label_above(self, above: list[int]) -> Iterator[str]:
        """Describe the nearest label above, past the other lines of the block."""
        for rank, other in enumerate(above):
            if self._is_label[other]:
                yield from self._text("AL", other)
                yield f"AL#{rank}"
                first = next(iter(self._words[other]), "")
                yield f"AL#{rank}={first}"
                return
        yield "AL:none"

    def _label_before(self, segment: int) -> Iterator[str]:
        before = self._page.left[segment]
        for _ in range(4):
            if before is None:
                return
            if self._is_label[before]:
                yield from self._text("LL", before)
                return
            before = self._page.left[before]

    def _text(self, tag: str, segment: int) -> Iterator[str]:
        """Say what a text reads; the tag says where it stands."""
        return (tag + tail for tail in self._tails[segment])

    def _row(self, segment: int) -> Iterator[str]:
        page = self._page
        row, rows = page.row_of[segment], len(page.rows)
        relative = page.segments[segment].height / page.height
        yield f"tall={min(int(4 * relative), 9)}"
        yield f"row={min(row, 12)}"
        yield f"rowup={min(rows - 1 - row, 12)}"
        yield f"rowpart={10 * row // max(rows, 1)}"
        yield f"inrow={min(len(page.rows[row]), 4)}"


def _tails(text: str, own: Sequence[str]) -> Iterator[str]:
    """Describe a text once for all it stands next to."""
    if numeric(text):
        yield ":value"
        yield f":{outline(text)[:8]}"
    found = own[:7]
    for word in found:
        yield f"={word}"
    for one, other in pairwise(found):
        yield f"={one}_{other}"
    if found:
        yield f"^{found[0]}"


def _of_the_form(text: str, own: Sequence[str], form_words: Collection[str]) -> bool:
    """Tell whether most words of a text are printed on the form itself."""
    known = sum(word in form_words for word in own)
    return bool(own) and known >= 0.7 * len(own) and not numeric(text)


def _place(page: Page, segment: int) -> Iterator[str]:
    """Name the cells of grids of several widths the segment starts in."""
    box = page.segments[segment]
    x, y = box.left / page.width, box.middle / page.depth
    for grid in _GRIDS:
        for shift in (0.0, 0.5):
            down = int(y * grid + shift)
            yield f"p{grid}{shift}:{int(x * grid + shift)},{down}"
            yield f"y{grid}{shift}:{down}"
    yield f"end:{int(12 * box.right / page.width)},{int(12 * y)}"


def _own(page: Page, k: int) -> Iterator[str]:
    """Describe a word and its neighbours within the segment."""
    word = page.words[k]
    members = page.words_of[word.segment]
    at = k - members[0]
    text = word.text
    before = page.words[k - 1].text.lower() if at else "^"
    earlier = page.words[k - 2].text.lower() if at > 1 else "^"
    after = page.words[k + 1].text.lower() if k < members[-1] else "$"
    yield from _form(text)
    yield f"pv={before}"
    yield f"pv2={earlier}_{before}"
    yield f"nx={after}"
    yield f"pvform={outline(before)[:5]}"
    yield f"nxform={outline(after)[:5]}"
    yield f"at={min(at, 4)}"
    yield f"to={min(members[-1] - k, 4)}"
    yield f"of={min(len(members), 8)}"
    yield f"segform={outline(page.segments[word.segment].text)[:12]}"
    yield f"first={squeeze(page.words[members[0]].text)}"
    for other in members[max(0, at - 4) : at]:
        yield f"pre={squeeze(page.words[other].text)}"
    yield from _kinds(text)


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
