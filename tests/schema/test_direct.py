"""The direct way of reading an exact answer and the careful one come to the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import AnyUrl, BaseModel, Field, StringConstraints, field_validator

from novadoc.doctypes import W2
from novadoc.errors import LabelError
from novadoc.schema import Absent, DocumentSchema, Normalise, check
from novadoc.schema._careful import CarefulReader
from novadoc.schema._conventions import Conventions
from novadoc.schema._json_source import JsonSchemaSource
from novadoc.schema._pydantic import PydanticSource
from novadoc.schema._reader import Reader
from novadoc.types import JsonObject, JsonValue


class _Line(BaseModel):
    what: Annotated[str | None, Absent("N/A")] = None
    price: Decimal | None = Field(default=None, max_digits=12)
    count: int = 0


class _Bill(BaseModel):
    number: str
    kind: Literal["bill", "credit"] | None = None
    rank: Literal[1, 2] | None = None
    due: str | None = Field(default=None, pattern="^[^!]*$")
    total: Annotated[
        Decimal | None, Normalise(lambda v: v.strip() if isinstance(v, str) else v)
    ] = None
    rate: float | None = None
    paid: bool | None = None
    lines: list[_Line] = []
    notes: dict[str, str | None] = {}
    first: _Line | None = None
    more: Any = None

    @field_validator("number")
    @classmethod
    def _upper(cls, number: str) -> str:
        return number.upper()

    @check("The total is not negative.")
    def is_positive(self) -> bool | None:
        return None if self.total is None else self.total >= 0


_ODD = st.sampled_from(
    ["", "N/A", "$1.50", "1,234", "12", "2024-01-02", "20240102", "x", " 7 ", "\ud800", "bill",
     0.0, 1e-7, 0.1, 1e15, -0.0, 2.0, True, 1, 10**15, 10**50, Decimal("NaN"), Decimal("-0"),
     Decimal("1E+3"), Decimal("1.50"), Decimal("0.1234567890123456"), Decimal(-100), None,
     [], {}, [None]]
)  # fmt: skip
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), places=4)
_NUMBERS = _DECIMALS | st.integers(-(10**16), 10**16) | st.floats(-1e16, 1e16)


def _or_odd(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The usual, nineteen times out of twenty, so that whole answers are often exact."""
    return st.integers(0, 19).flatmap(lambda n: _ODD if n == 7 else usual)


_LINE = st.fixed_dictionaries(
    {
        "what": _or_odd(st.none() | _TEXT),
        "price": _or_odd(st.none() | _NUMBERS),
        "count": _or_odd(st.integers(0, 10**6)),
    }
)
_BILL = st.fixed_dictionaries(
    {
        "number": _or_odd(_TEXT),
        "kind": _or_odd(st.sampled_from(["bill", "credit", None])),
        "rank": _or_odd(st.sampled_from([1, 2, None])),
        "due": _or_odd(st.none() | _TEXT),
        "total": _or_odd(st.none() | _NUMBERS),
        "rate": _or_odd(st.none() | _NUMBERS),
        "paid": _or_odd(st.none() | st.booleans()),
        "lines": _or_odd(st.lists(_LINE, max_size=2)),
        "notes": _or_odd(st.dictionaries(_TEXT, _TEXT | st.none(), max_size=2)),
        "first": _or_odd(st.none() | _LINE),
        "more": _or_odd(st.none() | _TEXT | _NUMBERS),
    }
)
_SOURCE = PydanticSource(_Bill, recursion=2)
_READER: Reader[Any] = Reader(_SOURCE, Conventions())
_CAREFUL: CarefulReader[Any] = CarefulReader(_SOURCE, Conventions())


class _Colour(Enum):
    RED = "red"
    BLUE = "blue"


class _Typed(BaseModel):
    """Types that pydantic reads from JSON and from Python's values by different rules."""

    id: UUID | None = None
    site: AnyUrl | None = None
    colour: _Colour | None = None
    due: date | None = None
    code: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True)] | None = None
    share: Annotated[Decimal, Field(ge=0, decimal_places=2)] | None = None
    number: int | float | None = None
    tags: frozenset[str] = frozenset()
    pair: tuple[int, int] | None = None
    lines: tuple[_Line, ...] = ()


_TYPED = st.fixed_dictionaries(
    {
        "id": _or_odd(st.none() | st.uuids().map(str)),
        "site": _or_odd(st.sampled_from(["https://example.com/a", "example", None])),
        "colour": _or_odd(st.sampled_from(["red", "blue", None])),
        "due": _or_odd(st.none() | st.dates().map(str)),
        "code": _or_odd(st.none() | _TEXT),
        "share": _or_odd(st.none() | _NUMBERS),
        "number": _or_odd(st.none() | _NUMBERS),
        "tags": _or_odd(st.lists(_TEXT, max_size=2)),
        "pair": _or_odd(st.none() | st.lists(st.integers(-9, 9), min_size=2, max_size=2)),
        "lines": _or_odd(st.lists(_LINE, max_size=2)),
    }
)
_READERS = tuple(
    (Reader[Any](source, Conventions()), CarefulReader[Any](source, Conventions()), source)
    for source in (_SOURCE, PydanticSource(_Typed, recursion=2))
)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.tuples(st.just(0), _BILL) | st.tuples(st.just(1), _TYPED))
def test_direct_and_careful_reading_agree(case: tuple[int, JsonValue]) -> None:
    """Value, canonical form, violations and findings are the same, whichever way is taken."""
    (reader, by_care, source), answer = _READERS[case[0]], case[1]
    event("direct" if source.direct(answer) else "careful")

    reading = reader.answer(answer)
    careful = by_care.answer(answer)

    assert careful == reading
    assert repr(careful.canonical) == repr(reading.canonical)
    assert repr(careful.value) == repr(reading.value)


_RAW = DocumentSchema.from_json_schema(
    {
        "type": "object",
        "$defs": {
            "line": {
                "type": "object",
                "properties": {
                    "what": {"type": ["string", "null"], "maxLength": 4},
                    "price": {
                        "anyOf": [
                            {"type": "number", "minimum": -5, "multipleOf": 0.01},
                            {"type": "string"},
                            {"type": "null"},
                        ]
                    },
                    "count": {"type": "integer", "exclusiveMaximum": 10**5},
                },
                "required": ["count"],
            }
        },
        "properties": {
            "number": {"type": "string", "minLength": 1},
            "kind": {"enum": ["bill", "credit", None]},
            "rank": {"type": ["integer", "null"], "enum": [1, 2, None]},
            "due": {"type": "string", "pattern": "^[^!]*$"},
            "total": {"type": ["number", "null"], "exclusiveMinimum": -(10**9)},
            "rate": {"type": "number", "maximum": 0.5},
            "paid": {"type": "boolean"},
            "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}, "maxItems": 1},
            "notes": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
            "first": {"anyOf": [{"$ref": "#/$defs/line"}, {"type": "null"}]},
            "more": {},
        },
        "required": ["number", "total"],
    }
)
_RAW_SOURCE = cast("JsonSchemaSource", _RAW._source)
_RAW_READER: Reader[Any] = Reader(_RAW_SOURCE, Conventions())
_RAW_CAREFUL: CarefulReader[Any] = CarefulReader(_RAW_SOURCE, Conventions())


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(_BILL)
def test_direct_checks_agree_with_jsonschema(answer: JsonValue) -> None:
    """A JSON Schema's constraints hold alike, whether jsonschema was asked or not."""
    event("direct" if _RAW_SOURCE.direct(answer) else "careful")

    reading = _RAW_READER.answer(answer)
    careful = _RAW_CAREFUL.answer(answer)

    assert careful == reading
    assert repr(careful.canonical) == repr(reading.canonical)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(_BILL, st.sampled_from([(_READER, _CAREFUL), (_RAW_READER, _RAW_CAREFUL)]))
def test_direct_and_careful_labels_agree(
    label: JsonValue, readers: tuple[Reader[Any], CarefulReader[Any]]
) -> None:
    """A label has the same canonical form, or the same faults, whichever way is taken."""
    reader, careful = readers
    assert _form(reader.label, label) == _form(careful.label, label)

    value = reader.answer(label).value
    assert value is None or _form(reader.label, value) == _form(careful.label, value)


def _form(way: Callable[[object], JsonObject], label: object) -> object:
    try:
        return repr(way(label))
    except LabelError as error:
        return error.violations


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"$schema": "http://json-schema.org/draft-04/schema#"}, id="old-draft"),
        pytest.param({"minProperties": 1}, id="count-of-keys"),
        pytest.param({"required": ["y"]}, id="requires-what-it-does-not-have"),
        pytest.param({"if": {}, "then": {}}, id="condition"),
        pytest.param({"properties": {"x": {"type": "string", "enum": ["a", 1]}}}, id="two-rules"),
        pytest.param({"properties": {"x": {"allOf": [{"type": "string"}]}}}, id="all-of"),
        pytest.param({"properties": {"x": {"type": "array", "uniqueItems": True}}}, id="unique"),
        pytest.param(
            {"definitions": {"y": {"type": "string"}},
             "properties": {"x": {"$ref": "#/definitions/y", "maxLength": 1}}},
            id="beside-a-reference",
        ),
    ],
)  # fmt: skip
def test_schemas_that_say_more_are_left_to_jsonschema(more: JsonObject) -> None:
    """Whatever the field tree does not hold is checked by jsonschema itself."""
    plain: JsonObject = {"type": "object", "properties": {"x": {"type": "string"}}}

    assert _direct(plain, {"x": "a"}) is not None
    assert _direct({**plain, **more}, {"x": "a"}) is None


def _direct(schema: JsonObject, answer: JsonValue) -> object:
    return DocumentSchema.from_json_schema(schema)._source.direct(answer)


@pytest.mark.parametrize("odd", ["1,000", "$5", Decimal("1E+3"), True, "N/A"])
def test_what_needs_care_takes_the_careful_way(odd: JsonValue) -> None:
    """A value that is not as asked is never read directly."""
    source = PydanticSource(_Line, recursion=2)
    exact: JsonValue = {"what": "pen", "price": Decimal("1.5"), "count": 2}

    assert source.direct(exact) is not None
    assert source.direct({"what": "pen", "price": odd, "count": 2}) is None


def test_own_canonical_form_is_read_directly() -> None:
    """What the library writes for training, and a tuned model repeats, takes the short way."""
    schema = DocumentSchema.of(W2)
    label: dict[str, JsonValue] = {
        "employee": {"name": "Ann Müller"},
        "earnings": {"wages": Decimal("52000.50"), "medicare_tax": 10},
        "states": [{"state": "CA", "wages": 0}],
    }
    text = schema.canonical_text(label)

    found = PydanticSource(W2, recursion=2).direct(json.loads(text, parse_float=Decimal))

    assert found is not None
    assert schema.canonical(label) == found[1]
    assert schema.read(found[1]).value == found[0]
