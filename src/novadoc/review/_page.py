"""The labelling page: documents beside a form made from the schema, in one HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from novadoc._extras import require
from novadoc.datasets import Sample
from novadoc.documents import NOVA_1, Document, ImagePolicy, PageImage
from novadoc.review._doubts import Doubt, Doubts
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

__all__ = ["write_review"]

Schema = DocumentSchema[Any] | type[BaseModel]


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
        doubts: Fields to look at first, by sample id.
        images: `inline` puts the pages into the file; `beside` puts them into `folder/pages/`,
            better beyond some hundred pages.
        policy: How pages are made; the default is what the models see.
        title: Heading; default the schema's name.

    Raises:
        MissingExtraError: The `report` extra is not installed.
        DocumentError: A document cannot be read.

    Example:
        >>> import tempfile
        >>> from pydantic import BaseModel
        >>> class Slip(BaseModel):
        ...     total: float | None = None
        >>> sample = Sample("a", Document.open(b"P5 40 30 255 " + bytes(1200)), {"total": None})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_review([sample], folder, schema=Slip).name
        'review.html'
    """
    jinja2 = require("jinja2", extra="report", feature="The labelling page")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    form: DocumentSchema[Any] = DocumentSchema.of(schema)
    beside = target / "pages" if images == "beside" else None
    if beside is not None:
        beside.mkdir(exist_ok=True)
    content: JsonObject = {
        "title": title or form.name,
        "schema": form.prompt_schema,
        "fingerprint": form.fingerprint,
        "samples": [
            _sample(sample, form, (doubts or {}).get(sample.id, ()), policy, beside)
            for sample in samples
        ],
    }
    # What the browser kept belongs to this page's content: to settle conflicts is another page.
    content["key"] = hashlib.sha256(_script_json(content).encode()).hexdigest()
    assets = resources.files("novadoc.review")
    script = assets.joinpath("review.js").read_text("utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    page = environment.from_string(assets.joinpath("review.html.jinja").read_text("utf-8")).render(
        title=content["title"],
        style=assets.joinpath("review.css").read_text("utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=_script_json(content),
    )
    path = target / "review.html"
    path.write_text(page, encoding="utf-8")
    return path


def _sample(
    sample: Sample,
    form: DocumentSchema[Any],
    doubts: Sequence[Doubt],
    policy: ImagePolicy,
    beside: Path | None,
) -> JsonObject:
    return {
        "id": sample.id,
        "name": sample.document.name,
        "pages": _pages(sample.document, policy, beside),
        "label": _texts(form.read(sample.label).canonical),
        "doubts": [
            {
                "path": doubt.path,
                "reason": doubt.reason,
                "confidence": doubt.confidence,
                "alternatives": [
                    {"who": other.who, "value": _texts(other.value)} for other in doubt.alternatives
                ],
            }
            for doubt in doubts
        ],
    }


def _pages(document: Document, policy: ImagePolicy, beside: Path | None) -> list[JsonValue]:
    return [
        {"source": _source(page, beside), "width": page.width, "height": page.height}
        for page in document.images(policy)
    ]


def _source(page: PageImage, beside: Path | None) -> str:
    if beside is None:
        return f"data:image/{page.format};base64,{base64.b64encode(page.data).decode()}"
    name = f"{page.digest}.{page.format}"
    (beside / name).write_bytes(page.data)
    return f"pages/{name}"


def _texts(value: JsonValue) -> JsonValue:
    """Return `value` with numbers as text: a browser's numbers would lose digits."""
    if isinstance(value, dict):
        return {key: _texts(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_texts(below) for below in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return format(Decimal(str(value)), "f")


def _script_json(content: JsonObject) -> str:
    """Return JSON that no HTML parser takes for markup, whatever the values hold."""
    text = json.dumps(content, ensure_ascii=True, default=str)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
