"""Why a job failed: the service's text sorted into causes one can act on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "role", "key", "access", "format", "reserved word", "media", "bucket", "length", "count",
    "quota", "service", "unknown",
]  # fmt: skip

# No list of texts is published (bedrock-facts section 3); words that public reports and the
# documented rules have in common, the narrower cause first.
_CAUSES: Sequence[tuple[Cause, str, str]] = (
    ("role", r"assume|trust", "Plan and apply the role again: `roles.apply(roles.plan(data))`."),
    ("key", r"\bkms\b|encrypt|decrypt", "Allow the role and Bedrock to use the key."),
    ("reserved word", r"reserved|keyword", "Run `datasets.check(manifest, fix=True)`."),
    ("bucket", r"same bucket|bucket owner|bucketowner", "Upload again with `storage.upload`."),
    ("length", r"token|too long|context", "Split long documents, or shorten the prompt."),
    (
        "count",
        r"number of (records|samples)|too (few|many)|at least|minimum",
        "Add or drop records.",
    ),
    ("media", r"image|media|video|resolution|dimension", "Run `datasets.check` on the manifest."),
    ("access", r"access ?denied|permission|not authorized|forbidden", "Look at the role's policy."),
    ("format", r"format|schema|json|malformed|invalid", "Run `datasets.check` on the manifest."),
    ("quota", r"quota|limit exceeded|capacity", "Ask for more in Service Quotas, or try later."),
    ("service", r"internal|unexpected|try again", "Submit it again with `attempt=2`."),
)


@dataclass(frozen=True)
class Failure:
    """What went wrong, as the service says it and as far as it can be told."""

    message: str
    """The service's own text."""
    cause: Cause
    """The kind of failure; `unknown` when the text names none."""
    remedy: str
    """What to do next."""

    def __str__(self) -> str:
        return f"{self.message} ({self.cause})"


def read_failure(message: str) -> Failure:
    """Sort a failure text.

    Example:
        >>> read_failure("Could not assume provided IAM role").cause
        'role'
    """
    for cause, pattern, remedy in _CAUSES:
        if re.search(pattern, message, re.IGNORECASE):
            return Failure(message, cause, remedy)
    return Failure(message, "unknown", "See the job in the Bedrock console.")
