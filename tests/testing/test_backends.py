"""Backends for tests: scripts, recordings, and the guard."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import boto3
import pytest
from pydantic import BaseModel

from novadoc.bedrock import BedrockModel
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, PromptMismatchError, ThrottledError
from novadoc.extraction import Extractor, RetryPolicy
from novadoc.prompts import (
    Conversation,
    ExtractionPrompt,
    Message,
    Reply,
    Sampling,
    Text,
    Usage,
)
from novadoc.testing import RecordingModel, ReplayingModel, ScriptedModel, forbid_calls

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")
OTHER = Document.open(b"P5 40 30 255 " + bytes([9]) * 1200, name="other.pgm")


class Slip(BaseModel):
    ssn: str | None = None


def test_script_is_followed_and_its_end_repeated() -> None:
    """Text, replies and errors in order."""
    error = ThrottledError("No.", operation="Converse")
    model = ScriptedModel([error, '{"ssn": "a"}', '{"ssn": "b"}'])
    extractor = Extractor(Slip, model=model, retry=RetryPolicy.none())

    with pytest.raises(ThrottledError):
        extractor.extract(PAGE)
    assert ["a", "b", "b"] == [extractor.extract(PAGE).value.ssn for _ in range(3)]


@pytest.mark.parametrize("mode", ["json", "tool"])
def test_script_answers_in_the_mode_asked_for(mode: str) -> None:
    """The same text is a prefilled answer or a tool's input."""
    prompt = ExtractionPrompt(Slip, answer=mode)
    model = ScriptedModel(['```json\n{"ssn": "a"}\n```' if mode == "json" else '{"ssn": "a"}'])

    found = Extractor(prompt, model=model).extract(PAGE)
    assert ("a", ()) == (found.value.ssn, found.repairs)
    assert {"json": "stop_sequence", "tool": "tool_use"}[mode] == found.stop_reason


def test_recording_is_replayed_without_the_model(tmp_path: Path) -> None:
    """Same question, same reply with its figures; the model's name is kept."""
    reply = Reply('{"ssn": "a"}', "stop_sequence", Usage(7, 2, 1, 0), latency=timedelta(seconds=2))
    recorder = RecordingModel(ScriptedModel([reply]), tmp_path / "r.jsonl")
    first = Extractor(Slip, model=recorder).extract(PAGE)

    again = Extractor(Slip, model=ReplayingModel(tmp_path / "r.jsonl")).extract(PAGE)
    assert (first.value, first.usage, first.latency) == (again.value, again.usage, again.latency)
    assert first.model_id == again.model_id


@pytest.mark.parametrize("content", [None, "", "no JSON", "{}", "[]", '{"model": "m"}'])
def test_what_is_no_recording_is_said(tmp_path: Path, content: str | None) -> None:
    """A missing, empty or strange file is named."""
    if content is not None:
        (tmp_path / "r.jsonl").write_text(content)

    with pytest.raises(ConfigurationError, match=r"`r.jsonl` holds no recording"):
        ReplayingModel(tmp_path / "r.jsonl")


def test_empty_script_is_said() -> None:
    """Before anything is asked."""
    with pytest.raises(ConfigurationError, match="no answer"):
        ScriptedModel([])


def test_another_question_is_not_guessed(tmp_path: Path) -> None:
    """Another page was never answered."""
    recorder = RecordingModel(ScriptedModel(['{"ssn": "a"}']), tmp_path / "r.jsonl")
    Extractor(Slip, model=recorder).extract(PAGE)

    with pytest.raises(ConfigurationError, match="no answer to this question"):
        Extractor(Slip, model=ReplayingModel(tmp_path / "r.jsonl")).extract(OTHER)


def test_recording_keeps_every_digit(tmp_path: Path) -> None:
    """Amounts in a tool's input come back as they were, whether float or decimal."""
    given = {"total": Decimal("1.10"), "count": 2, "rate": 0.1}
    model = ScriptedModel([Reply("", "tool_use", Usage(1, 1), tool_input=given)])
    ask = Conversation((Message("user", (Text("?"),)),), Sampling(max_tokens=9))

    RecordingModel(model, tmp_path / "r.jsonl").converse(ask)

    found = ReplayingModel(tmp_path / "r.jsonl").converse(ask).tool_input
    assert {**given, "rate": Decimal("0.1")} == found
    assert "1.10" == str(found["total"])  # type: ignore[index,call-overload]


def test_recording_hides_no_mismatch(tmp_path: Path) -> None:
    """A tuned model that is asked another question says so while it is recorded, too."""

    class Tuned(ScriptedModel):
        def trained_prompt(self) -> str:
            return "f" * 64

    recorder = RecordingModel(Tuned(["{}"]), tmp_path / "r.jsonl")

    with pytest.raises(PromptMismatchError):
        Extractor(Slip, model=recorder).extract(PAGE)


def test_recording_keeps_no_question(tmp_path: Path) -> None:
    """Pages and prompts are digests in the file."""
    recorder = RecordingModel(ScriptedModel(['{"ssn": "a"}']), tmp_path / "r.jsonl")
    Extractor(ExtractionPrompt(Slip, instructions="Secret words"), model=recorder).extract(PAGE)

    assert "Secret" not in (tmp_path / "r.jsonl").read_text()


def test_guard_stops_calls_that_leave_the_machine() -> None:
    """Inside the block AWS cannot be reached; nothing is sent."""
    client = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )

    with forbid_calls(), pytest.raises(ConfigurationError, match="forbidden"):
        Extractor(Slip, model=BedrockModel(client, "amazon.nova-lite-v1:0")).extract(PAGE)
