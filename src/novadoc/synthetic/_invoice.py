"""Generate labelled invoice pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from novadoc.synthetic._drawing import layouts_in_turn
from novadoc.synthetic._invoice_facts import draw_invoice
from novadoc.synthetic._invoice_layouts import INVOICE_STYLES
from novadoc.synthetic._noise import scan
from novadoc.synthetic._page import LabelledPage
from novadoc.synthetic._vocabulary import Vocabulary, named_vocabulary

__all__ = ["INVOICE_LAYOUTS", "UNSEEN_INVOICE_LAYOUTS", "invoice_pages"]

UNSEEN_INVOICE_LAYOUTS: tuple[str, ...] = ("mirrored",)
"""Layouts to keep out of training."""

INVOICE_LAYOUTS: tuple[str, ...] = tuple(
    name for name in INVOICE_STYLES if name not in UNSEEN_INVOICE_LAYOUTS
)
"""Layouts for training: sellers that differ in words, places, columns and dates."""


def invoice_pages(
    count: int,
    *,
    seed: int,
    layouts: Sequence[str] | None = None,
    noise: float = 1.0,
    width: int = 1000,
    vocabulary: str = "western",
) -> Iterator[LabelledPage]:
    """Generate `count` scanned one-page invoices with line items, each with its true label.

    The label has the shape of `novadoc.doctypes.Invoice`; dates are ISO whatever is printed. The
    same arguments give the same pages, and page `i` does not depend on `count`.

    Args:
        count: How many pages.
        seed: Where everything is drawn from.
        layouts: Names out of `INVOICE_LAYOUTS` and `UNSEEN_INVOICE_LAYOUTS`, used in turn;
            default `INVOICE_LAYOUTS`.
        noise: Strength of the scanner's damage; 0 is clean, 1 an ordinary scan, 2 a poor one.
        width: Pixels across.
        vocabulary: Which family of names, out of `VOCABULARIES`.

    Raises:
        ConfigurationError: A layout or the vocabulary is unknown, none is given, or width or noise
            cannot be drawn.

    Example:
        >>> page = next(invoice_pages(1, seed=7))
        >>> page.layout, len(page.label["lines"]) >= 1
        ('ruled', True)
    """
    words = named_vocabulary(vocabulary)
    given = INVOICE_LAYOUTS if layouts is None else layouts
    drawn = layouts_in_turn(count, given, INVOICE_STYLES, noise=noise, width=width)
    return (
        _page(f"invoice-{seed}-{i:04d}", name, words, noise=noise, width=width)
        for i, name in enumerate(drawn)
    )


def _page(page: str, name: str, words: Vocabulary, *, noise: float, width: int) -> LabelledPage:
    rng = Random(f"{page}/{name}/{words.name}")  # noqa: S311 - invents data, keeps no secret
    facts = draw_invoice(rng, words)
    image = scan(INVOICE_STYLES[name].draw(facts, rng, width), rng, level=noise)
    return LabelledPage(page, image, "jpeg", facts.label(), name)
