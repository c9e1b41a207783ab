"""What few documents need: windows, votes, guesses, evidence, streams, hooks, many at a time.

Each of these loads when it is first used (PEP 562): a service that reads single pages starts
without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.extraction._evidence import find_evidence, page_words
    from novadoc.extraction._followups import correction, going_on, said_again
    from novadoc.extraction._guesses import Guessing, guessing_prompt
    from novadoc.extraction._hooks import AttemptEvent
    from novadoc.extraction._journal import Journal
    from novadoc.extraction._many import (
        map_async,
        map_completed,
        map_ordered,
        progress_of,
    )
    from novadoc.extraction._merge import PageAnswer, merge
    from novadoc.extraction._paths import corrected, place
    from novadoc.extraction._rates import RateLimits, buckets
    from novadoc.extraction._records import from_record, to_record
    from novadoc.extraction._stream import AnswerStream
    from novadoc.extraction._threads import Threads
    from novadoc.extraction._votes import agreement, alternatives
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._evidence": "find_evidence page_words",
            "._followups": "correction going_on said_again",
            "._guesses": "Guessing guessing_prompt",
            "._hooks": "AttemptEvent",
            "._journal": "Journal",
            "._many": "map_async map_completed map_ordered progress_of",
            "._merge": "PageAnswer merge",
            "._paths": "corrected place",
            "._rates": "RateLimits buckets",
            "._records": "from_record to_record",
            "._stream": "AnswerStream",
            "._threads": "Threads",
            "._votes": "agreement alternatives",
        },
    )

__all__ = [
    "AnswerStream",
    "AttemptEvent",
    "Guessing",
    "Journal",
    "PageAnswer",
    "RateLimits",
    "Threads",
    "agreement",
    "alternatives",
    "buckets",
    "corrected",
    "correction",
    "find_evidence",
    "from_record",
    "going_on",
    "guessing_prompt",
    "map_async",
    "map_completed",
    "map_ordered",
    "merge",
    "page_words",
    "place",
    "progress_of",
    "said_again",
    "to_record",
]
