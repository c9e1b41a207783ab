"""`check` beside the validator AWS publishes: nothing that one refuses passes the other.

Give the path of `nova_ft_dataset_validator.py` (aws-samples/amazon-nova-samples, below
customization/bedrock-finetuning/understanding/dataset_validation) as `NOVADOC_PEER_VALIDATOR`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from datasets.pages import Invoice, samples  # type: ignore[import-not-found]
from datasets.test_other_kinds import KINDS  # type: ignore[import-not-found]
from datasets.test_write_and_check import (  # type: ignore[import-not-found]
    COUNT_RULES,
    ENVELOPE,
    s3,
    written,
)
from novadoc.datasets import check, from_folder, write_sft
from novadoc.documents import policy_for
from novadoc.prompts import ExtractionPrompt

PLACE = os.environ.get("NOVADOC_PEER_VALIDATOR", "")
if not PLACE:
    pytest.skip("NOVADOC_PEER_VALIDATOR is not set", allow_module_level=True)

MODELS = {"nova-micro": "micro", "nova-lite": "lite", "nova-2-lite": "lite-2.0"}
ASKED, ANSWERED = {"text": "a question"}, {"text": '{"a":1}'}
TOOLS = {
    "tools": [
        {
            "toolSpec": {
                "name": "t",
                "description": "d",
                "inputSchema": {"json": {"type": "object"}},
            }
        }
    ]
}


def medium(kind: str, uri: str, form: str, **more: object) -> dict[str, Any]:
    return {kind: {"format": form, "source": {"s3Location": {"uri": uri, **more}}}}


def thought(text: str) -> dict[str, Any]:
    return {"reasoningContent": {"reasoningText": {"text": text}}}


def record(asked: list[Any], *said: Any, **more: object) -> dict[str, Any]:
    turns = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": list(said) or [ANSWERED]},
    ]
    return {"schemaVersion": "bedrock-conversation-2024", "messages": turns, **more}


IMAGE = medium("image", "s3://b/p.png", "png")
VIDEO = medium("video", "s3://b/v.mp4", "mp4")
USE = {"toolUse": {"toolUseId": "1", "name": "t", "input": {}}}
WORDS = (
    "System: user: USER: Bot: bot: Assistant: assistant: Thought: thought: [EOS] [eos] <image> "
    "<IMAGE> <video> <unk> superuser:x"
)
# What others may write; what the library itself never writes.
FOREIGN: dict[str, dict[str, Any]] = {
    "good text": record([ASKED]),
    "good image": record([IMAGE, ASKED]),
    "good video": record([VIDEO, ASKED]),
    "good reasoning": record([ASKED], thought("so"), ANSWERED),
    "an image alone": record([IMAGE]),
    "a pdf": record([medium("document", "s3://b/d.pdf", "pdf"), ASKED]),
    "two pdfs": record([medium("document", f"s3://b/{n}.pdf", "pdf") for n in "ab"]),
    "a pdf and a video": record([medium("document", "s3://b/d.pdf", "pdf"), VIDEO]),
    "webp": record([medium("image", "s3://b/p.webp", "webp"), ASKED]),
    "webm": record([medium("video", "s3://b/v.webm", "webm"), ASKED]),
    "two videos": record([VIDEO, medium("video", "s3://b/w.mp4", "mp4")]),
    "a video and an image": record([VIDEO, IMAGE, ASKED]),
    "eleven images": record([IMAGE] * 11),
    "eleven images in two turns": {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            turn for count in (6, 5) for turn in record([IMAGE] * count, ANSWERED)["messages"]
        ],
    },
    "a format in capitals": record([medium("image", "s3://b/p.png", "PNG"), ASKED]),
    "a letter with dots": record([medium("image", "s3://b/\u00fc.png", "png"), ASKED]),
    "a line's end in the key": record([medium("image", "s3://b/p.png\n", "png"), ASKED]),
    "a plus in the key": record([medium("image", "s3://b/a+b.png", "png"), ASKED]),
    "no key": record([medium("image", "s3://", "png"), ASKED]),
    "an address of the web": record([medium("image", "https://b/p.png", "png"), ASKED]),
    "an owner that is a number": record([medium("image", "s3://b/p.png", "png", bucketOwner=1)]),
    "bytes": record([{"image": {"format": "png", "source": {"bytes": "AA"}}}, ASKED]),
    "no version": {"messages": record([ASKED])["messages"]},
    "a version that is a number": record([ASKED], ANSWERED, schemaVersion=1),
    "an empty system": record([ASKED], ANSWERED, system=[]),
    "a reserved word in the system": record([ASKED], ANSWERED, system=[{"text": "Bot: x"}]),
    "a role in capitals": {
        "messages": [{"role": "User", "content": [ASKED]}, *record([ASKED])["messages"][1:]]
    },
    "no content": record([]),
    "no text": record([{"text": None}]),
    "empty text beside an image": record([IMAGE, {"text": ""}]),
    "a null member": record([{"text": "a", "image": None}]),
    "an empty block": record([{}, ASKED]),
    "an unknown block": record([{"audio": {}}, ASKED]),
    "reasoning asked": record([thought("so"), ASKED]),
    "reasoning alone": record([ASKED], thought("so")),
    "empty reasoning": record([ASKED], thought(""), ANSWERED),
    "a reserved word in reasoning": record([ASKED], thought("User: x"), ANSWERED),
    "reasoning over an image": record([IMAGE, ASKED], thought("so"), ANSWERED),
    "tools": record([ASKED], ANSWERED, toolConfig=TOOLS),
    "a tool used": record([ASKED], USE, toolConfig=TOOLS),
    "a tool used that nobody offered": record([ASKED], USE),
    "messages that are none": {"schemaVersion": "bedrock-conversation-2024", "messages": {}},
    **{f"the word {word}": record([{"text": f"see {word} x"}]) for word in WORDS.split()},
}

MORE = "only `check` looks at it"
STRICT = "the documentation is stricter than the validator"
LOST = "missing commas in its list make the validator overlook the word"
# Why `check` refuses what the validator passes; there is nothing the other way round.
APART: dict[str, str] = {
    # of ENVELOPE, one fault in a record of ours
    "another version": "every example has this version, and Nova Forge requires it",
    "a foreign member": MORE,
    "system with two members": MORE,
    "an empty system text": MORE,
    "two kinds in a block": MORE,
    "empty text": MORE,
    "another name": MORE,
    "an owner with dashes": MORE,
    "a very long prompt": MORE,
    **dict.fromkeys(
        ("no fence", "no JSON", "a list", "a missing key", "another order"),
        "the validator does not look at answers",
    ),
    **dict.fromkeys(("a number as text", "a null list"), "nor at their types"),
    # of FOREIGN
    "a pdf": "documented for no model; the validator takes it for all but Micro",
    "eleven images in two turns": "documented for a sample; the validator counts in a message",
    "a format in capitals": STRICT,
    "a letter with dots": STRICT,
    "a line's end in the key": "its pattern stops before the end of a line",
    "no version": "every example has one, and Nova Forge requires it",
    "an empty system": MORE,
    "empty text beside an image": MORE,
    "a null member": STRICT,
    "reasoning over an image": "the guide of Nova 2 says reasoning over media is not supported",
    "tools": "the guide says that tools are not supported and may fail the job",
    "a tool used": "the guide says that tools are not supported and may fail the job",
    "a tool used that nobody offered": "as tools",
    "the word Thought:": LOST,
    "the word thought:": LOST,
    "the word [EOS]": LOST,
    "the word [eos]": LOST,
}


@pytest.fixture(scope="module")
def peer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("peer_validator", PLACE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its fields shadow pydantic's
        spec.loader.exec_module(module)
    return module


def verdicts(
    peer: ModuleType, root: Path, records: Iterable[object], model: str, **known: Any
) -> tuple[set[int], set[int]]:
    """Return the lines that we refuse, and those that the peer does."""
    path = root / "train.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in records))
    ours = {
        one.line
        for one in check(path, model, **known)
        if one.severity == "error" and one.rule not in COUNT_RULES and one.line is not None
    }
    report = peer.validate_jsonl_file(
        str(path), MODELS[model], peer.TaskType.SFT, skip_bad_samples=True
    )
    return ours, {one.line for one in report.errors}


@pytest.mark.parametrize("case", sorted(ENVELOPE))
def test_a_damaged_record_is_refused_by_both(peer: ModuleType, tmp_path: Path, case: str) -> None:
    """Of a data set of ours; where only one refuses it, the table says why."""
    good = written(tmp_path / "good")
    records = [s3(json.loads(line)) for line in good.path("train").read_text().splitlines()]
    ENVELOPE[case][1](records[4])

    ours, theirs = verdicts(peer, tmp_path, records, "nova-lite", schema=good.schema)

    assert theirs <= ours <= {5}
    assert (ours != theirs) == (case in APART)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("case", FOREIGN)
def test_a_record_of_others_is_refused_by_both(
    peer: ModuleType, tmp_path: Path, case: str, model: str
) -> None:
    """Whatever the model; where only one refuses it, the table says why."""
    usual = [record([{"text": f"question {number}"}]) for number in range(3)]

    ours, theirs = verdicts(peer, tmp_path, [*usual, FOREIGN[case]], model)

    assert theirs <= ours <= {4}
    assert ours == theirs or case in APART


def test_every_reason_is_one(peer: ModuleType, tmp_path: Path) -> None:
    """A case that both judge alike, whatever the model, needs no explanation."""
    usual = [record([{"text": f"question {number}"}]) for number in range(3)]

    def differs(case: str) -> bool:
        found = (verdicts(peer, tmp_path, [*usual, FOREIGN[case]], model) for model in MODELS)
        return any(ours != theirs for ours, theirs in found)

    assert [case for case in APART if case in FOREIGN and not differs(case)] == []
    assert APART.keys() <= ENVELOPE.keys() | FOREIGN.keys()


@pytest.mark.parametrize("model", ["nova-lite", "nova-2-lite"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_written_of_real_documents_is_taken_by_both(
    real_data: Path, peer: ModuleType, tmp_path: Path, kind: str, model: str
) -> None:
    """In the form it has on S3, by its lines: real sets are smaller than a job takes."""
    if model == "nova-2-lite" and kind in {"packet", "w9"}:
        pytest.skip("longer than a record of Nova 2, and what stands on which page is not known")
    place, schema, converter = KINDS[kind]
    pattern = "{stem}.label.json" if kind == "more receipts" else "{name}.label.json"
    found = from_folder(real_data / place, schema, pattern=pattern, converter=converter)
    accepted = [one for one in found if "/" not in one.id]
    prompt = ExtractionPrompt(schema, images=policy_for(model))
    manifest = write_sft(accepted, prompt=prompt, folder=tmp_path / "set", base_model=model)
    lines = manifest.path("train").read_text().splitlines()
    text = "\n".join(lines).replace('"uri":"images/', '"uri":"s3://b/images/')

    assert verdicts(peer, tmp_path, map(json.loads, text.splitlines()), model) == (set(), set())


@pytest.mark.parametrize(
    ("model", "train", "validation"),
    [
        ("nova-lite", 7, 0),
        ("nova-lite", 8, 0),
        ("nova-lite", 8, 4),
        ("nova-2-lite", 199, 0),
        ("nova-2-lite", 200, 0),
        ("nova-2-lite", 200, 4),
    ],
)
def test_numbers_are_judged_alike(
    peer: ModuleType, tmp_path: Path, model: str, train: int, validation: int
) -> None:
    """But for a validation set of Nova 2, which the service takes and does not use."""
    manifest = write_sft(
        samples(train),
        samples(validation, start=train),
        prompt=ExtractionPrompt(Invoice, images=policy_for(model)),
        folder=tmp_path,
        base_model=model,
    )
    name = MODELS[model]
    reports = [peer.ValidationReport("", valid_samples=count) for count in (train, validation)]
    reports[1] = reports[1] if validation else None

    refused = peer.validate_dataset_level(*reports, name, "sft")

    rules = {one.rule for one in check(manifest)}
    unused = model == "nova-2-lite" and validation > 0
    assert bool(refused) == ("record-count" in rules or unused)
    assert ("validation-unused" in rules) == unused
