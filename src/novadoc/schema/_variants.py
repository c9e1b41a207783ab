"""Objects of several shapes, told apart by a discriminator, laid over each other as one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from novadoc.schema._draft import Place, Shape, enum_shape, refuse
from novadoc.schema._fields import FieldSpec
from novadoc.types import JsonScalar

Branch = tuple[FieldSpec, ...]


@dataclass(frozen=True)
class Variant:
    """One of several shapes an object can have, told apart by its discriminator."""

    tags: tuple[JsonScalar, ...]
    """The discriminator's values that mean this shape."""
    names: frozenset[str]
    """The keys this shape has."""


def merge(branches: list[Branch], discriminator: str, place: Place) -> Shape:
    """One object shape with the fields of all branches, the discriminator first.

    A field that only some branches have is nullable in the result: for the others it is null.

    Raises:
        SchemaError: Two branches give one key different types, or the discriminator is not a
            constant in each.
    """
    variants = tuple(_variant(branch, discriminator, place) for branch in branches)
    tags = [tag for variant in variants for tag in variant.tags]
    fields: dict[str, FieldSpec] = {}
    for branch in branches:
        for field in branch:
            known = fields.get(field.name)
            fields[field.name] = field if known is None else _both(known, field, discriminator)
    first = replace(
        fields.pop(discriminator),
        kind="enum",
        choices=tuple(dict.fromkeys(tags)),
        labels=(),
        required=True,
    )
    everywhere = variants[0].names.intersection(*(variant.names for variant in variants))
    rest = (f if f.name in everywhere else _elsewhere_null(f) for f in fields.values())
    return Shape("object", children=(first, *rest), discriminator=discriminator, variants=variants)


def _variant(branch: Branch, discriminator: str, place: Place) -> Variant:
    tag = next((field for field in branch if field.name == discriminator), None)
    if tag is None or tag.kind != "enum" or not tag.choices:
        raise refuse(
            place,
            f"A shape of this union has no constant `{discriminator}` to tell it by.",
            "Give each shape a `Literal` field of that name.",
        )
    return Variant(tag.choices, frozenset(field.name for field in branch))


def _both(one: FieldSpec, other: FieldSpec, discriminator: str) -> FieldSpec:
    if one.name == discriminator:
        return one
    if _outline(one) != _outline(other):
        raise refuse(
            Place(one.path),
            "Two shapes of a union give this key different types.",
            "Rename it in one of them, or use the same type in both.",
        )
    return replace(
        one,
        description=one.description or other.description,
        nullable=one.nullable or other.nullable,
        required=one.required and other.required,
    )


def _outline(field: FieldSpec) -> tuple[object, ...]:
    choices: tuple[JsonScalar, ...] = field.choices
    below = tuple((child.name, _outline(child)) for child in field.children)
    return (field.kind, field.format, field.types, choices, below)


def _elsewhere_null(field: FieldSpec) -> FieldSpec:
    return replace(field, nullable=True, required=False)


_JSON_TYPES = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "string",
    "time": "string",
    "datetime": "string",
}


def mixed(members: list[FieldSpec], place: Place) -> Shape:
    """The shape of a union of scalars.

    Raises:
        SchemaError: A member is an object or a list.
    """
    kinds = {member.kind for member in members}
    if kinds == {"enum"}:
        labels = [label for m in members for label in m.labels or [""] * len(m.choices)]
        return enum_shape([choice for m in members for choice in m.choices], labels)
    if kinds == {"integer", "number"}:
        return Shape("number")
    if len(kinds) == 1 and kinds <= _JSON_TYPES.keys():
        return Shape(members[0].kind)
    if "any" in kinds:
        return Shape("any")
    if not kinds <= {*_JSON_TYPES, "enum"}:
        raise refuse(
            place,
            "A union of lists, objects and other types cannot be told apart in an answer.",
            "Use one of the types, or a discriminated union of models.",
        )
    types = [name for member in members for name in _types(member)]
    return Shape("any", types=tuple(dict.fromkeys(types)))


def _types(member: FieldSpec) -> list[str]:
    if member.kind == "enum":
        return [_scalar_type(choice) for choice in member.choices]
    return [_JSON_TYPES[member.kind]]


def _scalar_type(value: JsonScalar) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "string" if isinstance(value, str) else "number"
