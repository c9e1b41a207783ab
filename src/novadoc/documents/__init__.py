"""Files, pages and pixels: open a document, and get its pages as a model gets them.

>>> from novadoc.documents import NOVA_2, Document
>>> document = Document.open(b"P5 40 30 255 " + bytes(1200), name="black.pgm")
>>> [image.format for image in document.images(NOVA_2)]
['png']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.documents._bound import bind
    from novadoc.documents._closeup import Closeup, closeup, same_page
    from novadoc.documents._document import Document
    from novadoc.documents._header import ImageHeader, image_header
    from novadoc.documents._likeness import LIKENESS_CELLS, Likeness, likeness
    from novadoc.documents._page import PageImage
    from novadoc.documents._pdf import Word
    from novadoc.documents._policy import NOVA_1, NOVA_2, ImagePolicy, image_tokens, policy_for
    from novadoc.documents._quality import PageQuality, QualityFlag, quality
    from novadoc.documents._raster import MAX_SOURCE_PIXELS, MAX_SOURCE_SIDE
    from novadoc.documents._selection import MAX_PAGES
    from novadoc.documents._sniff import SUFFIXES
    from novadoc.documents._source import MAX_BYTES
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._bound": "bind",
            "._closeup": "Closeup closeup same_page",
            "._document": "Document",
            "._header": "ImageHeader image_header",
            "._likeness": "LIKENESS_CELLS Likeness likeness",
            "._page": "PageImage",
            "._pdf": "Word",
            "._policy": "ImagePolicy NOVA_1 NOVA_2 image_tokens policy_for",
            "._quality": "PageQuality QualityFlag quality",
            "._raster": "MAX_SOURCE_PIXELS MAX_SOURCE_SIDE",
            "._selection": "MAX_PAGES",
            "._sniff": "SUFFIXES",
            "._source": "MAX_BYTES",
        },
    )

__all__ = [
    "LIKENESS_CELLS",
    "MAX_BYTES",
    "MAX_PAGES",
    "MAX_SOURCE_PIXELS",
    "MAX_SOURCE_SIDE",
    "NOVA_1",
    "NOVA_2",
    "SUFFIXES",
    "Closeup",
    "Document",
    "ImageHeader",
    "ImagePolicy",
    "Likeness",
    "PageImage",
    "PageQuality",
    "QualityFlag",
    "Word",
    "bind",
    "closeup",
    "image_header",
    "image_tokens",
    "likeness",
    "policy_for",
    "quality",
    "same_page",
]
