"""The converters in the hands of the readers they are made for, on folders of real documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc import datasets
from novadoc.doctypes import (
    W2,
    Form1099,
    Invoice,
    Receipt,
    form1099_from_fields,
    invoice_from_facturx,
    receipt_from_sroie,
    w2_from_boxes,
)
from novadoc.types import JsonObject, JsonValue


@pytest.mark.parametrize(
    ("folder", "pattern", "doctype", "converter", "count", "rejected"),
    [
        # The blank form's label holds the places of its boxes instead of values.
        pytest.param("w2", "{name}.label.json", W2, w2_from_boxes, 4, 1, id="w2"),
        pytest.param(
            "forms/1099", "{name}.label.json", Form1099, form1099_from_fields, 2, 0, id="1099"
        ),
        pytest.param(
            "receipts/sroie", "{name}.label.json", Receipt, receipt_from_sroie, 20, 0, id="sroie"
        ),
        pytest.param(
            "invoices/facturx",
            "{name}.label.json",
            Invoice,
            invoice_from_facturx,
            13,
            0,
            id="facturx",
        ),
    ],
)
def test_folders_of_real_documents(
    real_data: Path,
    folder: str,
    pattern: str,
    doctype: type[BaseModel],
    converter: Callable[[JsonValue], JsonObject],
    count: int,
    rejected: int,
) -> None:
    """`from_folder` with a converter reads a public set's own labels; misfits are listed."""
    samples = datasets.from_folder(
        real_data / folder, doctype, pattern=pattern, converter=converter
    )

    assert (len(samples), len(samples.rejected)) == (count, rejected)


def test_electronic_invoices_label_themselves(real_data: Path) -> None:
    """The XML inside each PDF, through the converter, is the label file's truth."""
    folder = real_data / "invoices" / "facturx"

    inside = datasets.from_zugferd(folder, Invoice, converter=invoice_from_facturx)
    beside = datasets.from_folder(
        folder, Invoice, pattern="{name}.label.json", converter=invoice_from_facturx
    )

    assert inside.rejected == ()
    assert len(inside) == 13
    truth = {sample.id.removesuffix(".pdf"): sample.label for sample in beside}
    equal = [s.label == truth[s.id.removesuffix(".pdf")] for s in inside]
    assert sum(equal) >= 11
