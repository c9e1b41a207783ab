"""Outcomes as rows: every value lands in one cell, lists in tables of their own."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc.documents import Document
from novadoc.errors import ThrottledError
from novadoc.extraction import Extraction, ExtractionFailure, Extractor, Pages
from novadoc.prompts import Image
from novadoc.schema import DocumentSchema
from novadoc.testing import ScriptedModel
from novadoc.workflows import data_frames, export


class Cell(BaseModel):
    code: str | None = None


class Line(BaseModel):
    name: str | None = None
    amount: Decimal | None = None
    cells: list[Cell] = []


class Party(BaseModel):
    name: str | None = None


class Bill(BaseModel):
    number: str | None = None
    party: Party | None = None
    tags: list[str] = []
    rates: dict[str, Decimal] = {}
    lines: list[Line] = []


ANSWER = """{"number": "007", "party": {"name": "Köln, AG"}, "tags": ["a", "b"],
"rates": {"VAT": 7.5}, "lines": [
{"name": "x", "amount": 12345678901234567.89, "cells": [{"code": "p"}, {"code": "q"}]},
{"name": "y", "amount": null, "cells": []}]}"""


def outcomes() -> list[Extraction[Bill] | ExtractionFailure]:
    image = Image("jpeg", 8, 8, "0" * 64, location="s3://b/x.jpg")
    model = ScriptedModel([ANSWER])
    failure = ExtractionFailure(
        "bad", "bad.png", model_id="m", error=ThrottledError("No.", operation="Converse")
    )
    return [Extractor(Bill, model=model).extract(Pages("good", (image,))), failure]


def test_csv_has_a_file_for_each_list(tmp_path: Path) -> None:
    """Documents, their lines, and the lines' cells; amounts with every digit."""
    paths = export(outcomes(), tmp_path, schema=Bill)

    read = {}
    for name, path in paths.items():
        with path.open(newline="", encoding="utf-8") as file:
            read[name] = list(csv.DictReader(file))
    good, bad = read["documents"]
    assert {
        "id": "good", "source": "good", "result": "extracted", "number": "007",
        "party.name": "Köln, AG", "tags": '["a","b"]', "rates": '{"VAT":7.5}',
    } == good  # fmt: skip
    assert ("bad", "ThrottledError", "") == (bad["id"], bad["result"], bad["number"])
    assert [
        {"id": "good", "row": "0", "name": "x", "amount": "12345678901234567.89"},
        {"id": "good", "row": "1", "name": "y", "amount": ""},
    ] == read["lines"]
    assert [
        {"id": "good", "row_1": "0", "row_2": "0", "code": "p"},
        {"id": "good", "row_1": "0", "row_2": "1", "code": "q"},
    ] == read["lines.cells"]


def test_jsonl_keeps_types(tmp_path: Path) -> None:
    """Numbers stay numbers, nulls nulls; each line has all columns."""
    paths = export(outcomes(), tmp_path, schema=Bill, form="jsonl")

    first = json.loads(paths["lines"].read_text().splitlines()[0], parse_float=Decimal)
    assert {"id": "good", "row": 0, "name": "x", "amount": Decimal("12345678901234567.89")} == first


def test_data_frames_have_the_same_tables() -> None:
    """One frame for each table, with its columns also when there is no row."""
    pytest.importorskip("pandas")

    frames = data_frames(outcomes()[1:], schema=Bill)
    assert ["documents", "lines", "lines.cells"] == list(frames)
    assert (1, 0) == (len(frames["documents"]), len(frames["lines"]))
    assert ["id", "row", "name", "amount"] == list(frames["lines"].columns)


def test_fields_called_as_the_tables_own_columns_lose_nothing(tmp_path: Path) -> None:
    """A list called `documents`, and fields called `id` and `row`, stand beside novadoc's own."""
    line = {"type": "object", "properties": {"id": {"type": "string"}, "row": {"type": "integer"}}}
    rows = {"type": "array", "items": line}
    schema = DocumentSchema.from_json_schema(
        {
            "title": "Folder", "type": "object",
            "properties": {"id": {"type": "string"}, "documents": rows, "a/b": rows, "a_b": rows},
        }
    )  # fmt: skip
    told = [{"id": "L", "row": 7}]
    answer = json.dumps({"id": "F", "documents": told, "a/b": told, "a_b": []})
    page = Document.open(b"P5 40 30 255 " + bytes(1200), name="scan.pgm")
    found = Extractor(schema, model=ScriptedModel([answer])).extract(page)

    files = export([found], tmp_path, schema=schema, form="jsonl")

    assert {"documents", "documents_", "a/b", "a_b"} == set(files)
    assert 4 == len(set(files.values()))
    (main,) = map(json.loads, files["documents"].read_text().splitlines())
    assert ("scan.pgm", "extracted", "F") == (main["id"], main["result"], main["id_"])
    for name in ("documents_", "a/b"):
        (row,) = map(json.loads, files[name].read_text().splitlines())
        assert {"id": "scan.pgm", "row": 0, "id_": "L", "row_": 7} == row
