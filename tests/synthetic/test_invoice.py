"""Generated invoices: repeatable, with line items whose sums hold, labelled as printed."""

from __future__ import annotations

import io
import json
from random import Random

import pytest
from PIL import Image

from novadoc.doctypes import Invoice
from novadoc.errors import ConfigurationError
from novadoc.schema import DocumentSchema
from novadoc.synthetic import (
    INVOICE_LAYOUTS,
    UNSEEN_INVOICE_LAYOUTS,
    VOCABULARIES,
    LabelledPage,
    invoice_pages,
)
from novadoc.synthetic._invoice_facts import draw_invoice
from novadoc.synthetic._invoice_layouts import INVOICE_STYLES

ALL_LAYOUTS = INVOICE_LAYOUTS + UNSEEN_INVOICE_LAYOUTS


@pytest.fixture(scope="module")
def pages() -> list[LabelledPage]:
    return list(invoice_pages(24, seed=3, layouts=ALL_LAYOUTS))


def test_labels_are_invoices_that_add_up(pages: list[LabelledPage]) -> None:
    """Every label is a canonical invoice on which no check finds anything."""
    schema = DocumentSchema(Invoice)

    for page in pages:
        assert json.loads(schema.canonical_text(page.label)) == page.label
        reading = schema.read(page.label)
        assert (reading.violations, reading.findings) == ((), ())


def test_lines_and_optional_fields_vary(pages: list[LabelledPage]) -> None:
    """Invoices have one to eight lines; due date, order and tax number come and go."""
    counts = {len(list(p.label["lines"])) for p in pages}  # type: ignore[arg-type]

    assert min(counts) >= 1
    assert max(counts) <= 8
    assert len(counts) >= 4
    for key in ("due_date", "order_number"):
        assert {p.label[key] is None for p in pages} == {True, False}


def test_same_seed_same_bytes() -> None:
    """The same arguments give the same pages, whatever the count."""
    short, long = (list(invoice_pages(n, seed=5)) for n in (2, 3))

    assert [p.image for p in short] == [p.image for p in long][:2]
    assert [p.label for p in short] == [p.label for p in long][:2]


def test_pages_decode(pages: list[LabelledPage]) -> None:
    """Every page is a JPEG, portrait, of the width asked for."""
    for page in pages:
        with Image.open(io.BytesIO(page.image)) as image:
            image.load()
            assert (image.format, image.width) == ("JPEG", 1000)
            assert image.height > image.width


def test_layouts_draw_differently() -> None:
    """The same facts look different from each seller."""
    facts = draw_invoice(Random(1), VOCABULARIES["western"])
    drawn = {style.draw(facts, Random(1), 400).tobytes() for style in INVOICE_STYLES.values()}

    assert len(drawn) == len(ALL_LAYOUTS) == 4


@pytest.mark.parametrize(
    "layouts", [pytest.param(["nowhere"], id="unknown"), pytest.param([], id="none")]
)
def test_unknown_layouts_are_refused_at_once(layouts: list[str]) -> None:
    """A wrong layout is an error at the call that lists what there is."""
    with pytest.raises(ConfigurationError, match="mirrored"):
        invoice_pages(1, seed=1, layouts=layouts)
