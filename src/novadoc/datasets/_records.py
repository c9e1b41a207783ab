"""One sample as the training records it becomes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from novadoc._wire import to_record
from novadoc.datasets._problem import Problem
from novadoc.datasets._sample import Sample
from novadoc.datasets._store import PageStore
from novadoc.documents import Document
from novadoc.errors import DocumentError, LabelError, PromptError
from novadoc.models import BaseModel
from novadoc.prompts import Conversation, ExtractionPrompt, Image, Message
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
        # The same window at training and inference, so the smaller of the two limits.
        self._limit = min(model.images_per_sample, model.images_per_request)

    def __call__(self, sample: Sample) -> Written:
        """Prepare a sample's pages and write its records; what is wrong comes back as problems."""
        try:
            answer = self._prompt.answer_text(sample.label)
            documents, notices = self._documents(sample)
            lines = tuple(self._line(sample, part, answer) for part in documents)
        except LabelError as error:
            return Written((), tuple(_label_problems(sample, error)))
        except (DocumentError, PromptError) as error:
            rule = "document" if isinstance(error, DocumentError) else "prompt"
            message = f"Sample `{sample.id}`: {error}"
            return Written((), (Problem(rule, "error", message, remedy=error.remedy),))
        return Written(lines, (), notices)

    def _documents(self, sample: Sample) -> tuple[tuple[Document, ...], tuple[str, ...]]:
        if not self._limit:
            return (sample.document,), ()
        windows = sample.document.windows(self._limit)
        if len(windows) == 1:
            return windows, ()
        # Which page a value stands on is not known: asking for all values of pages that do not
        # show them would teach the model to make values up. So only the first window is used.
        notice = (
            f"Sample `{sample.id}`: {sample.document.page_count} pages are more than the "
            f"{self._limit} one record may have; the first {self._limit} are used."
        )
        return windows[:1], (notice,)

    def _line(self, sample: Sample, document: Document, answer: str) -> Line:
        images = self._store.pages(document) if self._limit else ()
        conversation = self._stored(self._prompt.conversation(images))
        record = compact(to_record(conversation, answer))
        origin: JsonObject = {
            "id": sample.id,
            "group": sample.group,
            "document": document.name,
            "source": None if document.path is None else document.path.as_posix(),
            "digest": document.digest,
            "pages": [index + 1 for index in document.pages],
            "label": hashlib.sha256(answer.encode()).hexdigest()[:16],
        }
        return Line(record, origin)

    def _stored(self, conversation: Conversation) -> Conversation:
        """Give every image that comes as bytes (few-shot examples) its place in the folder."""
        messages = tuple(
            Message(turn.role, tuple(self._part(part) for part in turn.parts))
            for turn in conversation.messages
        )
        return replace(conversation, messages=messages)

    def _part(self, part: object) -> object:
        if isinstance(part, Image) and part.location is None and part.data is not None:
            return self._store.put_bytes(part, part.data)
        return part


def _label_problems(sample: Sample, error: LabelError) -> Iterator[Problem]:
    violations = error.violations or ((error.path, str(error)),)
    for path, rule in violations:
        yield Problem(
            "label-schema",
            "error",
            f"Sample `{sample.id}`: the label does not fit the schema ({rule}).",
            remedy="Correct the label, or convert it while reading.",
            path=f"$answer.{path}" if path else "$answer",
        )
