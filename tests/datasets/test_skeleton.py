"""Records told by their likeness to a clean one get the verdict they get alone."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from datasets.pages import Invoice, samples  # type: ignore[import-not-found]
from novadoc.datasets import Sample, check, write_sft
from novadoc.datasets._envelope import Envelope
from novadoc.datasets._skeleton import Skeletons
from novadoc.documents import bind
from novadoc.models import base_model
from novadoc.prompts import ExtractionPrompt

PROMPT = ExtractionPrompt(Invoice)
# Rules that look at more than one line.
WHOLE = {"record-count", "few-samples", "mixed-media", "duplicate", "contradiction", "framing"}


def lines(folder: Path) -> list[str]:
    """Records of one, two and three pages, as the library writes them."""
    made = samples(12)
    mixed = [
        Sample(one.id, bind([one.document, *(other.document for other in made[:extra])]), one.label)
        for one, extra in zip(made[3:], [0, 1, 2] * 3, strict=True)
    ]
    write_sft(mixed, prompt=PROMPT, folder=folder)
    return (folder / "train.jsonl").read_text().splitlines()


def verdict(path: Path, text: list[str], line: int) -> set[tuple[str, str, str]]:
    path.write_text("\n".join(text), encoding="utf-8", errors="surrogateescape")
    return {
        (one.rule, one.path, one.message)
        for one in check(path, "nova-lite", schema=PROMPT.schema.prompt_schema)
        if one.line == line and one.rule not in WHOLE
    }


def damaged(text: str, generator: random.Random) -> str:
    """A record with one thing changed: a letter, a piece, or what a person would do to it."""
    at = generator.randrange(len(text))
    kind = generator.randrange(6)
    if kind == 0:
        return text[:at] + generator.choice('{}[]",:\\ aUs/.7\u00e9') + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + generator.randint(1, 30) :]
    if kind == 2:
        return text[:at] + generator.choice(["User:", '"', "\\u0041", "\\", ".."]) + text[at:]
    if kind == 3:
        return text.replace(".jpg", generator.choice([".png", ".gif", ".JPG", "..jpg"]), 1)
    if kind == 4:
        return text.replace("images/", generator.choice(["s3://other/", "ima ges/", "\\/"]), 1)
    return text.replace('\\"total\\":', generator.choice(['\\"total\\": ', '\\"sum\\":']), 1)


def test_a_damaged_record_gets_the_verdict_it_gets_alone(tmp_path: Path) -> None:
    """Whatever is changed in a record, clean ones before it hide nothing and invent nothing."""
    clean = lines(tmp_path)
    generator = random.Random(3)
    path = tmp_path / "checked.jsonl"
    told = 0
    for _ in range(150):
        odd = damaged(generator.choice(clean), generator)
        if "\n" in odd:
            continue
        alone = verdict(path, [odd], 1)
        told += bool(alone)

        assert verdict(path, [*clean, odd], len(clean) + 1) == alone
    assert told > 50


def refuse(rule: str, path: str, message: str) -> None:
    pytest.fail(f"{rule} at {path}: {message}")


def test_clean_records_of_several_shapes_are_recognised(tmp_path: Path) -> None:
    """One record of each page count is looked at in full; all others of it are recognised."""
    clean = lines(tmp_path)
    envelope = Envelope(base_model("nova-lite"))
    skeletons = Skeletons(envelope)
    recognised = []
    for text in clean:
        full = envelope.check(json.loads(text), refuse)
        assert full is not None
        quick = skeletons.match(text)
        recognised.append(quick is not None)
        if quick is None:
            skeletons.learn(text, full)
        else:
            assert quick == full

    assert recognised == [False] * 3 + [True] * 6


@pytest.mark.parametrize(
    "place", ["images/a.jpg", "{}"], ids=["an image named twice", "an answer that stands twice"]
)
def test_what_cannot_be_told_apart_is_not_learnt(place: str) -> None:
    """A location or answer that stands elsewhere in the record as well teaches nothing."""
    image = {"image": {"format": "jpeg", "source": {"s3Location": {"uri": "images/a.jpg"}}}}
    record = {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": place}],
        "messages": [
            {"role": "user", "content": [image]},
            {"role": "assistant", "content": [{"text": "{}"}]},
        ],
    }
    envelope = Envelope(base_model("nova-lite"))
    text, skeletons = json.dumps(record), Skeletons(envelope)
    parts = envelope.check(record, lambda *_: None)
    assert parts is not None

    skeletons.learn(text, parts)

    assert skeletons.match(text) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"uri": "images/a.jpg"', r'"uri": "images/a.jpg", "uri": "images\/a.jpg"'),
        ('"text": "{}"', r'"text": "{}", "text": "\u007b}"'),
    ],
    ids=["a location overwritten", "an answer overwritten"],
)
def test_a_member_that_comes_twice_teaches_nothing(old: str, new: str) -> None:
    """JSON readers take the last of equal names, and what stands in the first says nothing."""
    image = {"image": {"format": "jpeg", "source": {"s3Location": {"uri": "images/a.jpg"}}}}
    turns = [
        {"role": "user", "content": [image]},
        {"role": "assistant", "content": [{"text": "{}"}]},
    ]
    plain = json.dumps({"schemaVersion": "bedrock-conversation-2024", "messages": turns})
    for text, is_learnt in ((plain, True), (plain.replace(old, new), False)):
        envelope = Envelope(base_model("nova-lite"))
        skeletons = Skeletons(envelope)
        parts = envelope.check(json.loads(text), refuse)
        assert parts is not None

        skeletons.learn(text, parts)

        assert (skeletons.match(text) is not None) == is_learnt
