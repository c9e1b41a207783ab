"""What stands beside the report page: plots, the profile's page, sections on costs and origins."""

from __future__ import annotations

import json
from pathlib import Path

from novadoc import datasets, metrics, reports
from novadoc.doctypes import Receipt
from novadoc.documents import Document
from novadoc.extraction import Extractor
from novadoc.prompts import ExtractionPrompt, Reply, Usage
from novadoc.testing import ScriptedModel

HOSTILE = "</script><img src=x onerror=alert(1)>"
PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="page.pgm")


def _comparison() -> metrics.Comparison:
    truth = [{"name": name, "total": 7} for name in "abcdefgh"]
    base = metrics.evaluate([(one, {"name": "a", "total": 7}) for one in truth])
    return metrics.compare_reports(base, metrics.evaluate([(one, one) for one in truth]))


def test_plot_shows_itself_in_a_notebook(tmp_path: Path) -> None:
    """A figure is a picture at the end of a cell, and a file when asked for."""
    figure = reports.plot(_comparison(), tmp_path / "plot.svg")

    assert figure._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert "<svg" in (tmp_path / "plot.svg").read_text()


def test_plot_draws_base_beside_tuned_and_the_gain() -> None:
    """Bars for each run and group, then the gain with an interval; of one run the bars alone."""
    both = reports.plot(_comparison(), by="field")
    bars, gains = both.axes
    alone = reports.plot(metrics.evaluate([({"name": "a"}, {"name": "a"})]))

    assert [text.get_text() for text in bars.get_yticklabels()] == ["name", "total"]
    assert len(bars.patches) == 4
    assert gains.get_xlabel() == "points of F1 gained, 95 % interval"
    assert len(alone.axes) == 1


def test_sections_tell_costs_and_fingerprints() -> None:
    """Tokens and dollars a document, the model, and the fingerprints of what it was asked."""
    prompt = ExtractionPrompt(Receipt)
    reply = Reply('{"total": 7}', "end_turn", Usage(1_000, 100))
    model = ScriptedModel([reply], model_id="amazon.nova-lite-v1:0", base_model="nova-lite")
    run = [Extractor(prompt, model=model).extract(PAGE) for _ in range(2)]
    costs, facts = reports.run_sections(prompt, run, labels=["Nova Lite"])

    assert costs[1]["Nova Lite"].startswith("1,000 tokens in and 100 out a document")
    assert costs[1]["Nova Lite"].endswith("; $0.08 per 1,000 documents on demand")
    assert facts[1]["Nova Lite model"] == "amazon.nova-lite-v1:0"
    assert prompt.fingerprint in facts[1]["Prompt"]
    assert prompt.images.fingerprint in facts[1]["Images"]


def test_sections_name_the_data_and_another_prompt(tmp_path: Path) -> None:
    """The data set's hash is told, and that it was written with another prompt."""
    prompt = ExtractionPrompt(Receipt)
    samples = [datasets.Sample(str(n), PAGE, {"total": n}) for n in range(2)]
    manifest = datasets.write_sft(samples, prompt=prompt, folder=tmp_path)
    _, same = reports.run_sections(prompt, data=manifest)
    _, other = reports.run_sections(ExtractionPrompt(Receipt, instructions="x"), data=manifest)

    assert manifest.dataset_hash in same[1]["Data set"]
    assert same[1]["Written with"] == "the same prompt"
    assert other[1]["Written with"] == "ANOTHER prompt"


def test_profile_page_shows_fields_and_faults_without_values(tmp_path: Path) -> None:
    """Coverage, faults and histograms are on the page; names are text, and values are nowhere."""
    samples = [
        datasets.Sample("a", PAGE, {"total": "secret-7", HOSTILE: [{"x": 1}, {"x": 2}]}),
        datasets.Sample("b", PAGE, {"total": None, HOSTILE: []}),
    ]
    written = reports.write_profile(datasets.profile(samples), tmp_path, title=HOSTILE)
    page = written.html.read_text(encoding="utf-8")

    assert "<img" not in page
    assert "50%" in page
    assert "samples whose file came before" in page
    everything = page + written.markdown.read_text() + written.json.read_text()
    assert "secret-7" not in everything
    assert json.loads(written.json.read_text())["samples"] == 2
