"""The direct way into a schema, for answers that are already as asked.

It is built once for a schema, out of one function for each field, and never guesses: where anything
is out of the ordinary it raises `DetourError`, and the careful way is taken instead.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import TYPE_CHECKING, Final, cast

from novadoc.schema import _branches
from novadoc.schema._checks import STUMBLES
from novadoc.schema._conventions import Conventions
from novadoc.schema._fields import FieldSpec
from novadoc.schema._json_text import is_text
from novadoc.types import JsonValue

if TYPE_CHECKING:
    from novadoc.schema._normalise import Normaliser

Reads = Callable[[JsonValue], JsonValue]
Finish = Callable[[FieldSpec, Reads], Reads]

SURE_DIGITS: Final = 15
"""So many digits come back from a float as they went in."""
SURE_WHOLE: Final = 10**SURE_DIGITS
_SURE_FRACTION: Final = 1e-6
_UNDECLARED: Final = Conventions()


class DetourError(Exception):
    """Something is not as asked; says nothing of what, since the careful way will."""


def as_read(field: FieldSpec, read: Reads) -> Reads:
    """Leave a field's reader as it is: pydantic checks what it gives."""
    del field
    return read


def direct_reader(root: FieldSpec, finish: Finish = as_read) -> Reads | None:
    """Return what turns an exact answer into JSON that pydantic reads; `None` if nothing can.

    It raises `DetourError` for every answer that the careful way would note something about.

    Args:
        root: The schema.
        finish: Has the last word on each field's reader, where another than pydantic reads on.
    """
    return _reads(root, finish) if is_simple(root) else None


def is_simple(root: FieldSpec) -> bool:
    """Whether every object has one shape, and none ends where its class goes on."""
    return not any(field.discriminator or field.cut for field in root.walk())


def _reads(field: FieldSpec, finish: Finish) -> Reads:
    if field.kind in _HOLDERS:
        read = _HOLDERS[field.kind](field, finish)
    else:
        read = _LEAVES.get(field.kind, _any_leaf)(field)
    read = finish(field, read)
    normalisers = [
        cast("Normaliser", each) for each in field.markers if hasattr(type(each), "normalise")
    ]
    return _normalised(read, normalisers) if normalisers else read


def _normalised(read: Reads, normalisers: list[Normaliser]) -> Reads:
    def normalised(value: JsonValue) -> JsonValue:
        for each in normalisers:
            try:
                changed = each.normalise(value)
            except STUMBLES:
                raise DetourError from None
            if changed != value:
                raise DetourError
            value = changed
        return read(value)

    return normalised


def _object(field: FieldSpec, finish: Finish) -> Reads:
    members = [(child.name, _reads(child, finish)) for child in field.children]
    nullable = field.nullable

    def read(value: JsonValue) -> JsonValue:
        if value is None and nullable:
            return None
        if type(value) is not dict or len(value) != len(members):
            raise DetourError
        try:
            return {name: inner(value[name]) for name, inner in members}
        except KeyError:
            raise DetourError from None

    return read


def _array(field: FieldSpec, finish: Finish) -> Reads:
    inner = _reads(field.children[0], finish)
    nullable = field.nullable

    def read(value: JsonValue) -> JsonValue:
        if value is None and nullable:
            return None
        if type(value) is not list:
            raise DetourError
        return [inner(row) for row in value]

    return read


def _map(field: FieldSpec, finish: Finish) -> Reads:
    inner = _reads(field.children[0], finish)
    nullable = field.nullable

    def read(value: JsonValue) -> JsonValue:
        if value is None and nullable:
            return None
        if type(value) is not dict:
            raise DetourError
        if not all(map(is_text, value)):
            raise DetourError
        return {key: inner(item) for key, item in value.items()}

    return read


def _text(field: FieldSpec) -> Reads:
    nullable, absent = field.nullable, frozenset(field.absent if field.nullable else ())

    def read(value: JsonValue) -> JsonValue:
        if type(value) is str:
            if (value.isascii() or is_text(value)) and value not in absent:
                return value
        elif value is None and nullable:
            return None
        raise DetourError

    return read


def _number(field: FieldSpec) -> Reads:
    nullable = field.nullable

    def read(value: JsonValue) -> JsonValue:
        if type(value) is Decimal:
            if len(text := str(value)) > SURE_DIGITS or "E" in text or not value.is_finite():
                raise DetourError
            near = float(text)
            return int(near) if near.is_integer() else near  # the JSON number that says the same
        if value is None and nullable:
            return None
        if type(value) is int and -SURE_WHOLE < value < SURE_WHOLE:
            return value
        if type(value) is float and _SURE_FRACTION < abs(value) < SURE_WHOLE:
            return int(value) if value.is_integer() else value
        raise DetourError

    return read


def _whole(field: FieldSpec) -> Reads:
    nullable = field.nullable

    def read(value: JsonValue) -> JsonValue:
        if value is None and nullable:
            return None
        if type(value) is int and -SURE_WHOLE < value < SURE_WHOLE:
            return value
        raise DetourError

    return read


def _truth(field: FieldSpec) -> Reads:
    nullable = field.nullable

    def read(value: JsonValue) -> JsonValue:
        if type(value) is bool or (value is None and nullable):
            return value
        raise DetourError

    return read


def _day(field: FieldSpec) -> Reads:
    nullable, absent = field.nullable, frozenset(field.absent if field.nullable else ())

    def read(value: JsonValue) -> JsonValue:
        if value is None and nullable:
            return None
        if type(value) is not str or value in absent:
            raise DetourError
        try:
            # From Python 3.11 on `fromisoformat` reads more than one form.
            if date.fromisoformat(value).isoformat() == value:
                return value
        except ValueError:
            pass
        raise DetourError

    return read


def _choice(field: FieldSpec) -> Reads:
    words = {choice for choice in field.choices if isinstance(choice, str)}
    if len(words) != len(field.choices):
        return _any_leaf(field)
    nullable = field.nullable
    known = words.difference(field.absent if nullable else ())

    def read(value: JsonValue) -> JsonValue:
        if (type(value) is str and value in known) or (value is None and nullable):
            return value
        raise DetourError

    return read


def _any_leaf(field: FieldSpec) -> Reads:
    """A leaf as the careful way reads it, unless that leaves something to say."""
    allowed = (str, int, NoneType) if field.nullable else (str, int)

    def read(value: JsonValue) -> JsonValue:
        found = _branches.read_scalar(value, field, _UNDECLARED)
        if found.kind or found.rule or not isinstance(found.value, allowed):
            raise DetourError
        return found.value

    return read


_HOLDERS: dict[str, Callable[[FieldSpec, Finish], Reads]] = {
    "object": _object,
    "array": _array,
    "map": _map,
}
_LEAVES: dict[str, Callable[[FieldSpec], Reads]] = {
    "string": _text,
    "number": _number,
    "integer": _whole,
    "boolean": _truth,
    "date": _day,
    "enum": _choice,
}
