"""Documents in, validated objects out: what runs in production every day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.extraction._extractor import Extractor
    from novadoc.extraction._hooks import AttemptEvent, Hook
    from novadoc.extraction._identity import TrainedWith, TunedBackend
    from novadoc.extraction._journal import Journal
    from novadoc.extraction._outcome import (
        Attempt,
        Extraction,
        ExtractionFailure,
        Outcome,
        cost,
        total_cost,
    )
    from novadoc.extraction._packets import Packet, PacketSource, PacketSplitter, Part
    from novadoc.extraction._rates import RateLimits
    from novadoc.extraction._records import audit_line
    from novadoc.extraction._retry import RetryPolicy
    from novadoc.extraction._settings import PageWord, Settings, WordReader
    from novadoc.extraction._tasks import DocumentLike, Pages, SampleLike, Source
    from novadoc.extraction._tracing import otel_hook
    from novadoc.extraction._values import Conflict, Evidence, Guess
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._extractor": "Extractor",
            "._hooks": "AttemptEvent Hook",
            "._identity": "TrainedWith TunedBackend",
            "._journal": "Journal",
            "._outcome": "Attempt Extraction ExtractionFailure Outcome cost total_cost",
            "._packets": "Packet PacketSource PacketSplitter Part",
            "._rates": "RateLimits",
            "._records": "audit_line",
            "._retry": "RetryPolicy",
            "._settings": "PageWord Settings WordReader",
            "._tasks": "DocumentLike Pages SampleLike Source",
            "._tracing": "otel_hook",
            "._values": "Conflict Evidence Guess",
        },
    )

__all__ = [
    "Attempt",
    "AttemptEvent",
    "Conflict",
    "DocumentLike",
    "Evidence",
    "Extraction",
    "ExtractionFailure",
    "Extractor",
    "Guess",
    "Hook",
    "Journal",
    "Outcome",
    "Packet",
    "PacketSource",
    "PacketSplitter",
    "PageWord",
    "Pages",
    "Part",
    "RateLimits",
    "RetryPolicy",
    "SampleLike",
    "Settings",
    "Source",
    "TrainedWith",
    "TunedBackend",
    "WordReader",
    "audit_line",
    "cost",
    "otel_hook",
    "total_cost",
]
