"""Tick boxes: which mark on a page answers which yes-or-no field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from novadoc.local.engine._fields import Field
from novadoc.local.engine._labels import LabelMatcher
from novadoc.local.engine._layout import Box
from novadoc.local.engine._looks import marked
from novadoc.local.engine._page import Page
from novadoc.local.engine._values import words

_FILLED = 0.08
"""Share of ink inside a frame from which it counts as ticked."""
_LABELLED = 0.4
_AGREES = 0.8
"""Share of the training pages on which a mark must say what the answer says."""
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
    """The value where no mark belongs to the field."""


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
            (_learned(spot, rule) if rule else _labelled(spot, base, column), spot)
            for spot in spots
        ]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and score >= (_AGREES if rule else _LABELLED):
            found[field.path] = (best.on, score)
        elif rule and rule.otherwise is not None:
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
        habits = _habits(known)
        rules[field.path] = TickRule(habits, _otherwise(known, habits))
    return rules


def _habits(known: Sequence[tuple[Sequence[_Spot], bool]]) -> Habits:
    agreed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for spots, value in known:
        for spot in spots:
            for token in spot.tokens():
                total[token] += 1
                agreed[token] += spot.on == value
    # Two imagined marks, one for and one against, keep rare words from being trusted.
    return {token: (agreed[token] + 1) / (count + 2) for token, count in total.items() if count > 1}


def _otherwise(known: Sequence[tuple[Sequence[_Spot], bool]], habits: Habits) -> bool | None:
    """Find the value of pages on which no mark is the field's, when they agree on one."""
    rule = TickRule(habits, None)
    left = Counter(
        value
        for spots, value in known
        if max((_learned(spot, rule) for spot in spots), default=0.0) < _AGREES
    )
    if not left:
        return None
    value, count = left.most_common(1)[0]
    return value if count >= 0.9 * sum(left.values()) else None


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
        Box("", word.left, box.top, word.right, box.bottom)
        for word in page.words
        if marked(word.text) and len(word.text) == 1
        for box in (page.segments[word.segment],)
    ]
    inside: defaultdict[int, bool] = defaultdict(bool)
    lone: list[Box] = []
    for mark in marks:
        owner = next((n for n, (frame, _) in enumerate(frames) if _covers(frame, mark)), None)
        if owner is None:
            lone.append(mark)
        else:
            inside[owner] = True
    framed = [_Spot(on or inside[n], *_around(page, box)) for n, (box, on) in enumerate(frames)]
    return framed + [_Spot(True, *_around(page, box)) for box in lone]


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
