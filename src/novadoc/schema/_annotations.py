"""Python types and pydantic classes -> field tree."""

from __future__ import annotations

import collections.abc
import types
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum, Flag
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, Json, Secret, SecretBytes, SecretStr

from novadoc.schema import _branches
from novadoc.schema._draft import (
    Notes,
    Place,
    Shape,
    endless,
    hold_bounds,
    refuse,
    spec,
)
from novadoc.schema._fields import FieldSpec, Kind
from novadoc.schema._members import (
    Member,
    docstring,
    is_record,
    key_in,
    key_of,
    members,
    own_words,
    tolerated,
)
from novadoc.schema._unwrap import annotated, note_field, strip, strip_optional
from novadoc.types import JsonValue

_SCALARS: tuple[tuple[type, Kind], ...] = (
    # Order matters: a bool is an int, and a datetime is a date.
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (Decimal, "number"),
    (str, "string"),
    (datetime, "datetime"),
    (date, "date"),
    (time, "time"),
)
_SEQUENCES = (list, set, frozenset, collections.deque, tuple)
_ABSTRACT = (
    collections.abc.Sequence,
    collections.abc.MutableSequence,
    collections.abc.Set,
    collections.abc.MutableSet,
)
_ONCE = (collections.abc.Iterable, collections.abc.Iterator, collections.abc.Generator)
_MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
_UNREADABLE = (Secret, SecretStr, SecretBytes, bytes, bytearray, complex, type, Flag)
_LENGTHS = {
    "array": {"minLength": "minItems", "maxLength": "maxItems"},
    "map": {"minLength": "minProperties", "maxLength": "maxProperties"},
}


class AnnotationReader:
    """Reads the annotations of pydantic classes into field specs.

    Args:
        recursion: How many times a class may stand inside itself.
    """

    models: set[type]
    """The classes met."""

    def __init__(self, recursion: int) -> None:
        self.models = set()
        self._recursion = recursion
        self._open: list[object] = []
        self._count = 0

    def root(self, model: type[BaseModel]) -> FieldSpec:
        """Read a class as a whole document."""
        notes = Notes(description=docstring(model))
        return spec(Place(), notes, self._fields(model, Place()))

    def _fields(self, kind: type, place: Place) -> Shape:
        if getattr(kind, "__pydantic_root_model__", False):
            raise refuse(place, "A root model has no keys.", "Use a model with a named field.")
        read: list[FieldSpec] = []
        cut: list[tuple[str, str]] = []
        self._open.append(kind)
        self.models.add(kind)
        for member in members(kind, place):
            key = key_of(member, place)
            field = self._field(member, place.key(key))
            if field is not None:
                read.append(field)
            elif member.required:
                raise endless(place.key(key))
            else:
                cut.append((key, member.attribute))
        self._open.pop()
        return Shape("object", tuple(read), cut=tuple(cut), tolerates=tolerated(kind))

    def _field(self, member: Member, place: Place) -> FieldSpec | None:
        notes = Notes(required=member.required, attribute=member.attribute)
        note_field(notes, member.info)
        field = self._read(member.info.annotation, place, notes)
        if field and field.is_leaf and not field.nullable and member.may_be_left_out:
            return replace(field, nullable=True, omittable=True)
        return field

    def _read(self, annotation: object, place: Place, notes: Notes) -> FieldSpec | None:
        self._count += 1
        hold_bounds(place, self._count)
        annotation = strip(annotation, notes)
        if get_origin(annotation) in {Union, types.UnionType}:
            annotation = self._without_none(annotation, notes)
        inherited = place.inherit(notes)
        shape = self._shape(annotation, inherited, notes)
        if shape is None:
            return None
        words = _LENGTHS.get(shape.kind, {})
        notes.constraints = {words.get(k, k): v for k, v in notes.constraints.items()}
        return spec(place, notes, shape)

    def _without_none(self, annotation: object, notes: Notes) -> object:
        """A union without `None`; the markers of a single other member count for the field."""
        members: list[object] = []
        for member in get_args(annotation):
            if member is type(None):
                notes.nullable = True
            else:
                members.append(member)
        if len(members) == 1:
            return strip_optional(members[0], notes)
        return Union[tuple(members)]

    def _shape(self, annotation: object, place: Place, notes: Notes) -> Shape | None:
        if annotation is Json or Json in notes.markers:
            raise refuse(
                place,
                "JSON inside a text cannot be asked for.",
                "Use the type that stands in `Json[...]`.",
            )
        if notes.rewrites:
            return self._foreign(annotated(annotation, notes.rewrites), place)
        origin = get_origin(annotation)
        if origin is Literal:
            return _branches.of_literal(annotation, place, notes)
        if origin in {Union, types.UnionType}:
            return self._union(annotation, place, notes)
        if annotation is Any or annotation is object:
            notes.nullable = True
            return Shape("any")
        if isinstance(annotation, TypeVar):
            raise refuse(
                place,
                f"`{annotation}` stands for any type.",
                "Give the generic class its type, as in `Page[Line]`.",
            )
        kind: object = origin if isinstance(origin, type) else annotation
        if isinstance(kind, type):
            notes.description = notes.description or own_words(kind)
            return self._class(kind, get_args(annotation), place, annotation)
        return self._foreign(annotation, place)

    def _class(
        self, kind: type, args: tuple[object, ...], place: Place, annotation: object
    ) -> Shape | None:
        if issubclass(kind, _UNREADABLE):
            raise refuse(
                place,
                f"`{kind.__name__}` cannot be asked of a model.",
                "Use `str`, with the marker `Sensitive()` for what must not show in reports.",
            )
        if issubclass(kind, Enum):
            return _branches.of_enum(kind, place)
        if is_record(kind):  # pyright: ignore[reportUnknownArgumentType]
            return self._record(kind, place)
        if kind in _MAPPINGS:
            return self._map(args, place)
        if annotation == tuple[()]:
            raise refuse(place, "A tuple without places holds nothing.", "Take the field out.")
        if kind in _ONCE:
            raise refuse(place, f"`{kind.__name__}` can be read only once.", "Use `list[...]`.")
        if kind in _SEQUENCES or kind in _ABSTRACT:
            return self._array(kind, args, place)
        for scalar, name in _SCALARS:
            if kind is scalar:
                return Shape(name)
        return self._foreign(annotation, place)

    def _record(self, kind: type, place: Place) -> Shape | None:
        if self._open.count(kind) > self._recursion:
            return None
        return self._fields(kind, place)

    def _array(self, kind: type, args: tuple[object, ...], place: Place) -> Shape | None:
        size: dict[str, JsonValue] = {}
        if kind is tuple and args and args[-1] is not Ellipsis:
            if len(set(args)) != 1:
                raise refuse(
                    place,
                    "A tuple of different types has no names for its parts.",
                    "Use a model with a named field for each part.",
                )
            size = {"minItems": len(args), "maxItems": len(args)}
        item = self._read(args[0] if args else Any, place.item(), Notes())
        if item is None:
            return None
        return Shape("array", (item,), constraints=size)

    def _map(self, args: tuple[object, ...], place: Place) -> Shape | None:
        keys, values = args or (str, Any)
        names = self._read(keys, Place(f"{place.path}{{}}"), Notes())
        if names is None or names.kind not in {"string", "enum"} or names.nullable:
            raise refuse(
                place,
                "The keys of a dict must be text.",
                "Use `dict[str, ...]`, or a list of models with the key as a field.",
            )
        item = self._read(values, place.item(), Notes())
        return None if item is None else Shape("map", (item,), choices=names.choices)

    def _union(self, annotation: object, place: Place, notes: Notes) -> Shape:
        inside = [strip(member, Notes()) for member in get_args(annotation)]
        records = [cast("type", each) for each in inside if is_record(each)]
        if records and len(records) == len(inside):
            return self._variants(records, place, notes)
        found = [self._read(member, place, Notes()) for member in get_args(annotation)]
        read = [member for member in found if member is not None]
        if any(m.kind == "number" for m in read) and any(map(_is_number_text, read)):
            raise refuse(
                place,
                "A number or any text: JSON Schema cannot tell that from a `Decimal`.",
                "Use `Decimal`, or `str` for what is printed; a `Literal` may stand for words.",
            )
        return _branches.mixed(read, place)

    def _variants(self, kinds: list[type], place: Place, notes: Notes) -> Shape:
        if not notes.discriminator:
            raise refuse(
                place,
                "A union of models cannot be told apart.",
                "Give each a `Literal` field and the union `Field(discriminator=...)`.",
            )
        key = key_in(kinds[0], notes.discriminator, place)
        return _branches.merge([self._fields(kind, place).children for kind in kinds], key, place)

    def _foreign(self, annotation: object, place: Place) -> Shape:
        return _branches.foreign(annotation, place, self._recursion)


def _is_number_text(field: FieldSpec) -> bool:
    if field.kind != "string" or field.format or field.description:
        return False
    return _branches.may_be_number_text(field.constraints)
