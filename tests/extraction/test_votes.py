"""Votes: how far several answers agree, and what they say instead."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from novadoc._places import leaves, lists
from novadoc.documents import Document
from novadoc.extraction import Extractor, Pages, RetryPolicy, Settings
from novadoc.extraction._votes import agreement, alternatives
from novadoc.prompts import Image
from novadoc.testing import ScriptedModel

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")


class Line(BaseModel):
    name: str | None = None


class Slip(BaseModel):
    ssn: str | None = None
    total: Decimal | None = None
    lines: list[Line] = []


def pages(count: int) -> Pages:
    images = (Image("jpeg", 8, 8, f"{n:064x}", location=f"s3://b/{n}.jpg") for n in range(count))
    return Pages("long", tuple(images))


def extracted(answers: list[str], source=PAGE, **settings):
    model = ScriptedModel(answers)
    made = Extractor(
        Slip, model=model, retry=RetryPolicy.none(), settings=Settings(fallback=False, **settings)
    )
    return made.extract(source), model


def test_differing_values_are_kept_for_who_decides() -> None:
    """Each once, the most frequent first, null for votes that found nothing; never in a repr."""
    found, _ = extracted(
        [
            '{"ssn": "a", "total": 1}', '{"ssn": "b", "total": 1}', '{"ssn": "c"}',
            '{"ssn": "c", "total": 1}',
        ],
        votes=4,
    )  # fmt: skip

    assert {"ssn": ("c", "b"), "total": (None,)} == found.alternatives
    assert {"ssn": 0.25, "total": 0.75} == found.agreement
    assert "alternatives" not in repr(found)


def test_one_question_leaves_no_alternatives() -> None:
    """Without votes there is nothing to say."""
    found, _ = extracted(['{"ssn": "a"}'])

    assert ({}, {}) == (found.agreement, found.alternatives)


def test_other_rows_are_offered_as_the_whole_list() -> None:
    """A row that only one vote has stands in that vote's list; rows both have are compared."""
    found, _ = extracted(
        ['{"lines": [{"name": "a"}]}', '{"lines": [{"name": "x"}, {"name": "b"}]}'], votes=2
    )

    assert {
        "lines": ([{"name": "x"}, {"name": "b"}],),
        "lines[0].name": ("x",),
    } == found.alternatives
    assert {"lines": 0.5, "lines[0].name": 0.5}.items() <= found.agreement.items()


def test_windows_are_voted_on_and_votes_are_joined_like_answers() -> None:
    """Each window is asked as often; a vote is one joined answer, and its rows are all there."""
    found, model = extracted(
        [
            '{"ssn": "a", "lines": [{"name": "x"}]}', '{"ssn": "b", "lines": [{"name": "x"}]}',
            '{"total": 1, "lines": [{"name": "y"}]}', '{"total": 1, "lines": [{"name": "z"}]}',
        ],
        pages(2), votes=2, pages_per_request=1,
    )  # fmt: skip

    assert {"ssn": ("b",), "lines[1].name": ("z",)} == found.alternatives
    assert {"ssn": 0.5, "total": 1.0, "lines[0].name": 1.0, "lines[1].name": 0.5} == found.agreement
    assert ["first", "vote", "first", "vote"] == [one.kind for one in found.attempts]
    assert [0.0, 0.7] * 2 == [one.sampling.temperature for one in model.conversations]


def test_vote_that_cannot_be_read_agrees_with_nothing() -> None:
    """It lowers every share and offers nothing."""
    found, _ = extracted(['{"ssn": "a"}', "No."], votes=2)

    assert ({"ssn": 0.5, "total": 0.5, "lines": 0.5}, {}) == (
        dict(found.agreement), dict(found.alternatives),
    )  # fmt: skip


def test_alternatives_come_back_from_a_journal(tmp_path: Path) -> None:
    """A run that goes on knows what the votes said."""
    made = Extractor(
        Slip, model=ScriptedModel(['{"total": 1.50}', '{"total": 2}']), settings=Settings(votes=2)
    )

    (first,) = made.extract_many([PAGE], journal=tmp_path / "j")
    (again,) = made.extract_many([PAGE], journal=tmp_path / "j")
    assert {"total": (2,)} == first.alternatives == again.alternatives
    assert again.resumed


def test_null_object_says_null_about_its_fields() -> None:
    """An object left out and an object of nulls are the same answer."""
    value, other = {"party": {"name": None, "city": "x"}}, {"party": None}

    assert {"party.name": 1.0, "party.city": 0.5} == agreement(value, [other])
    assert {"party.city": (None,)} == alternatives(value, [other])


VALUE = st.fixed_dictionaries(
    {
        "a": st.none() | st.sampled_from(["x", "y"]),
        "rows": st.lists(st.fixed_dictionaries({"b": st.none() | st.integers(0, 2)}), max_size=3),
    }
)


@given(VALUE, st.lists(VALUE, max_size=4))
def test_alternatives_stand_exactly_where_votes_differ(value, others) -> None:
    """A path all agree on offers nothing, and what is offered was said by a vote."""
    shares, offered = agreement(value, others), alternatives(value, others)

    assert all(shares[path] < 1 for path in offered)
    said = {*map(repr, others)}
    for path, values in offered.items():
        known = dict(leaves(value)) | {at: None for at, _ in lists(value)}
        assert path in known
        assert len(values) == len({repr(one) for one in values})
        for one in values:
            assert any(repr(one) in text for text in said)


@pytest.mark.parametrize("votes", [2, 3])
def test_stream_ends_with_the_votes(votes: int) -> None:
    """The streamed answer is the greedy one; votes follow it."""
    model = ScriptedModel(['{"ssn": "a"}', '{"ssn": "b"}'])
    made = Extractor(Slip, model=model, settings=Settings(votes=votes))

    *_, found = made.stream(PAGE)
    assert {"ssn": ("b",)} == found.alternatives
    assert 1 / votes == pytest.approx(found.agreement["ssn"])


def test_names_with_points_are_votes_like_any_other() -> None:
    """A map's key may be `St. Louis`; it is in no doubt where all ballots say the same."""
    one = {"towns": {"St. Louis": 1, "a[0]": 2}}
    other = {"towns": {"St. Louis": 1, "a[0]": 3}}

    assert {"towns.St. Louis": 1.0, "towns.a[0]": 0.5} == agreement(one, [other])
    assert {"towns.a[0]": (3,)} == alternatives(one, [other])
    assert {"towns.St. Louis": 0.5, "towns.a[0]": 0.5} == agreement(one, [{"towns": None}])
