"""The labelling page: documents beside a form made from the schema, in one HTML file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from novadoc._answer import dump_json
from novadoc._extras import require
from novadoc._output import LineFile, make_folder, write_atomic
from novadoc.datasets import Sample
from novadoc.documents import NOVA_1, ImagePolicy, PageImage
from novadoc.errors import DatasetError
from novadoc.review._doubts import Doubt, Doubts, doubts_of
from novadoc.review._form_schema import form_schema
from novadoc.review._places import nearest, shown_at
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

__all__ = ["write_review"]

Schema = DocumentSchema[Any] | type[BaseModel]

_SCRIPTS = ("values.js", "form.js", "picture.js", "page.js")
_HOLE = "data goes here"
# Halves of surrogate pairs come from file names that are no UTF-8.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def write_review(
    samples: Iterable[Sample],
    folder: str | PathLike[str],
    *,
    schema: Schema,
    doubts: Doubts | None = None,
    images: Literal["inline", "beside"] = "inline",
    policy: ImagePolicy = NOVA_1,
    title: str = "",
) -> Path:
    """Write `folder/review.html`, on which people check and complete labels.

    The page needs no server and no network: it opens from the file system, keeps its progress in
    the browser, checks values against the schema, and saves a file that `read_review` reads. An
    unlabelled document is a sample with an empty label.

    Args:
        samples: Documents with their labels so far.
        folder: Where to write; made when missing.
        schema: What the form asks for.
        doubts: Fields to look at first, by sample id; by default `doubts_of(samples)`: what the
            samples' provenance is not sure of.
        images: `inline` puts the pages into the file; `beside` puts them into `folder/pages/`,
            better beyond some hundred pages.
        policy: How pages are made; the default is what the models see.
        title: Heading; default the schema's name.

    Raises:
        MissingExtraError: The `report` extra is not installed.
        DocumentError: A document cannot be read; a page written before stays as it was.
        DatasetError: Two samples have the same id, or one of `doubts` is about no field.
        OutputError: The folder cannot be written.

    Example:
        >>> import tempfile
        >>> from pydantic import BaseModel
        >>> from novadoc.documents import Document
        >>> class Slip(BaseModel):
        ...     total: float | None = None
        >>> sample = Sample("a", Document.open(b"P5 40 30 255 " + bytes(1200)), {"total": None})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_review([sample], folder, schema=Slip).name
        'review.html'
    """
    form: DocumentSchema[Any] = DocumentSchema.of(schema)
    before, after = _template(title or form.name)
    target = Path(folder)
    pages = target / "pages" if images == "beside" else None
    make_folder(target if pages is None else pages)
    with LineFile(target / "review.html") as file:
        file.write(before, end=b"")
        # One document after the other: hundreds of them are more than one wants in memory.
        for line in _content(samples, _Maker(form, doubts, policy, pages), title):
            file.write(line, end=b"")
        file.write(after, end=b"")
        file.finish()
    return file.path


def _template(title: str) -> tuple[str, str]:
    """Return what stands before and after the data."""
    jinja2 = require("jinja2", extra="report", feature="The labelling page")
    assets = resources.files("novadoc.review")
    script = "".join(assets.joinpath(name).read_text("utf-8") for name in _SCRIPTS)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    page: str = environment.from_string(
        assets.joinpath("review.html.jinja").read_text("utf-8")
    ).render(
        title=title,
        style=assets.joinpath("review.css").read_text("utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        hole=_HOLE,
    )
    # The title stands before it and may hold anything: what counts is the last one.
    before, _, after = page.rpartition(_HOLE)
    return before, after


@dataclass(frozen=True)
class _Maker:
    """Makes the page's entry of a sample."""

    form: DocumentSchema[Any]
    doubts: Doubts | None
    policy: ImagePolicy
    beside: Path | None

    def entry(self, sample: Sample) -> JsonObject:
        reading = self.form.read(sample.label)
        doubts = self._doubts(sample)
        named = {doubt.path for doubt in doubts}
        rules = [(path, rule) for path, rule in reading.violations if path]
        broken = [Doubt(path, f"This {rule}.") for path, rule in rules if path not in named]
        shown = shown_at((*broken, *doubts), self.form.fields, reading.canonical)
        near = (nearest(path, self.form.fields, reading.canonical) for path, _ in rules)
        wrong = {place.path for place in near if place is not None}
        label = _with_invalid(reading.canonical, sample.label, "", wrong)
        return {
            "id": sample.id,
            "name": sample.document.name,
            "pages": [
                {"source": self._source(page), "width": page.width, "height": page.height}
                for page in sample.document.images(self.policy)
            ],
            # As text: a browser's own numbers would lose digits.
            "label": dump_json(label),
            "doubts": [_doubt(doubt) for doubt in shown],
        }

    def _doubts(self, sample: Sample) -> Sequence[Doubt]:
        if self.doubts is None:
            return doubts_of([sample]).get(sample.id, ())
        doubts = self.doubts.get(sample.id, ())
        for doubt in doubts:
            if nearest(doubt.path, self.form.fields, {}) is None:
                raise DatasetError(
                    f"A doubt of sample {sample.id!r} is about {doubt.path!r}, which is no field.",
                    remedy=f"Give a field of the schema {self.form.name!r}.",
                )
        return doubts

    def _source(self, page: PageImage) -> str:
        if self.beside is None:
            return f"data:image/{page.format};base64,{base64.b64encode(page.data).decode()}"
        name = f"{page.digest}.{page.format}"
        write_atomic(self.beside / name, page.data, durable=False)
        return f"pages/{name}"


def _content(samples: Iterable[Sample], make: _Maker, title: str) -> Iterator[str]:
    head: JsonObject = {
        "title": title or make.form.name,
        "schema": form_schema(make.form),
        "fingerprint": make.form.fingerprint,
        "decimal": make.form.conventions.decimal,
    }
    start = _script_json(head)
    digest = hashlib.sha256(start.encode())
    yield f'{start[:-1]},"samples":['
    seen = set[str]()
    for sample in samples:
        if sample.id in seen:
            raise DatasetError(
                f"Two samples have the id {sample.id!r}.", remedy="Give every sample its own id."
            )
        entry = _script_json(make.entry(sample))
        digest.update(entry.encode())
        yield f"{',' if seen else ''}{entry}"
        seen.add(sample.id)
    # What the browser kept belongs to this page's content: to settle conflicts is another page.
    yield f'],"key":"{digest.hexdigest()}"}}'


def _doubt(doubt: Doubt) -> JsonObject:
    return {
        "path": doubt.path,
        "reason": doubt.reason,
        "confidence": doubt.confidence,
        "alternatives": [
            {"who": other.who, "value": dump_json(other.value)} for other in doubt.alternatives
        ],
    }


def _with_invalid(
    canonical: JsonValue, given: JsonValue, path: str, wrong: Collection[str]
) -> JsonValue:
    """Return the label with what does not fit as it was given: people can mend what they see."""
    if path in wrong:
        return given
    if isinstance(canonical, dict) and isinstance(given, dict):
        return {
            key: _with_invalid(value, given.get(key), f"{path}.{key}" if path else key, wrong)
            for key, value in canonical.items()
        }
    if isinstance(canonical, list) and isinstance(given, list) and len(canonical) == len(given):
        pairs = enumerate(zip(canonical, given, strict=True))
        return [_with_invalid(one, two, f"{path}[{i}]", wrong) for i, (one, two) in pairs]
    return canonical


def _script_json(content: JsonObject) -> str:
    """Return JSON that no HTML parser takes for markup, whatever the values hold."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", dump_json(content))
