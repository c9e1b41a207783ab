"""Shows invoices with line items, measured against the exact truth that e-invoices carry inside.

python examples/invoices.py

An e-invoice needs no model: its data is in the PDF. That makes it a free test set, and training
set, for the same sellers' invoices that arrive on paper. The PDFs come from `_e_invoices.py`; the
model is the small one behind the local AWS, not Amazon Nova.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

import novadoc as nd
from novadoc import datasets, metrics
from novadoc.doctypes import InvoiceLine, invoice_from_facturx
from novadoc.local import LocalAWS
from novadoc.metrics import Category, Identifier, Money, Text
from novadoc.prompts import ModelBackend
from novadoc.types import JsonObject, JsonValue
from novadoc.workflows import export

Amount = Annotated[Decimal | None, Money(), Category("Totals")]


class Bill(BaseModel):
    """A supplier's invoice, as far as the XML tells it: what truth cannot judge is not asked."""

    number: Annotated[str | None, Identifier(), Category("Header")] = Field(
        None, description="Invoice number, as printed, with leading zeros"
    )
    issue_date: Annotated[date | None, Category("Header")] = Field(None, description="Invoice date")
    seller: Annotated[str | None, Text(threshold=0.9), Category("Header")] = Field(
        None, description="Name of the company that sends the invoice"
    )
    lines: Annotated[list[InvoiceLine], Category("Lines")] = Field(
        default_factory=list, description="The billed items, from top to bottom"
    )
    net_total: Amount = Field(None, description="Total before tax")
    tax_total: Amount = Field(None, description="Tax")
    total: Amount = Field(None, description="Invoice total with tax")


def bill(label: JsonValue) -> JsonObject:
    """Turn the XML's fields into the schema's shape: the ready-made converter, and what we ask."""
    invoice: dict = invoice_from_facturx(label)
    return {
        **{name: invoice[name] for name in Bill.model_fields},
        "seller": invoice["seller"]["name"],
    }


def read_truth(folder: Path) -> datasets.SampleSet:
    """Read PDFs with their XML as labels; say which have none, and which cannot be trusted."""
    samples = datasets.from_zugferd(folder, Bill, converter=bill)
    print(f"{len(samples)} e-invoices with {sum(len(one.label['lines']) for one in samples)} lines")
    print(*(f"  no XML in {one.path.name}" for one in samples.orphans), sep="\n")
    print(*(f"  left out {one.id}: {one.reason}" for one in samples.rejected), sep="\n")
    return samples


def main(inbox: Path, folder: Path = Path("out/invoices")) -> metrics.Report:
    """Read an inbox of e-invoices with the base model, judge lines and totals, export both."""
    samples = read_truth(inbox)
    with LocalAWS() as local:
        aws = nd.Bedrock.connect(session=local.session(), endpoint_url=local.url)
        return measure(aws.model("nova-lite"), samples, folder)


def measure(model: ModelBackend, samples: datasets.SampleSet, folder: Path) -> metrics.Report:
    """Judge a model on the samples, and write what it read as one table for each kind of record."""
    outcomes = list(nd.Extractor(Bill, model=model, strict=False).extract_many(samples))
    report = metrics.evaluate(outcomes, schema=Bill)
    print(report.to_markdown())

    # Lines are matched whatever their order; a line counts as read when each of its cells is.
    rows = report.rows["lines[]"]
    print(f"whole lines: {rows.counts.hit} of {rows.support} right")
    for path in ("lines[].description", "lines[].quantity", "lines[].unit_price", "lines[].amount"):
        print(f"  {path}: F1 {report.fields[path].f1 or 0:.2f}")

    written = export(outcomes, folder / "tables", schema=Bill)
    print("exported:", *(path.name for path in written.values()))
    return report


if __name__ == "__main__":
    from _e_invoices import invent

    main(invent(Path("out/invoices/inbox")))
