"""A run or a comparison as people read it: an HTML page, Markdown, JSON and plots.

The page needs the extra `report`; it is one file, works without a network, and escapes whatever
stands in the documents.
"""

from __future__ import annotations

from novadoc.reports._gallery import GalleryItem, PageBox, gallery
from novadoc.reports._plot import plot
from novadoc.reports._profile import write_profile
from novadoc.reports._sections import run_sections
from novadoc.reports._write import Section, WrittenReport, write_report

__all__ = [
    "GalleryItem",
    "PageBox",
    "Section",
    "WrittenReport",
    "gallery",
    "plot",
    "run_sections",
    "write_profile",
    "write_report",
]
