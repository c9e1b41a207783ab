"""Records that others wrote: what the library itself never writes is judged as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datasets.pages import Invoice, page, sample, samples  # type: ignore[import-not-found]
from novadoc.datasets import check, from_jsonl, write_batch, write_sft
from novadoc.documents import Document
from novadoc.errors import DatasetError
from novadoc.prompts import Example, ExtractionPrompt

WHOLE = {"record-count", "few-samples"}
ASKED = {"text": "a question"}


def medium(kind: str, uri: str, form: str, **more: object) -> dict[str, object]:
    return {kind: {"format": form, "source": {"s3Location": {"uri": uri, **more}}}}


def record(*asked: object, answer: str = '{"a":1}', reasons: bool = False) -> str:
    thought = {"reasoningContent": {"reasoningText": {"text": "so"}}}
    said = [*([thought] if reasons else []), {"text": answer}]
    turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
    return json.dumps({"schemaVersion": "bedrock-conversation-2024", "messages": turns})


def rules(root: Path, *lines: str, model: str = "nova-2-lite") -> list[tuple[int | None, str]]:
    path = root / "train.jsonl"
    path.write_text("\n".join(lines))
    return [(one.line, one.rule) for one in check(path, model) if one.rule not in WHOLE]


def test_two_videos_are_two_questions(tmp_path: Path) -> None:
    """Records that differ in their video only do not contradict each other."""
    one, other = (medium("video", f"s3://b/{name}.mp4", "mp4") for name in "ac")

    found = rules(tmp_path, record(one, ASKED), record(other, ASKED, answer='{"a":2}'))

    assert found == []
    assert rules(tmp_path, record(one, ASKED), record(one, ASKED)) == [(2, "duplicate")]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (record(medium("video", "s3://x/a.mp4", "mp4"), ASKED), "bucket"),
        (record(medium("video", "s3://b/../a.mp4", "mp4"), ASKED), "image-location"),
        (record(medium("video", "s3://b/a.mp4", "mp4", bucketOwner="1"), ASKED), "bucket-owner"),
        (record(medium("video", "s3://b/a.mp4", "mp4", owner="1"), ASKED), "unknown-key"),
        (record(ASKED, medium("video", "s3://b/a.mp4", "mp4"), reasons=True), "content"),
        (record(medium("video", "s3://b/d.mp4", "mp4"), ASKED, answer='{"a":NaN}'), "label-json"),
    ],
)
def test_what_others_write_is_judged(tmp_path: Path, line: str, rule: str) -> None:
    """Buckets, owners, members and reasoning of media are looked at, and JSON has no NaN."""
    usual = [record(medium("video", f"s3://b/{n}.mp4", "mp4"), {"text": f"{n}"}) for n in range(3)]

    assert rules(tmp_path, *usual, line) == [(4, rule)]


def test_reasoning_over_text_is_fine(tmp_path: Path) -> None:
    """Nova 2 is trained on it."""
    assert rules(tmp_path, record(ASKED, reasons=True)) == []


@pytest.mark.parametrize("more", [{"foo": 1}, {"bytes": "AAAA"}])
def test_members_that_no_image_has_are_told(tmp_path: Path, more: dict[str, object]) -> None:
    """The service refuses what its format does not name."""
    block = medium("image", "s3://b/a.png", "png")
    block["image"] = {**block["image"], **more}  # type: ignore[dict-item]

    assert rules(tmp_path, record(block, ASKED)) == [(1, "unknown-key")]


def test_a_location_longer_than_any_path_is_missing(tmp_path: Path) -> None:
    """No name breaks the check."""
    long = medium("image", f"images/{'a' * 5_000}.png", "png")

    assert rules(tmp_path, record(long, ASKED)) == [(1, "image-missing")]


def test_a_batch_is_not_checked_as_training_data(tmp_path: Path) -> None:
    """Its records would have nothing but faults."""
    manifest = write_batch(samples(2), prompt=ExtractionPrompt(Invoice), folder=tmp_path)

    with pytest.raises(DatasetError, match="batch"):
        check(manifest)


def test_pages_of_examples_are_no_part_of_the_document(tmp_path: Path) -> None:
    """A data set written with few-shot examples comes back as the samples alone."""
    shown = Example(Document.open(page(50)), Invoice(number="R-50"))
    prompt = ExtractionPrompt(Invoice, examples=[shown])
    manifest = write_sft([sample(1)], prompt=prompt, folder=tmp_path)

    (read,) = from_jsonl(manifest)

    assert [one.digest for one in read.document.images()] == [
        one.digest for one in sample(1).document.images()
    ]
