"""Where on the form a doubt is shown: at its field, or at what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from novadoc.review._doubts import Alternative, Doubt
from novadoc.schema import FieldSpec
from novadoc.types import JsonValue


class _Place(NamedTuple):
    path: str
    value: JsonValue
    kind: str
    rest: str
    """What of the doubt's own path lies below."""


def shown_at(
    doubts: Iterable[Doubt], fields: Sequence[FieldSpec], label: Mapping[str, JsonValue]
) -> tuple[Doubt, ...]:
    """Return the doubts at places that the form has for this label, one for each.

    A form has no place for a row that the label does not have, for what is in an object that is
    missing, and for an entry of a map. Doubts of fields that the schema does not know are left out.
    """
    found: dict[str, Doubt] = {}
    for doubt in doubts:
        place = nearest(doubt.path, fields, label)
        if place is not None:
            one = _moved(doubt, place)
            found[place.path] = _joined(found[place.path], one) if place.path in found else one
    return tuple(found.values())


def nearest(
    path: str, fields: Sequence[FieldSpec], label: Mapping[str, JsonValue]
) -> _Place | None:
    """Return the place on the form that is nearest to a path; `None` if it begins with no field."""
    for field in fields:
        rest = path[len(field.name) :]
        if path.startswith(field.name) and rest[:1] in {"", ".", "["}:
            return _below(_Place(field.name, label.get(field.name), field.kind, rest), field)
    return None


def _below(place: _Place, field: FieldSpec) -> _Place:
    """Go down as far as the label has values and the form has places."""
    if field.kind == "object" and isinstance(place.value, dict) and place.rest[:1] == ".":
        below = nearest(place.rest[1:], field.children, place.value)
        return place if below is None else below._replace(path=f"{place.path}.{below.path}")
    found = re.match(r"\[(\d+)\]", place.rest)
    if field.kind == "array" and isinstance(place.value, list) and found is not None:
        row = int(found[1])
        if row < len(place.value):
            (item,) = field.children
            path, rest = f"{place.path}{found[0]}", place.rest[found.end() :]
            below = _below(_Place(path, place.value[row], item.kind, rest), item)
            # A row of fields has no place of its own.
            return place if below.path == path and item.kind == "object" else below
    return place


def _moved(doubt: Doubt, place: _Place) -> Doubt:
    if not place.rest:
        return doubt
    entry = place.rest[1:]
    others: tuple[Alternative, ...] = ()
    if place.kind == "map" and isinstance(place.value, dict) and entry in place.value:
        others = tuple(
            replace(other, value={**place.value, entry: other.value})
            for other in doubt.alternatives
        )
    reason = f"{place.rest.lstrip('.')}: {doubt.reason}"
    return replace(doubt, path=place.path, reason=reason, alternatives=others)


def _joined(one: Doubt, two: Doubt) -> Doubt:
    known = [share for share in (one.confidence, two.confidence) if share is not None]
    return replace(
        one,
        reason=one.reason if two.reason in one.reason else f"{one.reason} {two.reason}",
        confidence=min(known, default=None),
        alternatives=(*one.alternatives, *two.alternatives),
    )
