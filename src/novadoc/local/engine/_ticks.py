"""Tick boxes: which mark on a page answers which yes-or-no field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import LabelMatcher
from novadoc.local.engine._layout import Box
from novadoc.local.engine._looks import marked, tick_of
from novadoc.local.engine._page import Page
from novadoc.local.engine._values import words

_FILLED = 0.08
"""Share of ink inside a frame from which it counts as ticked."""
_LABELLED = 0.4
_SURE = 0.8
"""Sum of a mark's label and of what training pages showed of its neighbours, to be trusted."""
_REACH = 4.0
"""How far from a mark its label stands, in line heights."""
_DIRECTIONS = ("left", "right", "above", "below")

Habits = Mapping[str, float]
"""How often a mark with a word beside it (`right=plan`) said what the answer said."""


@dataclass(frozen=True)
class TickRule:
    """What training pages showed of one field."""

    habits: Habits
    otherwise: bool | None
    """What to answer where no mark is the field's, if the training answers always said yes or no:
    the commoner of both."""


@dataclass(frozen=True)
class _Spot:
    """A frame, or a mark without one."""

    on: bool
    around: Mapping[str, tuple[str, ...]]
    """Words near it, by direction."""
    closeness: Mapping[str, float]
    """1 for a word that touches it, less with the distance, by direction."""

    def tokens(self) -> Iterator[str]:
        for direction, found in self.around.items():
            for word in found:
                yield f"{direction}={word}"


def read_ticks(
    page: Page, fields: Sequence[Field], rules: Mapping[str, TickRule]
) -> dict[str, tuple[bool, float]]:
    """Return value and confidence for each yes-or-no field that has a mark on the page."""
    asked = [field for field in fields if field.kind == "boolean"]
    if not asked:
        return {}
    spots = _spots(page)
    base = LabelMatcher(fields)
    found: dict[str, tuple[bool, float]] = {}
    for field in asked:
        rule = rules.get(field.path)
        column = list(fields).index(field)
        scored = [
            (_labelled(spot, base, column) + (_learned(spot, rule) if rule else 0), spot)
            for spot in spots
        ]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and score >= (_SURE if rule else _LABELLED):
            found[field.path] = (best.on, score)
        elif rule and rule.otherwise is not None and page.words:
            found[field.path] = (rule.otherwise, 0.5)
    return found


def learn_ticks(
    fields: Sequence[Field], seen: Sequence[tuple[Page, Mapping[str, object]]]
) -> dict[str, TickRule]:
    """Learn which marks answer which fields, from pages and their answers by path."""
    asked = [field for field in fields if field.kind == "boolean"]
    spots = [_spots(page) for page, _ in seen] if asked else []
    rules: dict[str, TickRule] = {}
    for field in asked:
        known = [
            (own, value)
            for own, (_, answer) in zip(spots, seen, strict=True)
            if isinstance(value := answer.get(field.path), bool)
        ]
        always = len(known) == len(seen)
        rules[field.path] = TickRule(_habits(known), _commonest(known) if always else None)
    return rules


def _habits(known: Sequence[tuple[Sequence[_Spot], bool]]) -> Habits:
    """Measure how well the marks with a word beside them tell yes from no.

    Yes and no count alike: where nearly all answers are no, any empty box would agree with them.
    """
    agreed: Counter[tuple[str, bool]] = Counter()
    total: Counter[tuple[str, bool]] = Counter()
    for spots, value in known:
        for spot in spots:
            for token in set(spot.tokens()):
                total[token, value] += 1
                agreed[token, value] += spot.on == value
    # Two imagined marks, one for and one against, keep rare words from being trusted.
    return {
        token: sum((agreed[token, v] + 1) / (total[token, v] + 2) for v in (False, True)) / 2
        for token in {token for token, _ in total}
        if total[token, False] + total[token, True] > 1
    }


def _commonest(known: Sequence[tuple[Sequence[_Spot], bool]]) -> bool | None:
    values = Counter(value for _, value in known)
    return values.most_common(1)[0][0] if values else None


def _learned(spot: _Spot, rule: TickRule) -> float:
    """Average the three best habits: a label has several words, a neighbour by chance has few."""
    best = sorted((rule.habits.get(token, 0.0) for token in spot.tokens()), reverse=True)[:3]
    return sum(best) / len(best) if best else 0.0


def _labelled(spot: _Spot, labels: LabelMatcher, column: int) -> float:
    texts = [" ".join(found) for found in spot.around.values()]
    near = list(spot.closeness.values())
    return max(
        float(score) * close
        for score, close in zip(labels.scores(texts)[:, column], near, strict=True)
    )


def _spots(page: Page) -> list[_Spot]:
    frames = [(box, (box.tick or 0.0) > _FILLED) for box in page.ticks]
    marks = [
        Box("", word.left, box.top, word.right, box.bottom, float(tick))
        for word in page.words
        if (tick := tick_of(word.text)) is not None
        for box in (page.segments[word.segment],)
    ]
    inside: defaultdict[int, bool] = defaultdict(bool)
    lone: list[Box] = []
    for mark in marks:
        owner = next((n for n, (frame, _) in enumerate(frames) if _covers(frame, mark)), None)
        if owner is None:
            lone.append(mark)
        else:
            inside[owner] |= bool(mark.tick)
    framed = [_Spot(on or inside[n], *_around(page, box)) for n, (box, on) in enumerate(frames)]
    return framed + [_Spot(bool(box.tick), *_around(page, box)) for box in lone]


def _covers(frame: Box, mark: Box) -> bool:
    across = (mark.left + mark.right) / 2
    return frame.left <= across <= frame.right and frame.top <= mark.middle <= frame.bottom


def _around(page: Page, spot: Box) -> tuple[dict[str, tuple[str, ...]], dict[str, float]]:
    """Return the words near a mark and how near they are, by direction."""
    near: dict[str, list[tuple[float, str]]] = {direction: [] for direction in _DIRECTIONS}
    unit = page.height
    for word in page.words:
        box = page.segments[word.segment]
        if marked(word.text):
            continue
        level = abs(box.middle - spot.middle) < 0.8 * unit
        beside = min(word.right, spot.right + unit) > max(word.left, spot.left - unit)
        if level and word.left >= spot.right - 0.5 * unit:
            near["right"].append((word.left - spot.right, word.text))
        elif level and word.right <= spot.left + 0.5 * unit:
            near["left"].append((spot.left - word.right, word.text))
        elif beside and box.middle < spot.middle:
            near["above"].append((spot.top - box.bottom, word.text))
        elif beside:
            near["below"].append((box.top - spot.bottom, word.text))
    kept = {
        direction: [(gap, text) for gap, text in sorted(found)[:4] if gap < _REACH * unit]
        for direction, found in near.items()
    }
    closeness = {
        direction: 1 - 0.15 * max(found[0][0], 0) / unit if found else 0.0
        for direction, found in kept.items()
    }
    return {
        direction: tuple(piece for _, text in found for piece in words(text))
        for direction, found in kept.items()
    }, closeness
