"""The members of classes with named fields: pydantic models, dataclasses, typed dicts."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, NamedTuple, TypeGuard, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import (
    NotRequired,
    ReadOnly,
    Required,
    get_type_hints,
    is_typeddict,
)

from novadoc.schema._draft import Place, refuse

_ENUM_DOCSTRING = "An enumeration."  # what Python 3.10 gives an Enum that has none
_QUALIFIERS = {Required, NotRequired, ReadOnly}


class Member(NamedTuple):
    """One field of a class."""

    attribute: str
    """Its name in Python."""
    info: FieldInfo
    """What pydantic knows of it."""
    required: bool
    """Whether an object cannot be made without it."""

    @property
    def may_be_left_out(self) -> bool:
        """Whether there is no value to show for a key that is left out."""
        has_no_default = self.info.default_factory is not None or self.info.is_required()
        return has_no_default and not self.required


def is_record(kind: object) -> TypeGuard[type[Any]]:
    """Whether something is a class with named fields, and none of them of an open type."""
    # To Python 3.10, `list[int]` is a type.
    if not isinstance(kind, type) or get_origin(kind) or getattr(kind, "__parameters__", None):
        return False
    found = cast("type[Any]", kind)
    return issubclass(found, BaseModel) or is_dataclass(found) or is_typeddict(found)


def members(kind: type[Any], place: Place) -> Iterator[Member]:
    """Yield what pydantic reads an object of the class from, in order.

    Raises:
        SchemaError: The class refers to another that is not known where it stands.
    """
    if issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            if info.exclude is not True or info.is_required():
                yield Member(name, info, info.is_required())
    elif is_dataclass(kind):
        yield from _of_dataclass(kind, _hints(kind, place))
    else:
        yield from _of_typed_dict(kind, _hints(kind, place))


def _of_dataclass(kind: type[Any], hints: Mapping[str, Any]) -> Iterator[Member]:
    ready = cast("Mapping[str, FieldInfo]", getattr(kind, "__pydantic_fields__", {}))
    for field in fields(kind):
        given = field.default if isinstance(field.default, FieldInfo) else field
        info = ready.get(field.name) or FieldInfo.from_annotated_attribute(hints[field.name], given)
        if field.init or not info.is_required():
            yield Member(field.name, info, info.is_required())


def _of_typed_dict(kind: type[Any], hints: Mapping[str, Any]) -> Iterator[Member]:
    needed = cast("frozenset[str]", getattr(kind, "__required_keys__", frozenset[str]()))
    for name, hint in hints.items():
        bare, required = hint, name in needed
        while get_origin(bare) in _QUALIFIERS:
            required = {Required: True, NotRequired: False}.get(get_origin(bare), required)
            bare = get_args(bare)[0]
        yield Member(name, FieldInfo.from_annotation(bare), required)


def _hints(kind: type[Any], place: Place) -> Mapping[str, Any]:
    try:
        return get_type_hints(kind, include_extras=True)
    except NameError as error:
        raise refuse(
            place,
            f"`{kind.__name__}` refers to a class that is not known where it stands.",
            "Define both in the module, and not inside a function.",
        ) from error


def names(kind: type[Any]) -> tuple[str, ...]:
    """The attributes of a class's objects that can hold others."""
    if issubclass(kind, BaseModel):
        return tuple(kind.model_fields)
    return tuple(field.name for field in fields(kind))


def key_of(member: Member, place: Place) -> str:
    """The key pydantic reads the field from."""
    info = member.info
    alias = info.validation_alias if info.validation_alias is not None else info.alias
    if alias is None:
        return member.attribute
    if isinstance(alias, str):
        return alias
    first = next((c for c in getattr(alias, "choices", ()) if isinstance(c, str)), None)
    if first is None:
        raise refuse(
            place.key(member.attribute),
            "An alias that is a path has no key of its own.",
            "Use a plain alias, or a nested model.",
        )
    return first


def key_in(kind: type[Any], attribute: str, place: Place) -> str:
    """The key of one attribute of a class."""
    found = (member for member in members(kind, place) if member.attribute == attribute)
    member = next(found, None)
    return attribute if member is None else key_of(member, place)


def tolerated(kind: type[Any]) -> frozenset[str] | None:
    """Keys a stored object may have beside its fields."""
    word = "model_config" if issubclass(kind, BaseModel) else "__pydantic_config__"
    if getattr(kind, word, {}).get("extra") in {"ignore", "allow"}:
        return None
    if not issubclass(kind, BaseModel):
        return frozenset()
    computed = kind.model_computed_fields.items()
    return frozenset(name for key, field in computed for name in (key, field.alias or key))


def docstring(kind: type[Any]) -> str:
    """The class's own docstring, as pydantic takes it into the JSON Schema."""
    text = kind.__dict__.get("__doc__")
    if not isinstance(text, str) or text == _ENUM_DOCSTRING:
        return ""
    if is_dataclass(kind) and text.startswith(f"{kind.__name__}("):
        return ""  # the signature, which the decorator puts there
    return inspect.cleandoc(text)


def own_words(kind: type[Any]) -> str:
    """The docstring of a class that its author wrote for this document."""
    return docstring(kind) if issubclass(kind, Enum) or is_record(kind) else ""
