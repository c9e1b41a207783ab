"""Seeded generators of labelled pages, for tutorials, tests and measurements without real data."""

from __future__ import annotations

from novadoc.synthetic._invoice import INVOICE_LAYOUTS, UNSEEN_INVOICE_LAYOUTS, invoice_pages
from novadoc.synthetic._page import LabelledPage, WrittenPage, write_folder
from novadoc.synthetic._vocabulary import VOCABULARIES, Vocabulary
from novadoc.synthetic._w2 import UNSEEN_W2_LAYOUTS, W2_LAYOUTS, w2_pages

__all__ = [
    "INVOICE_LAYOUTS",
    "UNSEEN_INVOICE_LAYOUTS",
    "UNSEEN_W2_LAYOUTS",
    "VOCABULARIES",
    "W2_LAYOUTS",
    "LabelledPage",
    "Vocabulary",
    "WrittenPage",
    "invoice_pages",
    "w2_pages",
    "write_folder",
]
