"""Streaming: what is complete so far, then the same extraction as without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from novadoc.documents import Document
from novadoc.errors import AccessDeniedError, ConfigurationError, IncompleteResponseError
from novadoc.extraction import Extraction, Extractor
from novadoc.prompts import Conversation, TextDelta
from novadoc.testing import ScriptedModel

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")
ANSWER = '{"ssn": "000-12-3456", "total": 12.50, "names": ["a", "b"]}'


class Slip(BaseModel):
    ssn: str | None = None
    total: float | None = None
    names: list[str] = []


class Breaking(ScriptedModel):
    """Its stream ends before `messageStop`; asked without streaming, it answers."""

    def stream(self, conversation: Conversation, /) -> Iterator[TextDelta]:
        yield TextDelta(ANSWER[:25])
        raise IncompleteResponseError("The stream ended.", operation="ConverseStream")


def test_parts_grow_and_end_in_the_extraction() -> None:
    """Each part holds more than the one before, no part a value that is not in the end."""
    *parts, whole = Extractor(Slip, model=ScriptedModel([ANSWER])).stream(PAGE)

    assert [
        {"ssn": "000-12-3456"},
        {"ssn": "000-12-3456", "total": 12.5},
        {"ssn": "000-12-3456", "total": 12.5, "names": ["a"]},
        {"ssn": "000-12-3456", "total": 12.5, "names": ["a", "b"]},
    ] == [{k: float(v) if k == "total" else v for k, v in part.items()} for part in parts]
    assert isinstance(whole, Extraction)
    assert Slip(ssn="000-12-3456", total=12.5, names=["a", "b"]) == whole.value


def test_broken_stream_is_asked_again_as_a_whole() -> None:
    """What was shown stands in the result; both calls are in the ledger."""
    *parts, whole = Extractor(Slip, model=Breaking([ANSWER])).stream(PAGE)

    assert [{"ssn": "000-12-3456"}] == parts
    assert isinstance(whole, Extraction)
    assert ["IncompleteResponseError", None] == [one.error for one in whole.attempts]


def test_refused_stream_is_the_service_s_error() -> None:
    """A missing permission is raised, not retried."""
    model = ScriptedModel([AccessDeniedError("No.", operation="ConverseStream")])

    with pytest.raises(AccessDeniedError):
        list(Extractor(Slip, model=model).stream(PAGE))


def test_backend_that_cannot_stream_says_so() -> None:
    """The error names what to use instead."""

    class Plain:
        model_id, base_model = "m", None
        converse = ScriptedModel([ANSWER]).converse

    with pytest.raises(ConfigurationError, match="cannot stream"):
        list(Extractor(Slip, model=Plain()).stream(PAGE))
