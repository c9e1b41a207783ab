"""Tick boxes: which mark on a page answers which yes-or-no field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from novadoc.local.engine._answers import generic
from novadoc.local.engine._fields import Field
from novadoc.local.engine._found import Found
from novadoc.local.engine._labels import LabelMatcher
from novadoc.local.engine._page import Page
from novadoc.local.engine._records import Item
from novadoc.local.engine._spots import HEADING, Spot, find_spots

_LABELLED = 0.4
_SURE = 0.8
"""Sum of a mark's label and of what training pages showed of its neighbours, to be trusted."""

Habits = Mapping[str, float]
"""How often a mark with a word beside it (`right=plan`) said what the answer said."""


@dataclass(frozen=True)
class TickRule:
    """What training pages showed of one field."""

    habits: Habits
    otherwise: bool | None
    """What to answer where no mark is the field's: the commoner of both, if the training answers
    always said yes or no; in a list no, if only what was ticked had a mark."""


@dataclass(frozen=True)
class Ticks:
    """What the marks of a page say."""

    values: Mapping[str, Found] = field(default_factory=dict[str, Found])
    """Fields with one value."""
    items: Mapping[str, Sequence[Item]] = field(default_factory=dict[str, Sequence[Item]])
    """Fields of lists."""
    absent: Mapping[str, Found] = field(default_factory=dict[str, Found])
    """What records without a mark say, for fields of lists."""


def read_ticks(
    page: Page, spots: Sequence[Spot], fields: Sequence[Field], rules: Mapping[str, TickRule]
) -> Ticks:
    """Give the marks of a page to the yes-or-no fields they answer."""
    asked = {field.path: k for k, field in enumerate(fields) if field.kind == "boolean"}
    if not asked:
        return Ticks()
    scores = {path: [0.0] * len(spots) for path in asked}
    matcher = LabelMatcher(fields)
    for n, spot in enumerate(spots):
        labels = _labels(spot, matcher)
        for path, k in asked.items():
            own = _score(spot, [row[k] for row in labels], rules.get(path), listed="[]" in path)
            scores[path][n] = own if own >= (_SURE if path in rules else _LABELLED) else 0.0
    absent = {
        path: Found(rule.otherwise, 0.5)
        for path, rule in rules.items()
        if path in asked and rule.otherwise is not None and page.words
    }
    lists = {path: own for path, own in scores.items() if "[]" in path}
    single = {path: own for path, own in scores.items() if path not in lists}
    values = {**absent, **_best(spots, single)}
    return Ticks(
        {path: found for path, found in values.items() if path in single},
        _shared_out(spots, lists),
        {path: found for path, found in absent.items() if path in lists},
    )


def _best(spots: Sequence[Spot], scores: Mapping[str, Sequence[float]]) -> dict[str, Found]:
    """Take the likeliest mark for each field."""
    return {
        path: Found(spots[own.index(max(own))].on, max(own))
        for path, own in scores.items()
        if any(own)
    }


def _shared_out(
    spots: Sequence[Spot], scores: Mapping[str, Sequence[float]]
) -> dict[str, list[Item]]:
    """Give each mark to the field of a list it answers best."""
    items: dict[str, list[Item]] = {path: [] for path in scores}
    for n, spot in enumerate(spots):
        sure, path = max(((own[n], path) for path, own in scores.items()), default=(0.0, ""))
        if sure > 0:
            items[path].append(Item(path, spot.on, sure, spot.box.left, spot.box.middle))
    return items


def _labels(spot: Spot, matcher: LabelMatcher) -> list[list[float]]:
    """Say how well the words on each side of a mark label each field."""
    texts = [" ".join(found) for found in spot.around.values()]
    near = spot.closeness.values()
    return [[float(s) * c for s in row] for row, c in zip(matcher.scores(texts), near, strict=True)]


def _score(spot: Spot, labels: Sequence[float], rule: TickRule | None, *, listed: bool) -> float:
    sides = zip(spot.around, labels, strict=True)
    labelled = max(own for side, own in sides if listed or side != HEADING)
    if rule is None:
        return labelled
    return labelled + (_learned_column(spot, rule) if listed else _learned(spot, rule))


def _learned(spot: Spot, rule: TickRule) -> float:
    """Average the three best habits: a label has several words, a neighbour by chance has few."""
    habits = (rule.habits.get(token, 0.0) for token in spot.tokens(listed=False))
    best = sorted(habits, reverse=True)[:3]
    return sum(best) / len(best) if best else 0.0


def _learned_column(spot: Spot, rule: TickRule) -> float:
    """Average the habits of the words on one side: a column's heading may be one word."""
    sides = (
        [rule.habits.get(f"{side}={word}", 0.0) for word in found]
        for side, found in spot.around.items()
        if found
    )
    return max((sum(own) / len(own) for own in sides), default=0.0)


def learn_ticks(
    fields: Sequence[Field], seen: Sequence[tuple[Page, Mapping[str, object]]]
) -> dict[str, TickRule]:
    """Learn which marks answer which fields, from pages and their answers by path."""
    asked = [field for field in fields if field.kind == "boolean"]
    spots = [find_spots(page) for page, _ in seen] if asked else []
    rules: dict[str, TickRule] = {}
    for one in asked:
        tally = _Tally()
        values = [_values(answer, one.path) for _, answer in seen]
        for own, known in zip(spots, values, strict=True):
            tally.add(own, known, listed=bool(one.record))
        if one.record:
            rules[one.path] = TickRule(tally.habits(), False if tally.partly_marked() else None)
        else:
            said = Counter(value for known in values for value in known)
            always = said.total() == len(seen) > 0
            rules[one.path] = TickRule(
                tally.habits(), max(said, key=lambda value: said[value]) if always else None
            )
    return rules


def _values(answer: Mapping[str, object], path: str) -> list[bool]:
    return [v for leaf, v in answer.items() if isinstance(v, bool) and generic(leaf) == path]


class _Tally:
    """How well the marks with a word beside them tell yes from no."""

    def __init__(self) -> None:
        self._agreed: Counter[tuple[str, bool]] = Counter()
        self._total: Counter[tuple[str, bool]] = Counter()
        self._partly: Counter[str] = Counter()

    def add(self, spots: Sequence[Spot], values: Sequence[bool], *, listed: bool) -> None:
        """Look at a page whose answer is known."""
        marks: defaultdict[str, list[bool]] = defaultdict(list)
        for spot in spots:
            for token in set(spot.tokens(listed=listed)):
                marks[token].append(spot.on)
        for token, on in marks.items():
            if listed and all(on) and len(on) == sum(values) < len(values):
                self._partly[token] += 1
                self._note(token, values, values)
            else:
                self._note(token, on, values if listed else list(values) * len(on))

    def _note(self, token: str, marks: Sequence[bool], values: Sequence[bool]) -> None:
        if len(marks) == len(values):
            self._total.update((token, value) for value in values)
            self._agreed.update(
                (token, v) for mark, v in zip(marks, values, strict=True) if mark == v
            )

    def habits(self) -> Habits:
        """Weigh yes and no alike: where nearly all say no, any empty box would agree with them."""
        # Two imagined marks, one for and one against, keep rare words from being trusted.
        return {
            token: sum(self._share(token, value) for value in (False, True)) / 2
            for token in sorted({token for token, _ in self._total})
            if self._total[token, False] + self._total[token, True] > 1
        }

    def partly_marked(self) -> bool:
        """Tell whether the best mark stood beside ticked records only, if not on every page."""
        habits = self.habits()
        best = max(habits, key=lambda token: habits[token], default="")
        return self._partly[best] > 0

    def _share(self, token: str, value: bool) -> float:  # noqa: FBT001 - a yes or a no
        return (self._agreed[token, value] + 1) / (self._total[token, value] + 2)
