"""What the two readers of schemas share: a place in the tree, and the making of its spec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from novadoc.errors import SchemaError
from novadoc.schema import _branches
from novadoc.schema._fields import FieldSpec, Kind, is_sensitive
from novadoc.types import JsonScalar, JsonValue

if TYPE_CHECKING:
    from novadoc.schema._variants import Variant

_SECTION = re.compile(
    r"^[ \t]*(?:Args|Arguments|Attributes|Examples?|Notes?|Raises|Returns|See Also|Warnings?):\s*$"
    r"|^[ \t]*>>> ",
    re.MULTILINE,
)
_MOST_FIELDS = 5_000
"""A tree with more is a mistake: no answer of a Nova model could hold it."""
_DEEPEST = 40
"""Objects, lists and dicts inside each other; a tree that goes deeper has no end."""


class Place(NamedTuple):
    """Where in the tree a field stands, and what it inherits."""

    path: str = ""
    name: str = ""
    category: str = ""
    sensitive: bool = False

    def key(self, name: str) -> Place:
        """The place of a field below."""
        path = f"{self.path}.{name}" if self.path else name
        return self._replace(path=path, name=name)

    def item(self) -> Place:
        """The place of the items of an array or map."""
        return self._replace(path=f"{self.path}[]")

    def inherit(self, notes: Notes) -> Place:
        """The same place, with what the field's own markers pass on."""
        own = next((m for m in notes.markers if isinstance(m, _branches.Category)), None)
        top = self.path.partition(".")[0].partition("[")[0]
        return self._replace(
            category=own.name if own else self.category or top,
            sensitive=self.sensitive or is_sensitive(tuple(notes.markers)),
        )


@dataclass(eq=False, repr=False)  # never compared or shown
class Notes:
    """What has been said about a field beside its type."""

    description: str = ""
    nullable: bool = False
    required: bool = True
    attribute: str = ""
    markers: list[object] = field(default_factory=list[object])
    constraints: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    discriminator: str = ""
    rewrites: list[object] = field(default_factory=list[object])
    """Metadata that changes what pydantic's own JSON Schema says of the type."""


class Shape(NamedTuple):
    """What kind of value a field holds."""

    kind: Kind
    children: tuple[FieldSpec, ...] = ()
    choices: tuple[JsonScalar, ...] = ()
    labels: tuple[str, ...] = ()
    format: str = ""
    types: tuple[str, ...] = ()
    discriminator: str = ""
    variants: tuple[Variant, ...] = ()
    constraints: Mapping[str, JsonValue] = MappingProxyType({})
    cut: tuple[tuple[str, str], ...] = ()
    tolerates: frozenset[str] | None = frozenset()


def spec(place: Place, notes: Notes, shape: Shape) -> FieldSpec:
    """Put place, notes and shape together."""
    for marker in notes.markers:
        if isinstance(marker, type) and _is_comparator(marker):
            name = marker.__name__
            raise refuse(place, f"The marker `{name}` is a class.", f"Write `{name}()`.")
    comparator = next((m for m in notes.markers if _is_comparator(m)), None)
    here = place.inherit(notes)
    return FieldSpec(
        path=place.path,
        name=place.name,
        kind=shape.kind,
        description=_words(notes.description),
        category=here.category,
        nullable=notes.nullable,
        required=notes.required,
        choices=shape.choices,
        comparator=comparator,
        markers=tuple(m for m in notes.markers if not _is_comparator(m)),
        children=shape.children,
        attribute=notes.attribute or place.name,
        format=shape.format,
        constraints=_sound({**shape.constraints, **notes.constraints}, place),
        labels=shape.labels if any(shape.labels) else (),
        types=shape.types,
        discriminator=shape.discriminator,
        variants=shape.variants,
        sensitive=here.sensitive,
        cut=shape.cut,
        tolerates=shape.tolerates,
    )


def _sound(constraints: dict[str, JsonValue], place: Place) -> dict[str, JsonValue]:
    """The constraints, if a value can be held to them.

    Raises:
        SchemaError: One is of the wrong type, or a pattern that Python does not read.
    """
    for word, limit in constraints.items():
        if word == "pattern":
            _readable(str(limit), place)
        elif isinstance(limit, bool) or not isinstance(limit, (int, Decimal)):
            raise refuse(place, f"`{word}` is not a number.", f"Give `{word}` a number.")
        elif word == "multipleOf" and limit <= 0:
            raise refuse(place, "Nothing is a multiple of zero or less.", "Give a larger number.")
    return constraints


def _readable(pattern: str, place: Place) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise refuse(
            place,
            f"Python's `re` does not read the pattern {pattern!r}.",
            r"Write it otherwise: a letter is `[^\W\d_]`, not `\p{L}`.",
        ) from error


def enum_shape(choices: list[JsonScalar], labels: list[str] | None = None) -> Shape:
    """A closed choice, without doubles."""
    kept: dict[tuple[type, JsonScalar], str] = {}
    for choice, label in zip(choices, labels or [""] * len(choices), strict=True):
        kept.setdefault((type(choice), choice), label)
    return Shape("enum", choices=tuple(c for _, c in kept), labels=tuple(kept.values()))


def exact_scalar(value: JsonScalar) -> JsonScalar:
    """The value with a float as the decimal number people wrote."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def refuse(place: Place, what: str, remedy: str) -> SchemaError:
    """The error for what cannot be asked of a model."""
    return SchemaError(what, path=place.path, remedy=remedy)


def hold_bounds(place: Place, count: int) -> None:
    """Refuse a tree that is too large, or too deep.

    Raises:
        SchemaError: It is.
    """
    if count > _MOST_FIELDS:
        raise refuse(place, f"The schema has more than {_MOST_FIELDS} fields.", "Ask for less.")
    if place.path.count(".") + place.path.count("[]") > _DEEPEST:
        raise refuse(place, f"The schema is more than {_DEEPEST} levels deep.", "Ask for less.")


def endless(place: Place) -> SchemaError:
    """The error for a class that always contains itself."""
    return refuse(
        place,
        "The type stands inside itself without an end.",
        "Give the field a default, `None` or `[]`.",
    )


def _words(text: str) -> str:
    """The text on one line, without the sections of a docstring that are for programmers."""
    return " ".join(_SECTION.split(text, maxsplit=1)[0].split())


def _is_comparator(marker: object) -> bool:
    return callable(getattr(marker, "similarity", None))
