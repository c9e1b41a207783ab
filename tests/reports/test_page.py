"""The report page: complete, self-contained, and deaf to what stands in the documents."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, cast

import pytest
from PIL import Image
from pydantic import BaseModel

from novadoc import metrics, reports
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, MetricsError
from novadoc.extraction import Evidence
from novadoc.reports._gallery import item_json
from novadoc.schema import REDACTED, Category, DocumentSchema, Sensitive
from novadoc.types import JsonObject, JsonValue

HOSTILE = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>&<!--'


class Line(BaseModel):
    what: str | None = None


class Form(BaseModel):
    name: Annotated[str | None, Category("Who")] = None
    secret: Annotated[str | None, Category("Who"), Sensitive()] = None
    lines: list[Line] = []


class Open(BaseModel):
    name: str | None = None


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


@dataclass(frozen=True)
class Found(Read):
    evidence: dict[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    id: str
    expected: JsonObject


def _page(shade: int) -> Document:
    out = io.BytesIO()
    Image.new("L", (300, 200), shade).save(out, "PNG")
    return Document.open(out.getvalue(), name=f"page-{shade}.png")


def _samples(label: JsonObject, count: int = 3) -> list[Labelled]:
    return [Labelled(f"doc-{k}", _page(200 + k), label) for k in range(count)]


def _runs(samples: list[Labelled], base: JsonObject) -> tuple[list[Read], list[Read]]:
    return (
        [Read(one.id, one.label, base) for one in samples],
        [Read(one.id, one.label, one.label) for one in samples],
    )


def _written(folder: Path, label: JsonObject, base: JsonObject, schema: type[BaseModel]) -> str:
    samples = _samples(label)
    runs = _runs(samples, base)
    judged = [metrics.evaluate(run, schema=schema) for run in runs]
    written = reports.write_report(
        metrics.compare_reports(*judged),
        folder,
        title=HOSTILE,
        runs=judged,
        gallery=reports.gallery(samples, *runs, schema=schema, notes={"doc-0": HOSTILE}),
        sections=[(HOSTILE, {HOSTILE: HOSTILE})],
    )
    return written.html.read_text(encoding="utf-8")


def _data(page: str) -> JsonObject:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: JsonObject = json.loads(found.group(1))
    return data


def test_hostile_values_stay_text(tmp_path: Path) -> None:
    """Values, ids, titles and notes that look like markup add no element to the page."""
    page = _written(tmp_path, {"name": HOSTILE}, {"name": HOSTILE + "x"}, Open)

    assert page.count("<script") == 2
    assert "<img src=x" not in page
    assert json.dumps(HOSTILE) in json.dumps(_data(page))


def test_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """The page refers to no other host, and its policy would not let it."""
    page = _written(tmp_path, {"name": "Ann"}, {"name": "Bob"}, Open)

    assert re.findall(r"(?:src|href)=[\"']?https?:", page) == []
    assert "default-src 'none'" in page


def test_sensitive_fields_are_redacted_with_their_pages(tmp_path: Path) -> None:
    """Values of sensitive fields and the pages that show them are left out unless asked for."""
    label: JsonObject = {"name": "Ann", "secret": "078-05-1120", "lines": []}
    page = _written(tmp_path, label, {"name": "Ann", "secret": None, "lines": []}, Form)

    assert "078-05-1120" not in page
    assert "data:image" not in page
    assert REDACTED in json.dumps(_data(page), ensure_ascii=False)


def test_two_documents_prove_nothing_on_the_page(tmp_path: Path) -> None:
    """The page shows the exact p value of the Markdown table and colours nothing."""
    samples = _samples({"name": "Ann"}, 2)
    judged = [metrics.evaluate(run, schema=Open) for run in _runs(samples, {"name": None})]
    written = reports.write_report(metrics.compare_reports(*judged), tmp_path, runs=judged)
    page = written.html.read_text(encoding="utf-8")

    assert '<td class="n soft">0.500</td>' in page
    assert 'class="n up"' not in page


def test_a_page_says_how_it_counts(tmp_path: Path) -> None:
    """Each counting is explained at the foot of its page."""
    report = metrics.evaluate([({"name": "Ann"}, {"name": "Bob"})], schema=Open)
    pages = {
        counting: reports.write_report(report.with_counting(counting), tmp_path / counting)
        for counting in ("strict", "published", "aligned")
    }
    said = {
        "strict": "a wrong value is both a false positive and a false negative",
        "published": "a wrong value is a false positive only",
        "aligned": "extra values count against accuracy too",
    }

    assert said == {
        counting: words
        for counting, words in said.items()
        if all(words in p.read_text() for p in (pages[counting].html, pages[counting].markdown))
    }


def test_a_report_of_nothing_says_so_and_draws_no_zero(tmp_path: Path) -> None:
    """Without a document, and without an answer, figures are undefined or explained."""
    nothing = reports.write_report(metrics.evaluate([], schema=Open), tmp_path / "nothing")
    failed = metrics.evaluate([Failed("doc-0", {"name": "Ann"})], schema=Open)
    lost = reports.write_report(failed, tmp_path / "lost")
    page = nothing.html.read_text()

    assert "Nothing can be said: no document has a value to read." in page
    assert ">0.0</text>" not in page
    said = "Accuracy 0.00 % over 1 value in 1 document; no document got an answer."
    assert said in lost.markdown.read_text()


@pytest.mark.filterwarnings("error")
def test_names_in_any_script_raise_no_warning(tmp_path: Path) -> None:
    """The browser has fonts that matplotlib lacks."""
    pairs = [({"名前": "東京", "اسم": "x"}, {"名前": "東京"})]

    assert "名前" in reports.write_report(metrics.evaluate(pairs), tmp_path).html.read_text()


def test_kinds_of_mistake_say_when_they_are_counted_over_a_part(tmp_path: Path) -> None:
    """A report keeps the first errors of each field; the table over them is no total."""
    items = [({"name": "Ann"}, {"name": f"Bob {k}"}) for k in range(30)]
    whole = metrics.evaluate(items, schema=Open, max_errors=50)
    part = metrics.evaluate(items, schema=Open)
    pages = [
        reports.write_report(run, tmp_path / str(k), runs=[run]).html.read_text()
        for k, run in enumerate((whole, part))
    ]

    found = [re.findall(r"<caption>(Every|Kinds).*?</caption>", page) for page in pages]
    assert found == [["Every"], ["Kinds"]]
    assert "20 of 30 errors were kept" in pages[1]


def test_rows_are_shown_as_they_are_matched() -> None:
    """A row the prediction has elsewhere stands beside its truth, an invented one comes last."""
    label: JsonObject = {"name": None, "secret": None, "lines": [{"what": "a"}, {"what": "b"}]}
    found: JsonObject = {**label, "lines": [{"what": "b"}, {"what": "c"}, {"what": "a"}]}
    (sample,) = _samples(label, 1)
    (item,) = reports.gallery([sample], [Read(sample.id, label, found)], schema=Form)

    shown = [(leaf.place, leaf.outcome) for (leaf,) in item.rows if leaf and "lines" in leaf.place]
    assert shown == [
        ("lines[0].what", "hit"),
        ("lines[1].what", "hit"),
        ("lines[2].what", "extra"),
    ]


def test_failed_document_shows_everything_missing() -> None:
    """A failure stands in the gallery with all its values missing."""
    (sample,) = _samples({"name": "Ann"}, 1)
    (item,) = reports.gallery([sample], [Failed(sample.id, sample.label)], schema=Open)

    assert [leaf.outcome for (leaf,) in item.rows if leaf] == ["missing"]


def test_a_run_that_was_used_up_is_no_run_of_failures() -> None:
    """An iterator that `evaluate` has read would show every value as missing."""
    samples = _samples({"name": "Ann"}, 2)
    run = iter([Read(one.id, one.label, one.label) for one in samples])
    metrics.evaluate(run, schema=Open)

    with pytest.raises(ConfigurationError, match="Keep each run in a list"):
        list(reports.gallery(samples, run, schema=Open))


def test_each_run_has_a_name_and_a_plot_its_groups(tmp_path: Path) -> None:
    """Names too many or too few, and groups that are none, are refused with what to give."""
    report = metrics.evaluate([({"name": "Ann"}, {"name": "Ann"})], schema=Open)

    with pytest.raises(ConfigurationError, match="1 name"):
        reports.write_report(report, tmp_path, labels=["Base", "Tuned"])
    with pytest.raises(MetricsError, match="category"):
        reports.plot(report, by="fields")  # type: ignore[arg-type]


def _noisy(count: int) -> tuple[list[Labelled], list[Read]]:
    out = io.BytesIO()
    Image.effect_noise((900, 900), 90).save(out, "JPEG", quality=95)
    samples = [
        Labelled(f"d{k}", Document.open(out.getvalue(), name=f"d{k}.jpg"), {"name": str(k)})
        for k in range(count)
    ]
    return samples, [Read(one.id, one.label, one.label) for one in samples]


def _sources(written: reports.WrittenReport) -> list[str]:
    gallery = cast("list[JsonObject]", _data(written.html.read_text())["gallery"])
    return [source for item in gallery for source in cast("list[str]", item["pages"])]


def test_many_pages_go_beside_the_file(tmp_path: Path) -> None:
    """When not all page images fit into the page, all are files beside it, and it stays small."""
    samples, run = _noisy(40)
    report = metrics.evaluate(run, schema=Open)
    written = reports.write_report(
        report, tmp_path, gallery=reports.gallery(samples, run, schema=Open)
    )

    sources = _sources(written)
    assert len(sources) == 40
    assert all((tmp_path / source).is_file() for source in sources)
    assert written.html.stat().st_size < 100_000


def test_pages_go_beside_the_file_on_request(tmp_path: Path) -> None:
    """Few pages stay in the page, unless they are wanted beside it."""
    samples, run = _noisy(2)
    report = metrics.evaluate(run, schema=Open)
    inside, beside = (
        reports.write_report(
            report,
            tmp_path / str(chosen),
            gallery=reports.gallery(samples, run, schema=Open, beside=chosen),
        )
        for chosen in (False, True)
    )

    assert all(source.startswith("data:image/jpeg;") for source in _sources(inside))
    assert all((tmp_path / "True" / source).is_file() for source in _sources(beside))


def test_boxes_follow_the_row_they_were_found_for() -> None:
    """Evidence is named by the prediction's rows, which may stand in another order."""
    label: JsonObject = {"name": None, "secret": None, "lines": [{"what": "a"}, {"what": "b"}]}
    found: JsonObject = {**label, "lines": [{"what": "b"}, {"what": "a"}]}
    evidence = {"lines[1].what": Evidence(1, ((0.1, 0.2, 0.3, 0.4),), 1.0)}
    (sample,) = _samples(label, 1)
    run = [Found(sample.id, label, found, evidence=evidence)]
    (item,) = reports.gallery([sample], run, schema=Form, redact=False)
    (hidden,) = reports.gallery([sample], run, schema=Form)

    assert item.boxes == ({"lines[1].what": ((1, 0.1, 0.2, 0.3, 0.4),)},)
    assert hidden.boxes == ()
    rows = cast("list[list[JsonValue]]", item_json(item)["rows"])
    assert [row[0] for row in rows if len(row) > 5] == ["lines[0].what"]


def test_markdown_and_json_say_the_same_without_values(tmp_path: Path) -> None:
    """Both hold verdict, tables, anatomy, training and sections; neither a value of a document."""
    _written(tmp_path, {"name": "Ann"}, {"name": "Bob"}, Open)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    assert found["verdict"] in text
    assert found["sections"][0]["rows"][0]["value"] == HOSTILE
    assert f"{HOSTILE}: {HOSTILE}" in text
    assert found["anatomy"][0]["path"] == "name"
    assert "| `name` | wrong: " in text
    assert found["gallery"][0]["base"] == {"hit": 0, "wrong": 1, "missing": 0, "extra": 0}
    assert "3 of 3 are right in every field" in text
    assert "Ann" not in text + json.dumps(found)


def test_one_run_makes_a_report_too(tmp_path: Path) -> None:
    """A report of one run needs no second one."""
    report = metrics.evaluate([({"name": "Ann"}, {"name": "Bob"})], schema=Open)
    written = reports.write_report(report, tmp_path)

    assert "Accuracy 0.00 % over 1 value in 1 document" in written.html.read_text()
    assert json.loads(written.json.read_text())["documents"] == 1
    assert "Bob" not in written.markdown.read_text()


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Writing twice gives identical pages."""
    one = _written(tmp_path / "a", {"name": "Ann"}, {"name": "Bob"}, Open)
    two = _written(tmp_path / "b", {"name": "Ann"}, {"name": "Bob"}, Open)

    assert one == two


def test_schema_of_the_gallery_can_be_a_document_schema() -> None:
    """A schema is taken in either form."""
    (sample,) = _samples({"name": "Ann"}, 1)
    run = [Read(sample.id, sample.label, sample.label)]

    (item,) = reports.gallery([sample], run, schema=DocumentSchema(Open))
    assert len(item.pages) == 1
