"""The lines of one file, each through every rule that needs no other line."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from novadoc.datasets._answers import Answers
from novadoc.datasets._envelope import Envelope, Parts
from novadoc.datasets._media import Media
from novadoc.datasets._problem import Problem
from novadoc.datasets._repeats import Repeats
from novadoc.datasets._rules import problem
from novadoc.datasets._skeleton import Skeletons
from novadoc.datasets._untrusted import BOM, decode
from novadoc.datasets._walk import opened
from novadoc.models import BaseModel

_NAME = re.compile(r"[A-Za-z0-9_\-.]+\.jsonl")
# Four characters of English or JSON are about one token; three and a half stays on the safe side.
_CHARACTERS_PER_TOKEN = 3.5


class FileCheck:
    """Checks one file; what concerns the whole set goes on into `answers` and `repeats`."""

    def __init__(self, path: Path, number: int, model: BaseModel) -> None:
        self.path = path
        self.records = 0
        self.kinds: Counter[str] = Counter()
        """Records with `text` only, with an `image`, with a `video`."""
        self._number = number
        self._model = model
        self._envelope = Envelope(model)
        self._skeletons = Skeletons(self._envelope)
        self._media = Media(path.parent, model)
        self._buckets: dict[str, array[int]] = {}
        self._found: list[Problem] = []
        self._line = 0

    def run(self, answers: Answers, repeats: Repeats) -> Iterator[Problem]:
        """Yield the file's problems in the order of its lines."""
        name = self.path.name
        if not _NAME.fullmatch(name):
            yield problem("file-name", "The file's name is none the service takes.", file=name)
        with opened(self.path) as file:
            for self._line, raw in enumerate(file, 1):
                self._record(raw, answers, repeats)
                if self._found:
                    yield from self._found
                    self._found.clear()
        yield from self._off_majority()

    def _report(self, rule: str, path: str, message: str) -> None:
        self._found.append(problem(rule, message, file=self.path.name, line=self._line, path=path))

    def _record(self, raw: bytes, answers: Answers, repeats: Repeats) -> None:
        if self._line == 1 and raw.startswith(BOM):
            self._report("encoding", "$", "The file begins with a byte-order mark.")
            raw = raw.removeprefix(BOM)
        if not raw.strip():
            self._report("blank-line", "$", "The line is empty.")
            return
        self.records += 1
        try:
            text = raw.decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            self._report("encoding", "$", f"Byte {error.start + 1} of the line is not UTF-8.")
            return
        parts = self._skeletons.match(text) or self._decoded(text)
        if parts is not None:
            self._further(parts, answers, repeats)

    def _decoded(self, text: str) -> Parts | None:
        try:
            record: object = decode(text)
        except (ValueError, RecursionError) as error:
            at = getattr(error, "pos", None)
            self._report(
                "json", "$", "Not JSON" + ("." if at is None else f", at character {at + 1}.")
            )
            return None
        before = len(self._found)
        parts = self._envelope.check(record, self._report)
        if parts is not None and len(self._found) == before:
            self._skeletons.learn(text, parts)
        return parts

    def _further(self, parts: Parts, answers: Answers, repeats: Repeats) -> None:
        tokens = parts.characters / _CHARACTERS_PER_TOKEN
        for uri in parts.images:
            tokens += self._media.check(uri, "$.messages", self._report)
        for uri in parts.images + parts.videos:
            if uri.startswith("s3://"):
                self._bucket(uri)
        limit = self._model.training_tokens
        if limit is not None and tokens > limit:
            self._report(
                "tokens", "$", f"About {round(tokens):,} tokens; training takes {limit:,}."
            )
        self.kinds["image" if parts.images else "video" if parts.videos else "text"] += 1
        if parts.answer is not None:
            place = self._number << 32 | self._line
            answers.check(parts.answer, place, self._report)
            repeats.add(place, parts.images or parts.question, parts.answer)

    def _bucket(self, uri: str) -> None:
        bucket = uri[5:].partition("/")[0]
        lines = self._buckets.get(bucket)
        if lines is None:
            lines = self._buckets[bucket] = array("L")
        lines.append(self._line)

    def _off_majority(self) -> Iterator[Problem]:
        usual = max(self._buckets.values(), key=len, default=None)
        for lines in self._buckets.values():
            if lines is not usual:
                for line in dict.fromkeys(lines):
                    message = "An image lies in another bucket than most of this file's."
                    yield problem(
                        "bucket", message, file=self.path.name, line=line, path="$.messages"
                    )
