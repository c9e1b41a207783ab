"""The fields an answer has, read from a JSON Schema or, without one, from answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from novadoc.local.engine._values import Kind
from novadoc.types import JsonObject, JsonScalar, JsonValue

_Schema = Mapping[str, JsonValue]
_DEEPEST = 12
_FORMATS: dict[str, Kind] = {"date": "date", "time": "time", "date-time": "datetime"}
_TYPES: dict[str, Kind] = {"number": "number", "integer": "integer", "boolean": "boolean"}


@dataclass(frozen=True)
class Field:
    """One leaf of the answer."""

    path: str
    """As `employee.name` or `states[].wages`."""
    kind: Kind = "text"
    description: str = ""
    choices: tuple[JsonScalar, ...] = ()
    nullable: bool = True
    labels: tuple[str, ...] = ()
    """Texts that were seen to label it."""
    about: str = ""
    """Description of the object it is part of."""

    @property
    def name(self) -> str:
        """The leaf's own name; the list's name for a list of plain values."""
        return self.path.removesuffix("[]").rpartition(".")[2]

    @property
    def record(self) -> str:
        """The innermost list the leaf belongs to, as `states[]`; empty outside lists."""
        return self.path[: self.path.rfind("[]") + 2] if "[]" in self.path else ""


@dataclass(frozen=True)
class Shape:
    """One node of the answer's tree; an object keeps its keys in the schema's order."""

    form: Literal["object", "array", "leaf", "map"]
    path: str
    children: tuple[tuple[str, Shape], ...] = ()
    """An array has exactly one, named `[]`."""
    field: Field | None = None

    def fields(self) -> tuple[Field, ...]:
        """List the leaves, depth first."""
        own = (self.field,) if self.field is not None else ()
        return own + tuple(leaf for _, child in self.children for leaf in child.fields())


def from_schema(schema: _Schema) -> Shape:
    """Read the tree of a JSON Schema; what cannot be asked of a page becomes plain text."""
    return _node(schema, "", _Around(), _Definitions(schema))


def from_answers(answers: Iterable[JsonObject]) -> Shape:
    """Guess the tree from answers, for prompts that hold no schema."""
    merged: JsonValue = {}
    for answer in answers:
        merged = _merge(merged, answer)
    return _guess(merged, "")


class _Definitions:
    """`$ref` into `$defs`, for schemas that were not inlined."""

    def __init__(self, schema: _Schema) -> None:
        found = schema.get("$defs", schema.get("definitions"))
        self._known = found if isinstance(found, dict) else {}

    def resolve(self, schema: _Schema) -> _Schema:
        for _ in range(_DEEPEST):
            reference = schema.get("$ref")
            target = self._known.get(str(reference).rpartition("/")[2]) if reference else None
            if not isinstance(target, dict):
                break
            schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
        for word in ("anyOf", "oneOf", "allOf"):
            options = schema.get(word)
            if isinstance(options, list):
                return self._first(schema, word, options)
        return schema

    def _first(self, schema: _Schema, word: str, options: list[JsonValue]) -> _Schema:
        """Take the first option that is not null; the rest says whether it may be."""
        rest = {key: value for key, value in schema.items() if key != word}
        real = [o for o in options if isinstance(o, dict) and o.get("type") != "null"]
        if not real:
            return rest
        chosen = self.resolve(real[0])
        return {**chosen, **rest, "nullable": len(real) < len(options)}


@dataclass(frozen=True)
class _Around:
    """Descriptions of what a node is part of."""

    list: str = ""
    object: str = ""


def _node(schema: _Schema, path: str, around: _Around, known: _Definitions) -> Shape:
    schema = known.resolve(schema)
    kinds = _types(schema)
    properties, items = schema.get("properties"), schema.get("items")
    if path.count(".") + path.count("[]") > _DEEPEST:
        return Shape("map", path)
    if isinstance(properties, dict):
        about = str(schema.get("description", "")) if path and not path.endswith("]") else ""
        children = tuple(
            (
                key,
                _node(child, f"{path}.{key}" if path else key, _Around(around.list, about), known),
            )
            for key, child in properties.items()
            if isinstance(child, dict)
        )
        return Shape("object", path, children)
    if isinstance(items, dict):
        about = str(schema.get("description", ""))
        inside = _node(items, f"{path}[]", _Around(about), known)
        return Shape("array", path, (("[]", inside),))
    if "object" in kinds or "array" in kinds:
        return Shape("map", path)
    return Shape("leaf", path, field=_leaf(schema, path, kinds, around))


def _leaf(schema: _Schema, path: str, kinds: set[str], around: _Around) -> Field:
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    options = tuple(
        cast("JsonScalar", option)
        for option in (choices if isinstance(choices, list) else [])
        if option is not None and not isinstance(option, (dict, list))
    )
    numbers: tuple[str, ...] = ("boolean", "integer", "number")
    kind: Kind = _FORMATS.get(str(schema.get("format", "")), "text")
    for name in numbers:
        if name in kinds:
            kind = _TYPES[name]
            break
    if options and kind == "text":
        kind = "enum"
    nullable = "null" in kinds or schema.get("nullable") is True
    description = str(schema.get("description", "")) or around.list
    return Field(path, kind, description, options, nullable, about=around.object)


def _types(schema: _Schema) -> set[str]:
    kinds = schema.get("type", [])
    return {str(kind) for kind in kinds} if isinstance(kinds, list) else {str(kinds)}


def _merge(one: JsonValue, other: JsonValue) -> JsonValue:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = dict.fromkeys([*one, *other])
        return {key: _merge(one.get(key), other.get(key)) for key in keys}
    if isinstance(one, list) and isinstance(other, list):
        items = [*one, *other]
        merged: JsonValue = None
        for item in items:
            merged = _merge(merged, item)
        return [merged] if items else []
    return other if one is None else one


def _guess(value: JsonValue, path: str) -> Shape:
    if isinstance(value, dict):
        children = tuple(
            (key, _guess(child, f"{path}.{key}" if path else key)) for key, child in value.items()
        )
        return Shape("object", path, children)
    if isinstance(value, list):
        return Shape("array", path, (("[]", _guess(value[0] if value else None, f"{path}[]")),))
    kind: Kind = "text"
    if isinstance(value, bool):
        kind = "boolean"
    elif value is not None and not isinstance(value, str):
        kind = "number"
    elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        kind = "date"
    return Shape("leaf", path, field=Field(path, kind))
