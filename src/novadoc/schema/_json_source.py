"""A raw JSON Schema as the source of a schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import localcontext
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from novadoc.errors import SchemaError
from novadoc.schema._canonical import Canonical
from novadoc.schema._direct_json import direct_json_reader
from novadoc.schema._direct_read import DetourError, Reads
from novadoc.schema._fields import FieldSpec
from novadoc.schema._json_schema import JsonSchemaReader
from novadoc.schema._json_text import exact, to_json
from novadoc.schema._markers import Category
from novadoc.schema._reading import Fault, Notebook
from novadoc.types import JsonObject, JsonValue

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_WORDED = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "multipleOf": "must be a multiple of {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
    "pattern": "must match {}",
    "const": "must be {}",
    "type": "must be of type {}",
}
# What jsonschema stumbles over in a schema that is none, in places the field tree does not hold.
_UNSOUND = (ArithmeticError, AttributeError, LookupError, TypeError, re.error)
_DIGITS = 100
"""More than the longest number that is read has, before and after the point together."""


class _Validator(Protocol):
    def iter_errors(self, instance: object, /) -> Iterable[ValidationError]: ...


@dataclass(frozen=True)
class JsonSchemaSource:
    """Reads and validates by a JSON Schema."""

    schema: JsonObject
    """The schema, floats as decimals."""
    root: FieldSpec
    """The field tree."""
    name: str
    """The schema's title."""

    def owns(self, value: object) -> bool:
        """Never: JSON is always read."""
        del value
        return False

    def direct(self, data: JsonValue) -> tuple[JsonObject, JsonObject] | None:
        """The answer, checked and copied, if it is exactly as asked."""
        if self._read is None:
            return None
        try:
            made = cast("JsonObject", self._read(data))
        except DetourError:
            return None
        return made, made

    def written(self, value: object) -> None:
        """Never: JSON is always read."""
        del value

    def build(self, data: JsonObject, faults: list[Fault]) -> JsonObject | None:
        """Validate, and fill in what is absent."""
        data = cast("JsonObject", _with_defaults(data, self.root))
        bare = _without_nulls(data, self.root)
        with localcontext() as context:
            # `multipleOf` divides, and an answer's numbers may be longer than decimals usually are.
            context.prec = _DIGITS
            try:
                for error in self._validator.iter_errors(bare):
                    telling = _telling(error)
                    faults.append(Fault(tuple(telling.absolute_path), _rule(telling)))
            except _UNSOUND as error:
                raise SchemaError(
                    f"jsonschema cannot apply `{self.name}`: {type(error).__name__}.",
                    remedy="`jsonschema`'s `check_schema` says where it is no JSON Schema.",
                ) from error
        return None if faults else Canonical(Notebook()).document(data, self.root)

    def advise(self, value: object, notebook: Notebook) -> None:
        """A JSON Schema has no checks of its own."""

    def __reduce__(self) -> tuple[type[JsonSchemaSource], tuple[JsonObject, FieldSpec, str]]:
        # jsonschema's validators hold local functions, which no other process can be sent.
        return (JsonSchemaSource, (self.schema, self.root, self.name))

    @cached_property
    def _read(self) -> Reads | None:
        return direct_json_reader(self.schema, self.root)

    @cached_property
    def _validator(self) -> _Validator:
        # jsonschema takes a tenth of a second to import, and is needed only where one reads.
        from jsonschema.validators import Draft202012Validator, validator_for

        kind = validator_for(self.schema, default=Draft202012Validator)
        return cast("_Validator", kind(self.schema))


def from_json_schema(
    schema: Mapping[str, JsonValue], recursion: int, notes: Mapping[str, list[object]]
) -> JsonSchemaSource:
    """Read a JSON Schema.

    Raises:
        SchemaError: It is not JSON, not an object, or holds what cannot be asked of a model.
    """
    try:
        document = exact(schema)
    except TypeError as error:
        raise SchemaError(f"The schema is not JSON: {error}") from error
    except RecursionError as error:
        raise SchemaError("The schema contains itself.", remedy="Use a `$ref`.") from error
    if not isinstance(document, dict):
        raise SchemaError(
            f"A {type(schema).__name__} is not a JSON Schema.",
            remedy="Give the parsed schema of an object, a dict.",
        )
    title = document.get("title")
    root = JsonSchemaReader(document, recursion=recursion, notes=notes).root()
    unknown = sorted(set(notes) - {field.path for field in root.walk()})
    if unknown:
        raise SchemaError(
            "The schema has no such field.",
            path=unknown[0],
            remedy="Paths look like `employee.name` or `states[].wages`.",
        )
    return JsonSchemaSource(document, root, title if isinstance(title, str) else "Document")


def notes_by_path(
    categories: Mapping[str, str], comparators: Mapping[str, object]
) -> dict[str, list[object]]:
    """What an author of a class would have written as markers."""
    notes: dict[str, list[object]] = {}
    for path, category in categories.items():
        notes.setdefault(path, []).append(Category(category))
    for path, comparator in comparators.items():
        notes.setdefault(path, []).append(comparator)
    return notes


def _with_defaults(value: JsonValue, field: FieldSpec) -> JsonValue:
    """The data with the schema's defaults in the places of keys that are not there."""
    if isinstance(value, list) and field.kind == "array":
        return [_with_defaults(row, field.children[0]) for row in value]
    if isinstance(value, dict) and field.kind == "map":
        return {key: _with_defaults(row, field.children[0]) for key, row in value.items()}
    if not isinstance(value, dict) or field.kind != "object":
        return value
    filled = {c.name: c.default for c in field.children if c.default is not None} | value
    children = {child.name: child for child in field.children}
    return {k: _with_defaults(v, children[k]) if k in children else v for k, v in filled.items()}


def _without_nulls(value: JsonValue, field: FieldSpec) -> JsonValue:
    """The data as the schema's author meant it: an optional key without a value is not there."""
    if isinstance(value, list) and field.kind == "array":
        return [_without_nulls(row, field.children[0]) for row in value]
    if isinstance(value, dict) and field.kind == "map":
        return {key: _without_nulls(row, field.children[0]) for key, row in value.items()}
    if not isinstance(value, dict) or field.kind != "object":
        return value
    bare: JsonObject = {}
    for key, inner in value.items():
        child = field.child(key)
        if child is not None and (inner is not None or child.required):
            bare[key] = _without_nulls(inner, child)
    return bare


def _telling(error: ValidationError) -> ValidationError:
    """The error that says what is wrong: of a union, that of the branch that was meant."""
    branches = [each for each in error.context or () if each.validator != "type"]
    return _telling(branches[0]) if len(branches) == 1 else error


def _rule(error: ValidationError) -> str:
    """The rule in words; jsonschema's own message would repeat the value."""
    word = str(error.validator)
    limit = cast("JsonValue", error.validator_value)
    if word in _WORDED and not isinstance(limit, dict):
        return _WORDED[word].format(to_json(limit))
    return f"breaks the schema's `{word}`"
