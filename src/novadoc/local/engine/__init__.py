"""A small model that really reads pages and really learns from answers.

It knows pages, fields and words, and nothing of HTTP or AWS.

Raises:
    MissingExtraError: The extra `local` is not installed.
"""

from __future__ import annotations

from novadoc.local._needs import check_engine

check_engine()  # before the next line would fail with the bare name of a package

from novadoc.local.engine._engine import OcrEngine  # noqa: E402

__all__ = ["OcrEngine"]
