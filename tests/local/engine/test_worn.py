"""Pages whose labels the OCR lost or misread."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from local.engine.kit import SCHEMA, f1, invoice, page, scored
from novadoc.local.engine._answers import leaves
from novadoc.local.engine._fields import from_schema
from novadoc.local.engine._learner import Learner, Lesson, Plan
from novadoc.local.engine._page import pages
from novadoc.local.engine._printed import Printed, common_words
from novadoc.local.engine._reading import Reading
from novadoc.local.engine._worn import worn
from novadoc.types import JsonObject

SHAPE = from_schema(SCHEMA)
LABELS = {
    "Invoice number", "Invoice date", "Seller's name and address", "Description of the item",
    "Price", "Tax", "Total due", "Paid in full",
}  # fmt: skip


def test_misread_words_are_read_as_the_form_s_own() -> None:
    """A word close to one of the form counts as it; other words, short ones, numbers do not."""
    printed = Printed(["employee", "wages", "tax"])

    assert printed.words("Empaoyee WagEs tox 2019 Harbor") == [
        "employee", "wages", "tox", "2019", "harbor",
    ]  # fmt: skip


def test_words_on_several_documents_are_the_form_s() -> None:
    """What stands on one document alone is its own."""
    one, other = page(("Total due Harbor", 0, 0)), page(("Total due Summit", 0, 0))

    assert common_words([[one], [other]], 0.1) == {"total", "due"}


def test_worn_page_keeps_its_values() -> None:
    """Values keep their words and labels; the same seed does the same damage."""
    whole = page(("Total due", 0, 0), ("Name", 300, 0), ("12.40", 0, 20), ("Ann Bee", 300, 20))
    labels = [{"12.40": 0, "Ann": 1, "Bee": 1}.get(word.text, 2) for word in whole.words]

    for seed in range(20):
        lost, left = worn(whole, labels, 2, seed=seed)
        kept = [(word.text, k) for word, k in zip(lost.words, left, strict=True) if k < 2]
        assert kept == [("12.40", 0), ("Ann", 1), ("Bee", 1)]
        assert worn(whole, labels, 2, seed=seed)[1] == left
    assert any(len(worn(whole, labels, 2, seed=k)[0].segments) < 4 for k in range(20))


def test_pages_that_lost_labels_are_still_read() -> None:
    """Half the labels gone is no reason to answer next to nothing."""
    rng = Random(31)
    lessons = [Lesson(pages(read), leaves(answer)) for read, answer in _drawn(rng, 24)]
    model = Learner(SHAPE, lessons).learn(Plan(2), [], lambda _: None).model

    poor = [(_without_labels(read, rng), answer) for read, answer in _drawn(rng, 16)]

    found = f1(scored(answer, model.answer(SHAPE, [pages(read)])) for read, answer in poor)
    assert found >= 0.9


def _drawn(rng: Random, count: int) -> list[tuple[Reading, JsonObject]]:
    return [invoice(rng) for _ in range(count)]


def _without_labels(read: Reading, rng: Random) -> Reading:
    kept = [line for line in read.lines if line.text not in LABELS or rng.random() < 0.5]
    return replace(read, lines=tuple(kept))
