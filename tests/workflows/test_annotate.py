"""A teacher's labels: confidence from votes, budgets, killed runs, nothing silently lost."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import PIL.Image
import pytest
from pydantic import BaseModel

from novadoc import datasets
from novadoc.datasets import Provenance
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, NovadocError, RefusedAnswerError
from novadoc.extraction import Extractor, Settings
from novadoc.models import PRICES
from novadoc.prompts import Conversation, ExtractionPrompt, Image, Reply, Usage
from novadoc.review import doubts_of
from novadoc.testing import ScriptedModel
from novadoc.workflows import annotate


class Slip(BaseModel):
    name: str | None = None
    count: int | None = None
    totals: list[int] = []


def page(n: int, name: str | None = None) -> Document:
    return Document.open(b"P5 40 30 255 " + bytes([n]) * 1200, name=name or f"{n}.pgm")


def teacher(script, **settings) -> Extractor[Slip]:
    model = ScriptedModel(script, model_id="amazon.nova-pro-v1:0", base_model="nova-pro")
    one_by_one = {"workers": 1, "continuations": 0, **settings}
    return Extractor(Slip, model=model, settings=Settings(**one_by_one))


def asked(one: Extractor[Slip]) -> list[Conversation]:
    assert isinstance(one.model, ScriptedModel)
    return one.model.conversations


def priced(_: Conversation) -> Reply:
    """Costs 0.0112 dollars: 10,000 tokens in at 0.0008, 1,000 out at 0.0032 a thousand."""
    return Reply('{"name": "a", "totals": [1]}', "stop_sequence", Usage(10_000, 1_000))


PRICE = Decimal("0.0112")


def test_agreement_of_votes_is_the_label_s_confidence() -> None:
    """The value is the greedy one; disputed fields and lists are for people, least certain first.

    The figures are what the labelling page takes for its doubts.
    """
    reader = teacher([
        '{"name": "a", "totals": [1]}', '{"name": "b", "totals": [1]}', '{"name": "c"}',
        '{"name": "d", "totals": []}',
    ])  # fmt: skip

    found = annotate([page(1), page(2)], reader, votes=3)

    assert [
        {"name": "a", "count": None, "totals": [1]},
        {"name": "d", "count": None, "totals": []},
    ] == [sample.label for sample in found.samples]
    shares = {"name": 1 / 3, "count": 1.0, "totals": 2 / 3, "totals[0]": 2 / 3}
    assert shares == pytest.approx(found.confidence["1.pgm"])
    assert {"1.pgm": ("name", "totals[0]", "totals")} == found.doubtful
    assert ("2.pgm",) == found.settled.ids
    doubts = doubts_of(found.samples, below=found.agree)
    assert {"1.pgm": [("name", ["b", "c"]), ("totals[0]", []), ("totals", [[]])]} == {
        name: [(one.path, [other.value for other in one.alternatives]) for one in ones]
        for name, ones in doubts.items()
    }
    assert "2 labelled, 1 of them with 3 fields for people, 0 not labelled" in str(found)


def test_one_vote_claims_no_confidence() -> None:
    """Nothing is known about how sure a single answer is, and nothing is said."""
    found = annotate([page(1)], teacher(['{"name": "a"}']))

    assert ({}, {}, ("1.pgm",)) == (found.confidence, found.doubtful, found.settled.ids)
    (sample,) = found.samples
    assert sample.provenance is not None
    assert (1, None) == (sample.provenance.votes, sample.provenance.agreement)


def test_provenance_names_model_votes_and_what_the_caller_says() -> None:
    """It says who, what, how often and how sure."""
    when = datetime(2026, 3, 1, tzinfo=timezone.utc)
    given = Provenance("teacher", annotator="ann", time=when)

    (sample,) = annotate([page(1)], teacher(['{"name": "a"}']), votes=2, provenance=given).samples

    expected = Provenance(
        "teacher", annotator="ann", model_id="amazon.nova-pro-v1:0", votes=2, agreement=1.0,
        time=when,
    )  # fmt: skip
    assert expected == sample.provenance


def test_what_was_not_labelled_is_listed_with_its_reason(tmp_path: Path) -> None:
    """Refused, truncated, unreadable: each is there by name, and the others are labelled."""
    (tmp_path / "broken.png").write_bytes(b"no image")
    cut = Reply('{"name": "a', "max_tokens", Usage(9, 9))

    def answer(conversation: Conversation) -> str | Reply | NovadocError:
        parts = (part for turn in conversation.messages for part in turn.parts)
        image = next(part for part in parts if isinstance(part, Image))
        told = {digests[0]: RefusedAnswerError("No."), digests[1]: cut}
        return told.get(image.digest, '{"name": "a"}')

    documents = [page(1), page(2), tmp_path / "broken.png", page(4)]
    digests = [document.image(1).digest for document in documents[:2]]
    found = annotate(documents, teacher(answer, reask=False))

    assert ("4.pgm",) == found.samples.ids
    assert ["1.pgm", "2.pgm", "broken.png"] == [one.id for one in found.samples.rejected]
    assert ["RefusedAnswerError", "TruncatedAnswerError", "UnsupportedDocumentError"] == [
        one.reason.partition(":")[0] for one in found.samples.rejected
    ]
    assert [type(one.error).__name__ for one in found.failures] == [
        one.reason.partition(":")[0] for one in found.samples.rejected
    ]
    assert found.complete


def test_documents_of_one_name_stay_apart() -> None:
    """Scanners call every page alike; samples need an id each."""
    documents = [page(n, "scan.pgm") for n in range(3)]

    found = annotate(documents, teacher(['{"name": "a"}']))
    assert ("scan.pgm", "scan.pgm#2", "scan.pgm#3") == found.samples.ids


def test_value_that_did_not_fit_is_null_and_for_people() -> None:
    """A lenient teacher's invalid value is no label: it is empty, and the first to be looked at."""
    model = ScriptedModel(['{"name": "a", "count": "much"}'])
    lenient = Extractor(Slip, model=model, strict=False, settings=Settings(reask=False))

    found = annotate([page(1)], lenient)

    assert {"1.pgm": ("count",)} == found.doubtful
    assert [{"name": "a", "count": None, "totals": []}] == [s.label for s in found.samples]


def test_long_document_is_voted_on_window_by_window() -> None:
    """A value that one vote read differently on one of the windows is for people."""
    out = io.BytesIO()
    sheets = [PIL.Image.new("L", (40, 30), shade) for shade in (10, 90)]
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    long = Document.open(out.getvalue(), name="long.tif")

    script = ['{"name": "a"}', '{"name": "b"}', '{"count": 1}', '{"count": 1}']
    found = annotate([long], teacher(script, pages_per_request=1), votes=2)

    assert {"name": 0.5, "count": 1.0} == found.confidence["long.tif"]
    assert {"long.tif": ("name",)} == found.doubtful


@pytest.mark.parametrize("workers", [1, 4])
def test_budget_is_kept_and_used(workers: int) -> None:
    """No document is begun that would exceed it, and none is left out that it would pay for."""
    limit = 7 * PRICE + Decimal("0.001")

    found = annotate(map(page, range(40)), teacher(priced, workers=workers), max_cost=limit)
    assert (7, 7 * PRICE, False) == (len(found.samples), found.cost, found.complete)


def test_budget_is_counted_with_the_prices_given() -> None:
    """Prices of one's own decide how far the money goes."""
    pro = PRICES.price("nova-pro")
    dear = replace(pro, input_per_1k=2 * pro.input_per_1k, output_per_1k=2 * pro.output_per_1k)

    found = annotate(
        map(page, range(40)),
        teacher(priced, workers=1),
        max_cost=6 * PRICE,
        prices=replace(PRICES, prices={"nova-pro": dear}),
    )

    assert (3, 6 * PRICE) == (len(found.samples), found.cost)


def test_limits_take_no_more_documents_than_they_ask() -> None:
    """A later run can go on with the same iterator."""
    supply = iter([page(n) for n in range(5)])

    found = annotate(supply, teacher(priced), max_documents=2)
    assert (("0.pgm", "1.pgm"), False) == (found.samples.ids, found.complete)
    assert annotate([page(1)], teacher(priced), max_documents=1).complete


_RUN = """
import sys, time
from pathlib import Path
from pydantic import BaseModel
from novadoc.documents import Document
from novadoc.extraction import Extractor, Settings
from novadoc.prompts import Reply, Usage
from novadoc.testing import ScriptedModel
from novadoc.workflows import annotate

class Slip(BaseModel):
    name: str | None = None
    count: int | None = None
    totals: list[int] = []

folder, pause = Path(sys.argv[1]), float(sys.argv[2])

def answer(conversation):
    with (folder / "calls.txt").open("a") as file:
        file.write("call\\n")
    time.sleep(pause)
    return Reply('{"name": "a", "totals": [1]}', "stop_sequence", Usage(10_000, 1_000))

pages = [Document.open(b"P5 40 30 255 " + bytes([n]) * 1200, name=f"{n}.pgm") for n in range(30)]
model = ScriptedModel(answer, model_id="amazon.nova-pro-v1:0", base_model="nova-pro")
found = annotate(pages, Extractor(Slip, model=model, settings=Settings(workers=2, votes=2)),
                 journal=folder / "run.jsonl")
print(len(found.samples), found.resumed, found.cost)
"""


def test_killed_run_goes_on_and_pays_again_only_for_what_was_in_flight(tmp_path: Path) -> None:
    """A process killed without warning among 30 documents, two at a time, each asked twice.

    The second run labels all, asks again at most for the two that were in flight, and counts what
    the first has paid.
    """
    calls = tmp_path / "calls.txt"
    command = [sys.executable, "-c", _RUN, str(tmp_path)]
    with subprocess.Popen([*command, "0.05"]) as first:
        while not calls.exists() or len(calls.read_text()) < 100:  # twenty calls
            assert first.poll() is None
            time.sleep(0.01)
        first.kill()
    paid = len(calls.read_text().split())

    second = subprocess.run([*command, "0"], check=True, capture_output=True, text=True)

    labelled, resumed, cost = second.stdout.split()
    assert (labelled, Decimal(cost)) == ("30", 60 * PRICE)
    assert int(resumed) >= paid // 2 - 2
    assert len(calls.read_text().split()) - 60 <= 2 * 2


def test_budget_counts_what_the_journal_has_paid_for(tmp_path: Path) -> None:
    """Running again within the same budget asks nothing and gives the same."""
    options = {"max_cost": 3 * PRICE, "journal": tmp_path / "run.jsonl"}
    first = annotate(map(page, range(9)), teacher(priced), **options)

    again = teacher(priced)
    second = annotate(map(page, range(9)), again, **options)
    assert ([], 3) == (asked(again), second.resumed)
    assert [s.label for s in first.samples] == [s.label for s in second.samples]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param({"agree": 1.5}, "agree", id="share"),
        pytest.param({"votes": 0}, "votes", id="votes"),
        pytest.param({"max_cost": Decimal(1)}, "budget", id="no price"),
        pytest.param({"max_documents": -1}, "max_documents", id="documents"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_asked(options: dict, words: str) -> None:
    """Nothing is paid for a slip of the pen."""
    unpriced = Extractor(Slip, model=ScriptedModel(["{}"], base_model=None))

    with pytest.raises(ConfigurationError, match=words):
        annotate([page(1)], unpriced, **options)


@pytest.mark.parametrize("limit", ["0", "-1", "NaN", "Infinity"])
def test_what_is_no_amount_of_money_is_no_budget(limit: str) -> None:
    """With nothing to spend nothing is asked, not even the first document."""
    with pytest.raises(ConfigurationError, match="no amount"):
        annotate([page(1)], teacher(priced), max_cost=Decimal(limit))


def test_teacher_labels_become_a_data_set(tmp_path: Path) -> None:
    """The samples are written as any others, with their origin beside the records."""
    found = annotate(map(page, range(9)), teacher(priced), votes=2)

    written = datasets.write_sft(found.samples, prompt=ExtractionPrompt(Slip), folder=tmp_path)
    origins = list(datasets.read_origins(written))
    assert {("teacher", 2, 1.0)} == {
        (one.provenance.source, one.provenance.votes, one.provenance.agreement)
        for one in origins
        if one.provenance is not None
    }
    assert 9 == len(origins)
