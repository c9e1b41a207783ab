"""A small model that really reads pages and really learns from answers.

It knows pages, fields and words, and nothing of HTTP or AWS.
"""

from __future__ import annotations

from novadoc.local.engine._engine import OcrEngine

__all__ = ["OcrEngine"]
