"""A run or a comparison as people read it: an HTML page, Markdown, JSON and plots.

The page needs the extra `report`; it is one file, works without a network, and escapes whatever
stands in the documents.
"""

from __future__ import annotations

from novadoc.reports._gallery import GalleryItem, gallery
from novadoc.reports._page import Section, WrittenReport, markdown, write_report

__all__ = ["GalleryItem", "Section", "WrittenReport", "gallery", "markdown", "write_report"]
