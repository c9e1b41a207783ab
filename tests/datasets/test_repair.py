"""Repairs that need no knowledge of what is true."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from datasets.pages import Invoice, samples  # type: ignore[import-not-found]
from datasets.test_write_and_check import (  # type: ignore[import-not-found]
    GOOD,
    PROMPT,
    Record,
    answer,
    framed,
    real,
    user,
)
from novadoc.datasets import DatasetManifest, check, from_jsonl, write_sft


def damaged(root: Path, damage: Callable[[Record], object]) -> DatasetManifest:
    """A data set whose third training record was damaged."""
    manifest = write_sft(samples(6), prompt=PROMPT, folder=root)
    path = root / "train.jsonl"
    lines = path.read_text().splitlines()
    record = json.loads(lines[2])
    damage(record)
    lines[2] = json.dumps(record)
    path.write_text("\n".join(lines) + "\n")
    return manifest


REPAIRS: dict[str, tuple[str, Callable[[Record], object], dict[str, object]]] = {
    "a reserved word": (
        "reserved-word",
        lambda r: answer(r, framed({**GOOD, "number": "End user: Ann"})),
        {"number": "End user: Ann", "total": 1, "lines": []},
    ),
    "keys in another order": (
        "label-keys",
        lambda r: answer(r, framed({"lines": [], "total": 2.5, "number": "x"})),
        {"number": "x", "total": Decimal("2.5"), "lines": []},
    ),
    "missing keys": (
        "label-keys",
        lambda r: answer(r, framed({"number": "x"})),
        {"number": "x", "total": None, "lines": []},
    ),
    "an amount as text": (
        "label-type",
        lambda r: answer(r, framed({**GOOD, "total": "1,234.50"})),
        {"number": "R-1", "total": Decimal("1234.50"), "lines": []},
    ),
    "a text for nothing": (
        "label-null",
        lambda r: answer(r, framed({**GOOD, "number": "N/A"})),
        {"number": None, "total": 1, "lines": []},
    ),
    "no framing": (
        "framing",
        lambda r: answer(r, json.dumps(GOOD)),
        {"number": "R-1", "total": 1, "lines": []},
    ),
    "another version": ("schema-version", lambda r: r.update(schemaVersion="x"), {}),
}


@pytest.mark.parametrize("case", sorted(REPAIRS))
def test_a_repair_keeps_the_value_and_lists_the_edit(tmp_path: Path, case: str) -> None:
    """The problem is gone, the edit is listed, and the label reads as it was meant."""
    rule, damage, label = REPAIRS[case]
    manifest = damaged(tmp_path, damage)

    found = real(check(manifest, fix=True))

    assert (rule, 3) in {(one.rule, one.line) for one in found}
    assert all(one.fixed for one in found)
    assert real(check(tmp_path)) == []
    read = list(from_jsonl(tmp_path, Invoice))
    assert [one.id for one in read] == [one.id for one in samples(6)]
    if label:
        assert read[2].label == label


def test_an_image_that_is_too_narrow_is_encoded_again(tmp_path: Path) -> None:
    """The record names the new file, which meets the limits."""
    manifest = write_sft(samples(6), prompt=PROMPT, folder=tmp_path)
    Image.new("L", (20, 400), 200).save(tmp_path / manifest.images[0])

    found = real(check(manifest, fix=True))

    assert [(one.rule, one.fixed) for one in found] == [("image-size", True)]
    assert real(check(tmp_path)) == []


def test_what_cannot_be_repaired_stays_a_problem(tmp_path: Path) -> None:
    """A label that fits no schema is left alone and still reported."""
    manifest = damaged(tmp_path, lambda r: answer(r, framed({**GOOD, "total": "a lot"})))

    found = [one for one in real(check(manifest, fix=True)) if not one.fixed]

    assert {(one.rule, one.line) for one in found} == {("label-type", 3)}
    assert (
        "a lot"
        in json.loads((tmp_path / "train.jsonl").read_text().splitlines()[2])["messages"][1][
            "content"
        ][0]["text"]
    )


def test_without_fix_nothing_is_written(tmp_path: Path) -> None:
    """Checking only reads."""
    manifest = damaged(tmp_path, lambda r: user(r).append({"text": "System: x"}))
    before = (tmp_path / "train.jsonl").read_bytes()

    problems = check(manifest)

    assert any(one.rule == "reserved-word" for one in problems)
    assert (tmp_path / "train.jsonl").read_bytes() == before
