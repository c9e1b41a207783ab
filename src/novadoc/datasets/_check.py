"""Everything wrong with a written data set, at once."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from novadoc.datasets._answers import Answers
from novadoc.datasets._counts import count_problems
from novadoc.datasets._lines import FileCheck
from novadoc.datasets._manifest import SAMPLES, DatasetManifest, described, manifest_of
from novadoc.datasets._origins import read_origins
from novadoc.datasets._problem import Problem
from novadoc.datasets._repair import REPAIRABLE, Repair
from novadoc.datasets._repeats import Repeats
from novadoc.datasets._rules import problem
from novadoc.datasets._shape import Shape
from novadoc.datasets._visible import not_visible
from novadoc.datasets._walk import absent, is_file, opened
from novadoc.documents import ImagePolicy, policy_for
from novadoc.errors import ConfigurationError, DatasetError
from novadoc.models import BaseModel
from novadoc.models import base_model as catalogued
from novadoc.types import JsonObject


def check(
    source: DatasetManifest | str | os.PathLike[str],
    base_model: str | None = None,
    *,
    schema: JsonObject | None = None,
    fix: bool = False,
) -> list[Problem]:
    """List every problem of a data set of supervised fine-tuning records.

    Checks files, the format and the model's limits, images from their header bytes, and the labels:
    framing, JSON, keys, types, nulls, contradictions. Streams; looks at local images, and at
    nothing on S3.

    Args:
        source: A manifest, the folder it lies in, or one JSONL file, in the form on disk or on S3.
        base_model: Key of the model to be trained; the manifest's by default.
        schema: JSON Schema of the answers; the manifest's by default. Without one, the majority of
            the answers is the measure.
        fix: Repair what can be repaired without knowing what is true, in place: answers are brought
            to their canonical form, reserved words in them escaped (any JSON parser undoes that),
            images encoded again. What was repaired is listed with `fixed=True`; the manifest is
            rewritten.

    Raises:
        DatasetError: There is no such file, the manifest is damaged, or it is of records for
            another purpose than supervised fine-tuning.
        ConfigurationError: No base model has this key, or none was given for a single file.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "train.jsonl")
        ...     _ = path.write_text('{"schemaVersion": "bedrock-conversation-2024"}')
        ...     [problem.rule for problem in check(path, "nova-lite")]
        ['messages', 'record-count', 'few-samples']
    """
    found = list(_job(source, base_model, schema).problems())
    if not fix or not any(one.rule in REPAIRABLE for one in found):
        return found
    repaired = _job(source, base_model, schema).repaired(found)
    left = list(_job(repaired or source, base_model, schema).problems())
    there = {(one.rule, one.file, one.line, one.path) for one in left}
    places = zip(found, _places_after(found), strict=True)
    return [*(replace(one, fixed=True) for one, place in places if place not in there), *left]


def _places_after(found: Sequence[Problem]) -> Iterator[tuple[str, str, int | None, str]]:
    """Yield where each problem stands once blank lines are gone."""
    gone: dict[str, list[int]] = {}
    for one in found:
        if one.rule == "blank-line" and one.line is not None:
            gone.setdefault(one.file, []).append(one.line)
    for one in found:
        line = one.line
        if line is not None and one.rule != "blank-line":
            line -= bisect(gone.get(one.file, ()), line)
        yield one.rule, one.file, line, one.path


def _job(
    source: DatasetManifest | str | os.PathLike[str],
    base_model: str | None,
    schema: JsonObject | None,
) -> _Job:
    manifest = manifest_of(source)
    if manifest is not None:
        if manifest.kind != "sft":
            raise DatasetError(
                f"Records of the kind {manifest.kind!r} are not for supervised fine-tuning.",
                remedy="Check a data set that `write_sft` wrote.",
            )
        files = {part: manifest.path(part) for part in manifest.files}
        model = catalogued(base_model or manifest.base_model)
        return _Job(files, model, schema or manifest.schema, manifest)
    path = Path(os.fspath(source)) if not isinstance(source, DatasetManifest) else source.folder
    if not is_file(path):
        raise absent("file", path)
    if base_model is None:
        raise ConfigurationError(
            "A single file does not say which model it is for.",
            remedy='Pass `base_model="nova-lite"` or another key.',
        )
    return _Job({"train": path}, catalogued(base_model), schema, None)


class _Job:
    """The files of one data set under check."""

    def __init__(
        self,
        files: Mapping[str, Path],
        model: BaseModel,
        schema: JsonObject | None,
        manifest: DatasetManifest | None,
    ) -> None:
        self._files = dict(files)
        self._names = [path.name for path in self._files.values()]
        self._model = model
        self._schema = schema
        self._manifest = manifest
        self._answers = Answers(Shape(schema) if schema else None, _framing(manifest))
        self._repeats = Repeats()

    def problems(self) -> Iterator[Problem]:
        """Yield every problem: line by line, then what only the whole shows."""
        records: dict[str, int] = {}
        kinds: Counter[str] = Counter()
        for number, (part, path) in enumerate(self._files.items()):
            if not is_file(path):
                yield problem("manifest", "The file is missing.", file=path.name)
                continue
            file = FileCheck(path, number, self._model)
            yield from file.run(self._answers, self._repeats)
            records[part] = file.records
            kinds.update(file.kinds)
            yield from self._promised(part, path)
        yield from self._late()
        yield from self._unseen()
        yield from count_problems(records, kinds, self._model)

    def repaired(self, problems: Sequence[Problem]) -> DatasetManifest | None:
        """Repair the files and return the manifest that describes them now."""
        folder = next(iter(self._files.values())).parent
        images = self._manifest.prompt.get("images") if self._manifest else None
        policy = ImagePolicy.from_dict(images) if isinstance(images, dict) else None
        repair = Repair(
            folder, policy or policy_for(self._model.key), self._schema, _framing(self._manifest)
        )
        for path in self._files.values():
            if is_file(path):
                repair.rewrite(path, problems)
        return None if self._manifest is None else described(self._manifest)

    def _promised(self, part: str, path: Path) -> Iterator[Problem]:
        if self._manifest is None:
            return
        total = hashlib.sha256()
        with opened(path) as file:
            while chunk := file.read(1 << 20):
                total.update(chunk)
        if self._manifest.files[part].sha256 != total.hexdigest():
            message = "The file is not the one that was written: its hash differs."
            yield problem("manifest", message, file=path.name)

    def _late(self) -> Iterator[Problem]:
        for late in self._answers.late():
            rule, path, message = late.fault
            yield self._at(rule, late.place, message, path)
        for repeat in self._repeats.found():
            first = f"{self._names[repeat.first >> 32]} line {repeat.first & 0xFFFFFFFF}"
            yield self._at(repeat.rule, repeat.place, f"Its pages are those of {first}.")

    def _unseen(self) -> Iterator[Problem]:
        if self._manifest is None or not is_file(self._manifest.folder / SAMPLES):
            return
        origins = list(read_origins(self._manifest))
        for part, path in self._files.items():
            if is_file(path):
                lines = {o.line: o for o in origins if o.part == part}
                yield from not_visible(path, lines, self._schema)

    def _at(self, rule: str, place: int, message: str, path: str = "$") -> Problem:
        name, line = self._names[place >> 32], place & 0xFFFFFFFF
        return problem(rule, message, file=name, line=line, path=path)


def _framing(manifest: DatasetManifest | None) -> tuple[str, str] | None:
    framing = manifest.prompt.get("framing") if manifest else None
    if not isinstance(framing, dict):
        return None
    prefill, lead, stop = (str(framing.get(name, "")) for name in ("prefill", "lead", "stop"))
    return f"{prefill}{lead}", stop
