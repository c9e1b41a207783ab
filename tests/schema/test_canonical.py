"""Labels have one form, or every fault is named."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import AnyUrl, BaseModel, ConfigDict, create_model

from novadoc.errors import LabelError
from novadoc.schema import DocumentSchema


class Colour(Enum):
    RED = "red"


class Everything(BaseModel):
    text: str | None = None
    whole: int | None = None
    number: float | None = None
    tick: bool | None = None
    day: date | None = None
    moment: datetime | None = None
    colour: Colour | None = None
    choice: Literal["a"] | None = None
    rows: list[int] | None = None
    rates: dict[str, int] | None = None
    link: AnyUrl | None = None
    free: Any = None


SCHEMA = DocumentSchema(Everything)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 7),
        ("text", "\ud800"),
        ("text", object()),
        ("whole", True),
        ("whole", 10**50),
        ("number", "7"),
        ("number", float("nan")),
        ("tick", 1),
        ("day", datetime(2024, 1, 1)),  # noqa: DTZ001
        ("moment", date(2024, 1, 1)),
        ("colour", "blue"),
        ("choice", True),
        ("rows", "abc"),
        ("rows", 7),
        ("rates", [1]),
        ("free", {"a": [object()]}),
        ("free", [float("inf")]),
    ],
)
def test_unchecked_objects_are_checked_when_written(field: str, value: object) -> None:
    """An object that went around validation is still refused, with its place."""
    label = Everything.model_construct(**{field: value})

    with pytest.raises(LabelError) as caught:
        SCHEMA.canonical(label)

    assert [path for path, _ in caught.value.violations] == [field]


def test_null_where_a_value_is_needed_is_named() -> None:
    """A null that no validator saw is a violation too."""
    model = create_model("Needs", x=(int, ...))

    with pytest.raises(LabelError) as caught:
        DocumentSchema(model).canonical(model.model_construct(x=None))

    assert caught.value.violations == (("x", "a value is needed, null is not one"),)


@pytest.mark.parametrize("label", [7, "text", ["a"], create_model("Other", x=(int, 1))()])
def test_what_is_no_label_is_refused(label: Any) -> None:
    """Only objects of the class and JSON objects are labels."""
    with pytest.raises(LabelError, match="not a label"):
        SCHEMA.canonical(label)


def test_what_is_no_json_is_refused() -> None:
    """A label as JSON holds JSON."""
    with pytest.raises(LabelError, match="not JSON"):
        SCHEMA.canonical({"free": object()})  # type: ignore[dict-item]


def test_equal_amounts_have_one_form() -> None:
    """However an amount is written, equal ones have equal text."""
    texts = {
        SCHEMA.canonical_text({"number": number})
        for number in (1234.5, Decimal("1234.50"), Decimal("12345E-1"), "1234.5", "$1,234.50")
    }

    assert len(texts) == 1


def test_foreign_types_are_written_as_pydantic_does() -> None:
    """URLs and the like are text; free values are written through."""
    label = Everything(link=AnyUrl("https://example.com/a"), free={"d": date(2024, 1, 1), "n": 1.5})

    written = SCHEMA.canonical(label)

    assert written["link"] == "https://example.com/a"
    assert written["free"] == {"d": "2024-01-01", "n": Decimal("1.5")}


def test_other_keys_are_refused_unless_the_author_lets_them() -> None:
    """A key that is not asked for is a mistake, unless the class says it ignores some."""

    class Lax(BaseModel):
        model_config = ConfigDict(extra="ignore")

        x: int | None = None

    class Plain(BaseModel):
        x: int | None = None

    assert DocumentSchema(Lax).canonical({"x": 1, "y": 2}) == {"x": 1}
    with pytest.raises(LabelError, match="no such key"):
        DocumentSchema(Plain).canonical({"x": 1, "y": 2})


def test_errors_never_hold_values() -> None:
    """What a label says stays out of the error's text, also in strange keys."""
    with pytest.raises(LabelError) as caught:
        SCHEMA.canonical({"day": "Ann Secret", "Ann Secret": 1, "rates": {"Ann Secret": "x"}})

    assert "Ann Secret" not in f"{caught.value} {caught.value.violations}"
    assert len(caught.value.violations) == 3


def test_schemas_can_be_sent_to_other_processes() -> None:
    """A schema is a value: it pickles and copies, used or not."""
    raw = DocumentSchema.from_json_schema(SCHEMA.prompt_schema)
    for schema in (SCHEMA, raw):
        schema.read({"text": "a"})

        for twin in (pickle.loads(pickle.dumps(schema)), copy.deepcopy(schema)):
            assert twin.fingerprint == schema.fingerprint
            assert twin.read({"text": "a"}).canonical == schema.read({"text": "a"}).canonical
