"""Documents of more pages than a record has: each window with what is printed on it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from datasets.pages import letter, page  # type: ignore[import-not-found]
from novadoc.datasets import (
    Sample,
    check,
    from_jsonl,
    read_origins,
    split,
    windowed,
    write_sft,
)
from novadoc.datasets._printed import PageText
from novadoc.documents import Document, bind, policy_for
from novadoc.errors import ConfigurationError, DatasetProblemsError, PromptError
from novadoc.extraction import Extractor
from novadoc.prompts import Example, ExtractionPrompt, Image
from novadoc.testing import ScriptedModel
from novadoc.types import JsonObject


class Letterhead(BaseModel):
    number: str | None = None


class Party(BaseModel):
    name: str | None = None
    city: str | None = None


class Row(BaseModel):
    item: str | None = None
    amount: Decimal | None = None


class Statement(BaseModel):
    """A statement of account."""

    holder: str | None = None
    issued: str | None = None
    total: Decimal | None = None
    rows: list[Row] = []
    bank: Party | None = None


PROMPT = ExtractionPrompt(Statement)
ROWS = [("Rent of the hall", "1,250.00"), ("Piano", "80.50"), ("Piano", "80.50"), ("Tea", "3.00")]


def pages(count: int = 12) -> list[str]:
    """A statement whose holder heads every page, with rows on pages 2, 11, 11, 12."""
    made = [f"Holder: Ann Jones   page {number} of {count}" for number in range(1, count + 1)]
    made[0] += "\nIssued 3/14/2025 by First Bank"
    for place, (item, amount) in zip((1, 10, 10, 11), ROWS, strict=True):
        made[place] += f"\n{item} {amount}"
    made[11] += "\nTotal 1,414.00"
    return made


def statement(texts: list[str] | None = None, **changes: object) -> Sample:
    label: JsonObject = {
        "holder": "Ann Jones",
        "issued": "2025-03-14",
        "total": Decimal("1414.00"),
        "rows": [{"item": item, "amount": Decimal(a.replace(",", ""))} for item, a in ROWS],
        "bank": {"name": "First Bank", "city": None},
    }
    document = Document.open(letter(texts or pages()), name="long.pdf")
    return Sample("long", document, {**label, **changes})  # type: ignore[dict-item]


def answers(folder: Path) -> list[JsonObject]:
    lines = (folder / "train.jsonl").read_text().splitlines()
    texts = [json.loads(line)["messages"][-1]["content"][0]["text"] for line in lines]
    return [json.loads(text.strip("`").removeprefix("json")) for text in texts]


def test_each_window_is_taught_what_is_printed_on_it(tmp_path: Path) -> None:
    """Values stand in the windows that show them, rows in one, and null everywhere else."""
    manifest = write_sft([statement()], prompt=PROMPT, folder=tmp_path)

    one, other = answers(tmp_path)
    assert [one["holder"], other["holder"]] == ["Ann Jones"] * 2
    assert [one["issued"], other["issued"]] == ["2025-03-14", None]
    assert [one["total"], other["total"]] == [None, 1414.0]
    assert [one["bank"], other["bank"]] == [{"name": "First Bank", "city": None}, None]
    assert one["rows"] == [{"item": "Rent of the hall", "amount": 1250.0}]
    assert [row["item"] for row in other["rows"]] == ["Piano", "Piano", "Tea"]  # type: ignore[union-attr,index,call-overload]
    assert [origin.pages for origin in read_origins(tmp_path)] == [
        tuple(range(1, 11)),
        (11, 12),
    ]
    assert "12 pages" in manifest.notices[0]
    assert "2 windows" in manifest.notices[0]
    assert {problem.rule for problem in check(manifest)} == {"record-count", "few-samples"}


def test_windows_of_a_document_come_back_and_stay_together(tmp_path: Path) -> None:
    """Read back, the windows are samples with their pages; a split never parts them."""
    write_sft([statement()], prompt=PROMPT, folder=tmp_path)
    found = from_jsonl(tmp_path)
    cut = windowed([statement()], Statement)

    assert [sample.document.page_count for sample in found] == [10, 2]
    assert [sample.label for sample in found] == [sample.label for sample in cut]
    assert cut.ids == ("long:1-10", "long:11-12")
    for windows in (cut, found):
        assert sorted(map(len, split(windows, near_duplicates=False).parts)) == [0, 0, 2]


def test_windows_of_bound_pages_stay_together() -> None:
    """Documents of several files have no file in common to tell that they are one."""
    sheets = [Document.open(letter([f"Ann Jones, page {n}"])) for n in range(20)]
    label: JsonObject = {"holder": "Ann Jones", "rows": []}
    cut = windowed([Sample("bound", bind(sheets), label)], Statement, pages=2)

    assert cut.rejected == ()
    assert {one.group for one in cut} == {"bound"}
    assert sorted(map(len, split(cut, seed=1, near_duplicates=False).parts)) == [0, 0, 10]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param({"holder": "Bea Smith"}, "holder", id="printed nowhere"),
        pytest.param({"total": Decimal("80.51")}, "total", id="another number"),
        pytest.param({"rows": [{"item": "Piano", "amount": 3}]}, "rows[0]", id="apart"),
        pytest.param(
            {"rows": [{"item": "Tea", "amount": 3}, {"item": "Piano", "amount": Decimal("80.5")}]},
            "rows",
            id="not in order",
        ),
        pytest.param({"rows": [{"item": None, "amount": None}]}, "rows[0]", id="empty row"),
        pytest.param({"rows": [{"item": "page", "amount": 12}]}, "rows[0]", id="in both windows"),
        pytest.param({"total": 12}, "total", id="a number in both windows"),
    ],
)
def test_what_cannot_be_proven_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, object], path: str
) -> None:
    """No window gets a value by guess: the document is named, with the field that is to blame."""
    sample = statement(**change)

    with pytest.raises(DatasetProblemsError) as caught:
        write_sft([sample], prompt=PROMPT, folder=tmp_path)

    (problem,) = caught.value.problems
    assert problem.rule == "long-document"
    assert f"`{path}`" in problem.message
    (rejected,) = windowed([sample], Statement).rejected
    assert rejected.violations[0][0] == path


def test_scans_are_cut_by_the_text_someone_reads(tmp_path: Path) -> None:
    """Without text nothing is proven; a reader of one's own, or a choice, decides."""
    blank = statement([""] * 12)
    texts = pages()

    def read(document: Document, number: int) -> str:
        return texts[document.pages[number - 1]]

    cut = windowed([blank], Statement, text=read)
    first = windowed([blank], Statement, unproven="first")

    assert len(windowed([blank], Statement).rejected) == 1
    assert [one.label["issued"] for one in cut] == ["2025-03-14", None]
    assert [(one.id, one.document.page_count) for one in first] == [("long", 10)]
    assert next(iter(first)).label == blank.label
    assert write_sft(cut, prompt=PROMPT, folder=tmp_path).records == 2


def test_short_documents_pass_as_they_are() -> None:
    """Nothing is looked up for documents that fit."""
    short = Sample("a", Document.open(letter(["nothing"])), statement().label)

    (same,) = windowed([short], Statement)

    assert (same.id, same.label, same.document.digest) == ("a", short.label, short.document.digest)
    with pytest.raises(ConfigurationError):
        windowed([short], Statement, pages=0)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("Total 1,234.50 EUR", Decimal("1234.5"), True),
        ("Total 1.234,50 EUR", Decimal("1234.50"), True),
        ("Total 1 234,50 EUR", Decimal("1234.5"), True),
        ("Total (1'234.50)", Decimal("-1234.5"), True),
        ("Total 11,234.50", Decimal("1234.5"), False),
        ("Total 1234.50", 12, False),
        ("Zip 10115", 10115, True),
        ("Qty 2", 2, True),
        ("March 4, 2025", "2025-03-04", True),
        ("04.03.25", "2025-03-04", True),
        ("4 MAR 2025", "2025-03-04", True),
        ("2025/3/4", "2025-03-04", True),
        ("2025-03-05", "2025-03-04", False),
        ("Straße 5", "STRASSE 5", True),
        ("Ann\nJones", "Ann Jones", True),
        ("12-345 6789", "123456789", True),
        ("cart", "art", False),
        ("yes", True, False),
        ("anything", "--", False),
    ],
)
def test_a_page_shows_a_value_as_people_print_it(text: str, value: object, shown: bool) -> None:
    """Numbers in any grouping, dates in any order, words in any case; never part of another."""
    assert PageText(text).shows(value) is shown  # type: ignore[arg-type]


@pytest.mark.parametrize(("key", "most"), [("nova-lite", 10), ("nova-pro", 10), ("nova-2-lite", 5)])
@pytest.mark.parametrize("shots", [0, 2])
def test_window_record_and_request_have_as_many_pages(
    tmp_path: Path, key: str, most: int, shots: int
) -> None:
    """One number from the base model, less the images of the examples, wherever pages are cut."""
    examples = [Example(Document.open(page(90 + n)), {"number": None}) for n in range(shots)]
    prompt = ExtractionPrompt(Letterhead, examples=examples, images=policy_for(key))
    scans = [Document.open(page(n)) for n in range(12)]
    sample = Sample("a", bind(scans), {"number": "R-77 of Geneva"})
    shown = {
        scan.image(1).digest: "Number R-77 of Geneva" if n == 0 else "Terms"
        for n, scan in enumerate(scans)
    }

    cut = windowed([sample], prompt, base_model=key, text=lambda d, n: shown[d.image(n).digest])
    assert next(iter(cut)).document.page_count == most - shots
    written = write_sft(cut, prompt=prompt, folder=tmp_path, base_model=key)
    lines = (tmp_path / "train.jsonl").read_text().splitlines()
    assert lines[0].count('"image"') == most
    assert written.notices == ()

    model = ScriptedModel(['{"number": null}\n'], base_model=key)
    Extractor(prompt, model=model, trained_with=written).extract(bind(scans))
    asked = [
        sum(isinstance(part, Image) for turn in one.messages for part in turn.parts)
        for one in model.conversations
    ]
    assert asked[0] == most
    assert len(asked) == len(lines)


class Deployed(ScriptedModel):
    """A deployment by its ARN, which names no base model."""

    def based_on(self, base_model: str) -> Deployed:
        self._base_model = base_model
        return self


def test_a_manifest_tells_the_base_model_of_a_deployment(tmp_path: Path) -> None:
    """An ARN names no model: the extractor asks with as many pages as the records have."""
    prompt = ExtractionPrompt(Letterhead)
    sample = Sample("a", Document.open(page(0)), {"number": None})
    written = write_sft([sample], prompt=prompt, folder=tmp_path, base_model="nova-lite")
    scans = bind([Document.open(page(n)) for n in range(8)])
    blind, told = (Deployed(['{"number": null}\n'], base_model=None) for _ in range(2))

    Extractor(prompt, model=blind).extract(scans)
    outcome = Extractor(prompt, model=told, trained_with=written).extract(scans)

    assert [2, 1] == [len(one.conversations) for one in (blind, told)]
    assert outcome.base_model == "nova-lite"


def test_examples_that_fill_a_request_are_refused(tmp_path: Path) -> None:
    """Five images of examples leave no room for a page on Nova 2 Lite."""
    example = Example(bind([Document.open(page(n)) for n in range(5)]), {"number": None})
    prompt = ExtractionPrompt(Letterhead, examples=[example], images=policy_for("nova-2-lite"))
    sample = Sample("a", Document.open(page(9)), {"number": None})

    with pytest.raises(PromptError, match="show 5 images, and one request takes 5"):
        write_sft([sample], prompt=prompt, folder=tmp_path, base_model="nova-2-lite")
    assert write_sft([sample], prompt=prompt, folder=tmp_path, base_model="nova-lite").records == 1
