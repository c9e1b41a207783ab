"""Samples written for distillation, reinforcement and batch inference."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from novadoc._wire import to_converse, to_record
from novadoc.datasets._manifest import DatasetManifest
from novadoc.datasets._parts import Target, write_parts
from novadoc.datasets._records import Line, Written, compact, label_problems, origin_of
from novadoc.datasets._rules import problem
from novadoc.datasets._sample import Sample
from novadoc.datasets._store import PageStore
from novadoc.documents import Document
from novadoc.errors import DatasetError, DocumentError, LabelError, PromptError
from novadoc.models import base_model as catalogued
from novadoc.prompts import Conversation, ExtractionPrompt, Image, Text, pages_at_once
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")


def write_distillation(
    samples: Iterable[Sample],
    *,
    prompt: ExtractionPrompt[T],
    folder: str | os.PathLike[str],
    base_model: str = "nova-lite",
    answers: bool = False,
    skip_bad: bool = False,
) -> DatasetManifest:
    """Write prompts for a distillation job, in which a teacher's answers train a student.

    The service distils text only, so the prompt has to read text (`prompt.on_text()`) and documents
    need a text layer. For page images, label with a teacher and fine-tune instead.

    Args:
        samples: What to ask about; labels are used with `answers` only.
        prompt: A prompt on text.
        folder: Where to write; made if missing.
        base_model: Key of the student.
        answers: Write the labels as answers, which the service then takes instead of asking.
        skip_bad: Leave out samples that cannot be written, and list them in the notices.

    Raises:
        DatasetProblemsError: Some samples cannot be written; `.problems` lists all of them.
        DatasetError: The prompt asks with images, or forces a tool.
        ConfigurationError: No base model has this key.
        OutputError: The folder cannot be written, or another run is writing it.
    """
    # bedrock:distillation-prepare-datasets: text to text only.
    _text_only(prompt, "Distillation")

    def line(sample: Sample, conversation: Conversation) -> JsonObject:
        record = to_record(conversation, prompt.answer_text(sample.label))
        if not answers:
            cast("list[JsonValue]", record["messages"]).pop()
        return record

    catalogued(base_model)
    target = Target(Path(folder), "distillation", base_model, prompt)
    target.skip_bad = skip_bad
    return write_parts({"train": samples}, partial(_Maker, prompt, line, 0), target)


def write_rft(
    train: Iterable[Sample],
    validation: Iterable[Sample] = (),
    *,
    prompt: ExtractionPrompt[T],
    folder: str | os.PathLike[str],
    base_model: str = "nova-2-lite",
    skip_bad: bool = False,
) -> DatasetManifest:
    """Write prompts with reference answers for reinforcement fine-tuning.

    The service rewards text only, so the prompt has to read text (`prompt.on_text()`). The
    reference answer is the canonical label as an object, beside the sample's id.

    Args:
        train: Samples to learn from.
        validation: Samples to watch.
        prompt: A prompt on text.
        folder: Where to write; made if missing.
        base_model: Key of the model to be trained.
        skip_bad: Leave out samples that cannot be written, and list them in the notices.

    Raises:
        DatasetProblemsError: Some samples cannot be written; `.problems` lists all of them.
        DatasetError: The prompt asks with images, or forces a tool.
        ConfigurationError: No base model has this key.
        OutputError: The folder cannot be written, or another run is writing it.
    """
    # bedrock:rft-prepare-data: OpenAI's chat form, no images, one turn.
    _text_only(prompt, "Reinforcement fine-tuning")
    catalogued(base_model)

    def line(sample: Sample, conversation: Conversation) -> JsonObject:
        return {
            "id": sample.id,
            "messages": _chat(conversation),
            "reference_answer": _plain(prompt, sample),
        }

    target = Target(Path(folder), "rft", base_model, prompt)
    target.skip_bad = skip_bad
    parts = {"train": train, "validation": validation}
    return write_parts(parts, partial(_Maker, prompt, line, 0), target)


def write_batch(
    samples: Iterable[Sample],
    *,
    prompt: ExtractionPrompt[T],
    folder: str | os.PathLike[str],
    base_model: str = "nova-lite",
    skip_bad: bool = False,
) -> DatasetManifest:
    """Write questions for a batch inference job of the type `Converse`.

    Images are named by location, so records and images go to one folder on S3, which is the job's
    input, and a record may have as many as the model takes so (Nova 2: 1,000). Custom Nova models
    are not served in batch; this is for base models and teachers.

    Args:
        samples: What to ask about; labels are not written.
        prompt: How to ask.
        folder: Where to write; made if missing.
        base_model: Key of the model to be asked.
        skip_bad: Leave out samples that cannot be written, and list them in the notices.

    Raises:
        DatasetProblemsError: Some samples cannot be written; `.problems` lists all of them.
        DatasetError: There is no sample.
        PromptError: The prompt's examples leave no room for a page.
        ConfigurationError: No base model has this key.
        OutputError: The folder cannot be written, or another run is writing it.
    """
    limit = pages_at_once(prompt, base_model, tuned=False, referenced=True)
    target = Target(Path(folder), "batch", base_model, prompt)
    target.skip_bad = skip_bad

    def line(sample: Sample, conversation: Conversation) -> JsonObject:
        body = cast("JsonObject", dict(to_converse(conversation)))
        return {"recordId": sample.id, "modelInput": body}

    return write_parts({"batch": samples}, partial(_Maker, prompt, line, limit), target)


def _text_only(prompt: ExtractionPrompt[T], what: str) -> None:
    if not prompt.reads_text:
        raise DatasetError(
            f"{what} takes text only, and this prompt asks with images.",
            remedy="Use `prompt.on_text()`, or fine-tune with `write_sft`.",
        )
    if prompt.answer == "tool":
        raise DatasetError(
            f"{what} does not take answers forced through a tool.",
            remedy='Use the prompt with `answer="json"`.',
        )


class _Maker:
    """Asks about a sample's document and lets `line` write the question down."""

    def __init__(
        self,
        prompt: ExtractionPrompt[T],
        line: Callable[[Sample, Conversation], JsonObject],
        limit: int,
        store: PageStore,
    ) -> None:
        self._prompt = prompt
        self._line = line
        self._limit = limit
        self._store = store

    def __call__(self, sample: Sample) -> Written:
        try:
            conversation = self._asked(sample.document)
            text = compact(self._line(sample, conversation))
        except LabelError as error:
            return Written((), tuple(label_problems(sample, error)))
        except (DocumentError, PromptError) as error:
            rule = "document" if isinstance(error, DocumentError) else "prompt"
            return Written((), (problem(rule, f"Sample `{sample.id}`: {error}"),))
        return Written((Line(text, origin_of(sample, sample.document)),))

    def _asked(self, document: Document) -> Conversation:
        if self._prompt.reads_text:
            return self._prompt.render(document)
        images = self._store.pages(document)
        if self._limit and len(images) > self._limit:
            raise DocumentError(
                f"{len(images)} pages are more than the {self._limit} of one request.",
                document=document.name,
                remedy="Cut it with `document.windows`.",
            )
        return self._prompt.conversation(images)


def _chat(conversation: Conversation) -> list[JsonValue]:
    turns: list[JsonValue] = []
    system = "".join(part.text for part in conversation.system if isinstance(part, Text))
    if system:
        turns.append({"role": "system", "content": system})
    messages = conversation.messages
    for turn in messages[:-1] if messages[-1].role == "assistant" else messages:
        if any(isinstance(part, Image) for part in turn.parts):
            raise PromptError("Examples of this prompt have images, which are not taken here.")
        text = "\n\n".join(part.text for part in turn.parts if isinstance(part, Text))
        turns.append({"role": turn.role, "content": text})
    return turns


def _plain(prompt: ExtractionPrompt[T], sample: Sample) -> JsonValue:
    return cast("JsonValue", json.loads(prompt.schema.canonical_text(sample.label)))
