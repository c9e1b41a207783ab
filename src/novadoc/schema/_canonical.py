"""Values -> canonical JSON: every key in order, exact types, one form for each value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Final, cast

from pydantic_core import PydanticSerializationError, to_jsonable_python

from novadoc._places import join
from novadoc.schema._fields import FieldSpec, variant_of
from novadoc.schema._json_text import is_text, plain
from novadoc.schema._reading import Notebook
from novadoc.types import JsonObject, JsonScalar, JsonValue

_MOST_DIGITS: Final = 40
"""Before or after the point; no document prints more, and 1E+999999 must not become text."""
_WRONG: Final = object()
_LISTS = (list, tuple, set, frozenset)


class Canonical:
    """Writes Python values, or JSON already validated, as canonical JSON.

    Args:
        notebook: Where values that do not fit are noted; they become null.
    """

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def document(self, value: object, root: FieldSpec) -> JsonObject:
        """Write a whole document."""
        return self._object(value, root, "")

    def value(self, value: object, field: FieldSpec, path: str) -> JsonValue:
        """Write what stands at a field."""
        if value is None:
            return self._absent(field, path)
        if field.kind == "object":
            return self._object(value, field, path)
        if field.kind == "array":
            return self._array(value, field, path)
        if field.kind == "map":
            return self._map(value, field, path)
        written = _SCALARS[field.kind](_unwrapped(value), field)
        if written is _WRONG:
            self._notebook.violate(path, expected(field))
            return None
        return cast("JsonValue", written)

    def _absent(self, field: FieldSpec, path: str) -> JsonValue:
        """How the absence of a value is written: null where it may be, else as nothing inside."""
        if field.nullable:
            return None
        if field.kind == "array":
            return []
        if field.kind == "map":
            return {}
        if field.kind == "object" and not field.required:
            return Canonical(Notebook()).document({}, field)
        self._notebook.violate(path, "a value is needed, null is not one")
        return None

    def _object(self, value: object, field: FieldSpec, path: str) -> JsonObject:
        for key, attribute in field.cut:
            if member(value, key, attribute):
                self._notebook.violate(join(path, key), "nested deeper than the schema asks for")
        tag = None
        if field.discriminator:
            name = field.discriminator
            tag = _unwrapped(member(value, name, _attribute(field, name)))
        shape = variant_of(field, cast("JsonScalar", tag)) if tag is not None else None
        written: JsonObject = {}
        for child in field.children:
            if shape is not None and child.name not in shape.names:
                written[child.name] = None
                continue
            inner = member(value, child.name, child.attribute)
            written[child.name] = self.value(inner, child, join(path, child.name))
        return written

    def _array(self, value: object, field: FieldSpec, path: str) -> JsonValue:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
            self._notebook.violate(path, expected(field))
            return []
        item = field.children[0]
        rows = [
            self.value(row, item, f"{path}[{index}]")
            for index, row in enumerate(cast("Iterable[object]", value))
        ]
        if isinstance(value, (set, frozenset)):
            # A set has no order, and its iteration differs from process to process.
            rows.sort(key=repr)
        return rows

    def _map(self, value: object, field: FieldSpec, path: str) -> JsonValue:
        if not isinstance(value, Mapping):
            self._notebook.violate(path, expected(field))
            return {}
        item = field.children[0]
        return {
            str(_unwrapped(key)): self.value(inner, item, f"{path}[{index}]")
            for index, (key, inner) in enumerate(cast("Mapping[object, object]", value).items())
        }


def member(value: object, key: str, attribute: str) -> object:
    """What an object or mapping holds under a key, or `None`."""
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        # A typed dict holds a field with an alias under the name it has in Python.
        return held[key] if key in held else held.get(attribute)
    return getattr(value, attribute, None)


def expected(field: FieldSpec) -> str:
    """The rule a value of the wrong type breaks, in words."""
    if field.kind == "enum":
        return f"must be one of the {len(field.choices)} choices"
    return _RULES.get(field.kind, "must be JSON")


_RULES = {
    "string": "must be text",
    "integer": "must be a whole number",
    "number": f"must be one number such as 1234.50, of at most {_MOST_DIGITS} digits",
    "boolean": "must be true or false",
    "date": "must be a date, YYYY-MM-DD",
    "time": "must be a time, HH:MM:SS",
    "datetime": "must be a date and time, YYYY-MM-DDTHH:MM:SS",
    "object": "must be an object",
    "array": "must be a list",
    "map": "must be an object of keys and values",
}


def _attribute(field: FieldSpec, key: str) -> str:
    child = field.child(key)
    return child.attribute if child else key


def _unwrapped(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _text(value: object, _: FieldSpec) -> object:
    if not isinstance(value, str):
        if isinstance(value, (bool, int, float, Decimal, bytes, Mapping, *_LISTS)):
            return _WRONG
        value = _foreign(value)
    return value if isinstance(value, str) and is_text(value) else _WRONG


def is_absurd(value: JsonValue) -> bool:
    """Whether it is a number that no document prints: endless, or of thousands of digits."""
    if isinstance(value, Decimal):
        return not is_writable(value)
    return isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS


def is_canonical(value: JsonValue, field: FieldSpec) -> bool:
    """Whether free JSON can be written as it is."""
    try:
        return _any(value, field) is not _WRONG
    except RecursionError:
        return False


def _foreign(value: object) -> object:
    """A value of a type only pydantic knows (a URL, a UUID), as pydantic writes it."""
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError:
        return _WRONG


def _integer(value: object, _: FieldSpec) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**_MOST_DIGITS else _WRONG
    return _WRONG


def _number(value: object, _: FieldSpec) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return _WRONG
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return exact_number(number) if is_writable(number) else _WRONG


def is_writable(number: Decimal) -> bool:
    """Whether a decimal is finite and has no absurd number of digits."""
    if not number.is_finite():
        return False
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return number.adjusted() < _MOST_DIGITS and exponent >= -_MOST_DIGITS


def exact_number(number: Decimal) -> Decimal:
    """The one form of a decimal: no exponent, no zeros that say nothing."""
    return Decimal(plain(number))


def _boolean(value: object, _: FieldSpec) -> object:
    return value if isinstance(value, bool) else _WRONG


def _date(value: object, _: FieldSpec) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return _WRONG


def _time(value: object, _: FieldSpec) -> object:
    if isinstance(value, str):
        return value
    return zulu(value.isoformat()) if isinstance(value, time) else _WRONG


def _datetime(value: object, _: FieldSpec) -> object:
    if isinstance(value, str):
        return value
    return zulu(value.isoformat()) if isinstance(value, datetime) else _WRONG


def zulu(text: str) -> str:
    """An ISO time with `Z` for UTC."""
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _enum(value: object, field: FieldSpec) -> object:
    if isinstance(value, float):
        value = Decimal(repr(value))
    for choice in field.choices:
        if choice == value and isinstance(choice, bool) == isinstance(value, bool):
            return choice
    return _WRONG


def _any(value: object, field: FieldSpec) -> object:
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        inner = {str(key): _any(item, field) for key, item in pairs}
        return _WRONG if any(item is _WRONG for item in inner.values()) else inner
    if isinstance(value, _LISTS):
        rows = [_any(item, field) for item in cast("Iterable[object]", value)]
        return _WRONG if any(row is _WRONG for row in rows) else rows
    return value if value is None else _any_scalar(value, field)


def _any_scalar(value: object, field: FieldSpec) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(value, field)
    if isinstance(value, (float, Decimal)):
        return _number(value, field)
    if isinstance(value, (date, time)):
        return zulu(value.isoformat())
    return _text(value, field)


_SCALARS: Mapping[str, Callable[[object, FieldSpec], object]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "enum": _enum,
    "any": _any,
}
