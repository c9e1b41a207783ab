"""Guesses: several values for each field in one answer, with the model's own probabilities."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc.documents import Document
from novadoc.errors import ConfigurationError, InvalidAnswerError, PromptMismatchError
from novadoc.extraction import Extractor, Guess, Pages, RetryPolicy, Settings
from novadoc.prompts import Example, ExtractionPrompt, Image, Text
from novadoc.testing import ScriptedModel

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")


class Line(BaseModel):
    name: str | None = None
    amount: Decimal | None = None


class Party(BaseModel):
    city: str | None = None


class Slip(BaseModel):
    ssn: str | None = None
    total: Decimal | None = None
    party: Party | None = None
    lines: list[Line] = []
    rates: dict[str, Decimal] = {}


def said(*pairs) -> list[dict[str, object]]:
    return [{"value": value, "probability": share} for value, share in pairs]


def made(answers, prompt=Slip, **options):
    model = ScriptedModel([one if isinstance(one, str) else json.dumps(one) for one in answers])
    settings = Settings(guesses=3, **options.pop("settings", {}))
    options.setdefault("retry", RetryPolicy.none())
    return Extractor(prompt, model=model, settings=settings, **options), model


def test_most_probable_guess_is_the_value() -> None:
    """Whatever its place; the others stand behind it with their probabilities, unblended."""
    answer = {
        "ssn": said(("a", 0.2), ("b", 0.7)),
        "total": said((12.5, 1)),
        "party": {"city": said((None, 0.9), ("Ur", 0.1))},
        "lines": [{"name": said(("x", 0.6)), "amount": said((1, 0.5), (7, 0.5))}],
        "rates": {"VAT": said((7.5, 0.8))},
    }
    extractor, model = made([answer])

    found = extractor.extract(PAGE)
    assert Slip(
        ssn="b", total=Decimal("12.5"), party=Party(), lines=[Line(name="x", amount=1)],
        rates={"VAT": Decimal("7.5")},
    ) == found.value  # fmt: skip
    assert (Guess("b", 0.7), Guess("a", 0.2)) == found.guesses["ssn"]
    assert (Guess(1, 0.5), Guess(7, 0.5)) == found.guesses["lines[0].amount"]
    assert 1 == len(model.conversations)
    assert ({}, {}) == (found.agreement, found.evidence)
    assert ("lines[0].amount", "lines[0].name", "ssn") == found.needs_review(0.75)
    assert "guesses" not in repr(found)
    assert "'a'" not in repr(found.guesses)


def test_question_asks_for_guesses_of_every_leaf() -> None:
    """The schema in the prompt has a list of guesses in each leaf's place, with its rules."""
    extractor, model = made([{}])
    extractor.extract(PAGE)

    text = "".join(p.text for p in model.conversations[0].messages[0].parts if isinstance(p, Text))
    assert "at most 3" in text
    assert text.count('"probability"') >= 6


def test_examples_show_their_answers_as_certain() -> None:
    """A few-shot prompt stays one: its right answers become single guesses."""
    prompt = ExtractionPrompt(Slip, examples=[Example(PAGE, {"ssn": "e", "lines": [{}]})])
    extractor, model = made([{"ssn": said(("a", 1))}], prompt)
    extractor.extract(PAGE)

    shown = model.conversations[0].messages[1].parts[0].text
    assert '"ssn":[{"value":"e","probability":1}]' in shown
    assert '"lines":[{"name":[{"value":null,"probability":1}]' in shown


@pytest.mark.parametrize("strict", [True, False])
def test_invalid_best_guess_is_a_violation_and_not_replaced(strict: bool) -> None:
    """The second best is not taken for the value: that would hide what the model believes."""
    answer = {"total": said(("much", 0.9), (5, 0.1)), "ssn": said(("a", 1))}
    extractor, model = made([answer], strict=strict)

    if strict:
        with pytest.raises(InvalidAnswerError) as caught:
            extractor.extract(PAGE)
        assert ["total"] == [path for path, _ in caught.value.violations]
    else:
        found = extractor.extract(PAGE)
        assert ("a", None, "invalid") == (found.value.ssn, found.value.total, found.status("total"))
        assert (Guess(Decimal(5), 0.1),) == found.guesses["total"]
    assert 2 == len(model.conversations)  # the invalid path was asked for once more


def test_answer_without_guesses_is_not_silently_nothing() -> None:
    """A model that ignores the question and answers plainly breaks the rules, by path."""
    extractor, _ = made([{"ssn": "a", "total": 5}], strict=False)

    found = extractor.extract(PAGE)
    assert {"ssn": "invalid", "total": "invalid"}.items() <= found.statuses.items()


def test_probability_that_is_none_leaves_the_value_in_doubt() -> None:
    """Out of range or missing: the value stands, its probability is unknown."""
    extractor, _ = made([{"ssn": [{"value": "a", "probability": 85}]}], strict=False)

    found = extractor.extract(PAGE)
    assert ("a", None) == (found.value.ssn, found.guesses["ssn"][0].probability)
    assert "ssn" in found.needs_review(0.1)


def test_guesses_follow_their_rows_through_windows() -> None:
    """After joining, a row's guesses stand under its new number."""
    image = tuple(Image("jpeg", 8, 8, f"{n:064x}", location=f"s3://b/{n}") for n in range(2))
    answers = [{"lines": [{"name": said((name, share))}]} for name, share in (("x", 1), ("y", 0.3))]
    extractor, _ = made(answers, settings={"pages_per_request": 1})

    found = extractor.extract(Pages("long", image))
    assert (Guess("y", 0.3),) == found.guesses["lines[1].name"]
    assert ("lines[1].name",) == tuple(
        path for path in found.needs_review(0.9) if path.startswith("lines") and "name" in path
    )


def test_votes_and_guesses_stay_apart() -> None:
    """Agreement is of the votes, probability of the model: no number is made of both."""
    answers = [{"ssn": said(("a", 0.9))}, {"ssn": said(("b", 0.6))}]
    extractor, _ = made(answers, settings={"votes": 2})

    found = extractor.extract(PAGE)
    assert (0.5, ("b",), 0.9) == (
        found.agreement["ssn"], found.alternatives["ssn"], found.guesses["ssn"][0].probability,
    )  # fmt: skip


def test_guesses_come_back_from_a_journal(tmp_path: Path) -> None:
    """With every digit; a run without guesses does not mix with it."""
    extractor, _ = made([{"total": said((1.50, 0.25), (2, None))}], strict=False)

    (first,) = extractor.extract_many([PAGE], journal=tmp_path / "j")
    (again,) = extractor.extract_many([PAGE], journal=tmp_path / "j")
    assert first.guesses == again.guesses
    assert again.resumed


def test_tuned_models_give_no_guesses() -> None:
    """They were trained on one question; another one is refused before it is asked."""
    model = ScriptedModel(["{}"], model_id="arn:aws:bedrock:r:1:custom-model-deployment/x")

    with pytest.raises((ConfigurationError, PromptMismatchError), match="without guesses"):
        Extractor(Slip, model=model, settings=Settings(guesses=2))


def test_guesses_are_not_streamed() -> None:
    """There is no honest partial value while guesses still come."""
    extractor, _ = made([{}])

    with pytest.raises(ConfigurationError, match="not shown while it grows"):
        list(extractor.stream(PAGE))
