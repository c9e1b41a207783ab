"""Every ready-made schema is complete: described, comparable, grouped, and usable as a schema."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import BaseModel

from novadoc import doctypes
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

DOCTYPES: list[type[BaseModel]] = [
    doctypes.W2,
    doctypes.W2Complete,
    doctypes.Form1099,
    doctypes.Invoice,
    doctypes.PurchaseOrder,
    doctypes.Receipt,
    doctypes.DetailedReceipt,
    doctypes.BankStatement,
    doctypes.Paystub,
    doctypes.LoanApplication,
]
each_doctype = pytest.mark.parametrize("doctype", DOCTYPES, ids=lambda d: d.__name__)


@each_doctype
def test_every_field_is_described_and_comparable(doctype: type[BaseModel]) -> None:
    """Each leaf tells the model what to read, and each but plain text says how it is compared."""
    for field in DocumentSchema(doctype).leaves():
        assert field.description, field.path
        assert field.nullable, field.path
        assert field.comparator is not None or field.path in {"tax_year", "time"}, field.path


@each_doctype
def test_categories_are_words_for_people(doctype: type[BaseModel]) -> None:
    """A report's first column reads well: a few groups, none called after an attribute."""
    categories = {field.category for field in DocumentSchema(doctype).leaves()}

    assert 2 <= len(categories) <= 7
    assert all(name[0].isupper() and "_" not in name for name in categories)


@each_doctype
def test_an_empty_document_is_valid(doctype: type[BaseModel]) -> None:
    """A page on which nothing is printed is all nulls and empty lists, and no finding."""
    schema = DocumentSchema(doctype)
    empty = schema.canonical({})

    reading = schema.read(empty)

    assert reading.value == doctype()
    assert (reading.violations, reading.findings) == ((), ())
    assert schema.canonical(doctype()) == empty


@each_doctype
def test_descriptions_reach_the_prompt(doctype: type[BaseModel]) -> None:
    """What is written in the class is what the model is asked."""
    schema = DocumentSchema(doctype)
    prompt = str(schema.prompt_schema)

    assert all(repr(field.description)[1:-1] in prompt for field in schema.leaves())


def test_w2_has_the_shape_others_rely_on() -> None:
    """The paths of the W-2 are fixed: labels, prompts and reports are written against them."""
    paths = [field.path for field in DocumentSchema(doctypes.W2).leaves()]

    assert paths == [
        "control_number",
        "employee.ssn",
        "employee.name",
        "employee.address",
        "employer.ein",
        "employer.name",
        "employer.address",
        "earnings.wages",
        "earnings.federal_income_tax",
        "earnings.social_security_wages",
        "earnings.social_security_tax",
        "earnings.medicare_wages",
        "earnings.medicare_tax",
        "earnings.social_security_tips",
        "earnings.allocated_tips",
        "benefits.dependent_care",
        "benefits.nonqualified_plans",
        "states[].state",
        "states[].state_id",
        "states[].wages",
        "states[].income_tax",
        "states[].local_wages",
        "states[].local_income_tax",
        "states[].locality",
    ]


def findings(doctype: type[BaseModel], data: JsonValue) -> list[str]:
    return [f.message for f in DocumentSchema(doctype).read(data).findings if f.kind == "check"]


@pytest.mark.parametrize(
    ("doctype", "data", "rule"),
    [
        pytest.param(
            doctypes.W2,
            {"earnings": {"social_security_wages": 1000, "social_security_tax": 76.5}},
            "Box 4 is 6.2 % of box 3.",
            id="social-security",
        ),
        pytest.param(
            doctypes.W2,
            {"earnings": {"medicare_wages": 1000, "medicare_tax": 29}},
            "Box 6 is 1.45 % of box 5, up to 2.35 % above 200,000.",
            id="medicare",
        ),
        pytest.param(
            doctypes.W2,
            {"earnings": {"wages": 100, "federal_income_tax": 500}},
            "Box 2 is not more than box 1.",
            id="tax-above-wages",
        ),
        pytest.param(
            doctypes.Invoice,
            {"net_total": 100, "tax_total": 19, "total": 191},
            "Net total and tax add up to the total.",
            id="invoice-totals",
        ),
        pytest.param(
            doctypes.Invoice,
            {"lines": [{"amount": 10}, {"amount": 20}], "net_total": 40, "total": 44},
            "The lines add up to the total before tax, or to the total.",
            id="invoice-lines",
        ),
        pytest.param(
            doctypes.Invoice,
            {"issue_date": "2024-03-02", "due_date": "2024-03-01"},
            "The invoice is not due before its date.",
            id="invoice-dates",
        ),
        pytest.param(
            doctypes.Invoice,
            {"lines": [{"quantity": 2, "unit_price": 3, "amount": 60}]},
            "Quantity times price is the line's amount.",
            id="line-price",
        ),
        pytest.param(
            doctypes.PurchaseOrder,
            {"subtotal": 10, "tax": 1, "shipping": 2, "total": 12},
            "Subtotal, tax and shipping add up to the total.",
            id="order",
        ),
        pytest.param(
            doctypes.DetailedReceipt,
            {"items": [{"amount": 3}], "subtotal": 4, "total": 4},
            "The items add up to the subtotal.",
            id="receipt",
        ),
        pytest.param(
            doctypes.BankStatement,
            {"opening_balance": 10, "closing_balance": 5, "transactions": [{"amount": -4}]},
            "Opening balance and transactions give the closing balance.",
            id="statement",
        ),
        pytest.param(
            doctypes.Paystub,
            {"gross_pay": 100, "net_pay": 110},
            "Net pay is not more than gross pay.",
            id="paystub",
        ),
        pytest.param(
            doctypes.LoanApplication,
            {"loan_amount": 4000000, "property_value": 500000},
            "The loan is not more than one and a quarter times the property's value.",
            id="loan",
        ),
        pytest.param(
            doctypes.Form1099,
            {"payer": {"tin": "12-1234567"}, "recipient": {"tin": "12-1234567"}},
            "Payer and recipient are different.",
            id="1099",
        ),
    ],
)
def test_broken_arithmetic_is_advice(doctype: type[BaseModel], data: JsonObject, rule: str) -> None:
    """A rule between fields that does not hold is a finding in words; the value still stands."""
    reading = DocumentSchema(doctype).read(data)

    assert reading.violations == ()
    assert reading.value is not None
    assert findings(doctype, data) == [rule]


@pytest.mark.parametrize(
    ("doctype", "data"),
    [
        pytest.param(
            doctypes.W2,
            {
                "earnings": {
                    "wages": 23677.70,
                    "federal_income_tax": 2841.32,
                    "social_security_wages": 24410,
                    "social_security_tax": 1513.42,
                    "medicare_wages": 24410,
                    "medicare_tax": 353.95,
                }
            },
            id="w2",
        ),
        pytest.param(
            doctypes.W2,
            {"earnings": {"medicare_wages": 300000, "medicare_tax": 5250}},
            id="additional-medicare-tax",
        ),
        pytest.param(
            doctypes.Invoice,
            {
                "lines": [
                    {"quantity": 3, "unit_price": "3.3333", "amount": 10},
                    {"quantity": 1, "unit_price": 90, "amount": 90},
                ],
                "net_total": 100,
                "tax_total": 19,
                "total": 119,
            },
            id="invoice",
        ),
        pytest.param(
            doctypes.BankStatement,
            {
                "opening_balance": 100,
                "deposits": 50,
                "withdrawals": 30,
                "closing_balance": 120,
                "transactions": [{"amount": 50}, {"amount": -30}],
            },
            id="statement",
        ),
        pytest.param(
            doctypes.Paystub,
            {
                "earnings": [{"amount": 320}, {"amount": 15}, {"amount": 80}, {"amount": "37.43"}],
                "gross_pay": "452.43",
                "net_pay": "291.90",
            },
            id="paystub",
        ),
    ],
)
def test_sound_arithmetic_is_silent(doctype: type[BaseModel], data: JsonObject) -> None:
    """Rules that hold, with the rounding that real documents have, say nothing."""
    assert findings(doctype, data) == []


def test_a_subclass_adds_a_field() -> None:
    """A team's own field joins a ready-made schema by subclassing."""

    class OurInvoice(doctypes.Invoice):
        """An invoice with our cost centre."""

        cost_centre: str | None = None

    schema = DocumentSchema(OurInvoice)

    assert schema.field("cost_centre").kind == "string"
    assert schema.read({"total": 5, "cost_centre": "K7"}).value == OurInvoice(
        total=Decimal(5), cost_centre="K7"
    )
