"""What authors write beside pydantic's `Field`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, create_model, field_validator

from novadoc.errors import SchemaError
from novadoc.schema import (
    REDACTED,
    Absent,
    Category,
    DocumentSchema,
    Finding,
    Printed,
    Sensitive,
    check,
)


@dataclass(frozen=True)
class Same:
    """A comparator: any object with `similarity`."""

    strict: bool = True

    def similarity(self, expected: object, actual: object, /) -> float:
        return float(expected == actual)


class Person(BaseModel):
    name: str | None = None
    ssn: Annotated[str | None, Sensitive()] = None


class Line(BaseModel):
    amount: Annotated[Decimal | None, Same(), Category("Amounts")] = None
    code: Annotated[str | None, Same(strict=False)] = None


class Form(BaseModel):
    control: str | None = None
    employee: Annotated[Person, Category("Employee")] = Person()
    boss: Annotated[Person, Sensitive] = Person()
    lines: Annotated[list[Line], Category("Lines")] = []
    total: Annotated[Decimal | None, Printed("Wages, tips", box="1"), Absent("0.00", "none")] = (
        Field(None, description="All pay.")
    )


SCHEMA = DocumentSchema(Form)


def test_category_is_the_nearest_or_the_top_field() -> None:
    """A field's own category wins, then its ancestors', then the name of its top-level field."""
    assert {leaf.path: leaf.category for leaf in SCHEMA.leaves()} == {
        "control": "control",
        "employee.name": "Employee",
        "employee.ssn": "Employee",
        "boss.name": "boss",
        "boss.ssn": "boss",
        "lines[].amount": "Amounts",
        "lines[].code": "Lines",
        "total": "total",
    }


def test_comparator_is_the_marker_with_similarity() -> None:
    """Comparators are told by their method; other markers stay in order."""
    assert SCHEMA.field("lines[].amount").comparator == Same()
    assert SCHEMA.field("lines[].amount").markers == (Category("Amounts"),)
    assert SCHEMA.field("control").comparator is None


def test_printed_and_absent_reach_the_model() -> None:
    """The label on the form and the look of an empty box stand in the description."""
    assert SCHEMA.prompt_schema["properties"]["total"]["description"] == (
        'All pay. Printed: "1 Wages, tips". Empty: "0.00" or "none".'
    )


def test_absent_forms_are_read_as_null() -> None:
    """An answer that repeats how an empty box looks has no value."""
    reading = SCHEMA.read({"total": "0.00"})

    assert reading.canonical["total"] is None
    assert Finding("total", "absent", "a word for an empty box") in reading.findings


def test_sensitive_covers_what_stands_below() -> None:
    """The marker counts as instance and as class, for a field and for a whole object."""
    assert [leaf.path for leaf in SCHEMA.leaves() if leaf.sensitive] == [
        "employee.ssn",
        "boss.name",
        "boss.ssn",
    ]


def test_redaction_keeps_the_shape() -> None:
    """Sensitive values become a mark; nulls and everything else stay."""
    label = SCHEMA.canonical(
        Form(employee=Person(name="A", ssn="1"), boss=Person(name="B"), lines=[Line(code="x")])
    )

    assert SCHEMA.redact(label) == {
        **label,
        "employee": {"name": "A", "ssn": REDACTED},
        "boss": {"name": REDACTED, "ssn": None},
    }


def test_markers_that_do_not_reach_the_model_leave_the_fingerprint() -> None:
    """Names of classes, comparators, categories and secrecy are ours; words are the model's."""
    base = create_model("A", x=(str | None, None))
    ours = create_model("B", x=(Annotated[str | None, Same(), Category("C"), Sensitive()], None))
    words = create_model("A", x=(Annotated[str | None, Printed("X")], None))

    assert DocumentSchema(base).fingerprint == DocumentSchema(ours).fingerprint
    assert DocumentSchema(base).fingerprint != DocumentSchema(words).fingerprint


class Item(BaseModel):
    price: Decimal | None = None
    count: int | None = None
    amount: Decimal | None = None

    @check("The amount is price times count.")
    def multiplied(self) -> bool:
        return self.price * self.count == self.amount  # type: ignore[operator]


class Invoice(BaseModel):
    items: list[Item] = []
    total: Decimal | None = None

    @check("The items add up to the total.")
    def adds_up(self) -> bool | None:
        if self.total is None:
            return None
        return sum((item.amount or Decimal(0) for item in self.items), Decimal(0)) == self.total


def _checks(data: Any) -> list[tuple[str, str]]:
    reading = DocumentSchema(Invoice).read(data)
    assert reading.violations == ()
    return [(f.path, f.message) for f in reading.findings if f.kind == "check"]


def test_a_marker_without_its_brackets_is_refused() -> None:
    """A comparator's class in `Annotated` would compare nothing, and nobody would notice."""
    form = create_model("Form", total=(Annotated[str | None, Same], None))

    with pytest.raises(SchemaError, match=r"`total`: .*Write `Same\(\)`"):
        DocumentSchema(form)


def test_checks_are_advice() -> None:
    """A rule that does not hold is a finding at its object, and refuses nothing."""
    good = {"price": 2, "count": 3, "amount": 6}

    assert _checks({"items": [good], "total": 6}) == []
    assert _checks({"items": [good, {**good, "amount": 5}], "total": 6}) == [
        ("", "The items add up to the total."),
        ("items[1]", "The amount is price times count."),
    ]


def test_checks_that_stumble_over_nulls_are_not_decided() -> None:
    """An author's check may forget nulls; that is said, and nothing breaks."""
    assert _checks({"items": [{"price": None, "count": 1, "amount": 1}]}) == [
        ("items[0]", "The amount is price times count. (not decided: TypeError)")
    ]


class Priced(Line):
    @check("The amount is right.")
    def right(self) -> bool:
        return False


class Basket(BaseModel):
    lines: list[Line] = []

    @field_validator("lines")
    @classmethod
    def priced(cls, lines: list[Line]) -> list[Line]:
        return [Priced.model_validate(dict(line)) for line in lines]


class Order(BaseModel):
    basket: Basket | None = None

    @check("There is a basket.")
    def filled(self) -> bool:
        return self.basket is not None


class Leaf(BaseModel):
    branch: Branch | None = None
    kind: str | None = None


class Branch(BaseModel):
    leaf: Leaf

    @check("It bears.")
    def bears(self) -> bool:
        return False


Leaf.model_rebuild()


@pytest.mark.parametrize(
    ("model", "data", "places"),
    [
        # A validator makes objects of a subclass out of a class without checks.
        (Order, {"basket": {"lines": [{"amount": 1}]}}, ["basket.lines[0]"]),
        # Alone, `Leaf` could not be asked for: it stands inside itself without an end.
        (Branch, {"leaf": {"branch": {"leaf": {"kind": "oak"}}}}, ["", "leaf.branch"]),
    ],
)
def test_checks_run_wherever_objects_are(
    model: type[BaseModel], data: dict[str, Any], places: list[str]
) -> None:
    """What the annotations say is not all that an object may hold."""
    findings = DocumentSchema(model).read(data).findings

    assert places == [found.path for found in findings if found.kind == "check"]
