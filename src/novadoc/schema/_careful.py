"""Labels and answers that may be written otherwise than asked, read as they are meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from novadoc.errors import LabelError
from novadoc.schema._canonical import Canonical
from novadoc.schema._conventions import Conventions
from novadoc.schema._faults import blanked, located
from novadoc.schema._json_text import exact
from novadoc.schema._lenient import LenientReader
from novadoc.schema._reading import Fault, Notebook, Reading
from novadoc.types import JsonObject, JsonValue

if TYPE_CHECKING:
    from novadoc.schema._source import Source

T = TypeVar("T")

_ROUNDS = 4
"""How often an answer is tried again with its invalid values taken out."""


class CarefulReader(Generic[T]):
    """Reads by one source and the document's conventions."""

    def __init__(self, source: Source[T], conventions: Conventions) -> None:
        self._source = source
        self._root = source.root
        self._conventions = conventions

    def label(self, value: object) -> JsonObject:
        """Return a label's canonical form.

        Raises:
            LabelError: It does not fit.
        """
        notebook = Notebook()
        made = value if self._source.owns(value) else self._label(value, notebook)
        canonical = self._form(made, notebook) if made is not None else {}
        if notebook.violations:
            raise self._misfit(notebook)
        return canonical

    def answer(self, data: JsonValue) -> Reading[T]:
        """Read an answer; what does not fit is noted and null."""
        notebook = Notebook()
        lenient = LenientReader(notebook, self._conventions).document(data, self._root)
        value, kept = self._build(lenient, notebook)
        if value is None:
            canonical = self._written(kept, Notebook())
        else:
            canonical = self._form(value, notebook)
            self._source.advise(value, notebook)
        return Reading(value, canonical, tuple(notebook.violations), tuple(notebook.findings))

    def _label(self, value: object, notebook: Notebook) -> object:
        if not isinstance(value, Mapping):
            raise LabelError(
                f"A {type(value).__name__} is not a label of `{self._source.name}`.",
                remedy="Give an object of the class, or a JSON object.",
            )
        try:
            data = exact(cast("Mapping[str, object]", value))
        except TypeError as error:
            raise LabelError(f"The label is not JSON: {error}") from error
        except RecursionError as error:
            raise LabelError("The label has no bottom.", remedy="Take the nesting out.") from error
        lenient = LenientReader(notebook, self._conventions, "label").document(data, self._root)
        faults: list[Fault] = []
        made = self._source.build(lenient, faults)
        self._note(faults, lenient, notebook)
        return made

    def _build(self, data: JsonObject, notebook: Notebook) -> tuple[T | None, JsonObject]:
        """Make the object, with nulls for what is invalid if it cannot be made with it."""
        for _ in range(_ROUNDS):
            faults: list[Fault] = []
            value = self._source.build(data, faults)
            if value is not None:
                return value, data
            self._note(faults, data, notebook)
            kept = blanked(data, [fault.place for fault in faults], self._root)
            if kept == data:
                break
            data = kept
        return None, data

    def _note(self, faults: list[Fault], data: JsonObject, notebook: Notebook) -> None:
        """Note faults, once for each place: what was taken out is missing on the next try."""
        known = {path for path, _ in notebook.violations}
        for fault in faults:
            path = located(fault.place, data, self._root)
            if path not in known:
                notebook.violate(path, fault.rule)

    def _form(self, value: object, notebook: Notebook) -> JsonObject:
        """The canonical form; what a JSON Schema builds has it already."""
        if isinstance(value, dict):
            return cast("JsonObject", value)
        return self._written(value, notebook)

    def _written(self, value: object, notebook: Notebook) -> JsonObject:
        return Canonical(notebook).document(value, self._root)

    def _misfit(self, notebook: Notebook) -> LabelError:
        (path, rule), *others = notebook.violations
        more = f" (and {len(others)} more)" if others else ""
        return LabelError(
            f"{rule}{more}.",
            path=path,
            violations=notebook.violations,
            remedy=f"Mend the label, or the schema `{self._source.name}`.",
        )
