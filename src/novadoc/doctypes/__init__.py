"""Ready-made schemas of common documents, with descriptions, comparators and categories."""

from __future__ import annotations

from novadoc.doctypes._w2 import W2, W2Benefits, W2Earnings, W2Employee, W2Employer, W2State

__all__ = ["W2", "W2Benefits", "W2Earnings", "W2Employee", "W2Employer", "W2State"]
