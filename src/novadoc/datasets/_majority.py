"""What most answers of a set look like, when no schema says what they should."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias, TypeVar, cast

from novadoc.datasets._shape import Fault, Shape
from novadoc.types import JsonObject, JsonValue

K = TypeVar("K")

_SURVEYED = 100
_KIND_NAMES: dict[type, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
Seen: TypeAlias = "array[int]"
"""Places where something was seen."""


class Late(NamedTuple):
    """A problem that can be told only when all answers were seen."""

    place: int
    fault: Fault


class Majority:
    """Learns the keys and types of most answers, and tells in the end which differ.

    The first answers are looked at in full; their usual shape is compiled, and answers of that
    shape then cost a fraction.
    """

    def __init__(self) -> None:
        self._keys: dict[tuple[str, ...], Seen] = {}
        self._types: dict[str, dict[str, Seen]] = {}
        self._examples: dict[tuple[str, ...], JsonObject] = {}
        self._surveyed = 0
        self._shape: Shape | None = None
        self._usual: tuple[str, ...] = ()
        self._kinds: dict[str, str] = {}
        self._fitting: Seen = array("Q")

    def fits(self, label: JsonObject, place: int) -> bool:
        """Note an answer; tell whether it has the shape found usual so far."""
        if self._shape is not None and self._shape.fits(label):
            self._fitting.append(place)
            return True
        self._note(label, place)
        self._surveyed += 1
        if self._surveyed == _SURVEYED:
            self._compile()
        return False

    def _note(self, label: JsonObject, place: int) -> None:
        for path, kind in dict(_kinds(label, "")).items():
            if kind != "null":
                self._types.setdefault(path, {}).setdefault(kind, array("Q")).append(place)
        keys = tuple(_keys(label, ""))
        known = self._examples.get(keys)
        if known is None or _size(label) > _size(known):
            self._examples[keys] = label
        self._keys.setdefault(keys, array("Q")).append(place)

    def _compile(self) -> None:
        self._usual = max(self._keys, key=lambda keys: len(self._keys[keys]))
        self._kinds = {
            path: max(seen, key=lambda one: len(seen[one])) for path, seen in self._types.items()
        }
        self._shape = Shape(_schema(self._examples[self._usual], "", self._kinds))

    def late(self) -> Iterator[Late]:
        """Yield every answer that differs from the majority."""
        if self._shape is not None:
            self._keys[self._usual].extend(self._fitting)
        message = "Most answers have other keys, or the keys in another order."
        for place in minority(self._keys):
            yield Late(place, Fault("label-keys", "$answer", message))
        for path, seen in self._types.items():
            # Fitting answers have the type found usual, or null, at every path they have.
            usual = self._kinds.get(path)
            for place in minority(seen, {usual: len(self._fitting)} if usual else {}):
                message = "Most answers have another type here."
                yield Late(place, Fault("label-type", f"$answer.{path}", message))


def minority(seen: Mapping[K, Seen], more: Mapping[K, int] | None = None) -> list[int]:
    """Return where anything but the most frequent was seen, in order.

    Args:
        seen: Places by what was seen there.
        more: How often something was seen besides.
    """
    extra: Mapping[K, int] = more or {}
    usual = max(seen, key=lambda one: len(seen[one]) + extra.get(one, 0), default=None)
    return sorted({place for one, places in seen.items() if one != usual for place in places})


def _keys(value: JsonValue, path: str) -> Iterator[str]:
    """Yield the paths of all keys outside lists: inside, they come and go with the items."""
    if isinstance(value, dict):
        for key, item in value.items():
            inner = f"{path}.{key}" if path else key
            yield inner
            yield from _keys(item, inner)


def _kinds(value: JsonValue, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if path:
            yield path, "object"
        for key, item in value.items():
            yield from _kinds(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield path, "array"
        for item in value:
            yield from _kinds(item, f"{path}[]")
    else:
        yield path, kind_of(value)


def kind_of(value: JsonValue) -> str:
    """Return a leaf's JSON type; integers and decimals are both numbers."""
    return _KIND_NAMES.get(type(value), "number")


def _size(value: JsonValue) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _schema(value: JsonValue, path: str, kinds: Mapping[str, str]) -> JsonObject:
    """Describe an example, with every leaf of its usual type or null."""
    if isinstance(value, dict):
        properties: JsonObject = {
            key: _schema(item, f"{path}.{key}" if path else key, kinds)
            for key, item in value.items()
        }
        return {"type": "object", "properties": properties}
    if isinstance(value, list):
        if not value:
            return {"type": "array"}
        return {"type": "array", "items": _schema(value[0], f"{path}[]", kinds)}
    return {"type": cast("list[JsonValue]", [kinds.get(path, "null"), "null"])}
