"""What a schema may hold, row by row: how it shows, what its answers look like, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar, Union
from uuid import UUID

import pytest
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    computed_field,
    create_model,
    field_validator,
)
from typing_extensions import TypeAliasType, TypedDict

from novadoc.errors import SchemaError
from novadoc.schema import DocumentSchema


class Filing(Enum):
    SINGLE = "S"
    MARRIED_JOINTLY = "MJ"


@dataclass
class _Point:
    x: int


class Line(BaseModel):
    """One printed line."""

    amount: Decimal | None = None


class Card(BaseModel):
    kind: Literal["card"] = "card"
    last_digits: str


class Cash(BaseModel):
    kind: Literal["cash", "coins"] = "cash"
    given: Decimal | None = None


Money = TypeAliasType("Money", Annotated[Decimal, Field(description="In dollars.")])
_LINE = {
    "type": "object",
    "description": "One printed line.",
    "properties": {"amount": {"type": ["number", "null"]}},
    "required": ["amount"],
}
_ROWS: list[Any] = [
    # (annotation, prompt schema, canonical text of a label)
    pytest.param(str, {"type": "string"}, "007", '"007"', id="str"),
    pytest.param(int, {"type": "integer"}, 7, "7", id="int"),
    pytest.param(float, {"type": "number"}, 1e21, "1000000000000000000000", id="float"),
    pytest.param(Decimal, {"type": "number"}, Decimal("12.50"), "12.5", id="decimal"),
    pytest.param(bool, {"type": "boolean"}, True, "true", id="bool"),
    pytest.param(
        date, {"type": "string", "format": "date"}, date(2024, 2, 1), '"2024-02-01"', id="date"
    ),
    pytest.param(
        datetime,
        {"type": "string", "format": "date-time"},
        datetime(2024, 2, 1, 9, 30, tzinfo=timezone.utc),
        '"2024-02-01T09:30:00Z"',
        id="datetime",
    ),
    pytest.param(time, {"type": "string", "format": "time"}, time(9, 30), '"09:30:00"', id="time"),
    pytest.param(
        Filing, {"type": "string", "enum": ["S", "MJ"]}, Filing.MARRIED_JOINTLY, '"MJ"', id="enum"
    ),
    pytest.param(
        Literal["a", 2], {"type": ["string", "integer"], "enum": ["a", 2]}, 2, "2", id="literal"
    ),
    pytest.param(
        Optional[Literal["a"]],  # noqa: UP045  (as people write it)
        {"type": ["string", "null"], "enum": ["a", None]},
        None,
        "null",
        id="optional-literal",
    ),
    pytest.param(str | None, {"type": ["string", "null"]}, None, "null", id="optional"),
    pytest.param(int | Decimal, {"type": "number"}, 3, "3", id="numeric-union"),
    pytest.param(Union[int, str], {"type": ["integer", "string"]}, "x", '"x"', id="scalar-union"),
    pytest.param(Line, _LINE, Line(amount=Decimal("1.10")), '{"amount":1.1}', id="model"),
    pytest.param(
        list[Line], {"type": "array", "items": _LINE}, [Line()], '[{"amount":null}]', id="models"
    ),
    pytest.param(
        Sequence[str], {"type": "array", "items": {"type": "string"}}, ["a"], '["a"]', id="sequence"
    ),
    pytest.param(
        frozenset[int],
        {"type": "array", "items": {"type": "integer"}},
        frozenset({3, 1, 2}),
        "[1,2,3]",
        id="set",
    ),
    pytest.param(
        tuple[float, float],
        {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
        (1.0, 2.5),
        "[1,2.5]",
        id="tuple",
    ),
    pytest.param(
        dict[str, Line],
        {"type": "object", "additionalProperties": _LINE},
        {"CA": Line()},
        '{"CA":{"amount":null}}',
        id="dict-by-data",
    ),
    pytest.param(
        Mapping[Literal["CA", "NY"], int],
        {
            "type": "object",
            "description": 'Keys: "CA", "NY".',
            "additionalProperties": {"type": "integer"},
        },
        {"NY": 1},
        '{"NY":1}',
        id="dict-by-choice",
    ),
    pytest.param(
        Annotated[str, Field(pattern=r"^\d{3}$", max_length=3)],
        {"type": "string", "maxLength": 3, "pattern": r"^\d{3}$"},
        "007",
        '"007"',
        id="constrained-text",
    ),
    pytest.param(
        Annotated[list[int], Field(max_length=2)],
        {"type": "array", "maxItems": 2, "items": {"type": "integer"}},
        [1],
        "[1]",
        id="constrained-list",
    ),
    pytest.param(
        Annotated[Decimal, Field(gt=0, multiple_of=0.5)],
        {"type": "number", "exclusiveMinimum": 0, "multipleOf": Decimal("0.5")},
        Decimal(1),
        "1",
        id="constrained-number",
    ),
    pytest.param(
        Money, {"type": "number", "description": "In dollars."}, Decimal(2), "2", id="type-alias"
    ),
    pytest.param(
        UUID,
        {"type": "string", "format": "uuid"},
        UUID(int=1),
        '"00000000-0000-0000-0000-000000000001"',
        id="uuid",
    ),
    pytest.param(Any, {}, {"a": [1.5, None]}, '{"a":[1.5,null]}', id="any"),
    pytest.param(
        Annotated[Union[Card, Cash], Field(discriminator="kind")],
        {
            "type": "object",
            "properties": {
                "kind": {"type": "string", "enum": ["card", "cash", "coins"]},
                "last_digits": {"type": ["string", "null"]},
                "given": {"type": ["number", "null"]},
            },
            "required": ["kind", "last_digits", "given"],
        },
        Cash(kind="coins", given=Decimal(5)),
        '{"kind":"coins","last_digits":null,"given":5}',
        id="discriminated-union",
    ),
]


@pytest.mark.parametrize(("annotation", "shown", "label", "text"), _ROWS)
def test_type_shows_and_round_trips(annotation: Any, shown: Any, label: Any, text: str) -> None:
    """Each type has one form in the prompt and one in the answer, and reads back as it was."""
    model = create_model("Row", field=(annotation, ...))
    schema = DocumentSchema(model)
    value = model(field=label)

    canonical = schema.canonical_text(value)
    read = schema.read(json.loads(canonical, parse_float=Decimal))

    assert schema.prompt_schema["properties"] == {"field": shown}
    assert canonical == f'{{"field":{text}}}'
    assert (read.value, read.violations, read.findings) == (value, (), ())


@pytest.mark.parametrize(("annotation", "shown", "label", "text"), _ROWS)
def test_tool_schema_has_only_what_nova_takes(
    annotation: Any, shown: Any, label: Any, text: str
) -> None:
    """At the top type, properties and required; below nothing that Nova is not shown to take."""
    schema = DocumentSchema(create_model("Row", __doc__="A row.", field=(annotation, ...)))

    tool = schema.tool_schema

    allowed = {
        "type", "properties", "required", "items", "enum", "format", "description",
        "additionalProperties", "minimum", "maximum",
    }  # fmt: skip
    assert list(tool) == ["type", "properties", "required"]
    assert set(_keywords(tool)) <= allowed


def _keywords(node: Any) -> list[str]:
    found = [key for key in node if key != "properties"]
    inner = [*node.get("properties", {}).values()]
    inner += [node[key] for key in ("items", "additionalProperties") if key in node]
    return [*found, *(word for child in inner for word in _keywords(child))]


def test_aliases_are_the_keys() -> None:
    """A field with an alias is asked, stored and read under it."""

    class Bill(BaseModel):
        number: str = Field(alias="InvoiceNo")
        total: int | None = Field(None, validation_alias=AliasChoices("Total", "Sum"))

    schema = DocumentSchema(Bill)
    bill = Bill(InvoiceNo="7", Total=1)

    assert [field.name for field in schema.fields] == ["InvoiceNo", "Total"]
    assert schema.canonical_text(bill) == '{"InvoiceNo":"7","Total":1}'
    assert schema.read({"InvoiceNo": "7", "Total": 1}).value == bill


def test_computed_private_and_excluded_fields_are_not_asked() -> None:
    """Only what a document can show is asked; stored labels may still carry computed fields."""

    class Bill(BaseModel):
        net: int
        note: str = Field("", exclude=True)
        _secret: int = 1

        @computed_field
        def twice(self) -> int:
            return self.net * 2

    schema = DocumentSchema(Bill)

    assert schema.canonical_text(Bill(net=2)) == '{"net":2}'
    assert schema.canonical(Bill(net=2).model_dump()) == {"net": 2}


def test_generic_and_inherited_models_are_read_through() -> None:
    """Fields come in the order of the classes, with the types given."""
    item = TypeVar("item")

    class Page(BaseModel, Generic[item]):
        items: list[item]

    class Base(BaseModel):
        number: str

    class Statement(Base):
        lines: Page[Line]

    schema = DocumentSchema(Statement)

    assert [leaf.path for leaf in schema.leaves()] == ["number", "lines.items[].amount"]


class Packet(BaseModel):
    title: str
    inside: list[Packet] = []
    cover: Packet | None = None


def test_recursion_is_bounded() -> None:
    """A class inside itself is asked for a few levels; a deeper label is refused, not cut."""
    schema = DocumentSchema(Packet, recursion=1)
    deep = Packet(title="a", inside=[Packet(title="b", inside=[Packet(title="c")])])

    assert [leaf.path for leaf in schema.leaves()] == ["title", "inside[].title", "cover.title"]
    assert schema.canonical(Packet(title="a", inside=[Packet(title="b")]))
    with pytest.raises(ValueError, match="nested deeper") as caught:
        schema.canonical(deep)
    assert caught.value.path == "inside[0].inside"


class Endless(BaseModel):
    inner: Endless


class _Either(BaseModel):
    one: Union[Line, Card]


class _Differs(BaseModel):
    kind: Literal["x"]
    last_digits: int


T = TypeVar("T")
_REFUSED: list[Any] = [
    pytest.param(bytes, "field", "Sensitive", id="bytes"),
    pytest.param(SecretStr, "field", "Sensitive", id="secret"),
    pytest.param(dict[int, str], "field", "dict[str, ...]", id="dict-keys"),
    pytest.param(tuple[int, str], "field", "named field", id="tuple-of-types"),
    pytest.param(list[Union[Line, Card]], "field[]", "discriminator", id="union-of-models"),
    pytest.param(Union[list[int], str], "field", "one of the types", id="union-of-list"),
    pytest.param(
        Annotated[Union[Card, _Differs], Field(discriminator="kind")],
        "field.last_digits",
        "Rename",
        id="clashing-variants",
    ),
    pytest.param(Endless, "field.inner", "default", id="endless"),
    pytest.param(list[T], "field[]", "generic", id="type-variable"),
]


@pytest.mark.parametrize(("annotation", "path", "remedy"), _REFUSED)
def test_what_cannot_be_asked_is_refused(annotation: Any, path: str, remedy: str) -> None:
    """Refusal comes when the schema is built, and names the field and the way out."""
    model = create_model("Row", field=(annotation, ...))

    with pytest.raises(SchemaError) as caught:
        DocumentSchema(model)

    assert caught.value.path.startswith(path)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("source", [int, "Invoice", create_model("Empty")])
def test_what_is_no_document_is_refused(source: Any) -> None:
    """Only classes with fields are documents."""
    with pytest.raises(SchemaError):
        DocumentSchema(source)


def test_forward_references_are_resolved_or_named() -> None:
    """A class that refers to an unknown one says so."""
    model = create_model("Open", inner=("Nowhere", ...))

    with pytest.raises(SchemaError, match="not complete"):
        DocumentSchema(model)


def test_strict_models_and_validators_are_obeyed() -> None:
    """pydantic's own rules stay in force, strict mode included."""

    class Bill(BaseModel):
        model_config = ConfigDict(strict=True)

        due: date | None = None
        filing: Filing | None = None
        total: Decimal | None = None
        name: str = ""

        @field_validator("name")
        @classmethod
        def tidy(cls, value: str) -> str:
            return value.strip()

    reading = DocumentSchema(Bill).read(
        {
            "due": "2024-01-31",
            "filing": "S",
            "total": Decimal("0.12345678901234567890"),
            "name": " a ",
        }
    )

    assert reading.value == Bill(
        due=date(2024, 1, 31),
        filing=Filing.SINGLE,
        total=Decimal("0.12345678901234567890"),
        name="a",
    )


def test_dumped_objects_are_labels() -> None:
    """What pydantic dumps, in Python's or JSON's form, is a label again."""

    class Bill(BaseModel):
        due: date
        filing: Filing
        codes: tuple[str, ...]

    bill = Bill(due=date(2024, 1, 31), filing=Filing.SINGLE, codes=("a",))
    schema = DocumentSchema(Bill)

    assert schema.canonical(bill.model_dump()) == schema.canonical(bill)
    assert schema.canonical(bill.model_dump(mode="json")) == schema.canonical(bill)


def test_dataclasses_and_typed_dicts_are_objects() -> None:
    """What pydantic reads as an object is asked as one."""

    class Typed(TypedDict):
        city: str

    model = create_model("Row", a=(_Point, ...), b=(Typed, ...))
    schema = DocumentSchema(model)
    row = model(a=_Point(1), b={"city": "Ulm"})

    assert schema.canonical_text(row) == '{"a":{"x":1},"b":{"city":"Ulm"}}'
    assert schema.read({"a": {"x": "1"}, "b": {"city": "Ulm"}}).value == row


def test_building_is_done_once() -> None:
    """A schema is built once for a class, and kept."""
    fields: dict[str, Any] = {
        f"line_{i}": (Line, Field(description=f"Line {i}")) for i in range(50)
    }
    model = create_model("Large", **fields)

    assert DocumentSchema.of(model) is DocumentSchema.of(model)
    assert DocumentSchema.of(DocumentSchema.of(model)) is DocumentSchema.of(model)
