"""What the examples in a prompt show: how the form labels a field, and how its value is written.

Too little to train a model on, and enough for the base model to know the form by its own words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from novadoc.local.engine._answers import generic
from novadoc.local.engine._fields import Field
from novadoc.local.engine._formats import Format, Parts, base_format, learn_format
from novadoc.local.engine._labelling import Leaves, choose, places
from novadoc.local.engine._page import Page
from novadoc.local.engine._runs import parts
from novadoc.local.engine._values import numeric, words
from novadoc.local.engine._zeroshot import LABEL, ZeroShot
from novadoc.types import JsonScalar

_OVER = 2.5
"""How far over a value the text is that labels it, in line heights."""
_BEFORE = 14.0
"""How far before a value the text is that labels it, in line heights."""
_AGREES = 0.9
"""Share of the best field's score that a text's score as a field's label needs."""


@dataclass(frozen=True)
class Hints:
    """Fields with the labels they were seen with, and how their values were written."""

    fields: tuple[Field, ...]
    formats: Mapping[str, Format]


def learn_hints(fields: Sequence[Field], examples: Sequence[tuple[Page, Leaves]]) -> Hints:
    """Look at pages and their answers."""
    zero = ZeroShot(fields)
    labels: defaultdict[str, dict[str, None]] = defaultdict(dict)
    seen: defaultdict[str, list[tuple[Parts, JsonScalar]]] = defaultdict(list)
    for page, answer in examples:
        sight = _Sight(page, answer, zero)
        for path, (printed, value) in sight.values.items():
            seen[path].append((printed, value))
        for path, text in sight.labels():
            labels[path][text] = None
    return Hints(
        tuple(replace(field, labels=tuple(labels[field.path])) for field in fields),
        {field.path: _format(field, seen[field.path]) for field in fields},
    )


class _Sight:
    """One page whose answer is known."""

    def __init__(self, page: Page, answer: Leaves, zero: ZeroShot) -> None:
        self._page = page
        self._columns = {field.path: k for k, field in enumerate(zero.fields)}
        by_path = {field.path: field for field in zero.fields}
        self._scores = zero.labels(page)
        found = choose(places(page, answer, by_path), zero.words(page, self._scores), self._columns)
        self._taken = {page.words[k].segment for span in found.values() for k in span.words}
        # The label of a list stands at its first record.
        self._spans = {
            generic(leaf): span
            for leaf, span in found.items()
            if leaf == generic(leaf).replace("[]", "[0]")
        }
        self.values = {
            path: (parts(page, span.words), answer[path.replace("[]", "[0]")])
            for path, span in self._spans.items()
        }

    def labels(self) -> Iterator[tuple[str, str]]:
        """Yield field and text for each label."""
        guessed: list[tuple[str, str]] = []
        for path, span in self._spans.items():
            near = list(_near(self._page, span.words[0], self._taken))
            own = [text for segment, text in near if self._is_label(segment, path)]
            if own:
                yield path, own[0]
            else:
                guessed.extend((path, text) for s, text in near[:1] if not self._labels_any(s))
        # A text beside the values of two fields is a heading, or stands there by chance.
        times = Counter(text for _, text in guessed)
        yield from (guess for guess in guessed if times[guess[1]] == 1)

    def _labels_any(self, segment: int) -> bool:
        return bool(self._scores[segment].max() > LABEL)

    def _is_label(self, segment: int, path: str) -> bool:
        scores = self._scores[segment]
        own = scores[self._columns[path]]
        return bool(own > LABEL and own >= _AGREES * scores.max())


def _near(page: Page, word: int, values: set[int]) -> Iterator[tuple[int, str]]:
    """Yield segments and texts that may label a value, the likeliest first."""
    segment = page.words[word].segment
    own = page.segments[segment]
    head = own.text[: page.words[word].start].strip()
    if words(head) and not numeric(head):
        yield segment, head
    stacked = False
    for other in page.above[segment]:
        box = page.segments[other]
        if other in values:
            stacked = True
        elif not numeric(box.text) and words(box.text):
            if own.top - box.bottom < _OVER * page.height:
                yield other, box.text
            break
    if stacked:
        return  # the text before a block's second line labels nothing
    before = page.left[segment]
    while before is not None:
        box = page.segments[before]
        if own.left - box.right > _BEFORE * page.height:
            return
        if before not in values and not numeric(box.text) and words(box.text):
            yield before, box.text
            return
        before = page.left[before]


def _format(spec: Field, seen: Sequence[tuple[Parts, JsonScalar]]) -> Format:
    """Write as the examples do, where that says more of them right than the usual way."""
    plain = base_format(spec)
    if not seen:
        return plain
    learned = learn_format(spec, seen, share_null=0.5, spelling=False)
    learned = replace(
        learned,
        several=learned.several or plain.several,
        # How sure a value must be stays what it is for the base model.
        threshold=plain.threshold,
        edge=plain.edge,
    )
    return max(plain, learned, key=lambda form: _right(spec, form, seen))


def _right(spec: Field, form: Format, seen: Sequence[tuple[Parts, JsonScalar]]) -> int:
    return sum(form.write(spec, printed) == value for printed, value in seen)
