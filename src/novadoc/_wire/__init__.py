"""Conversations in the service's shapes: requests, replies, streams and JSONL records."""

from __future__ import annotations

from novadoc._wire._record import RECORD_VERSION, to_record
from novadoc._wire._reply import from_converse, from_events
from novadoc._wire._request import ConverseRequest, ImageSource, image_source, to_converse

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
