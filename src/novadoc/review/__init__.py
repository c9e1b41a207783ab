"""Labels from people: a labelling page that needs no server, and how far reviewers agree."""

from __future__ import annotations

from novadoc.review._agreement import Agreement, Conflict, FieldAgreement, agree, cohens_kappa
from novadoc.review._doubts import Alternative, Doubt, Doubts, doubts_from_confidence
from novadoc.review._page import write_review
from novadoc.review._review import Review, read_review, write_labels

__all__ = [
    "Agreement",
    "Alternative",
    "Conflict",
    "Doubt",
    "Doubts",
    "FieldAgreement",
    "Review",
    "agree",
    "cohens_kappa",
    "doubts_from_confidence",
    "read_review",
    "write_labels",
    "write_review",
]
