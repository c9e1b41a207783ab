"""Places in an answer, as a schema names them and as its JSON is walked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from novadoc.schema import FieldSpec
from novadoc.types import JsonObject, JsonValue

Steps: TypeAlias = "tuple[str | int, ...]"
"""Keys of objects and maps, indexes of lists."""

_INDEX = re.compile(r"\[(\d+)\]")


class Place(NamedTuple):
    """Where a value stands in one answer."""

    steps: Steps
    text: str
    """As a model is told: `lines[2].amount`, `totals["Federal tax"]`."""
    is_entry: bool = False
    """Whether it stands in a map, and its key may be what is wrong."""


def place(path: str, root: FieldSpec, data: JsonValue) -> Place:
    """Return the place in an answer that a schema's path names.

    A schema numbers the entries of a map: keys are content, and its paths stand in logs. A model is
    told the key, and another answer has it elsewhere.

    Args:
        path: As in violations; what the schema does not know is a place that no answer has.
        root: The schema's field tree, which knows keys from steps in them.
        data: The answer that was read.
    """
    field, here, left = root, data, path
    found = Place((), "")
    while left:
        index = _INDEX.match(left)
        child = _child(field, left)
        if index is not None and field.kind in {"array", "map"}:
            step = _entry(here, int(index.group(1))) if field.kind == "map" else int(index.group(1))
            text = f"[{json.dumps(step, ensure_ascii=False)}]"
            found = Place((*found.steps, step), found.text + text, field.kind == "map")
            field, left = field.children[0], left[index.end() :]
        elif child is not None:
            step = child.name
            found = Place((*found.steps, step), f"{found.text}.{step}" if found.text else step)
            field, left = child, left[len(step) :]
        else:
            return Place((path,), path)
        here = at(here, (step,)) if has(here, (step,)) else None
        left = left.removeprefix(".")
    return found


def _entry(data: JsonValue, number: int) -> str:
    keys = list(data) if isinstance(data, dict) else []
    return keys[number] if number < len(keys) else ""


def _child(field: FieldSpec, path: str) -> FieldSpec | None:
    """The field a path begins with; of `a` and `a.b`, both names in one object, the longer."""
    if field.kind != "object":
        return None
    fitting = [child for child in field.children if _begins(path, child.name)]
    return max(fitting, key=lambda child: len(child.name), default=None)


def _begins(path: str, name: str) -> bool:
    return path.startswith(name) and path[len(name) : len(name) + 1] in {"", ".", "["}


def at(value: JsonValue, steps: Steps) -> JsonValue:
    """Return what stands at a place.

    Raises:
        LookupError: Nothing stands there.
    """
    for step in steps:
        value = _below(value, step)
    return value


def _below(value: JsonValue, step: str | int) -> JsonValue:
    if isinstance(value, dict) and isinstance(step, str):
        return value[step]
    if isinstance(value, list) and isinstance(step, int):
        return value[step]
    raise LookupError(step)


def has(value: JsonValue, steps: Steps) -> bool:
    """Whether something, if only null, stands at a place."""
    try:
        at(value, steps)
    except LookupError:
        return False
    return True


def replaced(value: Mapping[str, JsonValue], steps: Steps, new: JsonValue) -> JsonObject:
    """Return a copy with another value at a place; unchanged when nothing can stand there."""
    changed = _put(dict(value), steps, new)
    return changed if isinstance(changed, dict) else dict(value)


def _put(value: JsonValue, steps: Steps, new: JsonValue) -> JsonValue:
    if not steps:
        return new
    step, *rest = steps
    if isinstance(value, dict) and isinstance(step, str):
        return {**value, step: _put(value.get(step), tuple(rest), new)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [*value[:step], _put(value[step], tuple(rest), new), *value[step + 1 :]]
    return value


def corrected(first: JsonObject, second: JsonObject, places: Iterable[Place]) -> JsonObject:
    """Return the first answer with what the second one has at the places."""
    mended = first
    for one in places:
        *above, last = one.steps or ("",)
        holder = at(second, tuple(above)) if has(second, tuple(above)) else None
        if has(second, one.steps):
            mended = replaced(mended, one.steps, at(second, one.steps))
        elif one.is_entry and isinstance(holder, dict) and has(mended, one.steps):
            mended = replaced(
                mended, tuple(above), _rekeyed(at(mended, tuple(above)), holder, last)
            )
    return mended


def _rekeyed(entries: JsonValue, theirs: JsonObject, key: str | int) -> JsonObject:
    """A map without a key, which the second answer gave up, and with the keys new in that one."""
    ours = entries if isinstance(entries, dict) else {}
    new = {name: value for name, value in theirs.items() if name not in ours}
    return {name: value for name, value in ours.items() if name != key} | new
