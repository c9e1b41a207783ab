"""The direct way from an object of a pydantic class to canonical JSON; see `_direct_read`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import cast

from novadoc.schema._canonical import Canonical
from novadoc.schema._direct_read import SURE_DIGITS, DetourError, is_simple
from novadoc.schema._fields import FieldSpec
from novadoc.schema._reading import Notebook
from novadoc.types import JsonObject, JsonValue

Writes = Callable[[object], JsonValue]


def direct_writer(root: FieldSpec) -> Writes | None:
    """Return what writes an object of a pydantic class as canonical JSON; `None` if nothing can.

    It raises `DetourError` where anything in the object is odd.
    """
    return _writes(root) if is_simple(root) else None


def _writes(field: FieldSpec) -> Writes:
    return _WRITERS.get(field.kind, _leaf)(field)


def _object(field: FieldSpec) -> Writes:
    members = [(child.name, child.attribute, _writes(child)) for child in field.children]
    nullable = field.nullable

    def write(value: object) -> JsonObject | None:
        if value is None and nullable:
            return None
        try:
            held = value.__dict__
            return {name: inner(held[attribute]) for name, attribute, inner in members}
        except (AttributeError, KeyError):
            raise DetourError from None

    return write


def _array(field: FieldSpec) -> Writes:
    inner = _writes(field.children[0])
    nullable = field.nullable

    def write(value: object) -> JsonValue:
        if value is None and nullable:
            return None
        if type(value) is not list:
            raise DetourError
        return [inner(row) for row in cast("list[object]", value)]

    return write


def _text(field: FieldSpec) -> Writes:
    nullable, general = field.nullable, _leaf(field)

    def write(value: object) -> JsonValue:
        if type(value) is str and value.isascii():
            return value
        if value is None and nullable:
            return None
        return general(value)

    return write


def _number(field: FieldSpec) -> Writes:
    nullable, general = field.nullable, _leaf(field)

    def write(value: object) -> JsonValue:
        if type(value) is Decimal and is_exact(value):
            return value
        if value is None and nullable:
            return None
        return general(value)

    return write


def is_exact(number: Decimal) -> bool:
    """Whether a decimal is in its one form already; `False` where that is not quickly seen."""
    text = str(number)
    if len(text) > SURE_DIGITS or "E" in text or text == "-0":
        return False
    return text.isdecimal() or (text[-1] in "123456789" and number.is_finite())


def _leaf(field: FieldSpec) -> Writes:
    """Anything as the careful way writes it, unless that leaves something to say."""

    def write(value: object) -> JsonValue:
        notebook = Notebook()
        written = Canonical(notebook).value(value, field, "")
        if notebook.violations:
            raise DetourError
        return written

    return write


_WRITERS: dict[str, Callable[[FieldSpec], Writes]] = {
    "object": _object,
    "array": _array,
    "string": _text,
    "number": _number,
}
