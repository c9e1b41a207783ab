"""Learning from pages and answers, without pixels."""

from __future__ import annotations

from random import Random
from typing import cast

import pytest

from local.engine.kit import SCHEMA, f1, invoice, scored
from novadoc.local.engine._answers import leaves
from novadoc.local.engine._fields import from_answers, from_schema
from novadoc.local.engine._learner import ITERATIONS_PER_EPOCH, Learned, Learner, Lesson, Loss, Plan
from novadoc.local.engine._model import BaseModel, TunedModel
from novadoc.local.engine._page import pages
from novadoc.local.engine._reading import Reading
from novadoc.types import JsonObject

Drawn = list[tuple[Reading, JsonObject]]
SHAPE = from_schema(SCHEMA)


def drawn(count: int, seed: int, *, other: bool = False) -> Drawn:
    rng = Random(seed)
    return [invoice(rng, other=other) for _ in range(count)]


def lessons(pairs: Drawn) -> list[Lesson]:
    return [Lesson(pages(reading), leaves(answer)) for reading, answer in pairs]


def learn(pairs: Drawn, validation: Drawn = (), epochs: int = 2) -> tuple[Learned, list[Loss]]:  # type: ignore[assignment]
    losses: list[Loss] = []
    learner = Learner(SHAPE, lessons(pairs))
    return learner.learn(Plan(epochs), lessons(list(validation)), losses.append), losses


def measured(model: BaseModel | TunedModel, pairs: Drawn) -> float:
    return f1(scored(answer, model.answer(SHAPE, [pages(r)])) for r, answer in pairs)


@pytest.fixture(scope="module")
def trained() -> tuple[Learned, list[Loss]]:
    return learn(drawn(24, 1), drawn(6, 2))


def test_tuned_model_reads_new_pages(trained: tuple[Learned, list[Loss]]) -> None:
    """What was learned holds on pages with other names and numbers."""
    assert measured(trained[0].model, drawn(12, 3)) >= 0.95


def test_tuned_model_reads_another_layout(trained: tuple[Learned, list[Loss]]) -> None:
    """Labels carry over to a layout that was never seen."""
    assert measured(trained[0].model, drawn(12, 4, other=True)) >= 0.8


def test_tuning_beats_the_base_model(trained: tuple[Learned, list[Loss]]) -> None:
    """The base model reads something, the tuned one more."""
    test = drawn(12, 3)

    base = measured(BaseModel(), test)

    assert 0.4 <= base < measured(trained[0].model, test)


def test_shuffled_labels_teach_nothing() -> None:
    """With the answers of other pages there is nothing to learn, and nothing is pretended."""
    pairs = drawn(24, 1)
    answers = [answer for _, answer in pairs]
    shifted = [*answers[1:], answers[0]]  # every page gets another's, which shuffling may not do
    mixed = [(reading, answer) for (reading, _), answer in zip(pairs, shifted, strict=True)]
    for answer in answers:
        answer["paid"] = None  # a coin shows the same face half of the time

    try:
        learned, _ = learn(mixed)
    except ValueError:
        return
    assert measured(learned.model, drawn(12, 3)) <= 0.03


def test_training_loss_falls(trained: tuple[Learned, list[Loss]]) -> None:
    """There is a loss for each step, numbered through the epochs, and it falls."""
    losses = trained[1]

    assert [loss.step for loss in losses] == list(range(len(losses)))
    assert losses[-1].epoch == (len(losses) - 1) // ITERATIONS_PER_EPOCH
    assert losses[-1].loss < 0.2 * losses[0].loss


def test_validation_loss_is_measured_each_epoch(trained: tuple[Learned, list[Loss]]) -> None:
    """Each epoch ends with a loss on pages that were not learned from."""
    curve = trained[0].validation

    assert [point.epoch for point in curve] == [0, 1]
    assert all(0 < point.loss < 1 for point in curve)


def test_wrong_validation_labels_show() -> None:
    """The validation loss is real: it is worse for pages with other pages' answers."""
    train, right = drawn(16, 1), drawn(6, 2)
    wrong = [
        (reading, answer) for (reading, _), (_, answer) in zip(right, right[::-1], strict=True)
    ]

    good, bad = (learn(train, pairs, 1)[0].validation[-1].loss for pairs in (right, wrong))

    assert bad > 2 * good


def test_same_records_give_the_same_bytes() -> None:
    """Training is deterministic."""
    first, second = (learn(drawn(6, 1))[0].model.to_bytes() for _ in range(2))

    assert first == second


def test_artefact_answers_as_the_model_did(trained: tuple[Learned, list[Loss]]) -> None:
    """A saved model gives the same answers."""
    model = trained[0].model
    again = TunedModel.from_bytes(model.to_bytes())

    for reading, _ in drawn(4, 3):
        sheets = [pages(reading)]
        assert model.answer(SHAPE, sheets) == again.answer(SHAPE, sheets)


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06" + b"\0" * 18])
def test_other_bytes_are_refused(data: bytes) -> None:
    """Bytes that are no artefact are an error, not a crash."""
    with pytest.raises(ValueError, match="not a model"):
        TunedModel.from_bytes(data)


def test_values_that_are_not_printed_are_reported() -> None:
    """The training says which values it could not find."""
    pairs = drawn(8, 1)
    for _, answer in pairs:
        answer["number"] = "nowhere on the page 12345"

    learned, _ = learn(pairs)

    assert learned.missing["number"] == (8, 8)
    assert "total" not in learned.missing


def test_field_that_repeats_another_is_copied() -> None:
    """A value printed once but asked for twice is given twice."""
    pairs = drawn(12, 1)
    properties = cast("JsonObject", SCHEMA["properties"])
    schema: JsonObject = {**SCHEMA, "properties": {**properties, "due": {"type": "number"}}}
    for _, answer in pairs:
        answer["due"] = answer["total"]
    shape = from_schema(schema)

    learned = Learner(shape, lessons(pairs)).learn(Plan(1), [], lambda _: None)

    reading, answer = drawn(1, 9)[0]
    found = learned.model.answer(shape, [pages(reading)])
    assert isinstance(found, dict)
    assert found["due"] == found["total"] == answer["total"]


def test_field_unknown_to_the_training_is_read_as_the_base_model_does(
    trained: tuple[Learned, list[Loss]],
) -> None:
    """A request may ask for more than was trained."""
    schema: JsonObject = {
        "type": "object",
        "properties": {"amount_due": {"type": "number", "description": "Total due"}},
    }
    reading, answer = drawn(1, 9)[0]

    found = trained[0].model.answer(from_schema(schema), [pages(reading)])

    assert found == {"amount_due": answer["total"]}


def test_schema_can_be_learned_from_answers() -> None:
    """Without a schema in the prompt the answers tell the fields."""
    pairs = drawn(12, 1)
    shape = from_answers(answer for _, answer in pairs)
    learned = Learner(shape, lessons(pairs)).learn(Plan(2), [], lambda _: None)

    test = drawn(6, 3)

    assert f1(scored(a, learned.model.answer(shape, [pages(r)])) for r, a in test) >= 0.85


def test_pages_of_a_document_are_read_together(trained: tuple[Learned, list[Loss]]) -> None:
    """Single values come from the page that shows them, list records from all pages in order."""
    (first, one), (second, two) = drawn(2, 9)

    found = trained[0].model.answer(SHAPE, [pages(first), pages(second)])

    assert isinstance(found, dict)
    assert found["lines"] == [*one["lines"], *two["lines"]]  # type: ignore[misc]


def test_nothing_is_invented_on_an_empty_page(trained: tuple[Learned, list[Loss]]) -> None:
    """An empty page gives nulls and empty lists."""
    found = trained[0].model.answer(SHAPE, [pages(Reading(100, 100, ()))])

    assert [value for value in leaves(found).values() if value not in (None, [])] == []
