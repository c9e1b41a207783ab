"""Packets: every page in exactly one document, and what is not sure is said."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image as Pillow
from pydantic import BaseModel

from novadoc.documents import Document, ImagePolicy
from novadoc.errors import (
    ConfigurationError,
    InvalidAnswerError,
    ThrottledError,
    TruncatedAnswerError,
    UnreadableDocumentError,
)
from novadoc.extraction import (
    Extraction,
    ExtractionFailure,
    Extractor,
    Packet,
    PacketSplitter,
    RetryPolicy,
    Settings,
)
from novadoc.prompts import Conversation, Image, Reply, Text, Usage
from novadoc.testing import ScriptedModel

KINDS = {"payslip": "What a month's pay is made of.", "w2": "Wage and tax statement."}


def packet(shades: Sequence[int], name: str = "loan.tif") -> Document:
    """A file of gray pages."""
    out = io.BytesIO()
    sheets = [Pillow.new("L", (40, 30), shade) for shade in shades]
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    return Document.open(out.getvalue(), name=name)


def shades(conversation: Conversation) -> list[int]:
    """What a model sees of the pages."""
    images = [part for part in conversation.messages[0].parts if isinstance(part, Image)]
    return [Pillow.open(io.BytesIO(one.data or b"")).getpixel((0, 0)) for one in images]


def reader(kinds: dict[int, str] | None = None) -> Callable[[Conversation], str]:
    """A model that tells documents by their shade: a page begins one when its shade is new."""

    def answer(conversation: Conversation) -> str:
        seen = shades(conversation)
        found = {}
        for number, shade in enumerate(seen, 1):
            starts = number == 1 or seen[number - 2] != shade
            found[f"page_{number}"] = {"starts": starts}
            if kinds is not None:
                found[f"page_{number}"]["kind"] = kinds.get(shade)
        return json.dumps(found)

    return answer


def splitter(script, **options) -> tuple[PacketSplitter, ScriptedModel]:
    model = ScriptedModel(script)
    options.setdefault("retry", RetryPolicy.none())
    settings = Settings(fallback=False, **options.pop("settings", {}))
    return PacketSplitter(model, settings=settings, **options), model


def test_every_page_is_in_exactly_one_part() -> None:
    """In order, with the pages' numbers in the file and what the model called them."""
    made, _ = splitter(reader({9: "payslip", 90: "w2"}), kinds=KINDS)

    found = made.split(packet([9, 9, 90, 200]))
    assert [
        ("loan.tif#1-2", "payslip", (1, 2)), ("loan.tif#3", "w2", (3,)), ("loan.tif#4", None, (4,)),
    ] == [(part.id, part.kind, part.pages) for part in found.parts]  # fmt: skip
    assert [(0, 1), (2,), (3,)] == [part.document.pages for part in found.parts]
    assert not any(part.doubtful for part in found.parts)
    assert (4, 1) == (len(found.pages), len(found.attempts))
    assert found.cost() > 0


def test_windows_overlap_so_that_a_document_may_go_on() -> None:
    """A document across the end of a request is one part; the shared page is not counted twice."""
    made, model = splitter(reader(), settings={"pages_per_request": 3})

    found = made.split(packet([1, 1, 50, 50, 50, 50, 99]))
    assert [(1, 2), (3, 4, 5, 6), (7,)] == [part.pages for part in found.parts]
    assert [[1, 1, 50], [50, 50, 50], [50, 50, 99]] == [shades(one) for one in model.conversations]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 20])
def test_size_of_requests_does_not_decide(size: int) -> None:
    """With a page to look back on, the same parts come of any window."""
    made, _ = splitter(reader(), settings={"pages_per_request": size})

    found = made.split(packet([7, 7, 7, 60, 90, 90]))
    pages = [part.pages for part in found.parts]
    assert [1, 2, 3, 4, 5, 6] == [number for one in pages for number in one]
    if size > 1:
        assert [(1, 2, 3), (4,), (5, 6)] == pages


def test_page_that_is_left_out_is_asked_for_and_then_an_error() -> None:
    """A page the model says nothing about is not taken for the middle of a document."""
    made, model = splitter(['{"page_1": {"starts": true}}'])

    with pytest.raises(InvalidAnswerError, match="page_2"):
        made.split(packet([1, 2]))
    asked = [part.text for part in model.conversations[1].messages[2].parts]
    assert "page_2" in asked[0]


def test_cut_answer_is_an_error_and_not_another_question() -> None:
    """Half the pages under the other half's numbers would split the packet wrongly."""
    cut = Reply('{"page_1": {"starts": true}, "page_2"', "max_tokens", Usage(1, 1))
    made, model = splitter([cut])

    with pytest.raises(TruncatedAnswerError):
        made.split(packet([1, 2]))
    assert 1 == len(model.conversations)


def test_first_page_begins_a_document_whatever_the_model_thinks() -> None:
    """There is nothing before it to belong to."""
    made, _ = splitter(['{"page_1": {"starts": false}, "page_2": {"starts": false}}'])

    assert [(1, 2)] == [part.pages for part in made.split(packet([1, 2])).parts]


def test_what_votes_differ_on_is_doubtful() -> None:
    """A beginning in doubt puts both documents beside it in doubt, and no other one."""
    sure = {f"page_{n}": {"starts": n != 3} for n in range(1, 5)}
    other = {**sure, "page_3": {"starts": True}}
    made, _ = splitter([json.dumps(sure), json.dumps(other)], settings={"votes": 2})

    found = made.split(packet([1, 2, 3, 4]))
    assert [((1,), False), ((2, 3), True), ((4,), False)] == [
        (part.pages, part.doubtful) for part in found.parts
    ]


def test_document_of_two_kinds_is_doubtful() -> None:
    """A kind that changes within a document says that something is wrong."""
    answer = {
        "page_1": {"starts": True, "kind": "w2"},
        "page_2": {"starts": False, "kind": "payslip"},
    }
    made, _ = splitter([json.dumps(answer)], kinds=KINDS)

    (part,) = made.split(packet([1, 2])).parts
    assert ("w2", True) == (part.kind, part.doubtful)


def test_single_page_is_asked_about_only_for_its_kind() -> None:
    """Nothing is paid for what is certain."""
    plain, silent = splitter(reader())
    kinded, asked = splitter(reader({1: "w2"}), kinds=KINDS)

    assert [None] == [part.kind for part in plain.split(packet([1])).parts]
    assert ["w2"] == [part.kind for part in kinded.split(packet([1])).parts]
    assert (0, 1) == (len(silent.conversations), len(asked.conversations))


def test_question_names_kinds_and_no_value() -> None:
    """Kinds with their descriptions stand in the prompt; pages are small when asked to be."""
    made, model = splitter(
        reader({1: "w2"}), kinds=KINDS, images=ImagePolicy(max_pixels=600, min_side=1)
    )
    made.split(packet([1]))

    asked = model.conversations[0].messages[0].parts
    text = "".join(part.text for part in asked if isinstance(part, Text))
    assert "- w2: Wage and tax statement." in text
    assert "Extract the fields" not in text
    (image,) = (part for part in asked if isinstance(part, Image))
    assert image.width * image.height <= 700


class Slip(BaseModel):
    shade: int | None = None


def test_parts_are_extracted_like_documents_and_failures_are_handed_on(tmp_path: Path) -> None:
    """Two packets and a file that is none: each document has its outcome, each failure its own."""
    made, _ = splitter(reader())
    model = ScriptedModel(lambda ask: json.dumps({"shade": max(shades(ask))}))
    sources = [packet([5, 5, 80], "a.tif"), tmp_path / "no.pdf", packet([30], "b.tif")]

    journal = tmp_path / "j"
    outcomes = list(Extractor(Slip, model=model).extract_many(made.parts(sources), journal=journal))
    assert ["a.tif#1-2", "a.tif#3", "no.pdf", "b.tif#1"] == [one.id for one in outcomes]
    assert [5, 80, 30] == [one.value.shade for one in outcomes if isinstance(one, Extraction)]
    (failed,) = (one for one in outcomes if isinstance(one, ExtractionFailure))
    assert isinstance(failed.error, UnreadableDocumentError)

    again = list(Extractor(Slip, model=model).extract_many(made.parts(sources), journal=journal))
    assert [True, True, False, True] == [one.resumed for one in again]


def test_failed_packet_counts_what_was_spent() -> None:
    """Attempts and tokens of the requests before the failure stand on it."""
    throttled = ThrottledError("No.", operation="Converse")
    made, _ = splitter(
        ['{"page_1": {"starts": true}}', throttled], settings={"pages_per_request": 1}
    )

    (failed,) = made.split_many([packet([1, 2])])
    assert isinstance(failed, ExtractionFailure)
    assert [None, "ThrottledError"] == [one.error for one in failed.attempts]
    assert failed.usage.total_tokens > 0


def test_many_packets_keep_their_order() -> None:
    """Several at a time, from any iterable."""
    made, _ = splitter(reader())
    sources = (packet([n, n, 200], f"{n}.tif") for n in range(12))

    found = list(made.split_many(sources, workers=4))
    assert [f"{n}.tif" for n in range(12)] == [one.id for one in found]
    assert {Packet} == {type(one) for one in found}


def test_tuned_model_splits_nothing() -> None:
    """It was trained to answer another question."""
    model = ScriptedModel(["{}"], model_id="arn:aws:bedrock:r:1:custom-model-deployment/x")

    with pytest.raises(ConfigurationError, match="splits no packets"):
        PacketSplitter(model)


def test_real_packets(real_data) -> None:
    """A lending package of six documents, and a bank statement that is one of five pages."""
    folder = real_data / "packets"
    lending, statement = (
        folder / f"{name}.pdf" for name in ("lending_package", "bank_statement_5_pages")
    )
    labels = json.loads((folder / "lending_package.pdf.label.json").read_text())["pages"]
    printed = [Document.open(statement).text(n) for n in range(1, 6)]
    marks = [re.search(r"Page (\d) of 5", text) for text in printed]
    assert all(marks)

    def of_statement(_: Conversation) -> str:
        return json.dumps({
            f"page_{n}": {"starts": mark is not None and "1" == mark.group(1)}
            for n, mark in enumerate(marks, 1)
        })  # fmt: skip

    def of_lending(_: Conversation) -> str:
        return json.dumps(
            {f"page_{n}": {"starts": True, "kind": kind} for n, kind in enumerate(labels, 1)}
        )

    small = ImagePolicy(max_pixels=40_000, min_side=1)
    (one,) = splitter(of_statement, images=small)[0].split(statement).parts
    six = splitter(of_lending, images=small, kinds=dict.fromkeys(labels, "."))[0].split(lending)
    assert (5, (1, 2, 3, 4, 5)) == (one.document.page_count, one.pages)
    assert labels == [part.kind for part in six.parts]
    assert (5,) == six.parts[labels.index("w2")].pages
