"""How well a printed text reads like the label of a field."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from novadoc.local.engine._fields import Field
from novadoc.local.engine._looks import look
from novadoc.local.engine._values import numeric, words

Scores = npt.NDArray[np.float64]

_STOP = frozenset(
    ["the", "and", "of", "a", "an", "or", "to", "for", "s", "box", "as", "on", "in", "is", "if"]
)
_IN_FULL: Mapping[str, tuple[str, ...]] = {
    "acct": ("account",), "addr": ("address",), "amt": ("amount",), "bal": ("balance",),
    "cust": ("customer",), "dept": ("department",), "desc": ("description",),
    "descr": ("description",), "dob": ("date", "birth"), "fed": ("federal",), "hr": ("hours",),
    "hrs": ("hours",), "inv": ("invoice",), "nbr": ("number",), "no": ("number",),
    "nr": ("number",), "num": ("number",), "pct": ("percent",), "pmt": ("payment",),
    "po": ("purchase", "order"), "pymt": ("payment",), "qty": ("quantity",),
    "ref": ("reference",), "sec": ("security",), "soc": ("social",), "tel": ("telephone",),
    "tot": ("total",), "wt": ("weight",),
}  # fmt: skip
"""Abbreviations of labels in English."""
_STRANGER = 0.9
"""Weight of a word in no label, against about 1 to 4 for a label's words."""


class LabelMatcher:
    """Compares texts with the names and descriptions of fields.

    A word counts the more, the fewer fields it stands in.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        variants = [(k, v) for k, field in enumerate(fields) for v in _variants(field)]
        owner = [k for k, _ in variants]
        self._owners = sorted(set(owner))
        self._starts = [owner.index(k) for k in self._owners]
        counts = Counter(word for k in range(len(fields)) for word in _all_words(fields[k]))
        # What is said of a whole object makes no word commoner among the labels.
        counts.update(
            {word: 1 for _, variant in variants for word in variant if word not in counts}
        )
        self._index = {word: n for n, word in enumerate(sorted(counts))}
        self._weight: Scores = np.array(
            [_weight(word, counts[word] / len(fields)) for word in sorted(counts)]
        )
        self._variants: Scores = np.zeros((len(variants), len(counts)))
        for n, (_, variant) in enumerate(variants):
            self._variants[n, [self._index[word] for word in variant]] = 1
        self._totals = self._variants @ self._weight if len(counts) else np.zeros(len(variants))
        self._fields = len(fields)
        self._known: dict[str, int | None] = {}

    def scores(self, texts: Sequence[str]) -> Scores:
        """Return a row for each text: 0 to 1 for each field."""
        seen = np.zeros((len(texts), len(self._index)))
        strange = np.zeros(len(texts))
        for row, text in enumerate(texts):
            for word in _label_words(text):
                column = self._find(word)
                if column is None:
                    strange[row] += _STRANGER if len(word) > 1 else 0.3
                else:
                    seen[row, column] = 1
        return self._best(seen, strange)

    def _best(self, seen: Scores, strange: Scores) -> Scores:
        hit: Scores = np.matmul(seen * self._weight, np.swapaxes(self._variants, 0, 1))
        own = seen @ self._weight + strange
        # The harmonic mean of "how much of the text is the label" and "how much of the label is
        # there"; descriptions hold more than a label prints, so the first counts more.
        with np.errstate(invalid="ignore", divide="ignore"):
            precision = np.where(own[:, None] > 0, hit / own[:, None], 0)
            recall: Scores = hit / np.maximum(self._totals, 1e-9)
            score: Scores = 1.5 * precision * recall / np.maximum(0.5 * precision + recall, 1e-9)
        best = np.zeros((len(seen), self._fields))
        if self._owners:
            best[:, self._owners] = np.maximum.reduceat(score, self._starts, axis=1)
        return best

    def _find(self, word: str) -> int | None:
        if word not in self._known:
            self._known[word] = self._look_up(word)
        return self._known[word]

    def _look_up(self, word: str) -> int | None:
        if word in self._index or len(word) < 5:
            return self._index.get(word)
        near = (
            (Levenshtein.distance(word, known, score_cutoff=1), n)
            for known, n in self._index.items()
            if len(known) >= 5
        )
        distance, n = min(near, default=(2, -1))
        return n if distance <= 1 else None


def _weight(word: str, share: float) -> float:
    """Weigh a word by its rarity; a single letter is an initial as likely as a box's name."""
    if len(word) == 1 and word.isalpha():
        return 0.4
    return math.log(1 + 1 / share) + 0.3


@lru_cache(20_000)
def _label_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that may be a label, each once; numbers and values give none.

    Their order is the text's: weights are added in it, and a sum must not change with the process.
    """
    if numeric(text) and len(text.strip()) > 3:
        return ()
    return tuple(dict.fromkeys(word for word in _spelt_out(words(text)) if word not in _STOP))


def _spelt_out(found: Sequence[str]) -> list[str]:
    """Write abbreviations in full, so that a `Qty` is a quantity."""
    return [word for short in found for word in _IN_FULL.get(short, (short,))]


def _variants(field: Field) -> Iterator[set[str]]:
    """Yield the ways a field may be labelled, as sets of words."""
    name = _camel(field.name)
    path = _camel(field.path.replace("[]", ""))
    sentences = re.split(r"[.;(\n]\s|\(|\)", field.description)
    candidates = [name, path, *(words(s) for s in sentences)]
    if len(sentences) > 1:
        candidates.append(words(field.description))
    candidates.extend(words(text) for text in field.labels)
    owner = _camel(field.path.replace("[]", "").rpartition(".")[0].rpartition(".")[2])
    if look(field) in {"name", "address"} and not set(owner) & set(words(field.description)):
        candidates.append(words(field.about))  # `Bill to` stands over who is billed, not a name
    for candidate in candidates:
        kept = {word for word in _spelt_out(candidate) if word not in _STOP}
        if kept:
            yield kept


def _all_words(field: Field) -> set[str]:
    return {word for variant in _variants(replace(field, about="")) for word in variant}


def _camel(name: str) -> list[str]:
    return words(re.sub(r"(?<=[a-z])(?=[A-Z])|[_.\-]", " ", name))
