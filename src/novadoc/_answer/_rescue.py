"""What reads answers that are not one JSON object alone: loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc._answer._dialect import parse_xml
    from novadoc._answer._find import json_inside
else:
    __getattr__, __dir__ = lazily(__name__, {"._dialect": "parse_xml", "._find": "json_inside"})

__all__ = ["json_inside", "parse_xml"]
