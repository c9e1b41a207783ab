"""One sample as the training records it becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from novadoc._wire import to_record
from novadoc.datasets._cut import cut
from novadoc.datasets._problem import Problem
from novadoc.datasets._rules import problem
from novadoc.datasets._sample import Sample
from novadoc.datasets._store import PageStore
from novadoc.documents import Document
from novadoc.errors import DocumentError, LabelError, PromptError
from novadoc.models import BaseModel
from novadoc.prompts import Conversation, ExtractionPrompt, Image, Message, Part, pages_at_once
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")


class Line(NamedTuple):
    """A record as text, and where it came from."""

    text: str
    origin: JsonObject


class Written(NamedTuple):
    """What one sample became."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()


def compact(value: JsonValue) -> str:
    """Return JSON without spaces, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class RecordMaker(Generic[T]):
    """Turns samples into records of supervised fine-tuning."""

    def __init__(self, prompt: ExtractionPrompt[T], store: PageStore, model: BaseModel) -> None:
        self._prompt = prompt
        self._store = store
        self._model = model
        self._limit = pages_at_once(prompt, model.key)

    def __call__(self, sample: Sample) -> Written:
        """Prepare a sample's pages and write its records; what is wrong comes back as problems."""
        try:
            answer = self._prompt.answer_text(sample.label)
            if sample.document.page_count > self._limit:
                return self._windows(sample)
            line = self._line(sample, sample.document, answer)
        except LabelError as error:
            return Written((), tuple(label_problems(sample, error)))
        except (DocumentError, PromptError) as error:
            rule = "document" if isinstance(error, DocumentError) else "prompt"
            return Written((), (problem(rule, f"Sample `{sample.id}`: {error}"),))
        return Written((line,))

    def _windows(self, sample: Sample) -> Written:
        """Write a long document as inference reads it: window by window."""
        try:
            windows = cut(sample, self._prompt.schema, self._limit)
        except LabelError as error:
            message = (
                f"Sample `{sample.id}`: {sample.document.page_count} pages are more than the "
                f"{self._limit} of one record for `{self._model.key}`, and {error}"
            )
            return Written((), (problem("long-document", message),))
        lines = [
            self._line(sample, window.document, self._prompt.answer_text(window.label))
            for window in windows
        ]
        notice = (
            f"Sample `{sample.id}`: {sample.document.page_count} pages are more than the "
            f"{self._limit} one record may have; written as {len(lines)} windows, each with the "
            "part of the label that is printed on it."
        )
        return Written(tuple(lines), (), (notice,))

    def _line(self, sample: Sample, document: Document, answer: str) -> Line:
        conversation = self._asked(document)
        record = compact(to_record(self._stored(conversation), answer))
        return Line(record, origin_of(sample, document))

    def _asked(self, document: Document) -> Conversation:
        if not self._prompt.reads_text:
            return self._prompt.conversation(self._store.pages(document))
        return self._prompt.render(document)

    def _stored(self, conversation: Conversation) -> Conversation:
        """Give every image that comes as bytes (few-shot examples) its place in the folder."""
        messages = tuple(
            Message(turn.role, tuple(self._part(part) for part in turn.parts))
            for turn in conversation.messages
        )
        return replace(conversation, messages=messages)

    def _part(self, part: Part) -> Part:
        if isinstance(part, Image) and part.location is None and part.data is not None:
            return self._store.put_bytes(part, part.data)
        return part


def origin_of(sample: Sample, document: Document) -> JsonObject:
    """Say which sample and which of its pages a record was made of."""
    origin: JsonObject = {
        "id": sample.id,
        "group": sample.group,
        "document": document.name,
        "source": None if document.path is None else document.path.as_posix(),
        "digest": document.digest,
        "pages": [index + 1 for index in document.pages],
    }
    if sample.provenance is not None:
        origin["provenance"] = sample.provenance.to_dict()
    return origin


def label_problems(sample: Sample, error: LabelError) -> Iterator[Problem]:
    """Say of a label what does not fit its schema."""
    violations = error.violations or ((error.path, str(error)),)
    for path, rule in violations:
        yield problem(
            "label-schema",
            f"Sample `{sample.id}`: {rule}.",
            path=f"$answer.{path}" if path else "$answer",
        )
