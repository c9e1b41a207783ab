"""A small model that really reads pages and really learns from answers.

It knows pages, fields and words, and nothing of HTTP or AWS.

Raises:
    MissingExtraError: The extra `local` is not installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily
from novadoc.local._needs import check_engine

check_engine()  # before a part would fail with the bare name of a package

if TYPE_CHECKING:
    from novadoc.local.engine._engine import OcrEngine
else:
    __getattr__, __dir__ = lazily(__name__, {"._engine": "OcrEngine"})

__all__ = ["OcrEngine"]
