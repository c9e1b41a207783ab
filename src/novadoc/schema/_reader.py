"""Labels and answers, from JSON as somebody wrote it to a value of the schema."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from novadoc.schema import _branches
from novadoc.schema._conventions import Conventions
from novadoc.schema._reading import Notebook, Reading
from novadoc.types import JsonObject, JsonValue

if TYPE_CHECKING:
    from novadoc.schema._careful import CarefulReader
    from novadoc.schema._source import Source

T = TypeVar("T")


class Reader(Generic[T]):
    """Reads directly what is exactly as asked, and anything else carefully."""

    def __init__(self, source: Source[T], conventions: Conventions) -> None:
        self._source = source
        self._conventions = conventions

    @cached_property
    def _careful(self) -> CarefulReader[T]:
        return _branches.CarefulReader(self._source, self._conventions)

    def label(self, value: object) -> JsonObject:
        """Return a label's canonical form.

        Raises:
            LabelError: It does not fit.
        """
        written = self._direct_label(value)
        return self._careful.label(value) if written is None else written

    def _direct_label(self, value: object) -> JsonObject | None:
        """The canonical form of a label that is as exact as an answer should be."""
        if self._source.owns(value):
            return self._source.written(value)
        if type(value) is not dict:
            return None
        found = self._source.direct(cast("JsonObject", value))
        return None if found is None else found[1]

    def answer(self, data: JsonValue) -> Reading[T]:
        """Read an answer; what does not fit is noted and null."""
        made = self._source.direct(data)
        if made is None:
            return self._careful.answer(data)
        notebook = Notebook()
        self._source.advise(made[0], notebook)
        return Reading(*made, findings=tuple(notebook.findings))
