"""Training pages made worse, so that a model learns to do without the labels a poor scan loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from novadoc.local.engine._layout import Box, moved
from novadoc.local.engine._page import Page

_SEVERITY = (0.2, 1.0)
"""Least and greatest share of a page's labels that suffer; half of them vanish."""
_MISREAD = 0.25
"""Share of the letters misread in a label that does not vanish."""
_LETTERS = "aeiounrstlcm"


def worn(page: Page, labels: Sequence[int], other: int, *, seed: int) -> tuple[Page, list[int]]:
    """Lose some of what is printed around the values, as the OCR does on a poor scan.

    Args:
        page: The page as it was read.
        labels: The number of its field for each word.
        other: The number of the words that are no value.
        seed: Where the damage is drawn from.

    Returns:
        The damaged page and its words' labels.
    """
    rng = Random(seed)  # noqa: S311
    kept = {word.segment for word, own in zip(page.words, labels, strict=True) if own != other}
    severity = rng.uniform(*_SEVERITY)
    sources: list[int | None] = []
    boxes: list[Box] = []
    for number, box in enumerate(page.segments):
        hurt = number not in kept and rng.random() < severity
        if hurt and rng.random() < 0.5:
            continue
        boxes.append(replace(box, text=_misread(box.text, rng)) if hurt else box)
        sources.append(None if hurt else number)
    boxes.extend(page.ticks)
    sources.extend([None] * len(page.ticks))
    source_of = dict(zip(moved(boxes), sources, strict=True))
    made = Page(boxes)
    found: list[int] = []
    for box, members in zip(made.segments, made.words_of, strict=True):
        source = source_of[box]
        whole = [] if source is None else page.words_of[source]
        found.extend([labels[k] for k in whole] or [other] * len(members))
    return made, found


def _misread(text: str, rng: Random) -> str:
    return "".join(
        rng.choice(_LETTERS) if char.isalnum() and rng.random() < _MISREAD else char
        for char in text
    )
