"""A checked JSONL file as training records; images are fetched when a record is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, overload

from novadoc.local._data._location import Location
from novadoc.local._data._pixels import read_head
from novadoc.local._data._problem import DataProblem
from novadoc.local._data._rules import Media, Rules, check_record, text_of
from novadoc.local._data._tokens import count_text
from novadoc.local._engine import TrainingRecord
from novadoc.local._schema_text import find_schema
from novadoc.types import JsonObject

__all__ = ["Fetch", "Records"]

Fetch = Callable[[Location], bytes]
"""Reads an object; raises DataProblem when that is not possible."""


class _Line(NamedTuple):
    media: tuple[Media, ...]
    system: str
    prompt: str
    answer: str


class Records(Sequence[TrainingRecord]):
    """The records of one file, in order; memory holds text only.

    Args:
        data: The file's bytes.
        rules: What its records are checked against.
        fetch: Reads the images.
        cancelled: Asked between records.

    Raises:
        DataProblem: The first rule that is broken, with its line from 1.
    """

    def __init__(
        self, data: bytes, rules: Rules, fetch: Fetch, *, cancelled: Callable[[], bool]
    ) -> None:
        self._fetch = fetch
        self._lines: list[_Line] = []
        for number, text in enumerate(_lines(data), 1):
            if cancelled():
                return
            try:
                self._lines.append(self._read(text, rules))
            except DataProblem as problem:
                raise DataProblem(str(problem), line=number) from None

    def _read(self, text: str, rules: Rules) -> _Line:
        try:
            record: Any = json.loads(text)
        except (ValueError, RecursionError):
            raise DataProblem("The line is not valid JSON.") from None
        media = check_record(rules, record)
        turns = record["messages"]
        question = (
            turns[-2] if rules.needs_answer or turns[-1]["role"] == "assistant" else turns[-1]
        )
        answer = text_of(turns[-1]["content"]) if turns[-1]["role"] == "assistant" else ""
        line = _Line(
            tuple(media) if len(turns) <= 2 else tuple(_own(media, question)),
            text_of(record.get("system", [])),
            text_of(question["content"]),
            answer,
        )
        self._check_size(line, media, rules)
        return line

    def _check_size(self, line: _Line, media: Sequence[Media], rules: Rules) -> None:
        total = sum(
            count_text(text, rules.facts.bytes_per_token)
            for text in (line.system, line.prompt, line.answer)
        )
        total += sum(self._check_image(image, rules) for image in media)
        limit = rules.model.training_tokens
        if limit is not None and total > limit:
            raise DataProblem(
                f"The record has about {total} tokens; at most {limit} are supported."
            )

    def _check_image(self, media: Media, rules: Rules) -> int:
        data = self._fetch(media.location)
        place = f"s3://{media.location.bucket}/{media.location.key}"
        if len(data) > rules.facts.training_image_bytes:
            limit = rules.facts.training_image_bytes
            raise DataProblem(f"The image {place} is larger than {limit} bytes.")
        head = read_head(data)
        if head is None or head.format != media.format:
            raise DataProblem(f"The image {place} is not a readable {media.format} file.")
        side = rules.facts.training_image_side
        if min(head.width, head.height) < side:
            raise DataProblem(f"The image {place} is smaller than {side} pixels on a side.")
        return rules.model.tokens_of_image(head.width, head.height)

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> TrainingRecord: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TrainingRecord]: ...
    def __getitem__(self, index: int | slice) -> TrainingRecord | Sequence[TrainingRecord]:
        if isinstance(index, slice):
            return [self._record(line) for line in self._lines[index]]
        return self._record(self._lines[index])

    def _record(self, line: _Line) -> TrainingRecord:
        images = tuple(self._fetch(media.location) for media in line.media)
        schema: JsonObject | None = find_schema(line.prompt) or find_schema(line.system)
        return TrainingRecord(images, line.system, line.prompt, schema, line.answer)


def _own(media: Sequence[Media], turn: Any) -> list[Media]:
    uris = [b["image"]["source"]["s3Location"]["uri"] for b in turn["content"] if "image" in b]
    by_uri = {f"s3://{item.location.bucket}/{item.location.key}": item for item in media}
    return [by_uri[uri] for uri in uris]


def _lines(data: bytes) -> list[str]:
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        raise DataProblem("The file is not UTF-8.") from None
    while lines and not lines[-1].strip():
        lines.pop()
    return lines
