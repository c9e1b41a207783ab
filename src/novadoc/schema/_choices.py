"""Closed choices: what enums and literals allow."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import get_args

from novadoc.schema._draft import Notes, Place, Shape, enum_shape, exact_scalar, refuse
from novadoc.types import JsonScalar


def of_literal(annotation: object, notes: Notes) -> Shape:
    """The choices of a `Literal`."""
    choices: list[JsonScalar] = []
    for choice in get_args(annotation):
        if choice is None:
            notes.nullable = True
        else:
            choices.append(exact_scalar(choice.value if isinstance(choice, Enum) else choice))
    return enum_shape(choices)


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
