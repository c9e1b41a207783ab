"""How classes become schemas: their keys, what is left out, where they end, what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar, Union

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
from typing_extensions import NotRequired, TypedDict

from novadoc.errors import SchemaError
from novadoc.schema import REDACTED, Category, DocumentSchema, Printed, Sensitive, check


class Filing(Enum):
    SINGLE = "S"
    MARRIED_JOINTLY = "MJ"


@dataclass
class Point:
    x: int


@dataclass
class Holder:
    """Who holds the account."""

    iban: Annotated[str | None, Sensitive(), Category("Account")] = None
    name: Annotated[str, Field(alias="Name", max_length=9)] = "?"
    numbers: list[int] = field(default_factory=list)

    @check("Somebody holds it.")
    def is_held(self) -> bool:
        return self.name != "?"


class Town(TypedDict):
    city: Annotated[str, Printed("City")]
    code: NotRequired[Annotated[int, Sensitive(), Field(alias="ZIP")]]


class Line(BaseModel):
    """One printed line."""

    amount: Decimal | None = None


class Card(BaseModel):
    kind: Literal["card"] = "card"
    last_digits: str


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


def _unknown() -> Any:
    @dataclass
    class Local:
        inner: Point

    Local.__annotations__["inner"] = "Nowhere"
    return list[Local]


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
    pytest.param(Union[float, str], "field", "Literal", id="number-or-text"),
    pytest.param(list[Union[str, Decimal]], "field[]", "Decimal", id="text-or-decimal"),
    pytest.param(tuple[()], "field", "out", id="empty-tuple"),
    pytest.param(_unknown(), "field", "module", id="unknown-class"),
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


def test_markers_inside_dataclasses_and_typed_dicts_count() -> None:
    """Categories, redaction, aliases and checks hold in every kind of class."""
    model = create_model("Row", a=(Holder, ...), b=(list[Town], ...))
    schema = DocumentSchema(model)
    reading = schema.read({"a": {"iban": "GB1"}, "b": [{"city": "Ulm", "ZIP": 89073}]})

    assert [field.category for field in schema.field("a").children] == ["Account", "a", "a"]
    assert reading.value == model(a=Holder(iban="GB1"), b=[{"city": "Ulm", "ZIP": 89073}])
    assert ("a", "Somebody holds it.") in [(f.path, f.message) for f in reading.findings]
    assert schema.redact(reading.canonical) == {
        "a": {"iban": REDACTED, "Name": "?", "numbers": []},
        "b": [{"city": "Ulm", "ZIP": REDACTED}],
    }


def test_values_made_by_the_class_are_asked_as_null() -> None:
    """Where the class makes a value itself, null stands for none being printed."""

    class Bill(BaseModel):
        day: date = Field(default_factory=lambda: date(2024, 1, 1))
        count: int = 3

    schema = DocumentSchema(Bill)
    reading = schema.read({"day": None, "count": 2})

    assert schema.prompt_schema["properties"] == {
        "day": {"type": ["string", "null"], "format": "date"},
        "count": {"type": "integer"},
    }
    assert reading.value == Bill(count=2)
    assert (reading.violations, reading.findings) == ((), ())
    assert schema.canonical({}) == {"day": "2024-01-01", "count": 3}


def test_building_is_done_once() -> None:
    """A schema is built once for a class, and kept."""
    fields: dict[str, Any] = {
        f"line_{i}": (Line, Field(description=f"Line {i}")) for i in range(50)
    }
    model = create_model("Large", **fields)

    assert DocumentSchema.of(model) is DocumentSchema.of(model)
    assert DocumentSchema.of(DocumentSchema.of(model)) is DocumentSchema.of(model)
