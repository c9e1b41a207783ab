"""Samples from where people have them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from datasets.pages import Invoice, folder, label, page  # type: ignore[import-not-found]
from novadoc.datasets import (
    from_csv,
    from_donut,
    from_folder,
    from_huggingface,
    from_index,
    from_records,
    from_zugferd,
    split,
)
from novadoc.errors import ConfigurationError, DatasetError
from novadoc.types import JsonValue

# --- folders --------------------------------------------------------------------------------------


def test_a_folder_pairs_documents_and_labels_by_stem(tmp_path: Path) -> None:
    """Every document with a label of its name is a sample, in the order of names."""
    found = from_folder(folder(tmp_path, 3), Invoice)

    assert [one.id for one in found] == ["000", "001", "002"]
    assert [one.label for one in found] == [label(0), label(1), label(2)]
    assert found.orphans == found.rejected == ()


def test_a_set_can_be_iterated_again(tmp_path: Path) -> None:
    """Two passes give the same samples; nothing is used up."""
    found = from_folder(folder(tmp_path, 3), Invoice)

    assert [one.id for one in found] == [one.id for one in found]
    assert len(found) == 3


def test_orphans_are_told_both_ways(tmp_path: Path) -> None:
    """A page without label and a label without page are both reported."""
    root = folder(tmp_path, 2)
    (root / "000.json").unlink()
    (root / "001.jpg").unlink()

    found = from_folder(root, Invoice)

    assert [(one.path.name, one.missing) for one in found.orphans] == [
        ("000.jpg", "label"),
        ("001.json", "document"),
    ]


def test_bad_pairs_are_rejected_and_the_rest_read(tmp_path: Path) -> None:
    """Each bad label or document is listed with its reason; reading goes on."""
    root = folder(tmp_path, 5)
    (root / "000.json").write_text("{not json")
    (root / "001.json").write_text('{"total": "a lot", "number": 7}')
    (root / "002.jpg").write_bytes(b"")
    (root / "003.json").write_text("[1]")

    found = from_folder(root, Invoice)

    assert [one.id for one in found] == ["004"]
    assert [one.id for one in found.rejected] == ["000", "001", "002", "003"]
    assert dict(found.rejected[1].violations).keys() >= {"total"}
    assert not any("a lot" in one.reason for one in found.rejected)


def test_a_label_with_other_keys_says_how_to_leave_them_out(tmp_path: Path) -> None:
    """The rejection names both ways, and a class that ignores other keys takes the label."""
    root = folder(tmp_path, 1)
    (root / "000.json").write_text('{"number": "7", "scanner": "B"}')

    class Lenient(Invoice, extra="ignore"):
        pass

    (rejected,) = from_folder(root, Invoice).rejected
    assert rejected.violations == (("scanner", "the schema has no such key"),)
    assert "`converter`" in rejected.reason
    assert 'extra="ignore"' in rejected.reason
    assert [one.label["number"] for one in from_folder(root, Lenient)] == ["7"]


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        pytest.param("{name}.label.json", "a/scan.jpg.label.json", id="whole name"),
        pytest.param("../labels/{stem}.json", "labels/scan.json", id="folder beside"),
        pytest.param("truth.json", "a/truth.json", id="one document a folder"),
        pytest.param("*.truth.json", "a/scan.truth.json", id="a glob that can only mean the stem"),
    ],
)
def test_labels_are_found_by_pattern(tmp_path: Path, pattern: str, place: str) -> None:
    """The pattern says where a label lies, relative to its document."""
    (tmp_path / "a").mkdir()
    (tmp_path / "labels").mkdir()
    (tmp_path / "a" / "scan.jpg").write_bytes(page(1))
    (tmp_path / place).write_text('{"number": "7"}')

    found = from_folder(tmp_path, Invoice, pattern=pattern)

    assert [one.label["number"] for one in found] == ["7"]


@pytest.mark.parametrize(
    "pattern", ["*/label.json", "**/*.json", "*.*.json", "{stem}*.json", "labels*/{stem}.json"]
)
def test_a_glob_that_names_no_document_is_refused(tmp_path: Path, pattern: str) -> None:
    """It would find nothing; the error says what to write instead."""
    with pytest.raises(ConfigurationError, match=r"`\{stem\}` where"):
        from_folder(folder(tmp_path, 1), Invoice, pattern=pattern)


def test_a_pattern_that_nothing_fits_leaves_orphans_and_an_error_that_names_them(
    tmp_path: Path,
) -> None:
    """Nothing pairs: both sides are told, and the next step says where to look."""
    root = folder(tmp_path, 1)
    (root / "b[1].truth.json").write_text("{}")

    found = from_folder(root, Invoice, pattern="{stem}[1].truth.json")

    missing = {(one.path.name, one.missing) for one in found.orphans}
    assert {("000.jpg", "label"), ("b[1].truth.json", "document")} == missing
    with pytest.raises(DatasetError, match=r"`\.orphans`"):
        split(found)


def test_a_label_that_two_documents_claim_is_nobodys(tmp_path: Path) -> None:
    """scan.jpg and scan.png with one scan.json cannot both be right."""
    root = folder(tmp_path, 1)
    (root / "000.png").write_bytes(page(0, kind="PNG"))

    found = from_folder(root, Invoice)

    assert len(found) == 0
    assert len(found.rejected) == 2


def test_a_converter_makes_labels_fit(tmp_path: Path) -> None:
    """A converter's own failure on an odd label is a rejection, not a crash."""
    root = folder(tmp_path, 2)
    (root / "000.json").write_text('{"fields": {"No": "7"}}')

    def convert(value: JsonValue) -> JsonValue:
        return {"number": value["fields"]["No"]}  # type: ignore[call-overload,index]

    found = from_folder(root, Invoice, converter=convert)

    assert [one.label["number"] for one in found] == ["7"]
    assert "KeyError" in found.rejected[0].reason


def test_groups_come_from_the_path(tmp_path: Path) -> None:
    """A function of the relative path tells what belongs together."""
    folder(tmp_path / "acme", 1)

    found = from_folder(tmp_path, Invoice, group=lambda path: path.parts[0])

    assert [one.group for one in found] == ["acme"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Missing folders and unknown placeholders are refused."""
    with pytest.raises(DatasetError):
        from_folder(tmp_path / "gone", Invoice)
    with pytest.raises(ConfigurationError, match="placeholder"):
        from_folder(tmp_path, Invoice, pattern="{base}.json")


# --- lists ----------------------------------------------------------------------------------------


def test_a_list_names_documents_and_labels(tmp_path: Path) -> None:
    """A JSONL list may hold answers or their paths, ids and groups."""
    folder(tmp_path, 2)
    rows = [
        {"document": "000.jpg", "label": {"number": "7"}, "id": "first", "group": "g"},
        {"document": "001.jpg", "label": "001.json"},
        {"document": "gone.jpg", "label": {}},
        {"label": {}},
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, rows)))

    found = from_index(tmp_path / "list.jsonl", Invoice)

    assert [(one.id, one.group, one.label["number"]) for one in found] == [
        ("first", "g", "7"),
        ("001", None, "R-0001"),
    ]
    assert len(found.rejected) == 2


# --- published sets -------------------------------------------------------------------------------


def test_donut_metadata_is_read_with_its_splits(tmp_path: Path) -> None:
    """`gt_parse` in `ground_truth` text is the label, in every sub-folder with metadata."""
    for part in ("train", "test"):
        folder(tmp_path / part, 1)
        row = {"file_name": "000.jpg", "ground_truth": json.dumps({"gt_parse": {"number": part}})}
        (tmp_path / part / "metadata.jsonl").write_text(f"{json.dumps(row)}\n{{bad\n")

    found = from_donut(tmp_path, Invoice)

    assert [(one.id, one.label["number"]) for one in found] == [
        ("test/000", "test"),
        ("train/000", "train"),
    ]
    assert [one.id for one in found.rejected] == [
        "test/metadata.jsonl:2",
        "train/metadata.jsonl:2",
    ]


@pytest.mark.parametrize("form", ["bytes", "mapping", "pillow", "path"])
def test_rows_give_their_page_in_any_form(tmp_path: Path, form: str) -> None:
    """Bytes, `{bytes, path}`, Pillow images and paths all open."""
    import io

    from PIL import Image

    data = page(3)
    (tmp_path / "p.jpg").write_bytes(data)
    forms: dict[str, object] = {
        "bytes": data,
        "mapping": {"bytes": data, "path": None},
        "pillow": Image.open(io.BytesIO(data)),
        "path": str(tmp_path / "p.jpg"),
    }
    rows = [{"scan": forms[form], "answer": {"number": "7"}, "key": "k"}]

    (one,) = from_huggingface(rows, Invoice, image="scan", label="answer", name="key")

    assert (one.id, one.label["number"]) == ("k", "7")
    assert one.document.image(1).width == 240


def test_a_row_without_image_is_rejected() -> None:
    """An empty image column names the row and goes on."""
    found = from_huggingface([{"image": None, "ground_truth": {"number": "7"}}], Invoice)

    assert [one.id for one in found.rejected] == ["000000"]


# --- tables ---------------------------------------------------------------------------------------

COLUMNS = {"No": "number", "Sum": "total", "Item": "lines[].description", "Net": "lines[].amount"}


def test_an_export_becomes_labels(tmp_path: Path) -> None:
    """Repeated rows are line items; values are read as the export writes them."""
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "Invoice R-17 (final).jpg").write_bytes(page(1))
    (tmp_path / "export.csv").write_text(
        "Doc;No;Sum;Item;Net\nR17;R-17;1.234,50;Bolt;1.000,00\nR17;R-17;1.234,50;Nut;234,50\n",
        encoding="utf-8-sig",
    )

    (one,) = from_csv(
        tmp_path / "export.csv", Invoice, columns=COLUMNS, documents=tmp_path / "scans", key="Doc"
    )

    assert one.label == {
        "number": "R-17",
        "total": Decimal("1234.50"),
        "lines": [
            {"description": "Bolt", "amount": Decimal(1000)},
            {"description": "Nut", "amount": Decimal("234.50")},
        ],
    }


def test_what_does_not_match_is_reported(tmp_path: Path) -> None:
    """Keys without a document, with two, or with contradicting rows are told apart."""
    for name in ("a-1.jpg", "b-1.jpg", "b-1 copy.jpg", "c-1.jpg", "d-1.jpg", "spare.jpg"):
        (tmp_path / name).write_bytes(page(1))
    rows = [
        {"Doc": "A-1", "No": "1", "Sum": ""},
        {"Doc": "1", "No": "1"},
        {"Doc": "C-1", "No": "1"},
        {"Doc": "C-1", "No": "2"},
        {"Doc": "Z-9", "No": "9"},
        {"Doc": None, "No": "9"},
    ]

    found = from_records(
        rows, Invoice, columns={"No": "number", "Sum": "total"}, documents=tmp_path, key="Doc"
    )

    assert [(one.id, one.label["total"]) for one in found] == [("A-1", None)]
    reasons = {one.id: one.reason for one in found.rejected}
    assert reasons.keys() == {"1", "C-1", "Z-9", ""}
    assert "5 documents" in reasons["1"]
    assert "several values" in reasons["C-1"]
    assert "no document" in reasons["Z-9"]
    assert {path.path.name for path in found.orphans} >= {"spare.jpg", "d-1.jpg"}


@pytest.mark.parametrize("path", ["a[].b[].c", "", "a..b", "a[0]"])
def test_a_path_that_is_none_is_refused(tmp_path: Path, path: str) -> None:
    """Columns lead to one field, at most through one list."""
    with pytest.raises(ConfigurationError):
        from_records([], Invoice, columns={"c": path}, documents=tmp_path, key="k")


# --- e-invoices -----------------------------------------------------------------------------------


class Party(BaseModel):
    name: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None


class Item(BaseModel):
    description: str | None = None
    quantity: str | None = None
    net_price: str | None = None
    total: str | None = None


class Electronic(BaseModel):
    invoice_number: str | None = None
    type_code: str | None = None
    issue_date: str | None = None
    currency: str | None = None
    seller: Party = Party()
    buyer: Party = Party()
    net_total: str | None = None
    tax_total: str | None = None
    grand_total: str | None = None
    due_payable: str | None = None
    lines: list[Item] = []


def test_e_invoices_are_labelled_by_their_own_xml(real_data: Path) -> None:
    """Every real e-invoice gives exactly the label that its XML states."""
    root = real_data / "invoices" / "facturx"

    found = from_zugferd(root, Electronic)

    assert found.rejected == found.orphans == ()
    assert len(found) == len(list(root.glob("*.pdf")))
    for one in found:
        stated = json.loads((root / f"{one.id}.pdf.label.json").read_text(encoding="utf-8"))
        assert one.label == stated


def test_pdfs_without_xml_are_orphans(real_data: Path) -> None:
    """An invoice that carries no XML is told, and not guessed at."""
    found = from_zugferd(real_data / "invoices" / "scanned", Electronic)

    assert (len(found), len(found.orphans)) == (0, 3)
