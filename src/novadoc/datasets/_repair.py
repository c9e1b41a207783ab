"""What can be put right in a data set without knowing what is true."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from novadoc._output import LineFile
from novadoc._wire import RECORD_VERSION
from novadoc.datasets._answers import unframed
from novadoc.datasets._labels import parse_json
from novadoc.datasets._media import is_sound
from novadoc.datasets._mended import filled, without_absent
from novadoc.datasets._problem import Problem
from novadoc.datasets._store import PageStore
from novadoc.datasets._untrusted import BOM, Loose, as_list, as_object, decode
from novadoc.datasets._walk import is_file, opened
from novadoc.documents import Document, ImagePolicy
from novadoc.errors import DocumentError, LabelError
from novadoc.prompts import defuse_json
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

REPAIRABLE = frozenset(
    {
        "schema-version", "reserved-word", "framing", "label-keys", "label-type", "label-null",
        "image-size", "image-unreadable", "image-format", "encoding", "blank-line",
    }
)  # fmt: skip
"""Rules whose breaches `check(..., fix=True)` tries to repair."""


class Repair:
    """Rewrites records: the same values in canonical form, reserved words escaped, images encoded.

    Args:
        folder: Where the data set lies.
        policy: How images are encoded again.
        schema: JSON Schema of the answers; without it answers are only escaped.
        framing: What stands before and after an answer's JSON; without it answers keep theirs.
    """

    def __init__(
        self,
        folder: Path,
        policy: ImagePolicy,
        schema: JsonObject | None,
        framing: tuple[str, str] | None,
    ) -> None:
        self._folder = folder
        self._policy = policy
        self._raw = schema or {}
        self._schema = DocumentSchema.from_json_schema(schema) if schema else None
        self._framing = framing

    def rewrite(self, path: Path, problems: Sequence[Problem]) -> None:
        """Rewrite the lines of a file that have repairable problems, whole or not at all."""
        lines = {one.line for one in problems if one.rule in REPAIRABLE and one.file == path.name}
        if not lines:
            return
        with opened(path) as source, LineFile(path) as target:
            for number, raw in enumerate(source, 1):
                line = raw.removeprefix(BOM).rstrip(b"\r\n")
                if line.strip():
                    target.write(self._line(line) if number in lines else line)
            target.finish()

    def _line(self, line: bytes) -> str | bytes:
        try:
            record = as_object(decode(line.decode()))
        except (ValueError, RecursionError):
            return line  # whatever it was meant to be, a guess may be wrong
        if record is None:
            return line
        record["schemaVersion"] = RECORD_VERSION
        turns = [turn for turn in map(as_object, as_list(record.get("messages")) or []) if turn]
        for turn in turns:
            for block in map(as_object, as_list(turn.get("content")) or []):
                if block is not None and "image" in block:
                    self._image(as_object(block["image"]) or {})
        if turns and turns[-1].get("role") == "assistant":
            self._answer(turns[-1])
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))

    def _answer(self, turn: Loose) -> None:
        blocks = as_list(turn.get("content")) or []
        block = as_object(blocks[0]) if len(blocks) == 1 else None
        if block is not None and isinstance(block.get("text"), str):
            block["text"] = self._canonical(cast("str", block["text"]))

    def _canonical(self, answer: str) -> str:
        body = unframed(answer)
        start = answer.find(body)
        before, after = self._framing or (answer[:start], answer[start + len(body) :])
        try:
            label = parse_json(body)
        except LabelError:
            return answer  # an escape would stand there as it is
        return f"{before}{defuse_json(self._body(body, label))}{after}"

    def _body(self, body: str, label: JsonValue) -> str:
        if self._schema is None:
            return body
        meant = filled(without_absent(label, self._raw), self._raw)
        try:
            return self._schema.canonical_text(meant) if isinstance(meant, Mapping) else body
        except LabelError:
            return body

    def _image(self, image: Loose) -> None:
        location = as_object((as_object(image.get("source")) or {}).get("s3Location")) or {}
        uri = location.get("uri")
        if not isinstance(uri, str) or uri.startswith("s3://"):
            return
        path = self._folder / uri
        if not is_file(path) or is_sound(path, str(image.get("format"))):
            return
        try:
            page = Document.open(path).image(1, self._policy)
        except DocumentError:
            return
        stored = PageStore(self._folder, self._policy).put(page)
        location["uri"], image["format"] = stored.location, stored.format
