"""A JSON Schema of answers compiled into fast yes-or-no checks, with a slow path that explains."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from operator import contains, itemgetter
from typing import NamedTuple, cast

from novadoc.datasets._limits import WORDS, Test, within
from novadoc.datasets._untrusted import Loose, as_list
from novadoc.types import JsonObject, JsonValue


class Fault(NamedTuple):
    """One place where an answer does not have its schema's shape."""

    rule: str
    path: str
    message: str


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "object": (dict,),
    "array": (list,),
}
_FORMATS = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "time": re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*"),
}


_WORDS = ("null", "none", "nil", "n/a", "na", "nan", "-", "--", "unknown", "missing")
# What people and systems write where nothing stands; a model learns to write it too.
ABSENT = frozenset(
    form for word in ["", *_WORDS, "not available"] for form in (word, word.upper(), word.title())
) | {"NaN", "None"}


class Shape:
    """The shape an answer must have: all keys in order, nulls filled in, exact types.

    Example:
        >>> shape = Shape({"type": "object", "properties": {"total": {"type": "number"}}})
        >>> shape.fits({"total": 7}), [fault.rule for fault in shape.faults({"sum": 7})]
        (True, ['label-keys'])
    """

    def __init__(self, schema: Mapping[str, JsonValue]) -> None:
        self._schema: JsonObject = {**schema}
        self.fits = _compiled(self._schema)
        """Tells in a few microseconds whether an answer has the shape."""

    def faults(self, value: object) -> Iterator[Fault]:
        """Yield what is wrong, with places and without values."""
        return _faults(value, self._schema, "$answer")


_NOTHING = "A text stands for `nothing here`; null says it."


def absent(value: object, path: str) -> Iterator[Fault]:
    """Yield the texts that stand for nothing, without knowing a schema."""
    if isinstance(value, dict):
        for key, item in cast("JsonObject", value).items():
            yield from absent(item, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(cast("list[object]", value)):
            yield from absent(inner, f"{path}[{place}]")
    elif isinstance(value, str) and value in ABSENT:
        yield Fault("label-null", path, _NOTHING)


def kinds_of(schema: JsonObject) -> frozenset[str]:
    """Return the JSON types a schema names."""
    kind = schema.get("type")
    if isinstance(kind, list):
        return frozenset(cast("list[str]", kind))
    return frozenset({kind} if isinstance(kind, str) else ())


def as_schema(value: JsonValue) -> JsonObject | None:
    """Return what stands for a schema, if it is an object."""
    return value if isinstance(value, dict) else None


def _compiled(schema: JsonObject) -> Test:
    test, limited = _typed(schema), within(schema)
    return test if limited is None else lambda value: test(value) and limited(value)


def _typed(schema: JsonObject) -> Test:
    kinds = kinds_of(schema)
    properties = as_schema(schema.get("properties"))
    items = as_schema(schema.get("items"))
    extra = as_schema(schema.get("additionalProperties"))
    if properties is not None:
        inner = _object_test(properties)
    elif "array" in kinds and items is not None:
        inner = _array_test(_compiled(items))
    elif "object" in kinds and extra is not None:
        inner = _map_test(_compiled(extra))
    else:
        return _leaf_test(schema, kinds)
    if "null" not in kinds:
        return inner
    return lambda value: value is None or inner(value)


def _plain_types(schema: JsonObject) -> frozenset[type]:
    """Return the types of a leaf without choices or format; nothing for anything else."""
    kinds = kinds_of(schema)
    if _CONSTRAINED & schema.keys() or kinds & {"array", "object"}:
        return frozenset()
    return frozenset(kind for name in kinds for kind in _TYPES.get(name, ()))


# Combinations of null and not null: a set of more is not worth its memory.
_MOST_KINDS = 4_096
_CONSTRAINED = WORDS | {"properties", "items", "additionalProperties", "enum", "format"}


def _object_test(properties: JsonObject) -> Test:
    keys = tuple(properties)
    schemas = {key: as_schema(item) or {} for key, item in properties.items()}
    allowed = {key: types for key, one in schemas.items() if (types := _plain_types(one))}
    others = [(key, _compiled(schemas[key])) for key in keys if key not in allowed]
    values_of = _values_of(tuple(allowed))
    admits = _Kinds(tuple(allowed.values()))
    known, no_word_for_nothing = admits.known, ABSENT.isdisjoint

    # The hottest lines of `check`: plain leaves are looked at all at once, without calls of ours.
    def test(value: object) -> bool:
        if type(value) is not dict:
            return False
        fields: Loose = value  # pyright: ignore[reportUnknownVariableType]  # a cast is a call
        if tuple(fields) != keys:
            return False
        leaves = values_of(fields)
        kinds = tuple(map(type, leaves))
        if (kinds not in known and not admits(kinds)) or not no_word_for_nothing(leaves):
            return False
        for key, check in others:  # noqa: SIM110  # a generator is slower
            if not check(fields[key]):
                return False
        return True

    return test


def _values_of(keys: tuple[str, ...]) -> Callable[[Loose], tuple[object, ...]]:
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda fields: tuple([fields[key] for key in keys])


class _Kinds:
    """Which types the plain leaves of an object may have; remembers combinations it admitted."""

    def __init__(self, allowed: tuple[frozenset[type], ...]) -> None:
        self.known: set[tuple[type, ...]] = set()
        self._allowed = allowed

    def __call__(self, kinds: tuple[type, ...]) -> bool:
        if not all(map(contains, self._allowed, kinds)):
            return False
        if len(self.known) < _MOST_KINDS:
            self.known.add(kinds)
        return True


def _array_test(item: Test) -> Test:
    def test(value: object) -> bool:
        items = as_list(value)
        return items is not None and all(map(item, items))

    return test


def _map_test(item: Test) -> Test:
    return lambda value: (
        type(value) is dict and all(map(item, cast("dict[str, object]", value).values()))
    )


def _leaf_test(schema: JsonObject, kinds: frozenset[str]) -> Test:
    if not kinds:
        return lambda _: True
    types = frozenset(kind for name in kinds for kind in _TYPES.get(name, ()))
    choices = schema.get("enum")
    if isinstance(choices, list):
        allowed = [choice for choice in choices if not isinstance(choice, (dict, list))]
        return lambda value: type(value) in types and value in allowed
    form = str(schema.get("format"))
    pattern = _FORMATS.get(form)
    if pattern is not None:
        match, is_day = pattern.fullmatch, _is_day if form != "time" else bool
        return lambda value: (
            (type(value) is str and match(value) is not None and is_day(value))
            or (value is None and "null" in kinds)
        )
    if str in types:
        return lambda value: (
            type(value) in types and (type(value) is not str or value not in ABSENT)
        )
    return lambda value: type(value) in types


def _is_day(text: str) -> bool:
    """Tell whether a date of the right form is in the calendar."""
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _faults(value: object, schema: JsonObject, path: str) -> Iterator[Fault]:
    limited = within(schema)
    typed = list(_typed_faults(value, schema, path))
    yield from typed
    if not typed and limited is not None and not limited(value):
        yield Fault("label-schema", path, "The value is beyond the schema's limits.")


def _typed_faults(value: object, schema: JsonObject, path: str) -> Iterator[Fault]:
    kinds = kinds_of(schema)
    if value is None and "null" in kinds:
        return
    wanted = {kind for name in kinds for kind in _TYPES.get(name, ())}
    if wanted and type(value) not in wanted:
        expected = " or ".join(sorted(kinds))
        yield Fault("label-type", path, f"The schema wants {expected}.")
        return
    properties = as_schema(schema.get("properties"))
    if properties is not None:
        yield from _object_faults(cast("JsonObject", value), properties, path)
    elif isinstance(value, list):
        items = as_schema(schema.get("items")) or {}
        for place, item in enumerate(cast("list[object]", value)):
            yield from _faults(item, items, f"{path}[{place}]")
    elif isinstance(value, dict):
        extra = as_schema(schema.get("additionalProperties")) or {}
        for item in cast("dict[str, object]", value).values():
            yield from _faults(item, extra, f"{path}.*")
    elif "enum" not in schema and isinstance(value, str) and value in ABSENT:
        yield Fault("label-null", path, _NOTHING)
    elif not _leaf_test(schema, kinds)(value):
        yield Fault("label-schema", path, "The value is none of the schema's choices or formats.")


def _object_faults(value: JsonObject, properties: JsonObject, path: str) -> Iterator[Fault]:
    missing = [key for key in properties if key not in value]
    foreign = [key for key in value if key not in properties]
    if missing or foreign:
        # Foreign keys may be content (a map where an object is wanted): they are not quoted.
        message = f"Missing: {', '.join(missing) or 'none'}. Not of the schema: {len(foreign)}."
        yield Fault("label-keys", path, message)
    elif list(value) != list(properties):
        yield Fault("label-keys", path, "The keys are not in the schema's order.")
    for key, item in value.items():
        if key in properties:
            yield from _faults(item, as_schema(properties[key]) or {}, f"{path}.{key}")
