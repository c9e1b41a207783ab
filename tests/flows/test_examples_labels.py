"""The examples of where labels come from: each runs offline and explains what it leaves out."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from novadoc import datasets, synthetic
from novadoc.doctypes import W2
from novadoc.documents import Document, policy_for
from novadoc.errors import RefusedAnswerError
from novadoc.prompts import Conversation, Image
from novadoc.testing import ScriptedModel

EXAMPLES = Path(__file__).parents[2] / "examples"


def _load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def test_erp_export_becomes_checked_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fourteen of twenty postings are right to the digit; five are rejected, each for its fault."""
    made, example = _load("_erp_export", monkeypatch), _load("erp_labels", monkeypatch)
    names, (export, archive) = made.invent(tmp_path)
    vendors = {number: example.Vendor(*facts) for number, facts in names.items()}

    samples = example.read(export, archive, vendors)

    truth = [page.label for page in synthetic.invoice_pages(20, seed=9)]
    whole = [truth[n] for n in range(20) if n not in made.SPOILT.values()]
    assert [label["number"] for label in whole] == [sample.label["number"] for sample in samples]
    assert any(str(label["number"]).startswith("0") for label in whole)
    assert [
        (label["issue_date"], label["seller"]["name"], float(label["net_total"])) for label in whole
    ] == [
        (one.label["issue_date"], one.label["seller"], float(one.label["net_total"]))
        for one in samples
    ]
    assert [[float(line["amount"]) for line in label["lines"]] for label in whole] == [
        [float(line["amount"]) for line in sample.label["lines"]] for sample in samples
    ]
    reasons = {one.id[-2:]: one.reason for one in samples.rejected}
    assert {"03", "05", "09", "11", "13"} == set(reasons)
    assert "not in the master" in reasons["03"]
    assert "no document" in reasons["05"]
    assert "lines[0].amount" in reasons["09"]
    assert "do not add up" in reasons["11"]
    assert "several values" in reasons["13"]
    assert ["5105600107.jpg"] == [one.path.name for one in samples.orphans]


def test_erp_example_says_what_it_left_out(tmp_path: Path) -> None:
    """The script itself: samples, rejections, orphans, a checked data set with provenance."""
    script = [sys.executable, str(EXAMPLES / "erp_labels.py")]
    run = subprocess.run(
        script, capture_output=True, text=True, cwd=tmp_path, check=True, timeout=60
    )

    assert run.stdout.startswith("14 samples of export.csv\n")
    assert 5 == run.stdout.count("left out")
    assert "14 records" in run.stdout
    origins = datasets.read_origins(tmp_path / "out/erp/dataset")
    assert {("erp", "export.csv")} == {
        (one.provenance.source, one.provenance.annotator) for one in origins if one.provenance
    }


def test_teacher_example_sends_people_what_it_is_not_sure_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sure labels become records, unsure ones a labelling page, refused ones are named."""
    example = _load("teacher_labels", monkeypatch)
    labelled, scans = (
        synthetic.write_folder(synthetic.w2_pages(count, seed=seed, width=600), tmp_path / name)
        for count, seed, name in ((4, 1, "labelled"), (8, 2, "unlabelled"))
    )
    policy = policy_for("nova-premier")
    pages = [page.image for page in (*labelled, *scans)]
    digests = [Document.open(page).image(1, policy).digest for page in pages]
    truth = {
        digest: json.loads(page.with_suffix(".json").read_text())
        for digest, page in zip(digests, pages, strict=True)
    }
    unsure, refused = digests[4], digests[5]

    def answer(conversation: Conversation) -> str | RefusedAnswerError:
        parts = (part for turn in conversation.messages for part in turn.parts)
        digest = next(part.digest for part in parts if isinstance(part, Image))
        if digest == refused:
            return RefusedAnswerError("I cannot help with that.")
        label = dict(truth[digest])
        if digest == unsure and conversation.sampling.temperature:
            label["control_number"] = "guessed"
        return json.dumps(label)

    model = ScriptedModel(answer, model_id="us.amazon.nova-premier-v1:0", base_model="nova-premier")
    found = example.run(model, tmp_path, [page.image for page in scans])

    assert {scans[0].image.name: ("control_number",)} == found.doubtful
    out = capsys.readouterr().out
    assert "teacher: 100.0% of" in out
    assert f"not labelled: {scans[1].image.name}: RefusedAnswerError" in out
    assert "1 for people" in out
    assert (tmp_path / "review" / "review.html").stat().st_size > 100_000
    made = [origin.provenance for origin in datasets.read_origins(tmp_path / "dataset")]
    told = [(one.source, one.votes, one.agreement) for one in made if one is not None]
    assert {("people", None, None): 4, ("teacher", 3, 1.0): 6} == Counter(told)


def test_people_example_settles_what_two_people_read_differently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One slip of the pen is one conflict, and what is settled is right."""
    example = _load("people_labels", monkeypatch)
    synthetic.write_folder(synthetic.w2_pages(3, seed=5, width=600), tmp_path / "scans")
    truth = datasets.from_folder(tmp_path / "scans", W2)
    fresh = datasets.SampleSet(datasets.Sample(one.id, one.document, {}) for one in truth)

    found = example.two_people(fresh, tmp_path)

    assert {one.id: one.label for one in truth} == {one.id: one.label for one in found}
    assert {"ann": 2, "cleo": 1} == Counter(one.provenance.annotator for one in found)
    assert "1 conflicts" in capsys.readouterr().out
    assert (tmp_path / "settle" / "review.html").stat().st_size > 100_000


@pytest.mark.slow
def test_people_example_says_what_twice_the_labels_would_bring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole script: more labels read better, and the forecast goes on from there."""
    curve = _load("people_labels", monkeypatch).main(tmp_path)

    (_, few), *_, (most, all_of_them) = curve.points
    assert few < all_of_them <= curve.twice.accuracy
    assert curve.twice.accuracy in curve.twice.interval
    out = capsys.readouterr().out
    assert 3 == out.count(" next: ")
    assert f"{2 * most} labels: " in out
