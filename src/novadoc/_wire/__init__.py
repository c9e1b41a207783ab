"""Conversations in the shapes of the service: Converse requests, replies, streams and JSONL records."""

from __future__ import annotations

from novadoc._wire._record import RECORD_VERSION, to_record
from novadoc._wire._reply import from_converse, from_events
from novadoc._wire._request import ConverseRequest, ImageSource, to_converse

__all__ = [
    "RECORD_VERSION",
    "ConverseRequest",
    "ImageSource",
    "from_converse",
    "from_events",
    "to_converse",
    "to_record",
]
