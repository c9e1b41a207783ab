"""Labels from people: a labelling page that needs no server, and how far reviewers agree.

`write_review` writes the page, people open it and save a file, `read_review` reads the file, and
`Review.apply` makes samples of what was confirmed. `agree` compares two reviewers; the doubts it
gives make a page on which a third settles what they read differently.

Example:
    >>> import tempfile
    >>> from novadoc import datasets, synthetic
    >>> from novadoc.doctypes import W2
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = synthetic.write_folder(synthetic.w2_pages(2, seed=1), folder)
    ...     samples = datasets.from_folder(folder, W2)
    ...     page = write_review(samples, folder, schema=W2)
    ...     page.stat().st_size > 100_000
    True
"""

from __future__ import annotations

from novadoc.review._agreement import Agreement, Conflict, FieldAgreement, agree, cohens_kappa
from novadoc.review._doubts import Alternative, Doubt, Doubts, doubts_of
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
    "doubts_of",
    "read_review",
    "write_labels",
    "write_review",
]
