"""Answers as JSON: read from a trained turn, taken apart into leaves, put together again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from novadoc.local.engine._fields import Shape
from novadoc.types import JsonObject, JsonScalar, JsonValue

Row = Mapping[str, JsonScalar]
"""Values of one list record by the full path of the leaf, as `states[].wages`."""


def parse(text: str) -> JsonObject | None:
    """Read the first JSON object of an assistant turn, whatever frames it; `None` without one."""
    decoder = json.JSONDecoder(parse_float=Decimal)
    start = text.find("{")
    while start >= 0:
        try:
            value, _ = decoder.raw_decode(text, start)
        except ValueError:
            start = text.find("{", start + 1)
            continue
        return cast("JsonObject", value) if isinstance(value, dict) else None
    return None


def leaves(answer: JsonValue, path: str = "") -> dict[str, JsonScalar]:
    """Flatten to `states[0].wages` -> value."""
    if isinstance(answer, dict):
        return {
            place: value
            for key, child in answer.items()
            for place, value in leaves(child, f"{path}.{key}" if path else key).items()
        }
    if isinstance(answer, list):
        return {
            place: value
            for number, child in enumerate(answer)
            for place, value in leaves(child, f"{path}[{number}]").items()
        }
    return {path: answer}


def generic(path: str) -> str:
    """Name the field of a leaf: `states[0].wages` is `states[].wages`."""
    return re.sub(r"\[\d+\]", "[]", path)


def assemble(
    shape: Shape, values: Mapping[str, JsonScalar], rows: Mapping[str, Sequence[Row]]
) -> JsonValue:
    """Build the answer: what has no value is null, a list without records is empty."""
    if shape.form == "object":
        return {key: assemble(child, values, rows) for key, child in shape.children}
    if shape.form == "map":
        return {}
    if shape.form == "array":
        item = shape.children[0][1]
        # A list inside a list has the records of its first owner: pages hardly tell more.
        inner = {path: found for path, found in rows.items() if path != item.path}
        nested = any(path.startswith(item.path) for path in inner)
        records = rows.get(item.path, ()) or ([{}] if nested and _any(inner, item.path) else ())
        return [
            assemble(item, {**values, **record}, inner if number == 0 else {})
            for number, record in enumerate(records)
        ]
    return values.get(shape.path)


def _any(rows: Mapping[str, Sequence[Row]], path: str) -> bool:
    return any(found for place, found in rows.items() if place.startswith(path))


def dump(value: JsonValue) -> str:
    """Write compact JSON; a `Decimal` keeps its printed digits."""
    if isinstance(value, dict):
        parts = (f"{json.dumps(key, ensure_ascii=False)}:{dump(v)}" for key, v in value.items())
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item) for item in value) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False)
