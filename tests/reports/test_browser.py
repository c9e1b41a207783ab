"""The report page in a real browser: it fills itself, answers to mouse and keys, and stays deaf."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import pytest
from PIL import Image
from pydantic import BaseModel, create_model

from browser import Browser, browser, find_browser
from novadoc import metrics, reports
from novadoc.documents import Document
from novadoc.extraction import Evidence
from novadoc.types import JsonObject

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium found"),
]
HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>&<!--'


class Named(BaseModel):
    name: Annotated[str | None, metrics.Text()] = None


class Line(BaseModel):
    what: str | None = None


class Form(BaseModel):
    name: str | None = None
    total: str | None = None
    lines: list[Line] = []


Wide = create_model("Wide", **{f"field_{n}": (str | None, None) for n in range(25)})


@dataclass(frozen=True)
class Labelled:
    id: str
    document: Document
    label: JsonObject


@dataclass(frozen=True)
class Read:
    id: str
    expected: JsonObject
    canonical: JsonObject
    value: object = None
    evidence: dict[str, Evidence] = field(default_factory=dict)


def _page(shade: int) -> Document:
    out = io.BytesIO()
    Image.new("L", (300, 200), shade).save(out, "PNG")
    return Document.open(out.getvalue(), name=f"page-{shade}.png")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four documents: the tuned run is right but for the total of the last."""
    folder = tmp_path_factory.mktemp("report")
    label: JsonObject = {"name": HOSTILE, "total": "100.00", "lines": [{"what": "a"}]}
    samples = [Labelled(f"doc-{k}", _page(200 + k), label) for k in range(4)]
    bad: JsonObject = {"name": "Jo", "total": None, "lines": []}
    slip: JsonObject = {**label, "total": "108.00"}
    place = {"total": Evidence(1, ((0.5, 0.5, 0.7, 0.6),), 1.0)}
    base = [Read(one.id, label, bad) for one in samples]
    tuned = [
        Read(one.id, label, slip if one.id == "doc-3" else label, evidence=place) for one in samples
    ]
    judged = [metrics.evaluate(run, schema=Form) for run in (base, tuned)]
    gallery = reports.gallery(samples, base, tuned, schema=Form, notes={"doc-0": HOSTILE})
    comparison = metrics.compare_reports(*judged)
    reports.write_report(comparison, folder, title=HOSTILE, runs=judged, gallery=gallery)
    return folder / "report.html"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(started: Browser, report: Path) -> Browser:
    """The report, freshly opened."""
    started.open(report)
    started.wait("document.querySelector('#values tbody').children.length")
    return started


def _place(page: Browser) -> object:
    return page.run("document.getElementById('gallery-place').textContent")


def _click(page: Browser, selector: str) -> None:
    page.run(f"document.querySelector({selector!r}).click()")


def _choose(page: Browser, name: str, value: str) -> None:
    page.run(f"document.getElementById('{name}').value = {value!r}")
    page.run(f"document.getElementById('{name}').dispatchEvent(new Event('change'))")


def test_hostile_text_stays_text(page: Browser) -> None:
    """What looks like markup is shown, runs nothing, and nothing is fetched from elsewhere."""
    assert page.run("document.title") == HOSTILE
    assert page.run("document.scripts.length") == 2
    assert (
        page.run("document.querySelector('#values tbody td:nth-child(2)').textContent") == HOSTILE
    )
    assert page.messages == []
    assert all(url.startswith(("file:", "data:")) for url in page.requests)


def test_gallery_filters_and_moves_by_keys(page: Browser) -> None:
    """Arrow keys move, filters narrow by field and kind, for the model that is chosen."""
    assert _place(page) == "1 of 4"
    page.run("document.activeElement.blur()")
    page.press("ArrowRight")
    assert _place(page) == "2 of 4"
    _choose(page, "gallery-kind", "e")
    assert _place(page) == "1 of 1"
    _click(page, "#gallery-model input")
    assert _place(page) == "4 of 4"
    _choose(page, "gallery-kind", "x")
    assert _place(page) == "no document matches"


def test_differences_and_boxes_are_marked(page: Browser) -> None:
    """Of a wrong value the differing characters are marked, and its place on the page dashed."""
    _choose(page, "gallery-kind", "w")

    marks = "[...document.querySelectorAll('#values mark')].map(one => one.textContent).join('|')"
    assert page.run(marks) == "0|8"
    assert page.run("document.querySelectorAll('.box.off').length") == 1
    assert page.run("document.querySelectorAll('.box').length") == 1


def test_fields_sort_filter_and_lead_to_documents(page: Browser) -> None:
    """A click on a head sorts both ways, typing filters, a click on a field shows its errors."""
    first = "document.querySelector('#fields tbody code').textContent"
    assert page.run(first) == "total"
    _click(page, "#fields th[data-key=path] button")
    assert page.run(first) == "lines[].what"
    _click(page, "#fields th[data-key=path] button")
    assert page.run(first) == "total"
    _click(page, "#fields button.jump")
    assert _place(page) == "1 of 1"
    page.run("document.getElementById('field-filter').focus()")
    page.type("line")
    assert page.run("document.querySelectorAll('#fields tbody tr').length") == 1


def test_print_hides_controls_and_opens_details(page: Browser) -> None:
    """On paper there is nothing to click, and the folded table is shown."""
    page.call("Emulation.setEmulatedMedia", media="print")
    page.run("dispatchEvent(new Event('beforeprint'))")
    hidden = "getComputedStyle(document.querySelector('{}')).display"

    assert page.run(hidden.format("#gallery")) == "none"
    assert page.run(hidden.format("nav")) == "none"
    assert page.run("document.querySelector('details').open") is True
    page.call("Emulation.setEmulatedMedia", media="")


def test_thousands_of_documents_open_at_once(started: Browser, tmp_path: Path) -> None:
    """2,000 documents open within 2 seconds of the page's own time, and filters stay quick."""
    label: JsonObject = {f"field_{n}": f"value {n}" for n in range(25)}
    (sample,) = [Labelled("doc", _page(200), label)]
    runs = [[Read("doc", label, {**label, "field_3": wrong})] for wrong in ("x", "value 3")]
    (one,) = reports.gallery([sample], *runs, schema=Wide)
    many = (replace(one, id=f"doc-{n:04d}") for n in range(2_000))
    comparison = metrics.compare_reports(*(metrics.evaluate(run, schema=Wide) for run in runs))
    written = reports.write_report(comparison, tmp_path, gallery=many)

    started.call("Performance.enable")
    before = _busy(started)
    started.open(written.html)
    started.wait("document.querySelector('#values tbody').children.length")
    opened = _busy(started)
    _click(started, "#gallery-model input")
    _choose(started, "gallery-kind", "e")

    assert _place(started) == "1 of 2000"
    assert opened - before < 2
    assert _busy(started) - opened < 1


def _busy(page: Browser) -> float:
    found = page.call("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in found if one["name"] == "TaskDuration")


def test_values_run_in_their_own_direction_and_near_ones_say_so(
    started: Browser, tmp_path: Path
) -> None:
    """Hebrew stands at the right; a value that is right but not letter by letter is marked."""
    label: JsonObject = {"name": "בנק לאומי בע״מ 12"}
    sample = Labelled("doc", _page(200), label)
    run = [Read("doc", label, {"name": "בנק לאומי בעמ 12"})]
    judged = metrics.evaluate(run, schema=Named)
    gallery = reports.gallery([sample], run, schema=Named)
    written = reports.write_report(judged, tmp_path, gallery=gallery)
    started.open(written.html.resolve())

    line = "document.querySelector('#values tbody tr')"
    assert started.run(f"getComputedStyle({line}.cells[1]).direction") == "rtl"
    assert started.run(f"{line}.cells[3].textContent") == "✓ rightnear enough"


def test_the_chart_stays_legible_on_a_phone(report: Path, tmp_path: Path) -> None:
    """It scrolls in its own box; the page does not."""
    with browser(tmp_path, width=390, height=844) as phone:
        phone.open(report.resolve())

        assert phone.run("document.querySelector('.chart svg').clientWidth") == 640
        assert phone.run("document.documentElement.scrollWidth") == 390
