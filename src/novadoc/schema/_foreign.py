"""Types that only pydantic knows: the JSON Schema it makes of them says what they are."""

from __future__ import annotations

from typing import cast

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError

from novadoc.schema._draft import Notes, Place, Shape, refuse
from novadoc.schema._json_schema import JsonSchemaReader


def foreign(annotation: object, place: Place, recursion: int) -> Shape:
    """Return the shape of a type's values.

    Raises:
        SchemaError: It has no JSON Schema, or one that cannot be asked.
    """
    try:
        node = TypeAdapter[object](cast("type[object]", annotation)).json_schema()
    except PydanticUserError as error:
        raise refuse(
            place,
            f"`{getattr(annotation, '__name__', annotation)}` cannot be asked of a model.",
            "Use a type that has a JSON Schema.",
        ) from error
    read = JsonSchemaReader(node, recursion=recursion).read(node, place, Notes())
    if read is None:
        raise refuse(place, "The type only contains itself.", "Give it a field.")
    return Shape(
        read.kind,
        read.children,
        choices=read.choices,
        labels=read.labels,
        format=read.format,
        types=read.types,
        discriminator=read.discriminator,
        variants=read.variants,
        constraints=read.constraints,
    )
