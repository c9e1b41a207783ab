"""Distillation, reinforcement and batch; every labelled kind of real document."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import PIL.Image
import pytest
from pydantic import BaseModel

from datasets.pages import Invoice, samples  # type: ignore[import-not-found]
from novadoc import doctypes
from novadoc.bedrock import Bedrock
from novadoc.datasets import (
    DatasetManifest,
    Sample,
    check,
    from_folder,
    from_jsonl,
    write_batch,
    write_distillation,
    write_rft,
    write_sft,
)
from novadoc.documents import Document
from novadoc.errors import DatasetError, DatasetProblemsError
from novadoc.local import EchoEngine, LocalAWS
from novadoc.prompts import ExtractionPrompt
from novadoc.types import JsonObject, JsonValue

PROMPT = ExtractionPrompt(Invoice)
ON_TEXT = PROMPT.on_text()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def with_text(real_data: Path) -> Sample:
    document = Document.open(real_data / "invoices" / "contoso_invoice.pdf")
    return Sample("contoso", document, {"number": "INV-100", "total": 110, "lines": []})


def test_distillation_asks_and_leaves_the_answer_to_the_teacher(
    with_text: Sample, tmp_path: Path
) -> None:
    """Records end with the user's turn, or with the label where answers are wanted."""
    asked = write_distillation([with_text], prompt=ON_TEXT, folder=tmp_path / "a")
    told = write_distillation([with_text], prompt=ON_TEXT, folder=tmp_path / "b", answers=True)

    (one,), (other,) = lines(asked.path("train")), lines(told.path("train"))
    assert [turn["role"] for turn in one["messages"]] == ["user"]
    assert other["messages"][1]["content"] == [{"text": ON_TEXT.answer_text(with_text.label)}]
    assert asked.kind == "distillation"


def test_reinforcement_gives_the_reference_as_an_object(with_text: Sample, tmp_path: Path) -> None:
    """OpenAI's chat form: system first, the question, and the canonical label beside it."""
    manifest = write_rft([with_text], prompt=ON_TEXT, folder=tmp_path)

    (one,) = lines(manifest.path("train"))
    assert [turn["role"] for turn in one["messages"]] == ["system", "user"]
    assert "CONTOSO" in one["messages"][1]["content"]
    assert (one["id"], one["reference_answer"]["number"]) == ("contoso", "INV-100")


def test_what_takes_text_only_refuses_images(tmp_path: Path) -> None:
    """Both services take text only; the error names the prompt that fits."""
    with pytest.raises(DatasetError, match="text only") as caught:
        write_rft(samples(1), prompt=PROMPT, folder=tmp_path)
    assert "on_text" in caught.value.remedy
    with pytest.raises(DatasetError):
        write_distillation(samples(1), prompt=PROMPT, folder=tmp_path)
    with pytest.raises(DatasetProblemsError, match="text layer"):
        write_rft(samples(1), prompt=ON_TEXT, folder=tmp_path)


def test_nova_micro_is_trained_on_text(with_text: Sample, tmp_path: Path) -> None:
    """A prompt on text writes records without images that Micro takes."""
    manifest = write_sft([with_text], prompt=ON_TEXT, folder=tmp_path, base_model="nova-micro")

    assert manifest.images == ()
    rules = {one.rule for one in check(manifest)}
    assert rules <= {"record-count", "few-samples", "not-visible"}


def test_a_batch_is_joined_by_record_id(tmp_path: Path) -> None:
    """Each line is a whole Converse body under the sample's id, images by location."""
    manifest = write_batch(samples(3), prompt=PROMPT, folder=tmp_path)

    found = lines(manifest.path("batch"))

    assert [one["recordId"] for one in found] == [one.id for one in samples(3)]
    body = found[0]["modelInput"]
    assert body["messages"][-1]["role"] == "assistant"
    assert body["inferenceConfig"]["maxTokens"] == PROMPT.max_tokens
    image = body["messages"][0]["content"][0]["image"]["source"]["s3Location"]["uri"]
    assert (tmp_path / image).is_file()


def _fax(pages: int) -> Document:
    frames = [PIL.Image.new("L", (40, 30), shade) for shade in range(pages)]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:])
    return Document.open(file.getvalue())


def test_pages_on_s3_may_be_more_than_pages_sent_along(tmp_path: Path) -> None:
    """Batch records name their images, of which Nova 2 takes 1,000; Nova 1 has one limit."""
    sample = Sample("fax", _fax(21), {"number": None, "total": None, "lines": []})

    manifest = write_batch([sample], prompt=PROMPT, folder=tmp_path, base_model="nova-2-lite")

    (found,) = lines(manifest.path("batch"))
    content = found["modelInput"]["messages"][0]["content"]
    assert sum("image" in block for block in content) == 21
    with pytest.raises(DatasetProblemsError, match="more than the 20"):
        write_batch([sample], prompt=PROMPT, folder=tmp_path, base_model="nova-lite")


def test_a_value_that_stands_nowhere_is_told(with_text: Sample, tmp_path: Path) -> None:
    """A label that its PDF's text layer does not hold is a warning at its path."""
    wrong = Sample("w", with_text.document, {"number": "INV-999", "total": 110, "lines": []})

    manifest = write_sft([wrong], prompt=PROMPT, folder=tmp_path)

    found = [one for one in check(manifest) if one.rule == "not-visible"]
    assert [(one.line, one.path) for one in found] == [(1, "$answer.number")]


def test_a_choice_need_not_be_printed(with_text: Sample, tmp_path: Path) -> None:
    """A page shows a tick where the label names what was chosen; other values have to stand."""

    class Row(BaseModel):
        kind: Literal["goods", "services"] | None = None
        text: str | None = None

    class Return(BaseModel):
        status: Literal["married jointly", "single filer"]
        rows: list[Row]

    rows: list[JsonValue] = [{"kind": "goods", "text": "no such words"}]
    label: JsonObject = {"status": "single filer", "rows": rows}
    sample = Sample("ticked", with_text.document, label)

    manifest = write_sft([sample], prompt=ExtractionPrompt(Return), folder=tmp_path)

    found = [one.path for one in check(manifest) if one.rule == "not-visible"]
    assert found == ["$answer.rows[0].text"]


def _w2(label: JsonValue) -> JsonValue:
    return doctypes.w2_from_boxes(label)


class W9(BaseModel, extra="ignore"):
    """A taxpayer's name and number, given to who asked for it."""

    Name: str | None = None
    BusinessName: str | None = None
    Address: str | None = None
    CityStateZip: str | None = None
    SSN: str | None = None
    EIN: str | None = None


class Packet(BaseModel, extra="ignore"):
    """Several documents in one file."""

    pages: list[str] = []


def _fields(label: JsonValue) -> JsonValue:
    assert isinstance(label, dict)
    return label["fields"]


def _same(label: JsonValue) -> JsonValue:
    return label


# kind: (folder, pattern, schema, converter)
KINDS: dict[str, tuple[str, type, Callable[[JsonValue], JsonValue]]] = {
    "w2": ("w2", doctypes.W2, _w2),
    "receipt": ("receipts/sroie", doctypes.Receipt, doctypes.receipt_from_sroie),
    "more receipts": ("receipts/sroie_more", doctypes.Receipt, doctypes.receipt_from_sroie),
    "photo": ("receipts", doctypes.DetailedReceipt, doctypes.detailed_receipt_from_items),
    "e-invoice": ("invoices/facturx", doctypes.Invoice, doctypes.invoice_from_facturx),
    "real invoice": ("invoices/real", doctypes.Invoice, doctypes.invoice_from_invoice2data),
    "scanned invoice": ("invoices/scanned", doctypes.Invoice, doctypes.invoice_from_fields),
    "invoice": ("invoices", doctypes.Invoice, doctypes.invoice_from_fields),
    "1099": ("forms/1099", doctypes.Form1099, doctypes.form1099_from_fields),
    "w9": ("forms/w9", W9, _fields),
    "packet": ("packets", Packet, _same),
}


COUNT_RULES = {"record-count", "few-samples"}


@pytest.fixture(scope="module")
def aws() -> Iterator[Bedrock]:
    with LocalAWS(engine=EchoEngine()) as local:
        aws = Bedrock.connect(session=local.session(), endpoint_url=local.url)
        aws.storage.create_bucket("kinds-bucket")
        yield aws


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_real_document_comes_back_equal(
    real_data: Path, tmp_path: Path, kind: str, aws: Bedrock
) -> None:
    """Open, prepare, write, check, upload, read back: nothing is lost, and only counts are wrong.

    Read from disk the samples are those that were written; read from S3, where records stand
    alone, their answers and the bytes of every page are.
    """
    place, schema, converter = KINDS[kind]
    pattern = "{stem}.label.json" if kind == "more receipts" else "{name}.label.json"
    found = from_folder(real_data / place, schema, pattern=pattern, converter=converter)
    accepted = [one for one in found if "/" not in one.id]
    prompt = ExtractionPrompt(schema)

    manifest = write_sft(accepted, prompt=prompt, folder=tmp_path)

    assert len(accepted) == len(list((real_data / place).glob("*.label.json"))) > 0
    assert {one.rule for one in check(manifest) if one.severity == "error"} <= {"record-count"}
    back = list(from_jsonl(manifest, schema))
    assert [(one.id, one.label) for one in back] == [(one.id, one.label) for one in accepted]
    again = write_sft(back, prompt=prompt, folder=tmp_path / "again")
    assert again.files == manifest.files
    assert _there(aws, manifest, schema, tmp_path) == [
        (one.label, [page.digest for page in one.document.images(prompt.images)]) for one in back
    ]


def _there(
    aws: Bedrock, manifest: DatasetManifest, schema: type, folder: Path
) -> list[tuple[JsonObject, list[str]]]:
    """Upload a data set and return the labels and page digests of what then lies in S3."""
    data = aws.storage.upload(manifest, "s3://kinds-bucket/set/", progress=False)
    (records := folder / "from-s3.jsonl").write_bytes(aws.storage.read(data.train_uri))
    assert {one.rule for one in check(records, manifest.base_model)} <= COUNT_RULES
    policy = ExtractionPrompt(schema).images
    return [
        (one.label, [page.digest for page in one.document.images(policy)])
        for one in from_jsonl(records, schema, images=aws.storage.open)
    ]
