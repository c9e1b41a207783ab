"""One definition of a document, and everything that follows from it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import BaseModel

from novadoc.errors import SchemaError
from novadoc.schema import _branches, _render
from novadoc.schema._conventions import Conventions
from novadoc.schema._fields import FieldSpec
from novadoc.schema._json_text import is_text, to_json
from novadoc.schema._pydantic import PydanticSource, is_model
from novadoc.schema._reader import Reader
from novadoc.schema._reading import Reading
from novadoc.types import JsonObject, JsonValue

if TYPE_CHECKING:
    from novadoc.schema._source import Source

S = TypeVar("S")
T = TypeVar("T")

RECURSION = 2
_FORMAT = 1
"""Raised whenever the same tree would be asked in other words than before."""


class DocumentSchema(Generic[T]):
    """What is asked of a document, from a pydantic class or a JSON Schema.

    Immutable, and safe to share between threads. Building one costs a few milliseconds; `of`
    keeps those it has built.

    Args:
        model: A pydantic class.
        conventions: How the documents write dates and amounts.
        recursion: How many times a class may stand inside itself.

    Raises:
        SchemaError: Something in it cannot be asked of a model; names the field and the remedy.

    Example:
        >>> from pydantic import BaseModel
        >>> class Invoice(BaseModel):
        ...     number: str | None = None
        ...     total: float | None = None
        >>> schema = DocumentSchema(Invoice)
        >>> schema.canonical_text({"total": 12.50})
        '{"number":null,"total":12.5}'
        >>> schema.read({"number": "007", "total": "$1,234.50"}).value
        Invoice(number='007', total=1234.5)
    """

    def __init__(
        self,
        model: type[T],
        *,
        conventions: Conventions | None = None,
        recursion: int = RECURSION,
    ) -> None:
        if not is_model(model) or model is BaseModel:
            raise SchemaError(
                f"{model!r} is not a pydantic class.",
                remedy="Give a class derived from `pydantic.BaseModel`, or use `from_json_schema`.",
            )
        self._fill(cast("Source[T]", PydanticSource(model, recursion)), conventions)

    @classmethod
    def from_json_schema(
        cls,
        schema: Mapping[str, JsonValue],
        *,
        categories: Mapping[str, str] | None = None,
        comparators: Mapping[str, object] | None = None,
        conventions: Conventions | None = None,
        recursion: int = RECURSION,
    ) -> DocumentSchema[JsonObject]:
        """Read a JSON Schema (2020-12 or draft 7); values are then plain JSON.

        Numbers are `Decimal`, dates stay text. The same document written as a class and as a JSON
        Schema has the same fingerprint; a union of a number and plain text is a `Decimal`, as
        pydantic writes one.

        Args:
            schema: An object schema; references must lead into itself.
            categories: Category by field path, as `{"states[].wages": "State"}`.
            comparators: Comparator by field path.
            conventions: How the documents write dates and amounts.
            recursion: How many times a definition may stand inside itself.

        Raises:
            SchemaError: It holds something that cannot be asked of a model.

        Example:
            >>> schema = DocumentSchema.from_json_schema(
            ...     {"type": "object", "properties": {"due": {"type": "string", "format": "date"}}}
            ... )
            >>> schema.read({"due": "31 Dec 2024"}).value
            {'due': '2024-12-31'}
        """
        notes = _branches.notes_by_path(categories or {}, comparators or {})
        made = cast("DocumentSchema[JsonObject]", object.__new__(cls))
        source = _branches.from_json_schema(schema, recursion, notes)
        made._fill(source, conventions)  # noqa: SLF001
        return made

    @classmethod
    def of(cls, source: DocumentSchema[S] | type[S]) -> DocumentSchema[S]:
        """Return a schema as it is, and a class as its schema, built once.

        Raises:
            SchemaError: The class holds something that cannot be asked of a model.
        """
        if isinstance(source, DocumentSchema):
            return source
        if not is_model(source):
            return DocumentSchema(source)  # which says what is wrong with it
        return cast("DocumentSchema[S]", _built(cast("Hashable", source)))

    def _fill(self, source: Source[T], conventions: Conventions | None) -> None:
        self._source = source
        self._root = source.root
        self._conventions = conventions or Conventions()
        self._reader = Reader(source, self._conventions)
        if not self._root.children:
            raise SchemaError(
                f"`{source.name}` has no fields.", remedy="Give it at least one to ask for."
            )
        for field in self._root.walk():
            if not is_text("".join((field.path, field.description, *map(str, field.choices)))):
                raise SchemaError(
                    "A name, description or choice holds half a character (a lone surrogate).",
                    path=field.path.encode("ascii", "backslashreplace").decode(),
                    remedy="Write the whole character; it was cut or escaped wrongly.",
                )
        times = Counter(field.path for field in self._root.walk())
        path, most = times.most_common(1)[0]
        if most > 1:
            raise SchemaError(
                "Two fields have this path.", path=path, remedy="Give one of them another key."
            )

    @property
    def name(self) -> str:
        """What the document type is called; it does not reach the model."""
        return self._source.name

    @property
    def description(self) -> str:
        """The class's docstring, or the JSON Schema's description."""
        return self._root.description

    @property
    def root(self) -> FieldSpec:
        """The whole document as a field spec, with an empty path."""
        return self._root

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The top-level fields, in order."""
        return self._root.children

    @property
    def conventions(self) -> Conventions:
        """How the documents write dates and amounts, as far as declared."""
        return self._conventions

    def leaves(self) -> tuple[FieldSpec, ...]:
        """Return the specs of all fields that hold values, depth first."""
        return self._leaves

    def field(self, path: str) -> FieldSpec:
        """Return the spec at a path such as `states[].wages`.

        Raises:
            SchemaError: There is no such field.
        """
        try:
            return self._by_path[path]
        except KeyError:
            raise SchemaError(
                f"`{self.name}` has no such field.",
                path=path,
                remedy="Paths look like `employee.name` or `states[].wages`.",
            ) from None

    @cached_property
    def _leaves(self) -> tuple[FieldSpec, ...]:
        return tuple(self._root.leaves())

    @cached_property
    def _by_path(self) -> Mapping[str, FieldSpec]:
        return {field.path: field for field in self._root.walk()}

    @cached_property
    def prompt_schema(self) -> JsonObject:
        """The JSON Schema a prompt shows: references inlined, descriptions kept, noise dropped."""
        return _render.prompt_schema(self._root)

    @cached_property
    def tool_schema(self) -> JsonObject:
        """The JSON Schema a tool takes: at the top only `type`, `properties` and `required`."""
        return _render.tool_schema(self._root)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of what of the schema reaches the model.

        Class names, comparators and categories do not; names, types, order, descriptions and
        printed labels do.
        """
        text = f"{_FORMAT}\n{to_json(self.prompt_schema)}"
        return hashlib.sha256(text.encode()).hexdigest()

    def canonical(self, value: T | Mapping[str, JsonValue], /) -> JsonObject:
        """Return a label in its one form: every key in order, absent ones null, exact types.

        Args:
            value: An object of the class, or JSON as labels are stored; amounts and dates may be
                written as people do, if they can be read in one way only.

        Raises:
            LabelError: It does not fit; `violations` has every path and rule.
        """
        return self._reader.label(value)

    def canonical_text(self, value: T | Mapping[str, JsonValue], /) -> str:
        """Return `canonical(value)` as compact JSON text, decimals as plain numbers.

        Raises:
            LabelError: The label does not fit the schema.
        """
        return to_json(self.canonical(value))

    def read(self, data: JsonValue, /) -> Reading[T]:
        """Read a model's parsed answer: leniently in form, exactly in what comes out.

        Never raises for what the answer holds: what does not fit is a violation, what was read in
        another form than asked is a finding.
        """
        return self._reader.answer(data)

    def redact(self, value: Mapping[str, JsonValue], /) -> JsonObject:
        """Return canonical JSON with the values of `Sensitive` fields replaced by a mark."""
        return _branches.redact(value, self._root)

    def __repr__(self) -> str:
        return f"DocumentSchema({self.name}, {len(self._leaves)} fields, {self.fingerprint[:12]})"


@lru_cache(maxsize=256)
def _built(model: Hashable) -> DocumentSchema[Any]:
    return DocumentSchema(cast("type[Any]", model))
