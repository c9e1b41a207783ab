"""Properties that hold for any schema: refused with a place, or true in both directions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import make_dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model
from typing_extensions import TypedDict

from novadoc.errors import LabelError, SchemaError
from novadoc.schema import DocumentSchema, to_json


class Colour(Enum):
    RED = "red"
    DARK_BLUE = "dark blue"


class Size(int, Enum):
    SMALL = 1
    LARGE = 2


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DECIMAL = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
)
_LEAVES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, _TEXT),
    (int, st.integers(-(10**30), 10**30)),
    (float, st.floats(-1e30, 1e30, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-20)),
    (Decimal, _DECIMAL),
    (bool, st.booleans()),
    (date, st.dates()),
    (datetime, st.datetimes(timezones=st.sampled_from([None, timezone.utc]))),
    (time, st.times()),
    (Colour, st.sampled_from(Colour)),
    (Size, st.sampled_from(Size)),
    (Literal["a", "b", 3], st.sampled_from(["a", "b", 3])),
    (UUID, st.uuids()),
    (Annotated[str, Field(max_length=12)], _TEXT),
    (Annotated[int, Field(ge=0, le=9)], st.integers(0, 9)),
    (Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)],
     st.decimals(Decimal("0.01"), 10**6, places=2)),
    (Annotated[str, Field(pattern="^[A-Z]+$", description="Big.")], st.sampled_from(["A", "BC"])),
    (int | str, st.integers(-9, 9) | _TEXT),
    (float | Literal["N/A"], st.sampled_from([1.5, "N/A"])),
    (date | Literal["open"], st.just("open")),
    # What no label can hold, or no key can name: refused with a path.
    (bytes, st.nothing()),
    (tuple[int, str], st.nothing()),
    (float | str, st.nothing()),
    (Decimal | str | None, st.nothing()),
    (list[int] | str, st.nothing()),
    (dict[int, str], st.nothing()),
    (type, st.nothing()),
    (Callable[[int], int], st.nothing()),
]  # fmt: skip


def _wrapped(
    inner: st.SearchStrategy[tuple[Any, st.SearchStrategy[Any]]],
) -> st.SearchStrategy[Any]:
    return st.one_of(
        inner.map(lambda pair: (list[pair[0]], st.lists(pair[1], max_size=3))),
        inner.map(lambda pair: (pair[0] | None, st.none() | pair[1])),
        inner.map(lambda pair: (dict[str, pair[0]], st.dictionaries(_TEXT, pair[1], max_size=3))),
        inner.map(lambda pair: (tuple[pair[0], ...], st.lists(pair[1], max_size=3).map(tuple))),
        st.lists(inner, min_size=1, max_size=3).map(_model),
        st.lists(inner, min_size=1, max_size=3).map(_dataclass),
        st.lists(inner, min_size=1, max_size=3).map(_typed_dict),
    )


def _named(
    members: list[tuple[Any, st.SearchStrategy[Any]]],
) -> tuple[dict[str, Any], st.SearchStrategy[dict[str, Any]]]:
    kinds = {f"f{i}": kind for i, (kind, _) in enumerate(members)}
    return kinds, st.fixed_dictionaries({f"f{i}": value for i, (_, value) in enumerate(members)})


def _dataclass(
    members: list[tuple[Any, st.SearchStrategy[Any]]],
) -> tuple[Any, st.SearchStrategy[Any]]:
    kinds, values = _named(members)
    made = make_dataclass("Made", kinds.items())
    return made, values.map(lambda data: made(**data))


def _typed_dict(
    members: list[tuple[Any, st.SearchStrategy[Any]]],
) -> tuple[Any, st.SearchStrategy[Any]]:
    kinds, values = _named(members)
    return TypedDict("Made", kinds), values  # type: ignore[operator]


def _model(members: list[tuple[Any, st.SearchStrategy[Any]]]) -> tuple[Any, st.SearchStrategy[Any]]:
    kinds, values = _named(members)
    fields: dict[str, Any] = {name: (kind, ...) for name, kind in kinds.items()}
    made = create_model("Made", **fields)
    return made, values.map(lambda data: made.model_construct(**data))


_DEFAULTS: list[Any] = [
    (int, 3),
    (int, Field(default_factory=int)),
    (Decimal, Field(default_factory=Decimal, description="Made.")),
    (Colour, Field(default_factory=lambda: Colour.RED)),
    (date, date(2024, 1, 1)),
    (str | None, None),
    (list[int], Field(default_factory=list)),
]


_TYPES = st.recursive(st.sampled_from(_LEAVES), _wrapped, max_leaves=6)
_MODELS = st.lists(_TYPES, min_size=1, max_size=4).map(_model)


def _schema(model: type[BaseModel]) -> DocumentSchema[Any] | None:
    try:
        return DocumentSchema(model)
    except SchemaError as error:
        event("refused")
        return _refused(error)


def _refused(error: SchemaError) -> None:
    """A refusal has its place and its way out."""
    assert error.path
    assert error.remedy


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_model_is_refused_with_a_path_or_round_trips(data: st.DataObject) -> None:
    """Label -> canonical text -> parse -> read gives the label back, and the text again."""
    model, labels = data.draw(_MODELS)
    schema = _schema(model)
    if schema is None or labels.is_empty:
        return
    label = data.draw(labels)

    text = schema.canonical_text(label)
    reading = schema.read(json.loads(text, parse_float=Decimal))

    assert reading.violations == ()
    assert reading.findings == ()
    assert to_json(reading.canonical) == text
    assert reading.value is not None
    assert schema.canonical_text(reading.value) == text
    assert list(reading.value.model_dump()) == list(label.model_dump())
    assert schema.canonical(label) == schema.canonical(reading.canonical)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_class_and_its_json_schema_have_one_fingerprint(data: st.DataObject) -> None:
    """The same document as a class and as its JSON Schema is one document."""
    model, _ = data.draw(_MODELS)
    defaults = data.draw(st.lists(st.sampled_from(_DEFAULTS), max_size=2))
    model = create_model(
        "More", __base__=model, **{f"d{i}": each for i, each in enumerate(defaults)}
    )
    schema = _schema(model)
    if schema is None:
        return

    raw = DocumentSchema.from_json_schema(model.model_json_schema())
    again = DocumentSchema.from_json_schema(schema.prompt_schema)

    assert schema.prompt_schema == raw.prompt_schema
    assert schema.fingerprint == raw.fingerprint == again.fingerprint


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _DECIMAL | _TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["f0", "f1", "x"]), inner)
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_answer_makes_reading_raise(data: st.DataObject) -> None:
    """Whatever a model writes, reading gives keys in order, and a value or violations."""
    model, _ = data.draw(_MODELS)
    schema = _schema(model)
    if schema is None:
        return

    reading = schema.read(data.draw(_JSON))

    assert [field.name for field in schema.fields] == list(reading.canonical)
    assert reading.value is not None or reading.violations
    json.loads(to_json(reading.canonical))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_labels_are_refused_with_places_or_have_one_form(data: st.DataObject) -> None:
    """A label as JSON either has a canonical form that is its own, or every fault is listed."""
    model, _ = data.draw(_MODELS)
    schema = _schema(model)
    if schema is None:
        return

    try:
        canonical = schema.canonical(
            data.draw(st.dictionaries(st.sampled_from(["f0", "f1", "f2"]), _JSON))
        )
    except LabelError as error:
        event(f"refused in {len(error.violations)} places")
        return

    assert canonical == schema.canonical(canonical)


@pytest.mark.parametrize("text", ["Sup3rSecret", "12..3", "99/99/9999"])
def test_violations_never_hold_values(text: str) -> None:
    """Errors and findings name places and rules; what the document says stays out."""

    class Slip(BaseModel):
        due: date | None = None
        total: Decimal | None = None
        size: Size | None = None

    reading = DocumentSchema(Slip).read({"due": text, "total": text, "size": text, "extra": text})

    assert len(reading.violations) == 3
    assert text not in f"{reading!r} {reading.violations} {reading.findings}"
