"""The direct way of reading an exact answer and the careful one come to the same."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, field_validator

from novadoc.doctypes import W2
from novadoc.schema import Absent, DocumentSchema, Normalise, check
from novadoc.schema._conventions import Conventions
from novadoc.schema._pydantic import PydanticSource
from novadoc.schema._reader import Reader
from novadoc.types import JsonValue


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


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(_BILL)
def test_direct_and_careful_reading_agree(answer: JsonValue) -> None:
    """Value, canonical form, violations and findings are the same, whichever way is taken."""
    event("direct" if _SOURCE.direct(answer) else "careful")

    reading = _READER.answer(answer)
    careful = _READER.carefully(answer)

    assert careful == reading
    assert repr(careful.canonical) == repr(reading.canonical)
    assert repr(careful.value) == repr(reading.value)


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
