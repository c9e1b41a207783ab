"""From a model's reply to a validated value: stop reason first, then the text, then the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc._answer._json import dump_json, load_json
    from novadoc._answer._read import json_lead, judge, parse_answer
    from novadoc._answer._scan import complete_part, unfinished
    from novadoc._answer._whole import Answer, read_answer
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._json": "dump_json load_json",
            "._read": "json_lead judge parse_answer",
            "._scan": "complete_part unfinished",
            "._whole": "Answer read_answer",
        },
    )

__all__ = [
    "Answer",
    "complete_part",
    "dump_json",
    "json_lead",
    "judge",
    "load_json",
    "parse_answer",
    "read_answer",
    "unfinished",
]
