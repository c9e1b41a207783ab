"""The examples that measure: each runs offline on few pages and says what it found."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOK = EXAMPLES / "look_at_a_run.ipynb"


def _load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(EXAMPLES)
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_invoices_are_judged_by_the_truth_inside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """E-invoices are their own labels, faulty ones are named, lines are judged and exported."""
    inbox = _load("_e_invoices", monkeypatch).invent(tmp_path / "inbox", 2)

    report = _load("invoices", monkeypatch).main(inbox, tmp_path)

    printed = capsys.readouterr().out

    assert report.documents == 2
    assert report.rows["lines[]"].support >= 3
    assert (report.fields["lines[].amount"].f1 or 0) > 0.2
    assert "no XML in" in printed
    assert "the XML inside the PDF is damaged" in printed
    assert (tmp_path / "tables" / "lines.csv").read_text().startswith("id,row,description")


@pytest.mark.slow
def test_three_ways_are_measured_on_the_same_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Examples cost input tokens in each request; tuning reads more of the fields right."""
    reports = _load("few_shot_vs_tuned", monkeypatch).main(tmp_path, pages=18)
    printed = capsys.readouterr().out

    plain, _, tuned = (report.overall.f1 or 0 for report in reports.values())
    assert tuned > plain
    tokens = {
        line.split(" | ")[0].strip("| "): int(line.split(" | ")[2].replace(",", ""))
        for line in printed.splitlines()
        if line.startswith(("| Base", "| Fine"))
    }
    assert tokens["Base, 2 examples"] > 2 * tokens["Fine-tuned"]
    assert tokens["Base, plainly"] == tokens["Fine-tuned"]
    assert "0 remain" in printed


@pytest.mark.slow
def test_notebook_runs_and_shows_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cells run in order from an empty folder; its outputs are there, and name no machine."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    stored = json.dumps([cell["outputs"] for cell in cells])
    monkeypatch.chdir(tmp_path)
    module = ModuleType("notebook")
    monkeypatch.setitem(sys.modules, "notebook", module)
    for cell in cells:
        exec(compile("".join(cell["source"]), str(NOTEBOOK), "exec"), module.__dict__)

    assert "image/png" in stored
    assert "text/markdown" in stored
    assert '"output_type": "error"' not in stored
    for place in ("/home", "/root", "/tmp", "/work", "site-packages"):
        assert place not in stored
    assert module.__dict__["comparison"].passed in {True, False}
