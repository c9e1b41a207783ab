"""Questions about the pages of a packet: where documents begin, and of which kind they are."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from local.engine import packets
from local.engine.kit import reading
from local.engine.packets import DESCRIPTIONS, PROMPT, Text, drawn
from novadoc.documents import NOVA_1
from novadoc.extraction._packet_prompt import packet_prompt
from novadoc.local.engine._fields import Shape, from_schema
from novadoc.local.engine._paged import paged_question
from novadoc.local.engine._reading import Reading
from novadoc.local.engine._sheets import Sheet
from novadoc.types import JsonObject


def shape_of(pages: int, kinds: dict[str, str] | None = None) -> Shape:
    """The question as the extractor puts it."""
    prompt = packet_prompt(pages, DESCRIPTIONS if kinds is None else kinds, NOVA_1)
    return from_schema(prompt.schema.prompt_schema)


def answers(pages: list[Reading], kinds: dict[str, str] | None = None) -> list[Any]:
    asked = paged_question(shape_of(len(pages), kinds), len(pages))
    assert asked is not None
    return list(asked.answer([Sheet.read(page) for page in pages], PROMPT).values())


def starts(*pages: list[Text]) -> list[bool]:
    return [said["starts"] for said in answers([drawn(page) for page in pages], {})]


@pytest.mark.parametrize("seed", range(12))
def test_documents_of_a_packet_are_told_apart(seed: int) -> None:
    """Numbered or not, with a head on every page or none, of one form or of several."""
    pages, begun, kinds = packets.packet(Random(f"drawn-{seed}"), 7)

    said = answers(pages)

    assert [one["starts"] for one in said] == begun
    assert {(one["kind"], kind) for one, kind in zip(said, kinds, strict=True)} <= {
        *((kind, kind) for kind in DESCRIPTIONS),
        *((None, kind) for kind in DESCRIPTIONS),
    }


def test_a_page_that_counts_on_begins_nothing() -> None:
    """A new title does not matter where the page says that it is the second of two."""
    first: list[Text] = [("Terms of Sale", 60, 30, 2.0), ("1/2", 500, 1300)]
    second: list[Text] = [("Annex", 60, 30, 2.0), ("2/2", 500, 1300)]
    third: list[Text] = [("Terms of Sale", 60, 30, 2.0), ("1/2", 500, 1300)]

    assert starts(first, second, third) == [True, False, True]


def test_the_first_image_may_go_on() -> None:
    """The pages of a question may begin in the middle of a document."""
    assert starts([("Page 2 of 3", 60, 30), ("Total due", 60, 700)]) == [False]


def test_a_number_that_is_spoken_of_is_not_the_page_s() -> None:
    """`See page 1` at the foot of a page says nothing of the page."""
    first: list[Text] = [("Terms of Sale", 60, 30, 2.0), ("Prices are in dollars", 60, 700)]
    second: list[Text] = [("Delivery is free", 60, 60), ("For prices see page 1", 60, 1300)]

    assert starts(first, second) == [True, False]


def test_a_blank_page_goes_on() -> None:
    """The back of a sheet belongs to it."""
    first: list[Text] = [("Terms of Sale", 60, 30, 2.0), ("Prices are in dollars", 60, 700)]

    assert starts(first, [], first) == [True, False, False]


def test_one_form_for_two_people_is_two_documents() -> None:
    """What tells a form filled in anew from a second page are its numbers."""
    (one,), (other,) = packets.leave_request(Random(1)), packets.leave_request(Random(2))

    assert [said["starts"] for said in answers([one, other, other], {})] == [True, True, False]


def test_kinds_are_known_by_their_descriptions() -> None:
    """The name may say nothing: what the prompt tells of it counts."""
    shape = shape_of(2, {"k1": "", "k2": ""})
    prompt = "- k1: A request for leave.\n- k2: The bill of a hotel."
    pages = [drawn([("Request for Leave", 60, 30, 2.0)]), drawn([("Hotel Bill", 60, 30, 2.0)])]
    asked = paged_question(shape, 2)
    assert asked is not None

    said: Any = asked.answer([Sheet.read(page) for page in pages], prompt)

    assert [said["page_1"]["kind"], said["page_2"]["kind"]] == ["k1", "k2"]


def test_a_document_of_no_kind_has_none() -> None:
    """A page that looks like none of the kinds, or like two of them, is not guessed at."""
    other: list[Text] = [("Fishing Licence", 60, 30, 2.0), ("Valid until", 60, 300)]
    torn: list[Text] = [("Delivery Note", 60, 30, 2.0), ("Purchase Order", 500, 30, 2.0)]

    assert [said["kind"] for said in answers([drawn(other), drawn(torn)])] == [None, None]


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({"page_1": {"number": "string"}, "page_2": {"number": "string"}}, id="values"),
        pytest.param({"page_1": {"paid": "boolean"}, "page_2": {"paid": "boolean"}}, id="ticks"),
        pytest.param({"page_1": {"starts": "boolean"}}, id="fewer"),
        pytest.param({"page_1": {"starts": "boolean"}, "total": {"net": "number"}}, id="others"),
        pytest.param(
            {"page_1": {"starts": "boolean"}, "page_2": {"starts": "boolean", "a": "string"}},
            id="uneven",
        ),
        pytest.param({}, id="nothing"),
    ],
)
def test_other_questions_are_about_what_documents_say(properties: dict[str, Any]) -> None:
    """Only a question that asks of every page whether it is the first is one about pages."""
    schema: JsonObject = {
        "type": "object",
        "properties": {
            page: {
                "type": "object",
                "properties": {key: {"type": kind} for key, kind in one.items()},
            }
            for page, one in properties.items()
        },
    }

    assert paged_question(from_schema(schema), 2) is None
    assert paged_question(from_schema(schema), 0) is None


def test_the_answer_is_json_in_the_question_s_order() -> None:
    """Each page has its key, and in it the keys that were asked for."""
    asked = paged_question(shape_of(1), 1)
    assert asked is not None

    said = json.dumps(asked.answer([Sheet.read(reading(("Delivery Note", 60, 30)))], PROMPT))

    assert said == '{"page_1": {"starts": true, "kind": "delivery_note"}}'
