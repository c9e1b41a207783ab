"""What comes back from the labelling page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from novadoc.datasets import Provenance, Sample
from novadoc.documents import Document
from novadoc.errors import DatasetError
from novadoc.review import (
    Alternative,
    Doubt,
    Review,
    doubts_of,
    read_review,
    write_labels,
    write_review,
)
from novadoc.schema import DocumentSchema

PAGE = b"P5 60 40 255 " + bytes(2400)


class Slip(BaseModel):
    """A slip."""

    number: str | None = None
    total: Decimal | None = None


SCHEMA = DocumentSchema(Slip)


def sample(name: str) -> Sample:
    return Sample(name, Document.open(PAGE, name=name), SCHEMA.canonical({}), group="g")


def review(**labels: dict[str, object]) -> Review:
    return Review("jo", SCHEMA.fingerprint, labels, frozenset(labels) - {"open"})  # type: ignore[arg-type]


def test_confirmed_labels_become_samples() -> None:
    """Confirmed labels replace the old ones; the rest is left out, or taken when asked for."""
    made = review(a={"number": "1", "total": Decimal("2.50")}, open={"number": "3", "total": None})
    samples = [sample("a"), sample("open"), sample("elsewhere")]

    confirmed = made.apply(samples, schema=Slip)
    every = made.apply(samples, schema=Slip, unconfirmed=True)

    assert [(s.id, s.label, s.group) for s in confirmed] == [
        ("a", {"number": "1", "total": Decimal("2.50")}, "g")
    ]
    assert every.ids == ("a", "open")


def test_reviewed_samples_name_their_reviewer() -> None:
    """Whoever confirmed a label is its annotator, whatever made the one before."""
    when = datetime(2026, 3, 1, tzinfo=timezone.utc)
    before = replace(sample("a"), provenance=Provenance("teacher", votes=3))
    made = review(a={"number": "1", "total": None})

    (after,) = made.apply([before], schema=Slip, time=when)
    assert Provenance("people", annotator="jo", time=when) == after.provenance


def test_labels_that_do_not_fit_are_rejected_with_their_place() -> None:
    """A label mended by hand into something else is listed, and the others still come."""
    made = review(a={"number": {}, "total": "x"}, b={"number": "1", "total": None})

    found = made.apply([sample("a"), sample("b")], schema=Slip)

    assert found.ids == ("b",)
    (rejected,) = found.rejected
    assert rejected.id == "a"
    assert {path for path, _ in rejected.violations} == {"number", "total"}


def test_another_schema_is_refused() -> None:
    """Labels made for one schema are not taken for another."""
    made = Review("jo", "0" * 64, {}, frozenset())

    with pytest.raises(DatasetError, match="another schema"):
        made.apply([], schema=Slip)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", id="no-json"),
        pytest.param("[]", id="list"),
        pytest.param('{"format": "other/1"}', id="other-format"),
        pytest.param('{"format": "novadoc-review/1"}', id="no-labels"),
        pytest.param('{"format": "novadoc-review/1", "labels": {"a": 1}}', id="no-entry"),
        pytest.param('{"format": "novadoc-review/1", "labels": {"a": {}}}', id="no-label"),
        pytest.param("[" * 200_000, id="too-deep"),
        pytest.param('{"labels": 1e99999999999999999999}', id="no-number"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path: Path, text: str) -> None:
    """What is no label file is an error that names the file."""
    file = tmp_path / "labels.json"
    file.write_text(text)

    with pytest.raises(DatasetError, match=r"'labels\.json' is no label file"):
        read_review(file)


def test_an_editor_may_have_saved_the_file(tmp_path: Path) -> None:
    """A byte order mark changes nothing."""
    file = tmp_path / "labels.json"
    file.write_text('\ufeff{"format": "novadoc-review/1", "labels": {}}', "utf-8")

    assert read_review(file).labels == {}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is said so."""
    with pytest.raises(DatasetError, match=r"nowhere\.json"):
        read_review(tmp_path / "nowhere.json")


def test_provenance_becomes_doubts() -> None:
    """Fields under the threshold, the least certain first, with what other votes say."""
    shares = {"x": 0.7, "y": 0.0, "z": 0.8}
    made = Provenance("teacher", confidence=shares, alternatives={"x": (None, 1), "z": (2,)})
    samples = [replace(sample("a"), provenance=made), sample("b")]

    doubts = doubts_of(samples, below=0.8)

    others = (Alternative("another vote", None), Alternative("another vote", 1))
    assert doubts == {
        "a": (
            Doubt("y", "Nothing confirms this value.", 0.0),
            Doubt("x", "The votes do not agree.", 0.7, others),
        )
    }


def page_data(page: Path) -> dict[str, Any]:
    """What a page knows."""
    text = page.read_text("utf-8")
    data = text.partition('id="data">')[2].partition("</script>")[0]
    assert not set("<>&") & set(data)
    found: dict[str, Any] = json.loads(data)
    return found


def test_page_shows_what_provenance_doubts(tmp_path: Path) -> None:
    """Without being told, the page starts with what the votes did not agree on."""
    made = Provenance("teacher", confidence={"total": 0.5}, alternatives={"total": (Decimal(8),)})

    page = write_review([replace(sample("a"), provenance=made)], tmp_path, schema=Slip)

    (shown,) = page_data(page)["samples"]
    assert [(one["path"], one["confidence"]) for one in shown["doubts"]] == [("total", 0.5)]
    assert shown["doubts"][0]["alternatives"] == [{"who": "another vote", "value": "8"}]


def test_what_does_not_fit_is_shown_as_it_was_given(tmp_path: Path) -> None:
    """A label that breaks the schema is not silently emptied: people see what to mend."""
    broken = Sample("a", Document.open(PAGE), {"number": {}, "total": "a lot"})

    (shown,) = page_data(write_review([broken], tmp_path, schema=Slip))["samples"]

    assert json.loads(shown["label"]) == {"number": {}, "total": "a lot"}
    assert {doubt["path"] for doubt in shown["doubts"]} == {"number", "total"}


class Bill(BaseModel):
    """A bill with what a form has no field for."""

    slip: Slip | None = None
    slips: list[Slip] = []
    rates: dict[str, int] = {}


def test_doubts_without_a_field_are_shown_around_it(tmp_path: Path) -> None:
    """What is in doubt in a map, beyond a list or in a missing object is not passed over."""
    doubts = [
        Doubt("rates.low", "Twice.", 0.5, (Alternative("bo", 7),)),
        Doubt("rates.high", "Twice.", 0.4),
        Doubt("slips[1].total", "Twice."),
        Doubt("slips[0]", "Odd."),
        Doubt("slip.total", "Twice."),
    ]
    bill = Sample("a", Document.open(PAGE), {"rates": {"low": 1, "high": 2}, "slips": [{}]})

    page = write_review([bill], tmp_path, schema=Bill, doubts={"a": doubts})

    (shown,) = page_data(page)["samples"]
    assert [(one["path"], one["reason"], one["confidence"]) for one in shown["doubts"]] == [
        ("rates", "low: Twice. high: Twice.", 0.4),
        ("slips", "[1].total: Twice. [0]: Odd.", None),
        ("slip", "total: Twice.", None),
    ]
    assert shown["doubts"][0]["alternatives"] == [{"who": "bo", "value": '{"low":7,"high":2}'}]


def test_doubts_of_unknown_fields_are_refused(tmp_path: Path) -> None:
    """A slip of the pen in a path would hide what should be looked at."""
    with pytest.raises(DatasetError, match=r"'a' is about 'totl'"):
        write_review([sample("a")], tmp_path, schema=Slip, doubts={"a": [Doubt("totl", "Look.")]})


def test_two_samples_of_one_id_are_refused(tmp_path: Path) -> None:
    """Their labels would be one; a page written before is kept."""
    before = write_review([sample("a")], tmp_path, schema=Slip).read_bytes()

    with pytest.raises(DatasetError, match="the id 'a'"):
        write_review([sample("a"), sample("a")], tmp_path, schema=Slip)
    assert [file.name for file in tmp_path.iterdir()] == ["review.html"]
    assert (tmp_path / "review.html").read_bytes() == before


def test_names_that_are_no_unicode_are_written(tmp_path: Path) -> None:
    """File systems allow names that no encoding allows."""
    odd = Sample("a", Document.open(PAGE, name="\udcff.pgm"), SCHEMA.canonical({}))

    (shown,) = page_data(write_review([odd], tmp_path, schema=Slip))["samples"]

    assert shown["name"] == "\udcff.pgm"


def test_the_page_holds_everything_and_nothing_else(tmp_path: Path) -> None:
    """One file, no address in it but the pictures' own data, and labels without markup signs."""
    hostile = Sample("a", Document.open(PAGE), {"number": "</script><script>1", "total": None})

    text = write_review([hostile], tmp_path, schema=Slip).read_text("utf-8")

    assert [file.name for file in tmp_path.iterdir()] == ["review.html"]
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("<script") == 2
    (shown,) = page_data(tmp_path / "review.html")["samples"]
    assert json.loads(shown["label"])["number"] == "</script><script>1"


def test_repr_holds_no_labels() -> None:
    """Neither values nor ids of documents show in a review's repr."""
    assert "secret" not in repr(review(a={"number": "secret", "total": None}))


def test_labels_are_written_one_file_each(tmp_path: Path) -> None:
    """Every sample has a file whose name is safe whatever its id, and whose digits are kept."""
    names = ["plain", "a/b", "../up", ".hidden", "sp ace", "<x>"]
    made = review(**{name: {"number": name, "total": Decimal("12.25")} for name in names})

    files = write_labels(made.apply(map(sample, names), schema=Slip), tmp_path / "out", schema=Slip)

    assert sorted(files) == sorted((tmp_path / "out").iterdir())
    assert len(files) == len(names)
    assert [json.loads(f.read_text("utf-8"))["number"] for f in files] == names
    assert all('"total":12.25' in f.read_text("utf-8") for f in files)


def test_no_label_file_replaces_another_of_its_run(tmp_path: Path) -> None:
    """Two samples of one id would leave one label; names that are no text have files as well."""
    odd = sample("\udcff")
    assert [file.name for file in write_labels([odd], tmp_path, schema=Slip)] == ["%FF.json"]
    with pytest.raises(DatasetError, match="the id 'a'"):
        write_labels([sample("a"), sample("a")], tmp_path, schema=Slip)
