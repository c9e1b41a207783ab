"""What a changed schema means for what is already there."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from novadoc.errors import LabelError, SchemaError
from novadoc.schema import Category, Change, Printed, diff


class Line(BaseModel):
    amount: Decimal | None = None
    note: str | None = None


class Old(BaseModel):
    number: int | None = None
    kind: Literal["a", "b"] | None = None
    lines: list[Line] = []
    by_state: dict[str, Line] = {}


def _changed(**fields: Any) -> type[BaseModel]:
    kept = {name: (info.annotation, info) for name, info in Old.model_fields.items()}
    kept.update(fields)
    return create_model("New", **{name: spec for name, spec in kept.items() if spec is not None})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param(
            {"total": (Decimal | None, None)}, (Change("total", "added", "relabel"),), id="added"
        ),
        pytest.param({"number": None}, (Change("number", "removed", "migrate"),), id="removed"),
        pytest.param(
            {"number": (str | None, None)}, (Change("number", "type", "migrate"),), id="widened"
        ),
        pytest.param(
            {"number": (bool | None, None)}, (Change("number", "type", "relabel"),), id="type"
        ),
        pytest.param({"number": (int, 0)}, (Change("number", "nullable", "check"),), id="nullable"),
        pytest.param(
            {"kind": (Literal["a", "c"] | None, None)},
            (Change("kind", "choices", "check"),),
            id="choices",
        ),
        pytest.param(
            {"number": (Annotated[int, Field(ge=1)] | None, None)},
            (Change("number", "constraints", "check"),),
            id="constraints",
        ),
        pytest.param(
            {"number": (Annotated[int | None, Printed("No.")], None)},
            (Change("number", "description", "compatible"),),
            id="printed",
        ),
        pytest.param(
            {"number": (Annotated[int | None, Category("Head")], None)},
            (Change("number", "scoring", "compatible"),),
            id="category",
        ),
    ],
)
def test_each_change_is_named_with_its_effect(
    fields: dict[str, Any], expected: tuple[Change, ...]
) -> None:
    """Labels are kept, rewritten, checked or made again; models are trained again unless only
    scoring changed."""
    found = diff(Old, _changed(**fields))

    assert found.changes == expected
    assert found.retrain is any(change.kind != "scoring" for change in expected)


def test_verdict_reads_as_a_sentence() -> None:
    """Printed, a difference says what to do first and why after."""
    assert str(diff(Old, Old)) == "No change."
    assert str(diff(Old, _changed(number=(Annotated[int | None, Category("H")], None)))) == (
        "Compatible.\n- number: scoring: reports group, compare or redact otherwise; nothing "
        "reaches the model"
    )
    narrowed = diff(Old, _changed(kind=(Literal["a"] | None, None)))
    assert (narrowed.check, narrowed.relabel, narrowed.retrain) == (("kind",), (), True)


def test_order_of_keys_reaches_the_model() -> None:
    """The canonical answer has its keys in order, so another order is another answer."""
    reordered = create_model(
        "New", **{n: (i.annotation, i) for n, i in reversed(Old.model_fields.items())}
    )

    assert [change.kind for change in diff(Old, reordered).changes] == ["order"]


def test_labels_move_with_renamed_fields() -> None:
    """Values follow a rename through lists and maps; nothing else is touched."""

    class NewLine(BaseModel):
        value: Decimal | None = None
        note: str | None = None

    class New(BaseModel):
        kind: Literal["a", "b"] | None = None
        rows: list[NewLine] = []
        states: dict[str, NewLine] = {}
        total: Decimal | None = None

    found = diff(
        Old,
        New,
        renamed={
            "lines": "rows",
            "lines[].amount": "rows[].value",
            "by_state": "states",
            "by_state[].amount": "states[].value",
        },
    )
    label = {
        "number": 7,
        "kind": "b",
        "lines": [{"amount": "1.5"}, {"note": "x"}],
        "by_state": {"C.A.": {"amount": 2}},
    }

    assert found.migration.apply(label) == {
        "kind": "b",
        "rows": [{"value": Decimal("1.5"), "note": None}, {"value": None, "note": "x"}],
        "states": {"C.A.": {"value": Decimal(2), "note": None}},
        "total": None,
    }
    assert found.relabel == ("total",)


def test_labels_that_no_longer_fit_are_named() -> None:
    """A label that has to be looked at again is an error with its place, not a guess."""
    found = diff(Old, _changed(kind=(Literal["a", "c"] | None, None)))

    with pytest.raises(LabelError) as caught:
        found.migration.apply({"kind": "b"})

    assert caught.value.path == "kind"


@pytest.mark.parametrize(
    "renamed", [{"number": "kind"}, {"number": "kind", "kind": "kind"}, {"lines": "by_state"}]
)
def test_two_values_are_never_laid_over_each_other(renamed: dict[str, str]) -> None:
    """A move to where another old field stands, or moves, too, is refused."""
    with pytest.raises(SchemaError, match="Another field"):
        diff(Old, Old, renamed=renamed)


def test_fields_can_change_places() -> None:
    """A move to a place that is itself left is none over another value."""
    pair = create_model("Pair", a=(str | None, None), b=(str | None, None))

    swapped = diff(pair, pair, renamed={"a": "b", "b": "a"}).migration.apply({"a": "1", "b": "2"})

    assert swapped == {"a": "2", "b": "1"}


def test_keys_with_dots_and_brackets_are_migrated() -> None:
    """A key is a key, whatever stands in it."""
    flat = create_model(
        "Flat", a=(str | None, Field(None, alias="a.b")), c=(str | None, Field(None, alias="c[]"))
    )
    longer = create_model("Longer", __base__=flat, d=(str | None, None))

    moved = diff(flat, longer).migration.apply({"a.b": "1", "c[]": "2"})

    assert moved == {"a.b": "1", "c[]": "2", "d": None}


def test_rows_stay_when_all_their_fields_are_new() -> None:
    """Three printed rows are three rows, even if what was read of them is dropped."""
    new_line = create_model("NewLine", item=(str | None, None))
    found = diff(Old, _changed(lines=(list[new_line], [])))  # type: ignore[valid-type]

    moved = found.migration.apply({"lines": [{"note": "x"}, {"note": "y"}]})

    assert moved["lines"] == [{"item": None}, {"item": None}]


@pytest.mark.parametrize(
    "renamed", [{"nowhere": "number"}, {"number": "nowhere"}, {"number": "lines[].amount"}]
)
def test_renames_must_exist_and_stay_in_their_list(renamed: dict[str, str]) -> None:
    """A rename that cannot be carried out is refused before any label is touched."""
    with pytest.raises(SchemaError):
        diff(Old, Old, renamed=renamed)
