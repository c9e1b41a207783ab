"""Folders and tables as people have them: nothing is dropped or made up in silence."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel

from datasets.pages import Invoice, page  # type: ignore[import-not-found]
from novadoc.datasets import (
    SampleSet,
    from_csv,
    from_donut,
    from_folder,
    from_index,
    from_jsonl,
    from_records,
    from_zugferd,
    write_sft,
)
from novadoc.datasets._zugferd import cross_industry_invoice
from novadoc.errors import ConfigurationError, DatasetError, LabelError
from novadoc.prompts import ExtractionPrompt
from novadoc.schema import Conventions, DocumentSchema

NFC, NFD = (unicodedata.normalize(form, "M\u00fcller") for form in ("NFC", "NFD"))


def documents(root: Path, *names: str) -> Path:
    root.mkdir(exist_ok=True)
    for place, name in enumerate(names):
        (root / name).write_bytes(page(place))
    return root


def table(root: Path, *rows: dict[object, object], **columns: str) -> SampleSet:
    return from_records(
        rows,  # type: ignore[arg-type]
        Invoice,
        columns=columns or {"No": "number"},
        documents=root,
        key="Key",
    )


# --- folders --------------------------------------------------------------------------------------


def test_links_are_followed_once(tmp_path: Path) -> None:
    """A linked folder is read, and one that leads in a circle ends."""
    kept = documents(tmp_path / "kept", "a.jpg")
    (kept / "a.json").write_text('{"number": "1"}')
    root = documents(tmp_path / "root")
    (root / "linked").symlink_to(kept)
    (root / "circle").symlink_to(root)

    found = from_folder(root, Invoice)

    assert found.ids == ("linked/a",)


@pytest.mark.parametrize(
    ("document", "label"),
    [(f"{NFC}.jpg", f"{NFD}.json"), (f"{NFD}.jpg", f"{NFC}.json"), ("A.JPG", "a.JSON")],
)
def test_names_that_people_take_for_one_are_one(tmp_path: Path, document: str, label: str) -> None:
    """Systems write accents in two ways and lose the case of letters."""
    documents(tmp_path, document)
    (tmp_path / label).write_text('{"number": "1"}')

    found = from_folder(tmp_path, Invoice)

    assert (len(found), found.orphans) == (1, ())


def test_a_label_of_unusual_case_is_an_orphan_too(tmp_path: Path) -> None:
    """It is told like any other."""
    documents(tmp_path)
    (tmp_path / "a.JSON").write_text("{}")

    assert [one.path.name for one in from_folder(tmp_path, Invoice).orphans] == ["a.JSON"]


def test_an_e_invoice_may_shout(real_data: Path, tmp_path: Path) -> None:
    """The suffix `.PDF` is one of PDFs."""
    some = next((real_data / "invoices" / "facturx").glob("*.pdf"))
    (tmp_path / "A.PDF").write_bytes(some.read_bytes())

    found = from_zugferd(tmp_path, Invoice, converter=lambda _: {"number": "1"})

    assert found.ids == ("A",)


@pytest.mark.parametrize(
    "xml",
    [
        b'<?xml version="1.0" encoding="foo"?><a/>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
    ],
    ids=["no such encoding", "entities in UTF-16"],
)
def test_odd_xml_is_a_typed_error(xml: bytes) -> None:
    """Whatever a PDF carries."""
    with pytest.raises(LabelError):
        cross_industry_invoice(xml)


def test_what_donut_metadata_leaves_open_is_told(tmp_path: Path) -> None:
    """Lines without one answer, of another encoding or of another place; images nobody names."""
    documents(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    lines = [
        json.dumps({"file_name": "a.jpg"}).encode(),
        json.dumps({"file_name": "b.jpg", "gt_parses": [{"number": "1"}, {}]}).encode(),
        '{"file_name": "\u00fc.jpg"}'.encode("latin-1"),
        json.dumps({"file_name": "/nowhere/a.jpg", "gt_parse": {}}).encode(),
    ]
    (tmp_path / "metadata.jsonl").write_bytes(b"\n".join(lines))

    found = from_donut(tmp_path, Invoice, converter=lambda _: {"number": "made up"})

    assert (len(found), len(found.rejected)) == (0, 4)
    assert [one.path.name for one in found.orphans] == ["c.jpg"]


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "name", "is_found"),
    [
        ("INV-1", "INV-10.jpg", False),
        ("INV-1", "INV-1_2024.jpg", True),
        ("4711", "RE4711.jpg", True),
        ("4711", "47110.jpg", False),
        ("R17", "Invoice R-17 (final).jpg", True),
        ("voice", "Invoice.jpg", False),
        ("Muller", f"{NFD}.jpg", False),
        (NFC, f"Invoice {NFD}.jpg", True),
        (4711.0, "4711.jpg", True),
        (4711.0, "47110.jpg", False),
        (0, "0.jpg", True),
        (float("nan"), "nan.jpg", False),
    ],
)
def test_a_key_stands_in_a_name_as_itself(
    tmp_path: Path, key: object, name: str, is_found: bool
) -> None:
    """Never inside a longer number or word, and as it was before pandas made a decimal of it."""
    documents(tmp_path, name)

    assert len(table(tmp_path, {"Key": key, "No": "1"})) == is_found


def test_keys_that_share_a_document_have_none(tmp_path: Path) -> None:
    """One document cannot have two labels."""
    documents(tmp_path, "A1.jpg")

    found = table(tmp_path, {"Key": "A-1", "No": "1"}, {"Key": "A1", "No": "2"})

    assert (len(found), len(found.rejected)) == (0, 2)
    assert found.orphans == ()


class Missing:
    """As pandas' NA: it does not say whether it differs from itself."""

    def __ne__(self, other: object) -> Missing:  # type: ignore[override]
        return self

    def __eq__(self, other: object) -> Missing:  # type: ignore[override]
        return self

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError


def test_an_empty_cell_of_any_kind_is_null(tmp_path: Path) -> None:
    """Also pandas' NA."""
    documents(tmp_path, "a.jpg")

    (found,) = table(tmp_path, {"Key": "a", "No": Missing()})

    assert found.label["number"] is None


def test_a_column_that_no_row_has_is_an_error(tmp_path: Path) -> None:
    """A slip in its name must not make all labels null."""
    documents(tmp_path, "a.jpg")

    with pytest.raises(DatasetError, match="Nu"):
        table(tmp_path, {"Key": "a", "No": "1"}, Nu="number")


@pytest.mark.parametrize(
    "columns",
    [
        {"a": "nowhere"},
        {"a": "number.x"},
        {"a": "number", "b": "number"},
        {"a": "lines", "b": "lines[].amount"},
    ],
)
def test_paths_that_lead_astray_are_refused(tmp_path: Path, columns: dict[str, str]) -> None:
    """To no field, or two to one."""
    with pytest.raises(ConfigurationError):
        table(documents(tmp_path), **columns)


def csv_file(root: Path, content: str, **form: str) -> SampleSet:
    (root / "export.csv").write_text(content, encoding="utf-8")
    columns = {"No": "number", "Sum": "total"}
    return from_csv(
        root / "export.csv", Invoice, columns=columns, documents=root, key="Key", **form
    )


def test_a_row_of_too_many_cells_is_rejected(tmp_path: Path) -> None:
    """An amount with the delimiter in it shifts all that follow."""
    documents(tmp_path, "a.jpg", "b.jpg")

    found = csv_file(tmp_path, "Key,No,Sum\na,1,7,50\nb,2,8\n")

    assert found.ids == ("b",)
    assert "more cells" in found.rejected[0].reason


def test_a_rejected_row_names_file_and_lines(tmp_path: Path) -> None:
    """Empty lines and lines inside quotes count, so that an editor leads there."""
    documents(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    rows = 'a,1,7\n\nb,"2\n3",8\nc,3,?\nd,4,9\na,2,7\n'

    found = csv_file(tmp_path, f"sep=,\nKey,No,Sum\n{rows}")

    export = tmp_path / "export.csv"
    told = {one.id: (one.path, one.rows) for one in found.rejected}
    assert {"a": (export, (3, 9)), "c": (export, (7,)), "d": (export, (8,))} == told
    assert found.ids == ("b",)


def test_rows_of_no_file_are_told_by_number(tmp_path: Path) -> None:
    """From 1, in the order they came."""
    found = table(documents(tmp_path, "a.jpg"), {"Key": "a", "No": "1"}, {"Key": "b", "No": "2"})

    assert [(one.id, one.path, one.rows) for one in found.rejected] == [("b", None, (2,))]


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        pytest.param("sep=;\r\n", "Key;No;Sum\r\na;1,2|3;7,5\r\n", id="as Excel writes it"),
        pytest.param('"SEP=|"\n', "Key|No|Sum\na|1,2|7,5\n", id="quoted"),
        pytest.param("\ufeffsep=\t\n", "Key\tNo\tSum\na\t1,2\t7,5\n", id="after a mark"),
    ],
)
def test_a_line_that_names_the_delimiter_is_no_header(
    tmp_path: Path, first: str, rows: str
) -> None:
    """Excel begins a file with it where the delimiter is not the system's own."""
    documents(tmp_path, "a.jpg")

    (found,) = csv_file(tmp_path, first + rows)

    assert str(found.label["total"]) == "7.5"


class Bill(BaseModel):
    due: date | None = None
    paid: datetime | None = None


BILLS = DocumentSchema(Bill, conventions=Conventions(dates="excel"))


def bills(root: Path, schema: DocumentSchema[Bill], **cells: object) -> SampleSet:
    columns = {"Due": "due", "Paid": "paid"}
    row = {"Key": "a", "Due": None, "Paid": None, **cells}
    return from_records([row], schema, columns=columns, documents=root, key="Key")


@pytest.mark.parametrize(
    "day", [45292, 45292.0, "45292", " 45292,0 "], ids=["int", "float", "text", "decimals"]
)
def test_a_spreadsheets_days_are_dates_where_that_is_said(tmp_path: Path, day: object) -> None:
    """45292 is the first of January 2024, and a fraction is the time of day."""
    documents(tmp_path, "a.jpg")

    (found,) = bills(tmp_path, BILLS, Due=day, Paid=45292.75)

    assert found.label == {"due": "2024-01-01", "paid": "2024-01-01T18:00:00"}


@pytest.mark.parametrize("day", [45292, "45292"])
def test_a_number_is_no_date_unless_that_is_said(tmp_path: Path, day: object) -> None:
    """Nothing else says that it counts days."""
    documents(tmp_path, "a.jpg")

    found = bills(tmp_path, DocumentSchema(Bill), Due=day)

    assert [one.rows for one in found.rejected] == [(1,)]


@pytest.mark.parametrize("day", [7, "60", 2_958_466, "03/04/2024", True, -1])
def test_what_no_spreadsheet_counts_is_not_made_a_date(tmp_path: Path, day: object) -> None:
    """Days before March 1900 and after 9999, ambiguous text, and what is no number."""
    documents(tmp_path, "a.jpg")

    assert len(bills(tmp_path, BILLS, Due=day).rejected) == 1


def test_one_field_may_be_counted_in_days(tmp_path: Path) -> None:
    """Its marker says so, and the others are read as ever."""

    class Marked(BaseModel):
        due: Annotated[date | None, Conventions(dates="excel")] = None
        paid: date | None = None

    documents(tmp_path, "a.jpg")
    row = {"Key": "a", "Due": 45292, "Paid": "31.12.2023"}
    columns = {"Due": "due", "Paid": "paid"}

    (found,) = from_records([row], Marked, columns=columns, documents=tmp_path, key="Key")

    assert found.label == {"due": "2024-01-01", "paid": "2023-12-31"}


def test_a_header_that_says_one_thing_twice_is_an_error(tmp_path: Path) -> None:
    """Which of the two is meant is nobody's guess."""
    with pytest.raises(DatasetError, match="more than one"):
        csv_file(tmp_path, "Key,No,No,Sum\na,1,2,3\n")


@pytest.mark.parametrize("form", [{"encoding": "foo"}, {"delimiter": "::"}])
def test_a_form_that_is_none_is_refused(tmp_path: Path, form: dict[str, str]) -> None:
    """With a typed error."""
    with pytest.raises(ConfigurationError):
        csv_file(tmp_path, "Key,No,Sum\n", **form)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_unicode_comes_back(tmp_path: Path) -> None:
    """Names of another time's encoding are samples like others, written and read back."""
    name = os.fsdecode(b"Stra\xdfe")
    (tmp_path / f"{name}.jpg").write_bytes(page(1))
    (tmp_path / f"{name}.json").write_text('{"number": "1", "total": 1, "lines": []}')

    found = from_folder(tmp_path, Invoice)
    manifest = write_sft(found, prompt=ExtractionPrompt(Invoice), folder=tmp_path / "out")
    assert [one.id for one in from_jsonl(manifest)] == [name]


def test_a_key_that_lost_its_zeros_is_found(tmp_path: Path) -> None:
    """A spreadsheet makes 43 of 00043; a number inside a name is not taken for one."""
    for place, name in enumerate(("00043", "scan-2024-04", "0007", "007")):
        (tmp_path / f"{name}.jpg").write_bytes(page(place))
    rows = [{"key": "43", "n": "x"}, {"key": "4", "n": "y"}, {"key": "7", "n": "z"}]

    found = from_records(rows, Invoice, columns={"n": "number"}, documents=tmp_path, key="key")
    assert [(one.id, one.document.name) for one in found] == [("43", "00043.jpg")]
    reasons = [one.reason.partition(".")[0] for one in found.rejected]
    assert [
        "no document has this key in its name",
        "2 documents have this key in its name",
    ] == reasons


@pytest.mark.skipif(sys.platform == "win32", reason="pipes lie in folders on POSIX only")
def test_a_pipe_among_the_documents_is_rejected_and_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe waits for who writes into it."""
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "pipe.json").write_text("{}")
    os.mkfifo(tmp_path / "a.json")
    documents(tmp_path, "a.jpg")

    found = from_folder(tmp_path, Invoice)
    assert ["`pipe.jpg`: it is a pipe or a device, and no file. Give its bytes."] == [
        one.reason for one in found.rejected
    ]
    assert [one.path.name for one in found.orphans] == ["a.jpg", "a.json"]


def test_a_list_that_names_documents_twice_is_an_error(tmp_path: Path) -> None:
    """Of two columns of one name neither is taken."""
    (tmp_path / "list.csv").write_text("document,document,label\na.jpg,b.jpg,a.json\n")

    with pytest.raises(DatasetError, match="more than one column 'document'"):
        from_index(tmp_path / "list.csv", Invoice)
