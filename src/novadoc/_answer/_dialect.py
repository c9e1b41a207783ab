"""The XML that Nova sometimes writes instead of a tool call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from novadoc._answer._json import load_json
from novadoc.schema import FieldSpec
from novadoc.types import JsonObject, JsonValue

_FUNCTION = re.compile(r"<__function=[^>]*>(.*?)(?:</__function>|\Z)", re.DOTALL)
_PARAMETER = re.compile(r"<__parameter=([^>]*)>(.*?)</__parameter>", re.DOTALL)
_TEXTUAL = frozenset({"string", "enum", "date", "time", "datetime"})


def parse_xml(text: str, fields: Sequence[FieldSpec], notes: list[str]) -> JsonObject | None:
    """Read the dialect; `None` when it is not there.

    Seen as text with `stopReason` `malformed_tool_use` (vercel/ai#16926).
    """
    function = _FUNCTION.search(text)
    if function is None:
        return None
    kinds = {spec.name: spec.kind for spec in fields}
    notes.append("nova_xml")
    return {
        name.strip(): _parameter(content.strip(), textual=kinds.get(name.strip()) in _TEXTUAL)
        for name, content in _PARAMETER.findall(function.group(1))
    }


def _parameter(content: str, *, textual: bool) -> JsonValue:
    if content == "null":
        return None
    if textual:
        return content
    try:
        return load_json(content)
    except ValueError:
        return content
