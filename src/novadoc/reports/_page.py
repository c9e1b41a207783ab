"""The report as one self-contained HTML page, with Markdown and JSON beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from novadoc._extras import require
from novadoc.metrics import Comparison, Report
from novadoc.reports import _charts
from novadoc.reports._content import Result, category_f1, content_of, models_of
from novadoc.reports._gallery import GalleryItem, data_uri, item_json
from novadoc.types import JsonObject, JsonValue

_INLINE_BYTES = 8_000_000

Section = tuple[str, Mapping[str, str]]
"""A heading and rows of label and value."""


class PointLike(Protocol):
    """The loss at one step."""

    @property
    def step(self) -> int:
        """From 0."""
        ...

    @property
    def loss(self) -> float:
        """Mean loss."""
        ...


class CurvesLike(Protocol):
    """Loss curves; `novadoc.bedrock.TrainingCurves` fits."""

    @property
    def training(self) -> Sequence[PointLike]:
        """By step."""
        ...

    @property
    def validation(self) -> Sequence[PointLike]:
        """By step; may be empty."""
        ...

    @property
    def diagnosis(self) -> object:
        """What the curves say; its `str` is shown."""
        ...


@dataclass(frozen=True)
class WrittenReport:
    """Where a report lies."""

    html: Path
    markdown: Path
    json: Path


def write_report(
    result: Result,
    folder: str | Path,
    *,
    title: str = "Extraction report",
    labels: Sequence[str] | None = None,
    runs: Sequence[Report] = (),
    gallery: Iterable[GalleryItem] = (),
    curves: CurvesLike | None = None,
    sections: Sequence[Section] = (),
) -> WrittenReport:
    """Write `report.html`, `report.md` and `report.json` into a folder.

    Args:
        result: A comparison of two runs, or the report of one.
        folder: Made when it is not there; files of the same names are replaced.
        title: The page's title.
        labels: A name for each run; `Base` and `Fine-tuned` by default.
        runs: The reports behind the result, base first: they add categories and error anatomy.
        gallery: Documents to show, from `novadoc.reports.gallery`. Page images go into the page
            itself as long as they are below 8 MB together, and to `pages/` beside it from there.
        curves: Loss curves of the training job.
        sections: Further headings with rows, as costs or what was run.

    Raises:
        MissingExtraError: jinja2 or matplotlib is not installed.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    names = labels or (("Base", "Fine-tuned") if isinstance(result, Comparison) else ("Model",))
    content = content_of(result, title=title, labels=names, runs=runs)
    content["diagnosis"] = "" if curves is None else str(curves.diagnosis)
    content["sections"] = [
        {"title": heading, "rows": [{"label": k, "value": v} for k, v in rows.items()]}
        for heading, rows in sections
    ]
    models = models_of(result)
    content["gallery"] = list[JsonValue](_items(gallery, models, target))
    charts = {
        "categories": _charts.svg(_charts.bars(category_f1(result), names)),
        "curves": _loss_chart(curves),
    }
    written = WrittenReport(target / "report.html", target / "report.md", target / "report.json")
    written.html.write_text(_html(content, charts), encoding="utf-8")
    written.markdown.write_text(markdown(result, title=title, sections=sections), encoding="utf-8")
    written.json.write_text(
        json.dumps(result.to_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return written


def markdown(result: Result, *, title: str, sections: Sequence[Section] = ()) -> str:
    """Return the report as Markdown: table, verdict, sections; no document content."""
    parts = [f"# {title}", "", f"{result.documents} documents.", "", result.to_markdown()]
    for heading, rows in sections:
        parts += [f"## {heading}", "", *(f"- {key}: {value}" for key, value in rows.items()), ""]
    return "\n".join(parts)


def _items(
    gallery: Iterable[GalleryItem], models: Sequence[str], folder: Path
) -> Iterator[JsonObject]:
    room = _INLINE_BYTES
    for item in gallery:
        size = sum(len(data) for _, data in item.pages)
        if size <= room:
            sources = [data_uri(media, data) for media, data in item.pages]
        else:
            sources = [_beside(folder, media, data) for media, data in item.pages]
        room -= size
        yield item_json(item, models, sources)


def _beside(folder: Path, media: str, data: bytes) -> str:
    name = f"pages/{hashlib.sha256(data).hexdigest()}.{media.partition('/')[2]}"
    (folder / "pages").mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return name


def _loss_chart(curves: CurvesLike | None) -> str:
    if curves is None or not curves.training:
        return ""
    training = [(point.step, point.loss) for point in curves.training]
    return _charts.svg(
        _charts.lines(training, [(point.step, point.loss) for point in curves.validation])
    )


def _html(content: JsonObject, charts: Mapping[str, str]) -> str:
    jinja2 = require("jinja2", extra="report", feature="A report page")
    markupsafe = require("markupsafe", extra="report", feature="A report page")
    files = resources.files("novadoc.reports")
    script = files.joinpath("page.js").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(
        files.joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    safe = markupsafe.Markup  # our own files, and JSON escaped for a script element below
    text: str = template.render(
        content=content,
        charts={name: safe(chart) for name, chart in charts.items()},
        css=safe(files.joinpath("page.css").read_text(encoding="utf-8")),
        script=safe(script),
        script_hash=digest,
        payload=safe(_script_json(content)),
        version=version("novadoc"),
    )
    return text


def _script_json(content: JsonObject) -> str:
    shown: dict[str, JsonValue] = {key: content[key] for key in ("models", "fields", "gallery")}
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    # Inside <script> only these could end the element or open a comment.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
