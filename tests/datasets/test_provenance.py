"""Provenance: it travels with a sample into what is written, and never into a record."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from novadoc import datasets
from novadoc.datasets import Provenance, Sample, SampleSet
from novadoc.documents import Document
from novadoc.prompts import ExtractionPrompt


class Slip(BaseModel):
    total: int | None = None


MADE = Provenance(
    "teacher",
    annotator="quarterly run",
    model_id="amazon.nova-premier-v1:0",
    votes=3,
    agreement=2 / 3,
    confidence={"total": 2 / 3},
    alternatives={"total": (Decimal("12345678901234567.80"), None, [{"a": 1}])},
    time=datetime(2026, 3, 1, 12, tzinfo=timezone.utc),
)


def page(n: int) -> Document:
    return Document.open(b"P5 40 30 255 " + bytes([n]) * 1200)


def samples(count: int, provenance: Provenance | None = None) -> SampleSet:
    return SampleSet(
        Sample(str(n), page(n), {"total": n}, provenance=provenance) for n in range(count)
    )


def test_provenance_round_trips() -> None:
    """What is known is written, what is not is left out, and reading gives the same value."""
    assert Provenance.from_dict(MADE.to_dict()) == MADE
    assert Provenance("erp").to_dict() == {"source": "erp"}


def test_provenance_reaches_the_data_set_but_no_record(tmp_path: Path) -> None:
    """The origins name it; the records are the same bytes with and without it."""
    prompt = ExtractionPrompt(Slip)

    plain = datasets.write_sft(samples(9), prompt=prompt, folder=tmp_path / "plain")
    told = datasets.write_sft(samples(9, MADE), prompt=prompt, folder=tmp_path / "told")

    assert {MADE} == {origin.provenance for origin in datasets.read_origins(told)}
    assert {None} == {origin.provenance for origin in datasets.read_origins(plain)}
    assert plain.dataset_hash == told.dataset_hash
    assert plain.prompt_fingerprint == told.prompt_fingerprint


def test_provenance_comes_back_with_the_records(tmp_path: Path) -> None:
    """Who reads a written data set can still tell, and filter, where its labels come from."""
    written = datasets.write_sft(samples(9, MADE), prompt=ExtractionPrompt(Slip), folder=tmp_path)

    assert {MADE} == {sample.provenance for sample in datasets.from_jsonl(written, Slip)}


def test_repr_holds_no_values() -> None:
    """What votes said is content of the document."""
    assert "12345678901234567" not in repr(MADE)


def test_samples_are_chosen_by_provenance() -> None:
    """A set stamps those that have none, keeps those that have, and filters."""
    mixed = samples(2, MADE) + samples(3)

    stamped = mixed.with_provenance(Provenance("people"))

    def by(source: str) -> SampleSet:
        return stamped.where(lambda made: made is not None and made.source == source)

    assert (2, 3, 0) == (len(by("teacher")), len(by("people")), len(by("erp")))


def test_readers_samples_are_stamped_without_being_opened(tmp_path: Path) -> None:
    """Samples of a folder take a provenance, and splitting keeps it."""
    for n in range(20):
        (tmp_path / f"{n}.pgm").write_bytes(b"P5 40 30 255 " + bytes([n * 12]) * 1200)
        (tmp_path / f"{n}.json").write_text(f'{{"total": {n}}}')

    found = datasets.from_folder(tmp_path, Slip).with_provenance(MADE)
    parts = datasets.split(found, (0.8, 0.1, 0.1), seed=1)

    assert {MADE} == {sample.provenance for part in parts for sample in part}
