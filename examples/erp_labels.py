"""Makes training samples of an accounts-payable export, and explains every row it leaves out.

python examples/erp_labels.py

The export is as SAP writes it and a spreadsheet leaves it: a header row and item rows for each
posting, German decimals and dates, numbers without their leading zeros, vendors by number. The
scans lie in an archive under the posting's number. Export and pages come from `_erp_export.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

import novadoc as nd
from novadoc import datasets
from novadoc.datasets import Provenance, Rejected, Sample, SampleSet
from novadoc.schema import Conventions

COLUMNS = {
    "Referenz": "number",
    "Belegdatum": "issue_date",
    "Name": "seller",
    "Waehrung": "currency",
    "Netto": "net_total",
    "Positionstext": "lines[].text",
    "Menge": "lines[].quantity",
    "Betrag": "lines[].amount",
}


class Line(BaseModel):
    text: str | None = None
    quantity: Decimal | None = None
    amount: Decimal | None = None


class Invoice(BaseModel):
    """A supplier's invoice, as far as accounts payable know it."""

    number: str | None = None
    issue_date: date | None = None
    seller: str | None = None
    currency: str | None = None
    lines: list[Line] = []
    net_total: Decimal | None = None


class Vendor(NamedTuple):
    """A line of the vendor master."""

    name: str
    digits: int  # of its invoice numbers, when they are all digits


def read(export: Path, archive: Path, vendors: dict[str, Vendor]) -> SampleSet:
    """Read the export: each posting becomes a sample, or a rejection with its reason."""
    schema = nd.DocumentSchema(Invoice, conventions=Conventions(dates="DMY", decimal=","))
    refused: list[Rejected] = []
    with export.open(encoding="cp1252", newline="") as file:
        rows = list(_restored(csv.DictReader(file, delimiter=";"), vendors, refused))
    found = datasets.from_records(rows, schema, columns=COLUMNS, documents=archive, key="Beleg")
    kept = list(_adding_up(found, refused))
    known = {one.id for one in refused}  # explained already, so their scans lack no posting
    orphans = [one for one in found.orphans if one.path.stem not in known]
    samples = SampleSet(kept, orphans=orphans, rejected=(*refused, *found.rejected))
    return samples.with_provenance(Provenance("erp", annotator=export.name))


def _restored(
    rows: Iterable[dict[str, str]], vendors: dict[str, Vendor], refused: list[Rejected]
) -> Iterator[dict[str, str]]:
    """Give numbers their zeros back (SAP's own have ten digits), and vendors their names."""
    unknown = set[str]()
    for row in rows:
        posting, reference = row["Belegnr"].zfill(10), row["Referenz"]
        vendor = vendors.get(row["Kreditor"].zfill(10))
        if vendor is None and row["Kreditor"]:  # item rows name none
            unknown.add(posting)
            refused.append(Rejected(posting, f"vendor {row['Kreditor']} is not in the master."))
        if vendor is not None and reference.isdigit():
            reference = reference.zfill(vendor.digits)
        if posting not in unknown:
            name = vendor.name if vendor else ""
            yield {**row, "Beleg": posting, "Referenz": reference, "Name": name}


def _adding_up(samples: Iterable[Sample], refused: list[Rejected]) -> Iterator[Sample]:
    """Let through what an auditor would: items that add up to the net total."""
    for sample in samples:
        invoice = Invoice.model_validate(sample.label)
        if sum(line.amount or Decimal(0) for line in invoice.lines) == invoice.net_total:
            yield sample
        else:
            refused.append(Rejected(sample.id, "the items do not add up to the net total."))


def main(export: Path, archive: Path, vendors: dict[str, Vendor]) -> datasets.DatasetManifest:
    """Read, say what was left out and why, write a data set, check it."""
    samples = read(export, archive, vendors)
    print(f"{len(samples)} samples of {export.name}")
    print(*(f"  left out {one.id}: {one.reason}" for one in samples.rejected), sep="\n")
    print(*(f"  no posting for {one.path.name}" for one in samples.orphans), sep="\n")
    folder = export.parent / "dataset"
    written = datasets.write_sft(samples, prompt=nd.ExtractionPrompt(Invoice), folder=folder)
    print(f"{written.records} records, problems:", *datasets.check(written), sep="\n  ")
    return written


if __name__ == "__main__":
    from _erp_export import invent

    names, files = invent(Path("out/erp"))
    main(*files, {number: Vendor(*facts) for number, facts in names.items()})
