"""A pydantic class as the source of a schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic_core import to_json
from typing_extensions import TypeIs

from novadoc._places import join
from novadoc.errors import SchemaError
from novadoc.schema._annotations import AnnotationReader
from novadoc.schema._checks import STUMBLES, check_message
from novadoc.schema._direct_read import DetourError, direct_reader
from novadoc.schema._direct_write import direct_writer
from novadoc.schema._fields import FieldSpec, Kind
from novadoc.schema._members import names
from novadoc.schema._reading import Fault, Notebook
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

# pydantic's messages for these say the rule and nothing of the value. All other types, above all
# errors raised by the author's own validators, are named by their code only.
_SAFE: Final = frozenset(
    {
        "missing", "string_type", "string_too_short", "string_too_long",
        "string_pattern_mismatch", "int_type", "int_parsing", "int_from_float", "float_type",
        "float_parsing", "finite_number", "bool_type", "bool_parsing", "decimal_type",
        "decimal_parsing", "decimal_max_digits", "decimal_max_places", "decimal_whole_digits",
        "greater_than", "greater_than_equal", "less_than", "less_than_equal", "multiple_of",
        "date_type", "date_parsing", "date_past", "date_future", "datetime_type", "datetime_past",
        "datetime_future", "timezone_aware", "timezone_naive", "time_type", "time_parsing", "enum",
        "literal_error", "list_type", "tuple_type", "set_type", "dict_type", "model_type",
        "too_short", "too_long", "none_required", "uuid_type", "url_type",
    }
)  # fmt: skip
_WHOLE: Final = 2**63
# Of other kinds, a union among them, a text may become one thing in JSON and another in Python.
_ALIKE: Final = frozenset[Kind](
    {"object", "array", "map", "string", "number", "integer", "boolean", "date", "enum"}
)
# What most fields hold, and what has no object inside.
_VALUES: Final = frozenset[type]({NoneType, str, int, float, bool, Decimal, date})


class PydanticSource:
    """Reads, validates and checks by a pydantic class.

    Raises:
        SchemaError: The class holds something that cannot be asked of a model.
    """

    def __init__(self, model: type[BaseModel], recursion: int) -> None:
        self._model = model
        self._recursion = recursion
        reader = AnnotationReader(recursion)
        try:
            model.model_rebuild()
            self._root = reader.root(model)
            self._has_checks = any(_checks(each) for each in reader.models)
            self._silent = _VALUES.union(filter(_is_silent, reader.models))
        except (PydanticUserError, PydanticUndefinedAnnotation) as error:
            raise SchemaError(
                f"`{model.__name__}` is not complete: {error.code}.",
                remedy="Define every class it refers to before using it.",
            ) from error
        self._read, self._write = direct_reader(self._root), direct_writer(self._root)
        self._validate = _validator(model, self._root, reader.models)

    def __reduce__(self) -> tuple[type[PydanticSource], tuple[type[BaseModel], int]]:
        # The direct ways are closures, which no other process can be sent.
        return (PydanticSource, (self._model, self._recursion))

    @property
    def name(self) -> str:
        """The class's name."""
        return self._model.__name__

    @property
    def root(self) -> FieldSpec:
        """The field tree."""
        return self._root

    def owns(self, value: object) -> bool:
        """Whether a value is an object of the class."""
        return isinstance(value, self._model)

    def direct(self, data: JsonValue) -> tuple[object, JsonObject] | None:
        """The object and its canonical form for an answer exactly as asked, else `None`."""
        if self._read is None:
            return None
        try:
            value = self._validate(self._read(data))
        except (DetourError, *STUMBLES):
            return None
        canonical = self.written(value)
        return None if canonical is None else (value, canonical)

    def written(self, value: object) -> JsonObject | None:
        """The canonical form of an object in which nothing is odd, else `None`."""
        if self._write is None:
            return None
        try:
            return cast("JsonObject", self._write(value))
        except DetourError:
            return None

    def build(self, data: JsonObject, faults: list[Fault]) -> object | None:
        """Make an object of the class."""
        # As JSON and not as Python objects: a class in strict mode reads dates and enums from it.
        text = json.dumps(data, default=_exact, ensure_ascii=False)
        try:
            return self._model.model_validate_json(text)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            faults.extend(Fault(each["loc"], _rule(each["type"], each["msg"])) for each in found)
        except STUMBLES as error:
            # pydantic lets through what is not a ValueError.
            faults.append(
                Fault((), f"a validator of the class raised {type(error).__name__}, not ValueError")
            )
        return None

    def advise(self, value: object, notebook: Notebook) -> None:
        """Run the checks of the class and of all objects inside."""
        if self._has_checks and isinstance(value, BaseModel):
            _advise(value, "", notebook, self._silent)


def _validator(
    model: type[BaseModel], root: FieldSpec, models: Iterable[type[Any]]
) -> Callable[[JsonValue], BaseModel]:
    """Return what makes an object of an answer exactly as asked.

    Going by way of JSON is spared where pydantic reads the same from Python's values.
    """
    strict = any(getattr(kind, "model_config", {}).get("strict") for kind in models)
    if not strict and all(field.kind in _ALIKE for field in root.walk()):
        return model.model_validate
    return lambda data: model.model_validate_json(to_json(data))


def is_model(kind: object) -> TypeIs[type[BaseModel]]:
    """Whether something is a pydantic class."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _exact(number: object) -> object:
    """A decimal as a JSON number, or as text where a float would lose digits."""
    assert isinstance(number, Decimal)
    # Beyond 64 bits, older versions of pydantic read no float from a whole number.
    if number == number.to_integral_value() and abs(number) < _WHOLE:
        return int(number)
    near = float(number)
    return near if Decimal(repr(near)) == number else format(number, "f")


def _rule(code: str, message: str) -> str:
    if code in {"value_error", "assertion_error"}:
        return "a validator of the class refuses it"
    if code not in _SAFE:
        return f"is not accepted: {code.replace('_', ' ')}"
    return message.partition(", unable to")[0].partition(", got ")[0]


@lru_cache(maxsize=1024)
def _checks(model: type[Any]) -> tuple[tuple[str, str], ...]:
    """(method, rule) of a class's checks, in the order written, inherited ones first."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        for name, each in vars(parent).items():
            message = check_message(each)
            if message is not None:
                found[name] = message
    return tuple(found.items())


@lru_cache(maxsize=1024)
def _open_names(kind: type[Any]) -> tuple[str, ...]:
    """The attributes of a class's objects that can hold others."""
    if not issubclass(kind, BaseModel):
        return names(kind)
    fields = kind.model_fields.items()
    return tuple(name for name, info in fields if not _is_plain(info.annotation))


def _is_plain(annotation: object) -> bool:
    if get_origin(annotation) in {Union, UnionType}:
        return all(map(_is_plain, get_args(annotation)))
    return isinstance(annotation, type) and annotation in _VALUES


def _is_silent(kind: type[Any]) -> bool:
    """Whether nothing is checked in a class's objects, so that nobody looks inside.

    What a field may hold is not asked: a validator may put an object of a subclass there.
    """
    return issubclass(kind, BaseModel) and not _checks(kind) and not _open_names(kind)


def _advise(value: object, path: str, notebook: Notebook, silent: frozenset[type]) -> None:
    kind: Any = type(value)
    for name, message in _checks(kind):
        try:
            holds = getattr(value, name)()
        except STUMBLES as error:
            notebook.find(path, "check", f"{message} (not decided: {type(error).__name__})")
            continue
        if holds is not None and not holds:
            notebook.find(path, "check", message)
    for name in _open_names(kind):
        held = getattr(value, name, None)
        if type(held) not in silent:
            _advise_inside(held, join(path, name), notebook, silent)


def _advise_inside(held: object, path: str, notebook: Notebook, silent: frozenset[type]) -> None:
    """Run the checks of the objects that a value is, or holds."""
    if isinstance(held, BaseModel) or is_dataclass(held):
        return _advise(held, path, notebook, silent)
    if isinstance(held, (list, tuple)):
        rows = cast("Iterable[object]", held)
    elif isinstance(held, Mapping):
        rows = cast("Mapping[object, object]", held).values()
    else:
        return None
    for index, row in enumerate(rows):
        if type(row) not in silent:
            _advise_inside(row, f"{path}[{index}]", notebook, silent)
    return None
