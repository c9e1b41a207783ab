"""Answers as JSON: read from a trained turn, taken apart into leaves, put together again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from novadoc.local.engine._fields import Shape
from novadoc.types import JsonObject, JsonScalar, JsonValue

Row = tuple[Mapping[str, JsonScalar], int]
"""One list record: values by the full path of the leaf, as `states[].wages`, and the number of the
outer record it belongs to, in a list of lists."""


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
    shape: Shape,
    values: Mapping[str, JsonScalar],
    rows: Mapping[str, Sequence[Row]],
    owner: int = 0,
) -> JsonValue:
    """Build the answer: what has no value is null, a list without records is empty."""
    if shape.form == "object":
        return {key: assemble(child, values, rows, owner) for key, child in shape.children}
    if shape.form == "map":
        return {}
    if shape.form == "array":
        item = shape.children[0][1]
        return [
            assemble(item, {**values, **record}, rows, number)
            for number, (record, own) in enumerate(_listed(rows, item.path))
            if own == owner
        ]
    return values.get(shape.path)


def _listed(rows: Mapping[str, Sequence[Row]], path: str) -> Sequence[Row]:
    """Return the records of a list; one without values where only lists inside it have any."""
    within = (found for place, found in rows.items() if place.startswith(path))
    return rows.get(path) or ([({}, 0)] if any(within) else [])


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
