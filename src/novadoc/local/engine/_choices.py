"""Choices that have a box each: what is ticked of them, and nothing where that is not clear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from novadoc.local.engine._fields import Field
from novadoc.local.engine._found import Found
from novadoc.local.engine._labels import LabelMatcher, Scores
from novadoc.local.engine._layout import Box
from novadoc.local.engine._looks import tick_of
from novadoc.local.engine._page import Page, Word
from novadoc.local.engine._spots import Spot
from novadoc.local.engine._values import squeeze
from novadoc.types import JsonScalar

_YES_NO: Mapping[str, bool] = {
    "yes": True, "no": False, "ja": True, "nein": False, "oui": True, "non": False,
    "si": True, "sì": True, "sí": True, "y": True, "n": False, "true": True, "false": False,
}  # fmt: skip
_ALIKE = 0.8
_LABEL = 0.45
"""Score from which a text is taken for the label of a field."""
_START = 3.0
"""How far from its box the text of a choice begins, in line heights."""
_SPACE = 1.2
"""Widest gap between its words, in line heights."""
_SURE = 0.95

Named = Mapping[str, JsonScalar]
"""Printed text of each choice, and what the answer calls it."""


def read_choices(page: Page, spots: Sequence[Spot], fields: Sequence[Field]) -> dict[str, Found]:
    """Answer the fields whose choices have boxes; `None` where not exactly one is ticked."""
    asked = [(k, spec) for k, spec in enumerate(fields) if _named(spec) and not spec.record]
    if len(spots) < 2 or not asked:
        return {}
    beside = [(spot, _texts(page, spot.box)) for spot in spots]
    labels = LabelMatcher(fields).scores([box.text for box in page.segments])
    found: dict[str, Found] = {}
    for k, spec in asked:
        own = _own(_offered(beside, _named(spec)), _label(page, labels[:, k]), spec)
        if len({value for value, _ in own}) > 1:
            ticked = [value for value, spot in own if spot.on]
            found[spec.path] = Found(ticked[0] if len(ticked) == 1 else None, _SURE)
    return found


def _named(spec: Field) -> Named:
    if spec.kind == "boolean":
        return _YES_NO
    return {str(choice): choice for choice in spec.choices} if spec.kind == "enum" else {}


def _texts(page: Page, box: Box) -> tuple[list[str], list[str]]:
    """Return the words that stand right after a mark, and those right before it."""
    level = [
        word
        for row in page.words_of
        for word in (page.words[k] for k in row)
        if abs(page.segments[word.segment].middle - box.middle) < 0.8 * page.height
        and tick_of(word.text) is None
        and squeeze(word.text)
    ]
    after = sorted((w for w in level if w.left > box.right - 0.5 * page.height), key=_left)
    before = sorted((w for w in level if w.right < box.left + 0.5 * page.height), key=_left)[::-1]
    forth = [(word, word.left, word.right) for word in after]
    back = [(word, -word.right, -word.left) for word in before]
    unit = page.height
    return list(_run(forth, box.right, unit)), list(_run(back, -box.left, unit))[::-1]


def _left(word: Word) -> float:
    return word.left


def _run(words: Sequence[tuple[Word, float, float]], start: float, unit: float) -> Iterator[str]:
    """Yield words until a gap shows that something else begins."""
    reach = _START * unit
    for word, begins, ends in words:
        if begins - start > reach:
            return
        yield word.text
        start, reach = ends, _SPACE * unit


def _offered(
    beside: Sequence[tuple[Spot, tuple[list[str], list[str]]]], named: Named
) -> list[tuple[JsonScalar, Spot]]:
    """Find the marks with a choice beside them, on the side that has more."""
    sides = [
        [
            (named[name], spot)
            for spot, texts in beside
            if (name := _choice(texts[side], named, last=bool(side))) is not None
        ]
        for side in (0, 1)
    ]
    return max(sides, key=lambda side: len({value for value, _ in side}))


def _choice(words: Sequence[str], named: Named, *, last: bool) -> str | None:
    """Return the choice a text begins with, or ends with."""
    scored: list[tuple[float, str]] = []
    for name in named:
        count = len(name.split())
        own = words[-count:] if last else words[:count]
        scored.append(
            (Levenshtein.normalized_similarity(squeeze("".join(own)), squeeze(name)), name)
        )
    alike, name = max(scored, default=(0.0, ""))
    return name if alike >= _ALIKE and words else None


def _label(page: Page, scores: Scores) -> Box | None:
    best = int(scores.argmax()) if scores.size else 0
    return page.segments[best] if scores.size and scores[best] > _LABEL else None


def _own(
    offered: Sequence[tuple[JsonScalar, Spot]], label: Box | None, spec: Field
) -> list[tuple[JsonScalar, Spot]]:
    """Keep the marks that are the field's: those nearest to its label, if there is a choice."""
    values = [value for value, _ in offered]
    if spec.kind == "enum" and len(set(values)) == len(values):
        return list(offered)
    if label is None:
        return []
    near = sorted(offered, key=lambda one: _apart(label, one[1].box))
    return [(value, next(s for v, s in near if v == value)) for value in dict.fromkeys(values)]


def _apart(label: Box, box: Box) -> float:
    return 3 * abs(label.middle - box.middle) + abs(label.right - box.left)
