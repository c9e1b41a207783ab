"""What to label next: where votes waver, where runs differ, what looks like nothing labelled."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc.documents import Document
from novadoc.errors import ConfigurationError, RefusedAnswerError
from novadoc.extraction import Extractor, Settings
from novadoc.synthetic import w2_pages
from novadoc.testing import ScriptedModel
from novadoc.workflows import suggest


class Slip(BaseModel):
    name: str | None = None
    total: int | None = None


def page(name: str) -> Document:
    return Document.open(b"P5 40 30 255 " + bytes(1200), name=name)


def reader(script, **settings) -> Extractor[Slip]:
    return Extractor(
        Slip,
        model=ScriptedModel(script),
        settings=Settings(workers=1, reask=False, fallback=False, **settings),
    )


def names(found) -> list[str]:
    return [one.document.name for one in found]


PAGES = [page(name) for name in "abc"]
FORMS = [
    (made.layout, Document.open(made.image, name=made.id))
    for layout, count in (("irs_copy_b", 8), ("payroll_grid", 2))
    for made in w2_pages(count, seed=11, layouts=[layout], width=600)
]


def test_document_the_votes_disagree_on_comes_first() -> None:
    """Its wavering is the mean share of contradicting votes, and the fields are named."""
    sure, unsure = '{"name": "a", "total": 7}', '{"name": "a", "total": 8}'

    found = suggest(PAGES, reader([sure, sure, sure, unsure, sure, sure]), 3, votes=2)

    assert ["b", "a", "c"] == names(found)
    assert [0.25, 0.0, 0.0] == [one.wavering for one in found]
    assert ("total",) == found[0].fields
    assert "votes contradict 25% of the values" in found[0].reason


def test_document_two_runs_disagree_on_comes_first() -> None:
    """Base and tuned, say: runs that are there already cost nothing."""
    sure = '{"name": "a", "total": 7}'
    base = reader([sure]).extract_many(PAGES)
    tuned = reader([sure, sure, '{"name": "b"}']).extract_many(PAGES)

    found = suggest(PAGES, base, 2, other=tuned)

    assert ["c", "a"] == names(found)
    assert (1.0, ("name", "total")) == (found[0].disagreement, found[0].fields)


def test_document_the_model_refused_is_worth_a_label() -> None:
    """What it cannot do at all it has to be shown."""
    script = ['{"name": "a"}', '{"name": "a"}', RefusedAnswerError("No.")]
    outcomes = list(reader(script).extract_many(PAGES))

    (found,) = suggest(PAGES, outcomes, 1)

    assert ("c", 1.0, True) == (found.document.name, found.wavering, found.unread)
    assert found.reason.startswith("the model gave no answer;")


def test_rare_layout_comes_before_more_of_the_same() -> None:
    """Two pages of a form nobody labelled, among eight of one that is labelled."""
    labelled = [document for layout, document in FORMS if layout == "irs_copy_b"][:3]
    pool = [document for _, document in FORMS if document not in labelled]

    found = suggest(pool, (), 1, labelled=labelled)

    layout = {document.name: layout for layout, document in FORMS}
    assert ["payroll_grid"] == [layout[name] for name in names(found)]
    assert found[0].rarity > suggest(pool, (), len(pool), labelled=labelled)[-1].rarity


def test_copy_of_a_suggested_page_is_not_suggested_next() -> None:
    """One of two equal pages is enough."""
    (_, form), (_, other) = FORMS[0], FORMS[1]

    found = suggest([form, Document.open(form.image(1).data, name="copy"), other], (), 3)
    assert [form.name, other.name, "copy"] == names(found)
    assert found[-1].rarity < 0.05


def test_documents_of_one_name_get_their_own_outcomes() -> None:
    """They are told apart by their order."""
    twins = [page("scan"), page("scan")]
    outcomes = list(reader(['{"name": "a"}', RefusedAnswerError("No.")]).extract_many(twins))

    (first, *_) = suggest(twins, outcomes, 2)
    assert first.document is twins[1]


def test_file_nobody_can_open_is_left_out(tmp_path: Path) -> None:
    """A broken scan is no labelling task."""
    (tmp_path / "broken.png").write_bytes(b"no image")

    assert ["a"] == names(suggest([tmp_path / "broken.png", PAGES[0]], (), 5))


@pytest.mark.parametrize("options", [{"n": 0}, {"n": 1, "votes": 1}], ids=["none", "one vote"])
def test_what_cannot_be_suggested_is_said_first(options: dict) -> None:
    """Nothing is asked for it."""
    one = reader(["{}"])

    with pytest.raises(ConfigurationError):
        suggest(PAGES, one, **options)
    assert isinstance(one.model, ScriptedModel)
    assert [] == one.model.conversations
