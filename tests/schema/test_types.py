"""What a schema may hold, row by row: how it shows, what its answers look like, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Optional, Union
from uuid import UUID

import pytest
from pydantic import (
    BaseModel,
    Field,
    create_model,
)
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from novadoc.metrics import evaluate
from novadoc.schema import Category, DocumentSchema, Printed, Sensitive, check


class Filing(Enum):
    SINGLE = "S"
    MARRIED_JOINTLY = "MJ"


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


class Cheque(TypedDict):
    kind: Literal["cheque"]
    drawn_on: str


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
    # (annotation, prompt schema, label, its canonical text, how leaves are compared by default)
    pytest.param(str, {"type": "string"}, "007", '"007"', "Exact", id="str"),
    pytest.param(int, {"type": "integer"}, 7, "7", "Number", id="int"),
    pytest.param(float, {"type": "number"}, 1e21, "1000000000000000000000", "Number", id="float"),
    pytest.param(Decimal, {"type": "number"}, Decimal("12.50"), "12.5", "Number", id="decimal"),
    pytest.param(bool, {"type": "boolean"}, True, "true", "Bool", id="bool"),
    pytest.param(
        date,
        {"type": "string", "format": "date"},
        date(2024, 2, 1),
        '"2024-02-01"',
        "Date",
        id="date",
    ),
    pytest.param(
        datetime,
        {"type": "string", "format": "date-time"},
        datetime(2024, 2, 1, 9, 30, tzinfo=timezone.utc),
        '"2024-02-01T09:30:00Z"',
        "Date",
        id="datetime",
    ),
    pytest.param(
        time, {"type": "string", "format": "time"}, time(9, 30), '"09:30:00"', "Exact", id="time"
    ),
    pytest.param(
        Filing,
        {"type": "string", "enum": ["S", "MJ"]},
        Filing.MARRIED_JOINTLY,
        '"MJ"',
        "OneOf",
        id="enum",
    ),
    pytest.param(
        Literal["a", 2],
        {"type": ["string", "integer"], "enum": ["a", 2]},
        2,
        "2",
        "OneOf",
        id="literal",
    ),
    pytest.param(
        Optional[Literal["a"]],  # noqa: UP045  (as people write it)
        {"type": ["string", "null"], "enum": ["a", None]},
        None,
        "null",
        "OneOf",
        id="optional-literal",
    ),
    pytest.param(str | None, {"type": ["string", "null"]}, None, "null", "Exact", id="optional"),
    pytest.param(int | Decimal, {"type": "number"}, 3, "3", "Number", id="numeric-union"),
    pytest.param(
        Union[int, str],
        {"type": ["integer", "string"]},
        "x",
        '"x"',
        "Exact",
        id="scalar-union",
    ),
    pytest.param(Line, _LINE, Line(amount=Decimal("1.10")), '{"amount":1.1}', "Number", id="model"),
    pytest.param(
        list[Line],
        {"type": "array", "items": _LINE},
        [Line()],
        '[{"amount":null}]',
        "Number",
        id="models",
    ),
    pytest.param(
        Sequence[str],
        {"type": "array", "items": {"type": "string"}},
        ["a"],
        '["a"]',
        "Exact",
        id="sequence",
    ),
    pytest.param(
        frozenset[int],
        {"type": "array", "items": {"type": "integer"}},
        frozenset({3, 1, 2}),
        "[1,2,3]",
        "Number",
        id="set",
    ),
    pytest.param(
        tuple[float, float],
        {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
        (1.0, 2.5),
        "[1,2.5]",
        "Number",
        id="tuple",
    ),
    pytest.param(
        dict[str, Line],
        {"type": "object", "additionalProperties": _LINE},
        {"CA": Line()},
        '{"CA":{"amount":null}}',
        "Number",
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
        "Number",
        id="dict-by-choice",
    ),
    pytest.param(
        Annotated[str, Field(pattern=r"^\d{3}$", max_length=3)],
        {"type": "string", "maxLength": 3, "pattern": r"^\d{3}$"},
        "007",
        '"007"',
        "Exact",
        id="constrained-text",
    ),
    pytest.param(
        Annotated[list[int], Field(max_length=2)],
        {"type": "array", "maxItems": 2, "items": {"type": "integer"}},
        [1],
        "[1]",
        "Number",
        id="constrained-list",
    ),
    pytest.param(
        Annotated[Decimal, Field(gt=0, multiple_of=0.5)],
        {"type": "number", "exclusiveMinimum": 0, "multipleOf": Decimal("0.5")},
        Decimal(1),
        "1",
        "Number",
        id="constrained-number",
    ),
    pytest.param(
        Money,
        {"type": "number", "description": "In dollars."},
        Decimal(2),
        "2",
        "Number",
        id="type-alias",
    ),
    pytest.param(
        UUID,
        {"type": "string", "format": "uuid"},
        UUID(int=1),
        '"00000000-0000-0000-0000-000000000001"',
        "Exact",
        id="uuid",
    ),
    pytest.param(Any, {}, {"a": [1.5, None]}, '{"a":[1.5,null]}', "none, Number", id="any"),
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
        "OneOf, Exact, Number",
        id="discriminated-union",
    ),
    pytest.param(
        Holder,
        {
            "type": "object",
            "description": "Who holds the account.",
            "properties": {
                "iban": {"type": ["string", "null"]},
                "Name": {"type": "string", "maxLength": 9},
                "numbers": {"type": "array", "items": {"type": "integer"}},
            },
            "required": ["iban", "Name", "numbers"],
        },
        Holder(iban="GB1", name="Ann", numbers=[1]),
        '{"iban":"GB1","Name":"Ann","numbers":[1]}',
        "Exact, Exact, Number",
        id="dataclass",
    ),
    pytest.param(
        list[Town],
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": 'Printed: "City".'},
                    "ZIP": {"type": ["integer", "null"]},
                },
                "required": ["city", "ZIP"],
            },
        },
        [{"city": "Ulm"}, {"city": "Bonn", "ZIP": 53111}],
        '[{"city":"Ulm","ZIP":null},{"city":"Bonn","ZIP":53111}]',
        "Exact, Number",
        id="typed-dict",
    ),
    pytest.param(
        Annotated[Union[Card, Cheque], Field(discriminator="kind")],
        {
            "type": "object",
            "properties": {
                "kind": {"type": "string", "enum": ["card", "cheque"]},
                "last_digits": {"type": ["string", "null"]},
                "drawn_on": {"type": ["string", "null"]},
            },
            "required": ["kind", "last_digits", "drawn_on"],
        },
        {"kind": "cheque", "drawn_on": "Bank"},
        '{"kind":"cheque","last_digits":null,"drawn_on":"Bank"}',
        "OneOf, Exact, Exact",
        id="discriminated-typed-dict",
    ),
    pytest.param(
        Union[float, Literal["N/A"]],
        {"type": ["number", "string"]},
        "N/A",
        '"N/A"',
        "Exact",
        id="number-or-word",
    ),
]
_COLUMNS = ("annotation", "shown", "label", "text", "compared")


@pytest.mark.parametrize(_COLUMNS, _ROWS)
def test_type_shows_and_round_trips(
    annotation: Any, shown: Any, label: Any, text: str, compared: str
) -> None:
    """Each type has one form in the prompt and one in the answer, and reads back as it was."""
    model = create_model("Row", field=(annotation, ...))
    schema = DocumentSchema(model)
    value = model(field=label)

    canonical = schema.canonical_text(value)
    read = schema.read(json.loads(canonical, parse_float=Decimal))

    assert schema.prompt_schema["properties"] == {"field": shown}
    assert canonical == f'{{"field":{text}}}'
    assert (read.value, read.violations, read.findings) == (value, (), ())


@pytest.mark.parametrize(_COLUMNS, _ROWS)
def test_tool_schema_has_only_what_nova_takes(
    annotation: Any, shown: Any, label: Any, text: str, compared: str
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


@pytest.mark.parametrize(_COLUMNS, _ROWS)
def test_type_decides_the_comparator(
    annotation: Any, shown: Any, label: Any, text: str, compared: str
) -> None:
    """Where the author names no comparator, the type does; text is never compared loosely."""
    model = create_model("Row", field=(annotation, ...))
    answer = DocumentSchema(model).canonical(model(field=label))

    used = evaluate([(answer, _other(answer))], schema=model).comparators.values()

    assert ", ".join(name.partition("(")[0] for name in used) == compared


def _other(value: Any) -> Any:
    """An answer of the same shape that is wrong everywhere, so that everything is compared."""
    if isinstance(value, dict):
        return {key: _other(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_other(inner) for inner in value]
    return f"{value}?" if isinstance(value, str) else value and value + 1


def _keywords(node: Any) -> list[str]:
    found = [key for key in node if key != "properties"]
    inner = [*node.get("properties", {}).values()]
    inner += [node[key] for key in ("items", "additionalProperties") if key in node]
    return [*found, *(word for child in inner for word in _keywords(child))]
