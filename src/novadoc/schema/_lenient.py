"""A whole answer as a model wrote it -> the JSON the schema means."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

from novadoc._places import join
from novadoc.schema import _branches
from novadoc.schema._canonical import expected
from novadoc.schema._checks import STUMBLES
from novadoc.schema._conventions import Conventions, DateOrder, DecimalMark
from novadoc.schema._fields import FieldSpec, variant_of
from novadoc.schema._reading import UNKNOWN_KEY, Notebook
from novadoc.schema._scalars import read_scalar
from novadoc.types import JsonObject, JsonScalar, JsonValue

if TYPE_CHECKING:
    from novadoc.schema._normalise import Normaliser

Origin = Literal["answer", "label"]
_WRITTEN = frozenset({"date", "datetime", "number", "integer"})
_KEY = re.compile(r"[A-Za-z_$@][\w\-]{0,39}", re.ASCII)
_NOT_LETTERS = re.compile(r"[\W_]+")


class LenientReader:
    """Reads what a model, or the maker of a label, wrote.

    An answer is read as it is meant, with findings. A label is the truth: what can be read in two
    ways, and a key the schema does not have, are violations in it.

    Args:
        notebook: Where violations and findings go.
        conventions: How the document writes dates and amounts.
        origin: Who wrote it.
    """

    def __init__(
        self, notebook: Notebook, conventions: Conventions, origin: Origin = "answer"
    ) -> None:
        self._notebook = notebook
        self._declared = conventions
        self._origin: Origin = origin

    def document(self, data: JsonValue, root: FieldSpec) -> JsonObject:
        """Read a whole document; keys that are not there stay away."""
        self._data, self._root = data, root
        read = self._value(data, root, "")
        return read if isinstance(read, dict) else {}

    @cached_property
    def _conventions(self) -> Conventions:
        """The declared conventions, filled up with what the document itself shows."""
        return self._declared.over(_shown(self._data, self._root))

    def _value(self, value: JsonValue, field: FieldSpec, path: str) -> JsonValue:
        for marker in field.markers:
            # Not isinstance: a Protocol's costs five microseconds, for each marker of each field.
            if hasattr(type(marker), "normalise"):
                value = self._normalised(cast("Normaliser", marker), value, path)
        if field.kind == "object":
            return self._object(value, field, path)
        if field.kind == "array":
            return self._array(value, field, path)
        if field.kind == "map":
            return self._map(value, field, path)
        return self._leaf(value, field, path)

    def _normalised(self, marker: Normaliser, value: JsonValue, path: str) -> JsonValue:
        try:
            changed = marker.normalise(value)
        except STUMBLES as error:
            self._notebook.violate(
                path, f"`{type(marker).__name__}` raised {type(error).__name__} over it"
            )
            return None
        if changed != value:
            self._notebook.find(path, "normalised", f"by `{type(marker).__name__}`")
        return changed

    def _leaf(self, value: JsonValue, field: FieldSpec, path: str) -> JsonValue:
        read = read_scalar(value, field, self._of(field, value))
        surely = field.kind == "number" and _is_plain(value)
        if self._origin == "label" and read.kind == "ambiguous" and not surely:
            read = read._replace(rule=read.rule or "can be read in two ways")
        if read.kind is not None and not (self._origin == "label" and read.rule):
            self._notebook.find(path, read.kind, read.message)
        if read.rule:
            self._notebook.violate(path, read.rule)
        return read.value

    def _of(self, field: FieldSpec, value: JsonValue) -> Conventions:
        """The conventions for a value; only text can be written in what others show."""
        is_written = isinstance(value, str) and field.kind in _WRITTEN
        known = self._conventions if is_written else self._declared
        own = field.marker(Conventions)
        return own.over(known) if own else known

    def _object(self, value: JsonValue, field: FieldSpec, path: str) -> JsonValue:
        value = self._parsed(value, path, "{")
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            self._notebook.find(path, "reshaped", "an object inside a list")
            value = value[0]
        if value is None and field.nullable:
            return None
        if not isinstance(value, dict):
            self._notebook.violate(path, expected(field))
            return {} if not field.nullable else None
        read = self._members(self._keys(value, field, path), field, path)
        return None if field.nullable and _is_hollow(read, field) else read

    def _members(self, value: JsonObject, field: FieldSpec, path: str) -> JsonObject:
        names = None
        if field.discriminator:
            tag_field = cast("FieldSpec", field.child(field.discriminator))
            tag = read_scalar(value.get(field.discriminator), tag_field, self._declared).value
            shape = variant_of(field, cast("JsonScalar", tag))
            names = shape.names if shape else None
        read: JsonObject = {}
        for child in field.children:
            if child.name not in value:
                self._missing(read, child, join(path, child.name))
                continue
            inner = self._value(value[child.name], child, join(path, child.name))
            if names is not None and child.name not in names:
                if inner not in (None, [], {}):
                    self._unknown(join(path, child.name), "not a key of this kind of object")
                continue
            if inner is None and not child.holds_null and self._defaulted(child, path):
                continue
            read[child.name] = inner
        for key, _ in field.cut:
            if value.get(key):
                self._notebook.violate(join(path, key), "nested deeper than the schema asks for")
        return read

    def _missing(self, read: JsonObject, child: FieldSpec, path: str) -> None:
        """A key that is not there: for a label its default; in an answer there is no value."""
        if self._origin == "label":
            return
        if child.holds_null:
            read[child.name] = None
        elif child.required and child.kind == "array":
            read[child.name] = []
        self._notebook.find(path, "missing_key", "the key is not in the answer")

    def _defaulted(self, child: FieldSpec, path: str) -> bool:
        """Whether a null stands for the default: a list's is empty, others have their own."""
        if child.required:
            return False
        if not child.omittable:
            self._notebook.find(join(path, child.name), "absent", "null, where there is a default")
        return True

    def _keys(self, value: JsonObject, field: FieldSpec, path: str) -> JsonObject:
        """The object with the schema's own keys; others are matched by their letters, or noted."""
        known = field.keys
        tolerated = field.tolerates if self._origin == "label" else frozenset[str]()
        strange = [key for key in value if key not in known]
        if not strange:
            return value
        kept = {key: inner for key, inner in value.items() if key in known}
        free = {_letters(child.name): child.name for child in field.children}
        free |= {_letters(child.attribute): child.name for child in field.children}
        for key in strange:
            name = free.get(_letters(key))
            if name is not None and name not in value and name not in kept:
                self._notebook.find(join(path, name), "renamed_key", "the key is written otherwise")
                kept[name] = value[key]
            elif tolerated is not None and key not in tolerated:
                self._unknown(join(path, _shown_key(key)), UNKNOWN_KEY)
        return kept

    def _unknown(self, path: str, message: str) -> None:
        if self._origin == "label":
            self._notebook.violate(path, message)
        else:
            self._notebook.find(path, "unknown_key", message)

    def _array(self, value: JsonValue, field: FieldSpec, path: str) -> JsonValue:
        value = self._parsed(value, path, "[")
        item = field.children[0]
        if value is None:
            return None if field.nullable or not field.required else []
        if isinstance(value, str) and value.strip() == "" and item.kind != "string":
            return []
        if not isinstance(value, list):
            self._notebook.find(path, "reshaped", "one value where a list is asked")
            value = [value]
        rows: list[JsonValue] = []
        for row in value:
            if row is None and not item.nullable:
                self._notebook.find(f"{path}[{len(rows)}]", "reshaped", "an empty row")
            else:
                rows.append(self._value(row, item, f"{path}[{len(rows)}]"))
        return rows

    def _map(self, value: JsonValue, field: FieldSpec, path: str) -> JsonValue:
        value = self._parsed(value, path, "{")
        if value is None:
            return None if field.nullable or not field.required else {}
        if not isinstance(value, dict):
            self._notebook.violate(path, expected(field))
            return None if field.nullable else {}
        read: JsonObject = {}
        for index, (key, inner) in enumerate(value.items()):
            # Keys of a map are content of the document; paths are shown in errors and logs.
            place = f"{path}[{index}]"
            name = self._map_key(key, field, place)
            if inner is None and not field.children[0].nullable:
                self._notebook.find(place, "reshaped", "an empty entry")
            elif name in read or (name != key and name in value):
                self._notebook.violate(place, "the key is there twice")
            elif name is not None:
                read[name] = self._value(inner, field.children[0], place)
        return read

    def _map_key(self, key: str, field: FieldSpec, path: str) -> str | None:
        """The key meant; `None` where the keys are listed and this is none of them."""
        if not field.choices or key in field.choices:
            return key
        found = read_scalar(key, replace(field, kind="enum", nullable=False), self._declared)
        if not isinstance(found.value, str):
            self._notebook.violate(path, f"its key {found.rule}")
            return None
        self._notebook.find(path, "renamed_key", "the key is written otherwise")
        return found.value

    def _parsed(self, value: JsonValue, path: str, opening: str) -> JsonValue:
        """JSON that was written into a string, as Nova's tool calls sometimes have it."""
        if not isinstance(value, str) or not value.lstrip().startswith(opening):
            return value
        try:
            parsed: JsonValue = json.loads(value, parse_float=Decimal)
        except (ValueError, RecursionError):
            return value
        self._notebook.find(path, "reshaped", "JSON inside a string")
        return parsed


def _shown_key(key: str) -> str:
    """A strange key as errors may show it: only if it looks like a key and not like content."""
    return key if _KEY.fullmatch(key) else "?"


def _letters(key: str) -> str:
    return _NOT_LETTERS.sub("", key).casefold()


def _is_hollow(read: JsonObject, field: FieldSpec) -> bool:
    """Whether an object that may be null has nothing in it, and lacks what it must have."""
    lacking = any(
        c.required and not c.nullable and read.get(c.name) is None for c in field.children
    )
    return lacking and all(value in (None, [], {}) for value in read.values())


def _is_plain(value: JsonValue) -> bool:
    """Whether text is a number as programs write it, so that a label means nothing else."""
    return isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII) is not None


def _shown(data: JsonValue, root: FieldSpec) -> Conventions:
    """What the unambiguous dates and amounts of an answer say about the others."""
    orders: set[DateOrder | None] = set()
    marks: set[DecimalMark | None] = set()
    for field, text in _texts(data, root):
        if field.kind in {"date", "datetime"}:
            day = _branches.read_date(text)
            orders.add(day.order if day else None)
        elif field.kind in {"number", "integer"}:
            amount = _branches.read_amount(text)
            marks.add(amount.mark if amount else None)
    orders.discard(None)
    marks.discard(None)
    found = Conventions()
    if len(orders) == 1:
        found = replace(found, dates=orders.pop())
    if len(marks) == 1:
        found = replace(found, decimal=marks.pop())
    return found


def _texts(data: JsonValue, field: FieldSpec) -> list[tuple[FieldSpec, str]]:
    """The strings in an answer, each with its field."""
    if isinstance(data, str):
        return [(field, data)] if field.is_leaf else []
    pairs: list[tuple[JsonValue, FieldSpec]] = []
    if isinstance(data, list) and field.kind == "array":
        pairs = [(row, field.children[0]) for row in data]
    elif isinstance(data, dict) and field.kind == "map":
        pairs = [(inner, field.children[0]) for inner in data.values()]
    elif isinstance(data, dict) and field.kind == "object":
        pairs = [(data[child.name], child) for child in field.children if child.name in data]
    return [found for inner, child in pairs for found in _texts(inner, child)]
