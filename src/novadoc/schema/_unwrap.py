"""What annotations and pydantic's field infos say, apart from the bare type."""

from __future__ import annotations

import types
from decimal import Decimal
from operator import getitem
from typing import Annotated, Any, NewType, Union, cast, get_args, get_origin

from pydantic import Json
from pydantic import JsonValue as AnyJson
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from novadoc.schema._draft import Notes, exact_scalar
from novadoc.types import JsonValue

# The attributes by which pydantic's and annotated-types' constraint objects carry their value,
# and JSON Schema's word for it.
_CONSTRAINTS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}


def strip(annotation: object, notes: Notes) -> object:
    """Take off `Annotated`, type aliases and new types, and note what they say."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *metadata = get_args(annotation)
            for item in metadata:
                _note(notes, item)
        elif annotation is AnyJson:
            return Any
        elif isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif isinstance(get_origin(annotation), TypeAliasType):
            generic = cast("TypeAliasType", get_origin(annotation))
            annotation = generic.__value__[get_args(annotation)]
        elif isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        else:
            return annotation


def annotated(annotation: object, items: list[object]) -> object:
    """The annotation with metadata put back on."""
    # Python 3.10 has no syntax for it.
    return cast("Any", getitem)(Annotated, (annotation, *items))


def strip_optional(annotation: object, notes: Notes) -> object:
    """As `strip`, through further optional layers that an alias may hide."""
    stripped = strip(annotation, notes)
    if get_origin(stripped) in {Union, types.UnionType} and type(None) in get_args(stripped):
        notes.nullable = True
        rest = tuple(a for a in get_args(stripped) if a is not type(None))
        return strip_optional(Union[rest], notes)
    return stripped


def _note(notes: Notes, item: object) -> None:
    if isinstance(item, FieldInfo):
        note_field(notes, item)
        return
    if hasattr(type(item), "__get_pydantic_json_schema__"):
        notes.rewrites.append(item)
    if isinstance(item, cast("type[Any]", Json)):
        notes.markers.append(Json)
        return
    found = _constraints(item)
    notes.constraints.update(found)
    if not found and not type(item).__module__.startswith(("pydantic", "annotated_types")):
        notes.markers.append(item)


def note_field(notes: Notes, info: FieldInfo) -> None:
    notes.description = notes.description or info.description or ""
    if isinstance(info.discriminator, str):
        notes.discriminator = info.discriminator
    for item in info.metadata:
        _note(notes, item)


def _constraints(item: object) -> dict[str, JsonValue]:
    if callable(getattr(item, "similarity", None)):
        return {}
    found: dict[str, JsonValue] = {}
    for attribute, word in _CONSTRAINTS.items():
        value = getattr(item, attribute, None)
        value = getattr(value, "pattern", value)
        # Text can be bounded in pydantic (`ge="a"`), but not in JSON Schema.
        if isinstance(value, str if word == "pattern" else (int, float, Decimal)):
            found[word] = exact_scalar(value)
    return found
