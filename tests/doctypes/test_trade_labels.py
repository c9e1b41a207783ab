"""Labels of real invoices, receipts and 1099 forms."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from novadoc.doctypes import (
    DetailedReceipt,
    Form1099,
    Invoice,
    Receipt,
    detailed_receipt_from_items,
    form1099_from_fields,
    invoice_from_facturx,
    invoice_from_fields,
    invoice_from_invoice2data,
    receipt_from_sroie,
)
from novadoc.errors import LabelError
from novadoc.schema import DocumentSchema
from novadoc.types import JsonValue


def load(path: Path) -> JsonValue:
    label: JsonValue = json.loads(path.read_text("utf-8"))
    return label


def test_electronic_invoices(real_data: Path) -> None:
    """The truth inside every Factur-X and ZUGFeRD file fits, lines and totals included."""
    files = sorted((real_data / "invoices" / "facturx").glob("*.label.json"))
    schema = DocumentSchema(Invoice)

    assert len(files) == 13
    for file in files:
        label = load(file)
        assert isinstance(label, dict)
        assert isinstance(label["lines"], list)
        invoice = schema.read(schema.canonical(invoice_from_facturx(label))).value
        assert invoice is not None
        assert invoice.number == label["invoice_number"]
        assert invoice.total == Decimal(str(label["grand_total"]))
        assert invoice.issue_date is not None
        assert f"{invoice.issue_date:%Y%m%d}" == label["issue_date"]
        assert len(invoice.lines) == len(label["lines"])


def test_most_electronic_invoices_add_up(real_data: Path) -> None:
    """The checks are silent on sound invoices; discounts on the whole are what they notice."""
    files = sorted((real_data / "invoices" / "facturx").glob("*.label.json"))
    schema = DocumentSchema(Invoice)
    noticed = {
        file.name: [f.message for f in schema.read(invoice_from_facturx(load(file))).findings]
        for file in files
    }

    sound = [name for name, messages in noticed.items() if not messages]
    assert len(sound) >= 8


def test_one_electronic_invoice_in_full(real_data: Path) -> None:
    """Parties, address lines and a line item, converted."""
    file = real_data / "invoices" / "facturx" / "ZUGFeRD_1p0_COMFORT_Rabatte.pdf.label.json"

    invoice = Invoice.model_validate(invoice_from_facturx(load(file)))

    assert invoice.seller.name == "Lieferant GmbH"
    assert invoice.seller.address == "Lieferantenstraße 20, 80333 München"
    assert invoice.lines[2].description == "Mineralwasser Medium 12 x 1,0l PET"
    assert invoice.lines[2].quantity == 20
    assert (invoice.total, invoice.amount_due) == (Decimal("215.14"), Decimal("165.14"))


def test_form_reader_invoice(real_data: Path) -> None:
    """The flat keys of a form reader."""
    label = load(real_data / "invoices" / "contoso_invoice.pdf.label.json")

    invoice = DocumentSchema(Invoice).read(invoice_from_fields(label)).value

    assert invoice is not None
    assert (invoice.number, invoice.order_number, invoice.currency) == ("INV-100", "PO-3333", "USD")
    assert invoice.seller.name == "CONTOSO LTD."
    assert (invoice.total, invoice.amount_due) == (Decimal("110.00"), Decimal("610.00"))
    assert str(invoice.due_date) == "2019-12-15"


def test_invoice2data_labels(real_data: Path) -> None:
    """What invoice2data found in six real invoices; its section headers are no lines."""
    files = sorted((real_data / "invoices" / "real").glob("*.label.json"))
    schema = DocumentSchema(Invoice)

    assert len(files) == 6
    lines = {}
    for file in files:
        reading = schema.read(schema.canonical(invoice_from_invoice2data(load(file))))
        assert reading.value is not None
        assert reading.value.number
        assert reading.value.total
        assert all(line.description for line in reading.value.lines)
        lines[file.name.partition(".")[0]] = len(reading.value.lines)
    assert lines["AmazonWebServices"] == 4
    assert lines["oyo"] == 0


def test_sroie_keys(real_data: Path) -> None:
    """Every key of the public receipt set fits; its totals are numbers whatever their dress."""
    files = sorted((real_data / "receipts").glob("sroie*/*.label.json"))
    schema = DocumentSchema(Receipt)

    assert len(files) >= 250
    for file in files:
        canonical = schema.canonical(receipt_from_sroie(load(file)))
        assert canonical["company"], file.name
        assert canonical["total"] is not None, file.name


def test_receipts_with_items(real_data: Path) -> None:
    """Photographed receipts with items; their sums hold."""
    schema = DocumentSchema(DetailedReceipt)
    for name in ("photo_plain", "photo_handwritten_tip"):
        label = load(real_data / "receipts" / f"{name}.png.label.json")
        reading = schema.read(detailed_receipt_from_items(label))
        assert reading.value is not None
        assert len(reading.value.items) == 2
        assert reading.findings == ()


def test_1099_forms(real_data: Path) -> None:
    """Filled Forms 1099-MISC: amounts, ticks and the state line."""
    folder = real_data / "forms" / "1099"
    schema = DocumentSchema(Form1099)

    payer, recipient = (
        schema.read(form1099_from_fields(load(folder / f"f1099msc_{side}.pdf.label.json"))).value
        for side in ("payer", "recipient")
    )

    assert payer is not None
    assert recipient is not None
    assert (payer.amounts.rents, payer.amounts.attorney_proceeds) == (1500, 500)
    assert (payer.fatca, payer.direct_sales, payer.second_tin_notice) == (True, False, True)
    assert recipient.amounts.golden_parachute == 300000
    assert [(s.tax, s.state_number, s.income) for s in recipient.states] == [(200, "CA", 1000)]


@pytest.mark.parametrize(
    ("convert", "label", "path"),
    [
        pytest.param(invoice_from_facturx, {"issue_date": "2024-01-02"}, "issue_date", id="date"),
        pytest.param(invoice_from_facturx, {"lines": {}}, "lines", id="lines"),
        pytest.param(invoice_from_facturx, {"lines": [3]}, "lines[0]", id="line"),
        pytest.param(
            invoice_from_facturx, {"lines": [{"total": "x"}]}, "lines[0].amount", id="amount"
        ),
        pytest.param(invoice_from_invoice2data, [{}, {}], "", id="two-invoices"),
        pytest.param(detailed_receipt_from_items, {"items": [["a"]]}, "items[0]", id="row"),
        pytest.param(receipt_from_sroie, {"total": "free"}, "total", id="total"),
        pytest.param(receipt_from_sroie, ["total"], "", id="list"),
    ],
)
def test_misfits_name_their_place(convert: object, label: JsonValue, path: str) -> None:
    """A label of another form is an error at its place."""
    assert callable(convert)

    with pytest.raises(LabelError) as caught:
        convert(label)

    assert caught.value.path == path
