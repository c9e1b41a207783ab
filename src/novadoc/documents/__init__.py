"""Files, pages and pixels: open a document, and get its pages as a model gets them.

>>> document = Document.open(b"P5 40 30 255 " + bytes(1200), name="black.pgm")
>>> [image.format for image in document.images(NOVA_2)]
['png']
"""

from __future__ import annotations

from novadoc.documents._bound import bind
from novadoc.documents._document import Document
from novadoc.documents._header import ImageHeader, image_header
from novadoc.documents._likeness import BITS as LIKENESS_BITS
from novadoc.documents._likeness import likeness
from novadoc.documents._page import PageImage
from novadoc.documents._pdf import Word
from novadoc.documents._policy import NOVA_1, NOVA_2, ImagePolicy, image_tokens, policy_for
from novadoc.documents._quality import PageQuality, QualityFlag, quality
from novadoc.documents._raster import MAX_SOURCE_PIXELS, MAX_SOURCE_SIDE
from novadoc.documents._selection import MAX_PAGES
from novadoc.documents._sniff import SUFFIXES
from novadoc.documents._source import MAX_BYTES

__all__ = [
    "LIKENESS_BITS",
    "MAX_BYTES",
    "MAX_PAGES",
    "MAX_SOURCE_PIXELS",
    "MAX_SOURCE_SIDE",
    "NOVA_1",
    "NOVA_2",
    "SUFFIXES",
    "Document",
    "ImageHeader",
    "ImagePolicy",
    "PageImage",
    "PageQuality",
    "QualityFlag",
    "Word",
    "bind",
    "image_header",
    "image_tokens",
    "likeness",
    "policy_for",
    "quality",
]
