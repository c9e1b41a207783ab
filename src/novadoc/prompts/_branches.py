"""What a question in English does without: other languages, budgets, stored prompts, transcripts.

Each of these loads when it is first used (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.prompts._languages import wording
    from novadoc.prompts._spending import spending
    from novadoc.prompts._stored import from_dict, to_dict, verify
    from novadoc.prompts._transcript import transcript
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._languages": "wording",
            "._spending": "spending",
            "._stored": "from_dict to_dict verify",
            "._transcript": "transcript",
        },
    )

__all__ = ["from_dict", "spending", "to_dict", "transcript", "verify", "wording"]
