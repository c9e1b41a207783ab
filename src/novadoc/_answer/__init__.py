"""From a model's reply to a validated value: stop reason first, then the text, then the schema."""

from __future__ import annotations

from novadoc._answer._json import dump_json, load_json
from novadoc._answer._read import Answer, json_lead, judge, parse_answer, read_answer
from novadoc._answer._scan import complete_part

__all__ = [
    "Answer",
    "complete_part",
    "dump_json",
    "json_lead",
    "judge",
    "load_json",
    "parse_answer",
    "read_answer",
]
