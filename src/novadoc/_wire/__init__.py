"""Conversations in the service's shapes: requests, replies, streams and JSONL records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc._wire._record import RECORD_VERSION, to_record
    from novadoc._wire._reply import from_converse, from_events
    from novadoc._wire._request import ConverseRequest, ImageSource, image_source, to_converse
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._record": "RECORD_VERSION to_record",
            "._reply": "from_converse from_events",
            "._request": "ConverseRequest ImageSource image_source to_converse",
        },
    )

__all__ = [
    "RECORD_VERSION",
    "ConverseRequest",
    "ImageSource",
    "from_converse",
    "from_events",
    "image_source",
    "to_converse",
    "to_record",
]
