"""Learning from pages and their answers: where values stand, and how they are written."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from novadoc.local.engine import _crf as crf
from novadoc.local.engine._aliases import find_aliases, known_values
from novadoc.local.engine._align import Span
from novadoc.local.engine._answers import generic
from novadoc.local.engine._features import Describer
from novadoc.local.engine._fields import Shape
from novadoc.local.engine._formats import Format, Parts, learn_format
from novadoc.local.engine._labelling import Leaves, Places, choose, places, word_labels
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._model import Knowledge, TunedModel
from novadoc.local.engine._page import Page
from novadoc.local.engine._printed import common_words
from novadoc.local.engine._runs import parts
from novadoc.local.engine._ticks import learn_ticks
from novadoc.local.engine._worn import worn
from novadoc.local.engine._zeroshot import ZeroShot
from novadoc.types import JsonScalar

ITERATIONS_PER_EPOCH = 20
_TIE_ITERATIONS = 8
_FORM_WORD = 0.3
"""Share of the documents a word must stand in to count as printed on the form."""
_PRINTED = 0.1
"""The same for a form that is one of several kinds."""
_LEARNABLE = 0.2
"""Share of a field's values that must be found on their pages for it to be learned."""
_FEWEST_TO_DOUBT = 5
_MOST_WORN = 100
"""Training pages that are also shown with labels lost; more take time and teach little."""


@dataclass(frozen=True)
class Lesson:
    """One training record: its pages, and its answer as leaves."""

    pages: tuple[Page, ...]
    answer: Leaves


@dataclass(frozen=True)
class Loss:
    """A point of a loss curve; the loss is the mean negative log-likelihood a word."""

    step: int
    epoch: int
    loss: float


@dataclass(frozen=True)
class Plan:
    """How long to train."""

    epochs: int
    spelling: bool = True
    """Whether to learn how the words of answers are spelt."""


@dataclass(frozen=True)
class Learned:
    """What a training gives."""

    model: TunedModel
    validation: tuple[Loss, ...]
    missing: Mapping[str, tuple[int, int]]
    """Values that were not found on their pages, and all values, by field."""


@dataclass(frozen=True)
class _Sheet:
    """A page made ready: its features and the places of the values."""

    lesson: int
    places: Places
    items: crf.Items
    zero: Scores


class Learner:
    """Learns one model.

    Args:
        shape: The answer's tree.
        lessons: The training records.
    """

    def __init__(self, shape: Shape, lessons: Sequence[Lesson]) -> None:
        self._shape = shape
        self._lessons = lessons
        self._fields = {field.path: field for field in shape.fields()}
        self._columns = {path: k for k, path in enumerate(self._fields)}
        self._zero = ZeroShot(shape.fields())
        documents = [lesson.pages for lesson in lessons]
        self._form_words = common_words(documents, _FORM_WORD)
        self._printed = common_words(documents, _PRINTED)
        self._describer = Describer(self._form_words, self._printed)
        self._sheets = self._prepare(lessons)

    def learn(
        self, plan: Plan, validation: Sequence[Lesson], on_loss: Callable[[Loss], None]
    ) -> Learned:
        """Fit the word model, then learn aliases and formats.

        Raises:
            ValueError: No value of any answer was found on its page.
        """
        chosen = self._without_chance(self._settle())
        data = [*self._data(chosen), *self._worn(chosen)]
        if not any(chosen):
            raise ValueError(
                "None of the values in the training records could be found on their pages. Do "
                "the labels belong to the images?"
            )

        def note(step: int, loss: float) -> None:
            on_loss(Loss(step - 1, (step - 1) // ITERATIONS_PER_EPOCH, loss))

        total = plan.epochs * ITERATIONS_PER_EPOCH
        model = crf.fit(data, crf.Settings(total), note)
        curve = self._validate(plan, model, data, validation)
        aliases = find_aliases(
            tuple(self._fields), [lesson.answer for lesson in self._lessons], _placed(chosen)
        )
        knowledge = Knowledge(
            self._shape,
            {path: self._format(path, chosen, plan) for path in self._fields},
            aliases,
            tuple(sorted(self._form_words)),
            tuple(sorted(self._printed)),
            learn_ticks(self._shape.fields(), self._pages()),
        )
        return Learned(TunedModel(knowledge, model), curve, self._missing(chosen, aliases))

    def _pages(self) -> list[tuple[Page, Leaves]]:
        return [(page, lesson.answer) for lesson in self._lessons for page in lesson.pages]

    def _prepare(self, lessons: Sequence[Lesson]) -> list[_Sheet]:
        sheets: list[_Sheet] = []
        for number, lesson in enumerate(lessons):
            for page in lesson.pages:
                items, zero = self._items(page)
                found = places(page, lesson.answer, self._fields)
                sheets.append(_Sheet(number, found, items, zero))
        return sheets

    def _settle(self) -> list[dict[str, Span]]:
        """Choose among places that fit equally: by the labels first, then by a first model.

        A page's places are judged by a model that has not seen the page.
        """
        first = [choose(sheet.places, sheet.zero, self._columns) for sheet in self._sheets]
        if len(self._sheets) < 4 or not any(first):
            return first
        data = self._data(first)
        labels = len(self._fields) + 1
        settings = crf.Settings(_TIE_ITERATIONS)
        halves = [
            crf.CrfTagger(crf.fit(data[half::2], settings), labels) if any(first[half::2]) else None
            for half in (0, 1)
        ]
        chosen: list[dict[str, Span]] = []
        for number, sheet in enumerate(self._sheets):
            judge = halves[1 - number % 2]
            scores = sheet.zero if judge is None else judge.marginals(sheet.items)
            chosen.append(choose(sheet.places, scores, self._columns))
        return chosen

    def _without_chance(self, chosen: Sequence[dict[str, Span]]) -> list[dict[str, Span]]:
        """Drop fields whose values are hardly ever on their pages: what is found is by chance."""
        placed = _placed(chosen)
        known = known_values([lesson.answer for lesson in self._lessons])
        learnable = {
            path
            for path, count in known.items()
            if count < _FEWEST_TO_DOUBT or placed[path] >= _LEARNABLE * count
        }
        return [
            {path: span for path, span in spans.items() if generic(path) in learnable}
            for spans in chosen
        ]

    def _data(self, chosen: Sequence[Mapping[str, Span]]) -> list[tuple[crf.Items, list[int]]]:
        return [
            (sheet.items, word_labels(sheet.places.page, spans, self._columns))
            for sheet, spans in zip(self._sheets, chosen, strict=True)
            if sheet.places.page.words
        ]

    def _worn(self, chosen: Sequence[Mapping[str, Span]]) -> list[tuple[crf.Items, list[int]]]:
        """Show pages again with labels lost; the same training loses the same ones."""
        data: list[tuple[crf.Items, list[int]]] = []
        step = max(1, -(-len(self._sheets) // _MOST_WORN))
        for number in range(0, len(self._sheets), step):
            page, spans = self._sheets[number].places.page, chosen[number]
            if spans:
                labels = word_labels(page, spans, self._columns)
                lost, left = worn(page, labels, len(self._columns), seed=number)
                data.append((self._items(lost)[0], left))
        return data

    def _items(self, page: Page) -> tuple[crf.Items, Scores]:
        labels = self._zero.labels(page)
        zero = self._zero.words(page, labels)
        return crf.encode(self._describer.describe(page, labels, zero)), zero

    def _validate(
        self,
        plan: Plan,
        final: bytes,
        data: Sequence[tuple[crf.Items, Sequence[int]]],
        validation: Sequence[Lesson],
    ) -> tuple[Loss, ...]:
        """Measure the loss on the validation records after each epoch.

        CRFsuite keeps no intermediate models, but the same data gives the same iterations: a
        shorter training ends where the long one was at that point.
        """
        sheets = self._prepare(validation)
        if not sheets:
            return ()
        curve: list[Loss] = []
        for epoch in range(plan.epochs):
            steps = (epoch + 1) * ITERATIONS_PER_EPOCH
            last = epoch == plan.epochs - 1
            model = final if last else crf.fit(data, crf.Settings(steps))
            tagger = crf.CrfTagger(model, len(self._fields) + 1)
            curve.append(Loss(steps - 1, epoch, self._loss(tagger, sheets)))
        return tuple(curve)

    def _loss(self, tagger: crf.CrfTagger, sheets: Sequence[_Sheet]) -> float:
        """Return the mean negative log probability of each word's label."""
        total, count = 0.0, 0
        for sheet in sheets:
            scores = tagger.marginals(sheet.items)
            spans = choose(sheet.places, scores, self._columns)
            labels = word_labels(sheet.places.page, spans, self._columns)
            for k, label in enumerate(labels):
                total -= math.log(max(float(scores[k, label]), 1e-6))
                count += 1
        return total / max(count, 1)

    def _format(self, path: str, chosen: Sequence[Mapping[str, Span]], plan: Plan) -> Format:
        seen: list[tuple[Parts, JsonScalar]] = []
        for sheet, spans in zip(self._sheets, chosen, strict=True):
            answer = self._lessons[sheet.lesson].answer
            for leaf, span in spans.items():
                if generic(leaf) == path:
                    seen.append((parts(sheet.places.page, span.words), answer[leaf]))
        share = 0.5
        if "[]" not in path:
            nulls = [lesson.answer.get(path) is None for lesson in self._lessons]
            share = float(np.mean(nulls))
        form = learn_format(self._fields[path], seen, share_null=share, spelling=plan.spelling)
        return replace(form, threshold=min(form.threshold, 0.4))

    def _missing(
        self, chosen: Sequence[Mapping[str, Span]], aliases: Mapping[str, str]
    ) -> dict[str, tuple[int, int]]:
        found = {
            (sheet.lesson, path)
            for sheet, spans in zip(self._sheets, chosen, strict=True)
            for path in spans
        }
        counts: dict[str, tuple[int, int]] = {}
        for number, lesson in enumerate(self._lessons):
            for path, value in lesson.answer.items():
                name = generic(path)
                if value is None or isinstance(value, bool) or name in aliases:
                    continue
                absent, all_ = counts.get(name, (0, 0))
                counts[name] = (absent + ((number, path) not in found), all_ + 1)
        return {name: count for name, count in counts.items() if count[0]}


def _placed(chosen: Sequence[Mapping[str, Span]]) -> Counter[str]:
    """Count the values that got a place, by field."""
    return Counter(generic(path) for spans in chosen for path in spans)
