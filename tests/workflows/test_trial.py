"""Trials: prompts ranked over the same documents, within a budget, never on what they show."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc.datasets import Sample
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, PromptError
from novadoc.models import PRICES
from novadoc.prompts import Conversation, Example, ExtractionPrompt, Reply, Text, Usage
from novadoc.testing import ScriptedModel
from novadoc.workflows import trial


class Slip(BaseModel):
    name: str | None = None
    total: int | None = None


def page(n: int) -> Document:
    return Document.open(b"P5 40 30 255 " + bytes([n]) * 1200, name=f"{n}.pgm")


SAMPLES = [Sample(str(n), page(n), {"name": "a", "total": n}) for n in range(20)]
GOOD = ExtractionPrompt(Slip, instructions="Be careful.")
POOR = ExtractionPrompt(Slip, instructions="Hurry up.")


def answer(conversation: Conversation) -> Reply:
    """Names right for both, totals only for those told to be careful."""
    text = "".join(part.text for part in conversation.messages[-2].parts if isinstance(part, Text))
    total = "null" if "Hurry" in text else "7"
    return Reply(f'{{"name": "a", "total": {total}}}', "end_turn", Usage(10_000, 1_000))


def run(**options):
    model = ScriptedModel(answer)
    return trial({"poor": POOR, "good": GOOD}, SAMPLES, model=model, **options), model


def test_prompts_are_ranked_over_the_same_documents() -> None:
    """Accuracy decides; the distance to the best has its interval; costs are counted."""
    board, model = run()

    assert (["good", "poor"], 20, True) == (
        [entry.name for entry in board.entries], board.documents, board.complete,
    )  # fmt: skip
    assert ("total",) == board.best.wins
    assert board.entries[1].behind.overall.gains["accuracy"].change > 0
    assert Decimal("0.0168") == board.best.cost
    assert 40 == len(model.conversations)
    assert "| good | 52.5 % | best |" in board.to_markdown()


def test_budget_ends_the_trial_for_all_prompts_alike() -> None:
    """No prompt has seen more than the others, and the budget is kept."""
    board, _ = run(max_cost=Decimal("0.02"))

    assert (9, False) == (board.documents, board.complete)
    assert sum(entry.cost for entry in board.entries) <= Decimal("0.02")


def test_budget_is_counted_with_the_prices_given() -> None:
    """Who pays ten times as much is asked about fewer documents."""
    lite = PRICES.price("nova-lite")
    dear = replace(lite, input_per_1k=10 * lite.input_per_1k, output_per_1k=10 * lite.output_per_1k)
    prices = replace(PRICES, prices={"nova-lite": dear})

    board, _ = run(max_cost=Decimal("0.02"), prices=prices)

    assert (1, False) == (board.documents, board.complete)
    assert Decimal("0.0084") == board.best.cost


def test_trial_goes_on_from_its_journals(tmp_path: Path) -> None:
    """A second run asks nothing and finds the same."""
    first, _ = run(folder=tmp_path)

    again, model = run(folder=tmp_path)
    assert [] == model.conversations
    assert first.to_markdown() == again.to_markdown()


def test_scored_documents_must_not_be_shown() -> None:
    """A prompt that shows a sample as example would be scored on what it was told."""
    leaky = ExtractionPrompt(Slip, examples=[Example(page(3), {"name": "a", "total": 3})])

    model = ScriptedModel(answer)
    with pytest.raises(PromptError, match="'3'"):
        trial({"leaky": leaky, "good": GOOD}, SAMPLES, model=model)
    assert [] == model.conversations


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prompts": {"good": GOOD}}, "at least two"),
        ({"samples": []}, "no sample"),
        ({"model": ScriptedModel(answer, base_model=None), "max_cost": Decimal(1)}, "budget"),
        ({"model": ScriptedModel(answer, base_model="other"), "max_cost": Decimal(1)}, "budget"),
        ({"max_cost": Decimal(0)}, "no amount above 0"),
    ],
    ids=["one prompt", "no sample", "no model", "no price", "no money"],
)
def test_what_cannot_be_tried_is_said_first(options: dict, words: str) -> None:
    """Before anything is asked."""
    given = {"prompts": {"a": POOR, "b": GOOD}, "samples": SAMPLES, "model": ScriptedModel(answer)}

    with pytest.raises(ConfigurationError, match=words):
        trial(**{**given, **options})
