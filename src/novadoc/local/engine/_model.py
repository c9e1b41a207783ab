"""A model: fields, how their words are recognised, how their values are written."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from novadoc.local.engine._answers import Row, assemble
from novadoc.local.engine._columns import Columns
from novadoc.local.engine._crf import CrfTagger, encode
from novadoc.local.engine._decode import decode
from novadoc.local.engine._features import Describer
from novadoc.local.engine._fields import Field, Shape
from novadoc.local.engine._formats import Format, base_format
from novadoc.local.engine._found import Decoded, Record
from novadoc.local.engine._labels import Scores
from novadoc.local.engine._merge import merge_copies, merge_pages
from novadoc.local.engine._page import Page
from novadoc.local.engine._ticks import TickRule
from novadoc.local.engine._zeroshot import ZeroShot
from novadoc.types import JsonObject, JsonScalar, JsonValue

_VERSION = 1
_NO_VALUE = 0.999
"""Probability from which a word is no value: what is left for the fields, 0.001, is under a
hundredth of what any field asks for (`Format.threshold`)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""A fixed time in the archive, so that the same training gives the same bytes."""

Sheets = Sequence[Sequence[Page]]
"""The pages of a document, each as the copies of the form it shows."""


@dataclass(frozen=True)
class Knowledge:
    """What a training found out, beside the word model."""

    shape: Shape
    formats: Mapping[str, Format]
    aliases: Mapping[str, str]
    """Fields that are copies of another field, which is all their words are known by."""
    form_words: tuple[str, ...]
    printed: tuple[str, ...]
    """Words of the forms, also rarer ones: misread labels are read as them."""
    ticks: Mapping[str, TickRule]


class BaseModel:
    """Answers from the names and descriptions in the request alone."""

    def answer(self, shape: Shape, sheets: Sheets) -> JsonValue:
        """Fill the shape from the pages of one document."""
        fields = shape.fields()
        zero = ZeroShot(fields)
        formats = {field.path: base_format(field) for field in fields}

        columns = Columns(fields)

        def read(page: Page) -> Decoded:
            return decode(page, columns.carry(page, zero.words(page)), fields, formats)

        return fill(shape, sheets, read)


class TunedModel:
    """Answers from what a training learned; fields it never saw are read as the base model does."""

    def __init__(self, knowledge: Knowledge, crf: bytes) -> None:
        self._knowledge = knowledge
        self._crf = crf
        self._fields = knowledge.shape.fields()
        self._zero = ZeroShot(self._fields)
        self._describer = Describer(knowledge.form_words, knowledge.printed)
        self._tagger = CrfTagger(crf, len(self._fields) + 1)

    @property
    def shape(self) -> Shape:
        """The answer's tree in the training records."""
        return self._knowledge.shape

    def answer(self, shape: Shape, sheets: Sheets) -> JsonValue:
        """Fill the shape from the pages of one document."""
        fields = shape.fields()
        known = {field.path: k for k, field in enumerate(self._fields)}
        known_as = [known.get(field.path) for field in fields]
        formats = {
            field.path: self._knowledge.formats.get(field.path) or base_format(field)
            for field in fields
        }
        strangers = ZeroShot(fields) if None in known_as else None
        columns = Columns(fields)

        def read(page: Page) -> Decoded:
            scores = self.scores(page)
            base = strangers.words(page) if strangers else None
            own = np.zeros((len(page.words), len(fields)))
            for k, column in enumerate(known_as):
                if column is not None:
                    own[:, k] = scores[:, column]
                elif base is not None:
                    own[:, k] = base[:, k]
            own = columns.carry(page, own)
            return decode(page, own, fields, formats, self._knowledge.ticks)

        return fill(shape, sheets, read, self._knowledge.aliases)

    def scores(self, page: Page) -> Scores:
        """Return words x fields: the probability that a word is part of a field's value."""
        labels = self._zero.labels(page)
        described = self._describer.describe(page, labels, self._zero.words(page, labels))
        return self._tagger.marginals(encode(described), _NO_VALUE)[:, :-1]

    def to_bytes(self) -> bytes:
        """Encode as an archive of data, without code."""
        record: JsonObject = {
            "version": _VERSION,
            "shape": _shape_to_json(self._knowledge.shape),
            "formats": {path: form.to_json() for path, form in self._knowledge.formats.items()},
            "aliases": dict(self._knowledge.aliases),
            "form_words": list(self._knowledge.form_words),
            "printed": list(self._knowledge.printed),
            "ticks": {path: vars(rule) for path, rule in self._knowledge.ticks.items()},
        }
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            text = json.dumps(record, ensure_ascii=False, sort_keys=False, default=str)
            archive.writestr(zipfile.ZipInfo("model.json", _EPOCH), text)
            words = zipfile.ZipInfo("words.crf", _EPOCH)
            # The first level is four times as fast as the default, and 7 % larger.
            archive.writestr(words, self._crf, zipfile.ZIP_DEFLATED, compresslevel=1)
        return target.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> TunedModel:
        """Decode an archive.

        Raises:
            ValueError: The bytes are not a model of this version.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                record = json.loads(archive.read("model.json"))
                crf = archive.read("words.crf")
        except (zipfile.BadZipFile, KeyError) as error:
            raise ValueError("not a model of the local engine") from error
        if record.get("version") != _VERSION:
            raise ValueError("a model of another version of the local engine")
        formats = {path: Format.from_json(form) for path, form in record["formats"].items()}
        knowledge = Knowledge(
            _shape_from_json(record["shape"]),
            formats,
            record["aliases"],
            tuple(record["form_words"]),
            tuple(record.get("printed", ())),
            {path: TickRule(**rule) for path, rule in record["ticks"].items()},
        )
        return cls(knowledge, crf)


def fill(
    shape: Shape,
    sheets: Sheets,
    read: Callable[[Page], Decoded],
    aliases: Mapping[str, str] | None = None,
) -> JsonValue:
    """Put what the pages of a document say into one answer."""
    found = merge_pages([merge_copies([read(page) for page in copies]) for copies in sheets])
    values: dict[str, JsonScalar] = {path: one.value for path, one in found.values.items()}
    for path, source in (aliases or {}).items():
        values.setdefault(path, _source(source, found))
    rows = {path: [_row(row) for row in records] for path, records in found.rows.items()}
    return assemble(shape, values, rows)


def _source(path: str, found: Decoded) -> JsonScalar:
    """Read a value by its path, which may point into the first record of a list."""
    if path in found.values:
        return found.values[path].value
    for records in found.rows.values():
        for row in records[:1]:
            if path in row.values:
                return row.values[path].value
    return None


def _row(row: Record) -> Row:
    return {path: one.value for path, one in row.values.items()}, row.owner


def _shape_to_json(shape: Shape) -> JsonObject:
    leaf = shape.field
    return {
        "form": shape.form,
        "path": shape.path,
        "children": [[key, _shape_to_json(child)] for key, child in shape.children],
        "field": None
        if leaf is None
        else {
            "kind": leaf.kind,
            "description": leaf.description,
            "choices": list(leaf.choices),
            "nullable": leaf.nullable,
        },
    }


def _shape_from_json(record: JsonObject) -> Shape:
    path = str(record["path"])
    leaf = cast("dict[str, JsonValue] | None", record["field"])
    children = cast("list[tuple[str, JsonObject]]", record["children"])
    return Shape(
        cast("str", record["form"]),  # type: ignore[arg-type]
        path,
        tuple((key, _shape_from_json(child)) for key, child in children),
        None
        if leaf is None
        else Field(
            path,
            cast("str", leaf["kind"]),  # type: ignore[arg-type]
            str(leaf["description"]),
            tuple(cast("list[JsonScalar]", leaf["choices"])),
            bool(leaf["nullable"]),
        ),
    )
