"""Where a schema comes from: what each kind of source can do."""

from __future__ import annotations

from typing import Protocol, TypeVar

from novadoc.schema._fields import FieldSpec
from novadoc.schema._reading import Fault, Notebook
from novadoc.types import JsonObject, JsonValue

T_co = TypeVar("T_co", covariant=True)


class Source(Protocol[T_co]):
    """A class or a JSON Schema, behind what the rest needs of it."""

    @property
    def name(self) -> str:
        """What the document type is called; never shown to a model."""
        ...

    @property
    def root(self) -> FieldSpec:
        """The field tree."""
        ...

    def direct(self, data: JsonValue) -> tuple[T_co, JsonObject] | None:
        """The object and its canonical form for an answer exactly as asked, else `None`."""
        ...

    def written(self, value: object) -> JsonObject | None:
        """The canonical form of an object in which nothing is odd, else `None`."""
        ...

    def build(self, data: JsonObject, faults: list[Fault]) -> T_co | None:
        """Validate JSON and make the object, or add to `faults` and return `None`."""
        ...

    def owns(self, value: object) -> bool:
        """Whether a value is already an object of this schema, and not JSON to be read."""
        ...

    def advise(self, value: object, notebook: Notebook) -> None:
        """Run the author's checks over an object."""
        ...
