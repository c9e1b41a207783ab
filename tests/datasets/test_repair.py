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


def only(root: Path, text: bytes) -> Path:
    """A folder with one file of records."""
    path = root / "train.jsonl"
    path.write_bytes(text)
    return path


def test_a_repair_never_guesses(tmp_path: Path) -> None:
    """Bytes of another encoding, answers that are no JSON and users' words stay as they are."""
    version = '{"schemaVersion":"bedrock-conversation-2024","messages":'
    asked = '[{"role":"user","content":[{"text":"a question"}]}'
    odd = [
        f'{version}{asked},{{"role":"assistant","content":[{{"text":"M\u00fcller"}}]}}]}}'.encode(
            "cp1252"
        ),
        f'{version}{asked},{{"role":"assistant","content":[{{"text":"User: hi"}}]}}]}}'.encode(),
        version.encode() + b'[{"role":"user","content":[{"text":"User: hi"}]}]}',
    ]
    path = only(tmp_path, b"\n".join(odd))

    found = check(path, "nova-lite", fix=True)

    assert path.read_bytes().splitlines()[0] == odd[0]
    assert [json.loads(line) for line in path.read_bytes().splitlines()[1:]] == [
        json.loads(line) for line in odd[1:]
    ]
    assert not any(one.fixed for one in found)


def test_a_choice_that_sounds_like_nothing_survives_a_repair(tmp_path: Path) -> None:
    """`unknown` is a value where the schema says so."""
    schema = {
        "type": "object",
        "properties": {
            "pay": {"type": ["string", "null"], "enum": ["cash", "unknown", None]},
            "to": {"type": ["string", "null"]},
        },
    }
    record = {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            {"role": "user", "content": [{"text": "a question"}]},
            {"role": "assistant", "content": [{"text": '{"pay":"unknown","to":"End user: A"}'}]},
        ],
    }
    path = only(tmp_path, json.dumps(record).encode())

    found = check(path, "nova-lite", schema=schema, fix=True)  # type: ignore[arg-type]

    text = json.loads(path.read_text())["messages"][1]["content"][0]["text"]
    assert json.loads(text) == {"pay": "unknown", "to": "End user: A"}
    assert [one.rule for one in found if one.fixed] == ["reserved-word"]


def test_removed_lines_do_not_hide_what_is_left(tmp_path: Path) -> None:
    """A problem that only moved up is not called repaired."""
    path = only(tmp_path, b'\n{"messages":[]}\n[]\n')

    found = check(path, "nova-lite", fix=True)

    fixed = {(one.rule, one.line) for one in found if one.fixed}
    assert fixed == {("blank-line", 1), ("schema-version", 2)}
    assert {("messages", 1), ("json", 2)} <= {(one.rule, one.line) for one in found}


def test_a_repair_goes_on_where_a_file_is_missing(tmp_path: Path) -> None:
    """What is there is repaired, what is not is still reported."""
    made = samples(6)
    manifest = write_sft(made[:4], made[4:], prompt=PROMPT, folder=tmp_path)
    (tmp_path / "validation.jsonl").unlink()
    path = tmp_path / "train.jsonl"
    path.write_text(path.read_text().replace("R-0000", "N/A"))

    found = real(check(manifest, fix=True))

    assert ("label-null", True) in {(one.rule, one.fixed) for one in found}
    assert ("manifest", "validation.jsonl", False) in {
        (one.rule, one.file, one.fixed) for one in found
    }
