"""A result as people read it: one HTML page, with the same as Markdown and JSON beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from novadoc._output import make_folder, write_atomic
from novadoc.metrics import Report
from novadoc.reports import _charts
from novadoc.reports._content import Result, content_of, groups_of, labels_of, models_of
from novadoc.reports._gallery import GalleryItem, counts_json, data_uri, item_json
from novadoc.reports._markdown import markdown
from novadoc.reports._page import page
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

    The page holds values of documents where a gallery is given; Markdown and JSON hold everything
    else of it, and of each document only what came of how many values.

    Args:
        result: A comparison of two runs, or the report of one.
        folder: Made when it is not there; files of the same names are replaced.
        title: The page's title.
        labels: A name for each run; `Base` and `Fine-tuned` by default.
        runs: The reports behind the result, base first: they add categories and error anatomy.
        gallery: Documents to show, from `novadoc.reports.gallery`. Page images go into the page
            itself when they are below 8 MB together, else to `pages/` beside it.
        curves: Loss curves of the training job.
        sections: Further headings with rows, as costs or what was run: see `run_sections`.

    Raises:
        MissingExtraError: jinja2 or matplotlib is not installed.
        OutputError: The folder cannot be written.
        ConfigurationError: There is not one label for each run.

    Example:
        >>> import tempfile
        >>> from novadoc.metrics import evaluate
        >>> result = evaluate([({"name": "Ann"}, {"name": "Bob"})])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     written = write_report(result, folder, title="One page")
        ...     written.markdown.read_text().splitlines()[0]
        '# One page'
    """
    target = Path(folder)
    make_folder(target)
    names = labels_of(result, labels)
    content = content_of(result, title=title, labels=names, runs=runs)
    content["diagnosis"] = "" if curves is None else str(curves.diagnosis)
    content["sections"] = [
        {"title": heading, "rows": [{"label": k, "value": v} for k, v in rows.items()]}
        for heading, rows in sections
    ]
    items = _Items(target, models_of(result))
    for item in gallery:
        items.add(item)
    items.place(data_uri)
    content["gallery"] = items.counts
    charts = {"categories": _categories(result, names), "curves": _losses(curves)}
    payload = {name: content[name] for name in ("models", "labels", "fields")}
    written = WrittenReport(target / "report.html", target / "report.md", target / "report.json")
    write_atomic(
        written.html,
        page(
            "report.html.jinja",
            content,
            charts=charts,
            script="report.js",
            payload={**payload, "gallery": items.rows},
        ),
    )
    write_atomic(written.markdown, markdown(result, content))
    write_atomic(written.json, _json(result, content, curves))
    return written


class _Items:
    """What the page's script reads: images in the page while all fit, else all in files."""

    def __init__(self, folder: Path, models: Sequence[str]) -> None:
        self._folder = folder
        self._models = models
        self._room = _INLINE_BYTES
        self._held: list[tuple[JsonObject, Sequence[tuple[str, bytes]]]] = []
        self.rows: list[JsonValue] = []
        self.counts: list[JsonValue] = []

    def add(self, item: GalleryItem) -> None:
        row = item_json(item)
        self.rows.append(row)
        self.counts.append(counts_json(item, self._models))
        self._held.append((row, item.pages))
        self._room -= sum(len(data) for _, data in item.pages)
        if item.beside or self._room < 0:
            self._room = -1  # once beside, all beside
            self.place(self._file)

    def place(self, source: Callable[[str, bytes], str]) -> None:
        """Say where the images held so far are to be had."""
        for row, pages in self._held:
            row["pages"] = [source(media, data) for media, data in pages]
        self._held.clear()

    def _file(self, media: str, data: bytes) -> str:
        name = f"pages/{hashlib.sha256(data).hexdigest()}.{media.partition('/')[2]}"
        make_folder(self._folder / "pages")
        write_atomic(self._folder / name, data, durable=False)
        return name


def _categories(result: Result, labels: Sequence[str]) -> str:
    level = f"{100 * result.level:g} %" if not isinstance(result, Report) else ""
    groups = groups_of(result)
    figure = _charts.bars(groups, labels, level=level)
    return _charts.svg(figure, alt=f"F1 by field category: {', '.join(groups)}")


def _losses(curves: CurvesLike | None) -> str:
    if curves is None or not curves.training:
        return ""
    figure = _charts.lines(_points(curves.training), _points(curves.validation))
    return _charts.svg(figure, alt="Loss by training step")


def _points(series: Sequence[PointLike]) -> list[tuple[int, float]]:
    return [(point.step, point.loss) for point in series]


def _json(result: Result, content: JsonObject, curves: CurvesLike | None) -> str:
    names = ("title", "labels", "verdict", "anatomy", "causes", "diagnosis", "sections")
    whole: JsonObject = {**result.to_dict(), **{name: content[name] for name in names}}
    whole["gallery"] = content["gallery"]
    if curves is not None:
        both = {"training": curves.training, "validation": curves.validation}
        whole["curves"] = {name: [[*one] for one in _points(both[name])] for name in both}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
