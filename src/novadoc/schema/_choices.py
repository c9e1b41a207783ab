"""Closed choices: what enums and literals allow."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import get_args

from novadoc.schema._draft import Notes, Place, Shape, enum_shape, exact_scalar, refuse


def of_literal(annotation: object, place: Place, notes: Notes) -> Shape:
    """The choices of a `Literal`.

    Raises:
        SchemaError: One is neither text nor a number, or all are `None`.
    """
    listed = [each.value if isinstance(each, Enum) else each for each in get_args(annotation)]
    notes.nullable = notes.nullable or None in listed
    choices = [each for each in listed if each is not None]
    if not choices or not all(isinstance(each, (str, int, float)) for each in choices):
        raise refuse(
            place,
            "The choices of this `Literal` are not text or numbers.",
            "Use text, or take the field out.",
        )
    return enum_shape([exact_scalar(choice) for choice in choices])


def of_enum(kind: type[Enum], place: Place) -> Shape:
    """The choices of an `Enum`, named after its members.

    Raises:
        SchemaError: A member's value is neither text nor a number.
    """
    members: Mapping[str, Enum] = kind.__members__
    unique = [member for name, member in members.items() if member.name == name]
    if not all(isinstance(member.value, (str, int, float)) for member in unique):
        raise refuse(
            place,
            f"The values of `{kind.__name__}` are not text or numbers.",
            "Give its members text as values.",
        )
    labels = [member.name.replace("_", " ") for member in unique]
    return enum_shape([exact_scalar(member.value) for member in unique], labels)
