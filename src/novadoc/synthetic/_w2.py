"""Generate labelled W-2 pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from novadoc.synthetic._drawing import layouts_in_turn
from novadoc.synthetic._noise import scan
from novadoc.synthetic._page import LabelledPage
from novadoc.synthetic._vocabulary import Vocabulary, named_vocabulary
from novadoc.synthetic._w2_layouts import LAYOUTS
from novadoc.synthetic._w2_people import draw_facts, draw_habits

__all__ = ["UNSEEN_W2_LAYOUTS", "W2_LAYOUTS", "w2_pages"]

UNSEEN_W2_LAYOUTS: tuple[str, ...] = ("payroll_wide",)
"""Layouts to keep out of training, for measuring what a model does with a form it never saw."""

W2_LAYOUTS: tuple[str, ...] = tuple(name for name in LAYOUTS if name not in UNSEEN_W2_LAYOUTS)
"""Layouts for training: the official form (red, black, twice on a page) and payroll printers."""


def w2_pages(
    count: int,
    *,
    seed: int,
    layouts: Sequence[str] | None = None,
    noise: float = 1.0,
    width: int = 1000,
    vocabulary: str = "western",
) -> Iterator[LabelledPage]:
    r"""Generate `count` scanned W-2 pages, each with its true label.

    The label has the shape of `novadoc.doctypes.W2` and says exactly what is printed: amounts as
    numbers, printed lines of an address joined by `", "`, runs of spaces as one, empty boxes null.
    People, towns and companies are invented from open vocabularies; no number is one that was
    ever issued. The same arguments give the same pages; page `i` does not depend on `count`.

    Args:
        count: How many pages.
        seed: Where everything is drawn from.
        layouts: Names out of `W2_LAYOUTS` and `UNSEEN_W2_LAYOUTS`, used in turn; default
            `W2_LAYOUTS`.
        noise: Strength of the scanner's damage; 0 is clean, 1 an ordinary scan, 2 a poor one.
        width: Pixels across; text is readable from about 900.
        vocabulary: Which family of names, out of `VOCABULARIES`.

    Raises:
        ConfigurationError: A layout or the vocabulary is unknown, none is given, or width or noise
            cannot be drawn.

    Example:
        >>> page = next(w2_pages(1, seed=7))
        >>> page.id, page.layout, page.image[:2] == b"\xff\xd8"
        ('w2-7-0000', 'irs_copy_a', True)
    """
    words = named_vocabulary(vocabulary)
    given = W2_LAYOUTS if layouts is None else layouts
    drawn = layouts_in_turn(count, given, LAYOUTS, noise=noise, width=width)
    return (
        _page(f"w2-{seed}-{i:04d}", name, words, noise=noise, width=width)
        for i, name in enumerate(drawn)
    )


def _page(page: str, name: str, words: Vocabulary, *, noise: float, width: int) -> LabelledPage:
    # One source of chance a page: what page i shows does not depend on the pages before it.
    rng = Random(f"{page}/{name}/{words.name}")  # noqa: S311 - invents data, keeps no secret
    layout = LAYOUTS[name]
    facts = draw_facts(rng, words, draw_habits(rng, fake_set=layout.fake_set))
    facts = replace(facts, states=facts.states[: layout.state_lines])
    image = scan(layout.draw(facts, rng, width), rng, level=noise)
    return LabelledPage(page, image, "jpeg", facts.label(), name, facts.extras())
