"""The field tree: what is asked for, independent of how the schema was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from novadoc.schema import _branches
from novadoc.types import JsonScalar, JsonValue

if TYPE_CHECKING:
    from novadoc.schema._variants import Variant

Kind = Literal[
    "string",
    "integer",
    "number",
    "boolean",
    "date",
    "time",
    "datetime",
    "enum",
    "object",
    "array",
    "map",
    "any",
]
_M = TypeVar("_M")


@dataclass(frozen=True)
class FieldSpec:
    """One field of a document, with everything below it.

    Example:
        >>> from pydantic import BaseModel
        >>> from novadoc.schema import DocumentSchema
        >>> class Slip(BaseModel):
        ...     codes: list[str] = []
        >>> codes = DocumentSchema(Slip).field("codes")
        >>> codes.kind, codes.children[0].path
        ('array', 'codes[]')
    """

    path: str
    """Where it stands, as `employee.name` or `states[].wages`; empty for the whole document."""
    name: str
    """Its key in the answer."""
    kind: Kind
    """What its values are."""
    description: str
    """In the author's words; empty when there is none."""
    category: str
    """The group it is scored in."""
    nullable: bool
    """Whether null is a value."""
    required: bool
    """Whether a label must have the key."""
    choices: tuple[JsonScalar, ...] = ()
    """The values of an `enum`."""
    comparator: object | None = None
    """The first marker that has a `similarity` method."""
    markers: tuple[object, ...] = ()
    """All other markers, in the order written."""
    children: tuple[FieldSpec, ...] = ()
    """An object's fields; the one item spec of an array or map."""
    _: KW_ONLY
    attribute: str = ""
    """The attribute of the Python object that holds it; the key when empty."""
    format: str = ""
    """JSON Schema's `format`, where there is one."""
    constraints: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue], hash=False)
    """JSON Schema's constraint keywords, as `pattern` or `maximum`."""
    labels: tuple[str, ...] = ()
    """What each of `choices` is called, in the same order; empty texts where nothing is said."""
    types: tuple[str, ...] = ()
    """The JSON types an `any` is limited to; empty when it is not."""
    discriminator: str = ""
    """The key that tells an object's variants apart."""
    variants: tuple[Variant, ...] = ()
    """The shapes of an object that has several."""
    cut: tuple[tuple[str, str], ...] = ()
    """(key, attribute) of fields left out because their type stands inside itself too often."""
    tolerates: frozenset[str] | None = frozenset()
    """Other keys a label may have without harm, as computed fields; `None` when any key may."""
    default: JsonValue = field(default=None, hash=False)
    """What a JSON Schema says a label without the key means; classes have their own."""
    omittable: bool = False
    """Whether null in an answer stands for a key left out, and is no value of the Python type."""
    sensitive: bool = False
    """Whether reports leave its values out: it or what it stands in is marked `Sensitive`."""

    @property
    def printed(self) -> str:
        """The label printed on the form, or nothing."""
        return next((m.words for m in self.markers if isinstance(m, _branches.Printed)), "")

    @property
    def absent(self) -> tuple[str, ...]:
        """What the form shows when there is no value."""
        return next((m.forms for m in self.markers if isinstance(m, _branches.Absent)), ())

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys an object can have in a label, those beyond the recursion's bound included."""
        return frozenset([*(c.name for c in self.children), *(key for key, _ in self.cut)])

    @cached_property
    def nested(self) -> tuple[FieldSpec, ...]:
        """The children that hold fields or items themselves."""
        return tuple(child for child in self.children if not child.is_leaf)

    @property
    def holds_null(self) -> bool:
        """Whether null is a value of the Python type."""
        return self.nullable and not self.omittable

    @property
    def is_leaf(self) -> bool:
        """Whether it holds a value of its own, and not fields or items."""
        return self.kind not in {"object", "array", "map"}

    def marker(self, kind: type[_M]) -> _M | None:
        """Return the first marker of a class, or `None`."""
        return next((marker for marker in self.markers if isinstance(marker, kind)), None)

    def leaves(self) -> Iterator[FieldSpec]:
        """Yield itself when it is a leaf, else the leaves below it, depth first."""
        if self.is_leaf:
            yield self
        for child in self.children:
            yield from child.leaves()

    def walk(self) -> Iterator[FieldSpec]:
        """Yield itself and everything below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def child(self, name: str) -> FieldSpec | None:
        """Return an object's field by its key, or `None`."""
        return next((child for child in self.children if child.name == name), None)


def is_sensitive(markers: tuple[object, ...]) -> bool:
    """Whether the markers say so; the bare class counts, as people write it."""
    return any(isinstance(m, _branches.Sensitive) or m is _branches.Sensitive for m in markers)


def variant_of(field: FieldSpec, tag: JsonScalar) -> Variant | None:
    """The shape an object with this discriminator value has, or `None` when it has none."""
    return next(
        (v for v in field.variants if any(t == tag and type(t) is type(tag) for t in v.tags)), None
    )
