"""Answers are read leniently in form, exactly in what comes out."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union

import pytest
from pydantic import BaseModel, Field, create_model, field_validator

from novadoc.errors import LabelError
from novadoc.schema import Conventions, DocumentSchema, Finding, Normalise


class Filing(Enum):
    SINGLE = "S"
    MARRIED_JOINTLY = "MJ"


def _one(annotation: Any, **settings: Any) -> DocumentSchema[Any]:
    return DocumentSchema(create_model("One", x=(annotation, ...)), **settings)


_LENIENT: list[Any] = [
    # (type, what a model wrote, what is meant, kind of finding)
    (Decimal, "$1,234.50", Decimal("1234.5"), "normalised"),
    (float, "(100)", -100.0, "normalised"),
    (int, "1,234,567", 1234567, "normalised"),
    (int, Decimal("7.0"), 7, "normalised"),
    (Decimal, "1,234", Decimal(1234), "ambiguous"),
    (bool, "X", True, "normalised"),
    (bool, "☐", False, "normalised"),
    (bool, 1, True, "normalised"),
    (bool | None, "", False, "normalised"),
    (date, "31 December 2024", date(2024, 12, 31), "normalised"),
    (date, "2024-12-31T00:00:00", date(2024, 12, 31), "normalised"),
    (datetime, "12/31/2024 2:30 PM", datetime(2024, 12, 31, 14, 30), "normalised"),  # noqa: DTZ001
    (datetime, "2024-12-31", datetime(2024, 12, 31), "normalised"),  # noqa: DTZ001
    (time, "9.30 Uhr", time(9, 30), "normalised"),
    (Filing, "mj", Filing.MARRIED_JOINTLY, "normalised"),
    (Filing, "Married jointly", Filing.MARRIED_JOINTLY, "normalised"),
    (Literal["Zürich"], "ZURICH", "Zürich", "normalised"),
    (str, 7, "7", "normalised"),
    (str, Decimal("1.50"), "1.50", "normalised"),
    (Decimal | None, "N/A", None, "absent"),
    (date | None, "--", None, "absent"),
    (list[int], 7, [7], "reshaped"),
    (list[int], "[1, 2]", [1, 2], "reshaped"),
    (list[int], [1, None, 2], [1, 2], "reshaped"),
    (dict[str, int], '{"CA": 1}', {"CA": 1}, "reshaped"),
]


@pytest.mark.parametrize(("annotation", "written", "meant", "kind"), _LENIENT)
def test_answer_is_read_as_meant(annotation: Any, written: Any, meant: Any, kind: str) -> None:
    """What models write has its value, and a finding that says what was done."""
    reading = _one(annotation).read({"x": written})

    assert reading.value.x == meant
    assert [(f.path.partition("[")[0], f.kind) for f in reading.findings] == [("x", kind)]
    assert reading.violations == ()


@pytest.mark.parametrize(
    ("annotation", "written"),
    [
        (str, True),
        (str, ["a"]),
        (int, "7.5"),
        (int, True),
        (float, "NaN"),
        (Decimal, Decimal("NaN")),
        (Decimal, Decimal("1E+999999")),
        (bool, "perhaps"),
        (bool, 2),
        (date, "soon"),
        (date, "2024-02-30"),
        (date, 20240230),
        (Filing, "S/MJ"),
        (Filing, True),
        (dict[str, int], [1]),
    ],
)
def test_what_does_not_fit_is_a_violation(annotation: Any, written: Any) -> None:
    """Nothing is invented from it: the place is named, and the value null."""
    reading = _one(annotation | None).read({"x": written})

    assert [path for path, _ in reading.violations] == ["x"]
    assert reading.canonical == {"x": None}
    assert reading.value.x is None


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("annotation", [str, int, float, Decimal, bool, date, Filing, Any])
@pytest.mark.parametrize(
    "written",
    [10**5000, -(10**41), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), _deep(5000)],
    ids=["huge", "long", "nan", "signalling", "infinite", "deep"],
)
def test_absurd_values_are_violations_whatever_the_type(annotation: Any, written: Any) -> None:
    """Endless numbers and bottomless nesting are named and null; nothing is raised."""
    reading = _one(annotation | None if annotation is not Any else Any).read({"x": written})

    assert [path for path, _ in reading.violations] == ["x"]
    assert reading.canonical == {"x": None}


def test_exact_text_is_never_touched() -> None:
    """Text fields keep leading zeros, spaces, case and words that mean nothing elsewhere."""
    for text in ("00123", " a ", "N/A", "null", "", "1,234", "X"):
        reading = _one(str | None).read({"x": text})
        assert (reading.value.x, reading.findings) == (text, ())


class Bill(BaseModel):
    issued: date | None = None
    due: date | None = None
    net: Decimal | None = None
    total: Decimal | None = None


def test_the_document_says_how_it_writes_dates_and_amounts() -> None:
    """A date that can be read in one way only tells the order of the others; so do amounts."""
    reading = DocumentSchema(Bill).read(
        {"issued": "31/01/2024", "due": "03/02/2024", "net": "1.234,50", "total": "1.469"}
    )

    assert reading.value == Bill(
        issued=date(2024, 1, 31), due=date(2024, 2, 3), net=Decimal("1234.5"), total=Decimal(1469)
    )


def test_ambiguous_dates_are_not_guessed() -> None:
    """Nothing tells the order: a finding, a violation, and no date."""
    reading = DocumentSchema(Bill).read({"due": "03/04/2024"})

    assert reading.canonical["due"] is None
    assert "due" in [path for path, _ in reading.violations]
    assert ("due", "ambiguous") in [(f.path, f.kind) for f in reading.findings]


def test_conventions_are_declared_for_a_schema_or_a_field() -> None:
    """A field's own convention is stronger than the schema's, and both than the document."""

    class Mixed(BaseModel):
        a: date | None = None
        b: Annotated[date | None, Conventions(dates="MDY")] = None

    schema = DocumentSchema(Mixed, conventions=Conventions(dates="DMY"))
    reading = schema.read({"a": "03/04/2024", "b": "03/04/2024"})

    assert reading.value == Mixed(a=date(2024, 4, 3), b=date(2024, 3, 4))


def test_keys_are_found_by_their_letters_or_reported() -> None:
    """Another spelling of a key is the key; an unknown one is dropped with a finding."""
    schema = _one(int | None)

    reading = schema.read({"X": 1, "the answer is": 2, "note": 3})

    assert reading.value.x == 1
    assert reading.findings == (
        Finding("x", "renamed_key", "the key is written otherwise"),
        Finding("?", "unknown_key", "the schema has no such key"),
        Finding("note", "unknown_key", "the schema has no such key"),
    )


class Row(BaseModel):
    name: str
    amount: int = Field(0, ge=0)


class Table(BaseModel):
    rows: list[Row] = []
    best: Row | None = None
    by_key: dict[str, Row] = {}


def test_violations_name_rows_and_hide_keys_of_maps() -> None:
    """Places are exact; what is content of the document stays out of them."""
    reading = DocumentSchema(Table).read(
        {
            "rows": [{"name": "a"}, {"name": "b", "amount": -1}],
            "by_key": {"Jane Doe": {"name": "c", "amount": "x"}},
        }
    )

    assert reading.violations == (
        ("by_key[0].amount", "must be a whole number"),
        ("rows[1].amount", "Input should be greater than or equal to 0"),
    )
    assert reading.value == Table(
        rows=[Row(name="a"), Row(name="b")], by_key={"Jane Doe": Row(name="c")}
    )


def test_an_object_of_nothing_is_null_where_it_may_be() -> None:
    """Models fill an absent record with nulls; that is no record."""
    reading = DocumentSchema(Table).read({"best": {"name": None, "amount": None}, "rows": None})

    assert reading.value == Table()


def test_no_value_where_nulls_do_not_help() -> None:
    """A required text that is missing leaves no object, but all that could be read."""
    reading = DocumentSchema(Row).read({"amount": "7"})

    assert reading.value is None
    assert reading.canonical == {"name": None, "amount": 7}
    assert reading.violations == (("name", "Field required"),)


@pytest.mark.parametrize("data", [None, 7, "text", [], [1, 2], True])
def test_what_is_no_object_is_a_violation(data: Any) -> None:
    """An answer that is no object has no fields."""
    reading = DocumentSchema(Bill).read(data)

    assert reading.violations[0] == ("", "must be an object")


def test_messages_of_own_validators_are_not_repeated() -> None:
    """An author's validator may put the value into its message; the rule is its kind only."""

    class Person(BaseModel):
        ssn: str | None = None

        @field_validator("ssn")
        @classmethod
        def plausible(cls, value: str | None) -> str | None:
            if value:
                message = f"{value} is no number"
                raise ValueError(message)
            return value

    reading = DocumentSchema(Person).read({"ssn": "078-05-1120"})

    assert reading.violations == (("ssn", "a validator of the class refuses it"),)
    assert reading.value == Person(ssn=None)


class _Card(BaseModel):
    kind: Literal["card"]
    digits: str


class _Cash(BaseModel):
    kind: Literal["cash"]
    given: int


def test_variants_ignore_the_keys_of_others() -> None:
    """The merged shape has all keys; only those of the chosen kind count."""
    schema = _one(Annotated[Union[_Card, _Cash], Field(discriminator="kind")])

    reading = schema.read({"x": {"kind": "CASH", "given": 5, "digits": "1234"}})

    assert reading.value.x == _Cash(kind="cash", given=5)
    assert ("x.digits", "unknown_key") in [(f.path, f.kind) for f in reading.findings]


def test_own_normalisers_come_first() -> None:
    """A marker with `normalise` turns what is written into what is meant, with a finding."""
    thousands = Normalise(
        lambda v: int(v[:-1]) * 1000 if isinstance(v, str) and v[-1:] == "k" else v
    )

    schema = _one(Annotated[int, thousands])

    assert schema.read({"x": "12k"}).value.x == 12000
    assert schema.read({"x": "12k"}).findings == (Finding("x", "normalised", "by `Normalise`"),)
    assert schema.canonical({"x": "12k"}) == {"x": 12000}


@pytest.mark.parametrize(
    ("label", "violations"),
    [
        (
            {"due": "03/04/2024"},
            (
                (
                    "due",
                    (
                        "nothing says whether day, month or year comes first: write YYYY-MM-DD, "
                        "or declare `Conventions`"
                    ),
                ),
            ),
        ),
        ({"total": "1,234"}, (("total", "can be read in two ways"),)),
        (
            {"dueDate": "2024-01-01", "note": 1},
            (
                ("dueDate", "the schema has no such key"),
                ("note", "the schema has no such key"),
            ),
        ),
        (
            {"due": "soon", "net": []},
            (
                ("due", "must be a date, YYYY-MM-DD"),
                ("net", "must be one number such as 1234.50, of at most 40 digits"),
            ),
        ),
    ],
)  # fmt: skip
def test_labels_have_one_meaning_or_are_refused(label: Any, violations: Any) -> None:
    """A label is the truth: whatever can be read in two ways, or is not asked for, is named."""
    with pytest.raises(LabelError) as caught:
        DocumentSchema(Bill).canonical(label)

    assert caught.value.violations == violations


def test_labels_may_be_written_as_people_do() -> None:
    """Where a form has one meaning, a label in it is a label."""
    schema = DocumentSchema(Bill)

    assert schema.canonical({"due": "31.12.2024", "net": "$1,234.50", "total": "1.234"}) == {
        "issued": None,
        "due": "2024-12-31",
        "net": Decimal("1234.5"),
        "total": Decimal("1.234"),
    }


@pytest.mark.parametrize("text", ["RM 3.90", "RM3.90", "3,90 EUR", "Rs. 3.90", "3.90 dollars"])
def test_amount_with_its_currency_is_read_and_noted(text: str) -> None:
    """A label or an answer may write the currency in letters; the reading says so."""

    class Slip(BaseModel):
        total: Decimal | None = None

    schema = DocumentSchema(Slip)
    reading = schema.read({"total": text})

    assert schema.canonical({"total": text}) == reading.canonical == {"total": Decimal("3.9")}
    assert reading.violations == ()
    assert [(f.path, f.kind) for f in reading.findings] == [("total", "normalised")]
