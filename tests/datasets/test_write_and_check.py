"""Data sets written whole, checked in full, read back equal."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from datasets.pages import Invoice, folder, label, page, sample, samples  # type: ignore[import-not-found]
from novadoc.datasets import (
    RULES,
    DatasetManifest,
    Problem,
    Sample,
    check,
    from_folder,
    from_jsonl,
    read_origins,
    write_sft,
)
from novadoc.datasets._counts import count_problems
from novadoc.documents import NOVA_2, Document, ImagePolicy
from novadoc.errors import ConfigurationError, DatasetError, DatasetProblemsError
from novadoc.models import base_model
from novadoc.prompts import Example, ExtractionPrompt

PROMPT = ExtractionPrompt(Invoice)
COUNT_RULES = {"record-count", "few-samples"}


def written(root: Path, count: int = 12) -> DatasetManifest:
    made = samples(count)
    return write_sft(made[: count - 4], made[-4:-2], made[-2:], prompt=PROMPT, folder=root)


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def real(problems: list[Problem]) -> list[Problem]:
    return [one for one in problems if one.rule not in COUNT_RULES]


# --- writing --------------------------------------------------------------------------------------


def test_a_record_is_what_inference_asks_plus_the_framed_answer(tmp_path: Path) -> None:
    """Media, then the task, then the assistant's turn as inference frames it."""
    one = sample(1)
    write_sft([one], prompt=PROMPT, folder=tmp_path)

    record = json.loads((tmp_path / "train.jsonl").read_text())

    digest = one.document.image(1, PROMPT.images).digest
    image = {
        "format": "jpeg",
        "source": {"s3Location": {"uri": f"images/{digest}.jpg"}},
    }
    user, assistant = record["messages"]
    assert record["schemaVersion"] == "bedrock-conversation-2024"
    assert record["system"] == [{"text": PROMPT.system}]
    assert user == {"role": "user", "content": [{"image": image}, {"text": PROMPT.task}]}
    assert assistant["content"] == [{"text": PROMPT.answer_text(one.label)}]
    assert (tmp_path / "images" / f"{digest}.jpg").is_file()


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs into two folders, and a second run into one, agree byte for byte."""
    first, second = tmp_path / "a", tmp_path / "b"
    one, other = written(first), written(second)
    before = tree(first)
    again = written(first)

    assert before == tree(second) == tree(first)
    assert one.dataset_hash == other.dataset_hash == again.dataset_hash


@pytest.mark.parametrize("workers", [1, 7])
def test_threads_do_not_change_the_order(tmp_path: Path, workers: int) -> None:
    """Records stand in the order of the samples, whatever finishes first."""
    write_sft(samples(9), prompt=PROMPT, folder=tmp_path, workers=workers)

    assert [one.id for one in read_origins(tmp_path)] == [one.id for one in samples(9)]


def test_a_killed_run_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    """Neither files nor the manifest of an earlier run stand after a run broke off."""

    def broken() -> object:
        yield from samples(3)
        raise KeyboardInterrupt

    written(tmp_path)
    shutil.rmtree(tmp_path / "images")
    with pytest.raises(KeyboardInterrupt):
        write_sft(broken(), prompt=PROMPT, folder=tmp_path)  # type: ignore[arg-type]

    assert not (tmp_path / "manifest.json").exists()
    assert not list(tmp_path.glob("*.partial"))
    with pytest.raises(DatasetError, match="killed"):
        DatasetManifest.load(tmp_path)


def test_a_run_goes_on_without_preparing_pages_again(tmp_path: Path) -> None:
    """Pages prepared before are not opened a second time, so even their loss does not matter."""
    made = folder(tmp_path / "scans", 3)
    found = from_folder(made, Invoice)
    first = write_sft(found, prompt=PROMPT, folder=tmp_path / "out")
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/images").glob("*.*g")}
    with (tmp_path / "out/images/.prepared.jsonl").open("a") as journal:
        journal.write('["half a li')

    second = write_sft(found, prompt=PROMPT, folder=tmp_path / "out")

    assert first == second
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}


def test_another_policy_prepares_anew(tmp_path: Path) -> None:
    """The journal of one policy is not believed by another."""
    write_sft([sample(1)], prompt=PROMPT, folder=tmp_path)
    small = ExtractionPrompt(Invoice, images=ImagePolicy(max_pixels=10_000))

    manifest = write_sft([sample(1)], prompt=small, folder=tmp_path)

    with Image.open(tmp_path / manifest.images[0]) as image:
        assert image.width * image.height <= 10_000


def test_every_sample_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Nothing is written, and the error lists all, or they are left out and said so."""
    bad = [
        Sample("torn", Document.open(page(1)[:900]), label(1)),
        Sample("odd", Document.open(page(2)), {"total": "much"}),
    ]

    with pytest.raises(DatasetProblemsError) as caught:
        write_sft([*samples(2), *bad], prompt=PROMPT, folder=tmp_path)
    manifest = write_sft([*samples(2), *bad], prompt=PROMPT, folder=tmp_path, skip_bad=True)

    rules = {one.rule for one in caught.value.problems if isinstance(one, Problem)}
    assert rules == {"document", "label-schema"}
    assert manifest.files["train"].records == 2
    assert len([notice for notice in manifest.notices if "Left out" in notice]) == 2


def test_scans_over_the_page_limit_are_refused_or_left_out(tmp_path: Path) -> None:
    """Which of twelve scanned pages shows what is not known: the document is named, not guessed."""
    frames = [Image.new("L", (60, 80), shade) for shade in range(0, 240, 20)]
    frames[0].save(tmp_path / "long.tif", save_all=True, append_images=frames[1:])
    long = Sample("long", Document.open(tmp_path / "long.tif"), label(1))

    with pytest.raises(DatasetProblemsError, match="12 pages") as caught:
        write_sft([sample(2), long], prompt=PROMPT, folder=tmp_path / "out")
    manifest = write_sft([sample(2), long], prompt=PROMPT, folder=tmp_path / "out", skip_bad=True)

    assert [problem.rule for problem in caught.value.problems] == ["long-document"]
    assert manifest.records == 1
    assert "12 pages" in manifest.notices[0]


def test_few_shot_examples_are_stored_and_count(tmp_path: Path) -> None:
    """Pages of examples become files of the data set, in every record."""
    shots = [Example(Document.open(page(90)), label(90))]
    prompt = ExtractionPrompt(Invoice, examples=shots)

    manifest = write_sft(samples(2), prompt=prompt, folder=tmp_path)

    assert len(manifest.images) == 3
    assert real(check(manifest)) == []


def test_what_the_service_does_not_train_is_refused(tmp_path: Path) -> None:
    """Tool answers, models that cannot be tuned and formats they refuse are named."""
    with pytest.raises(DatasetError, match="tool") as caught:
        write_sft(samples(1), prompt=ExtractionPrompt(Invoice, answer="tool"), folder=tmp_path)
    assert 'answer="json"' in caught.value.remedy
    with pytest.raises(DatasetError, match="customized"):
        write_sft(samples(1), prompt=PROMPT, folder=tmp_path, base_model="nova-premier")
    with pytest.raises(DatasetError, match="webp"):
        write_sft(samples(1), prompt=PROMPT, folder=tmp_path, base_model="nova-2-lite")
    nova_2 = ExtractionPrompt(Invoice, images=NOVA_2)
    assert write_sft(samples(1), prompt=nova_2, folder=tmp_path, base_model="nova-2-lite").records


def test_a_manifest_comes_back_from_its_folder(tmp_path: Path) -> None:
    """What was saved is read back equal, with its prompt and schema."""
    manifest = written(tmp_path)

    again = DatasetManifest.load(tmp_path)

    assert again == manifest
    assert ExtractionPrompt.from_dict(again.prompt).fingerprint == manifest.prompt_fingerprint


def test_an_edited_manifest_is_not_believed(tmp_path: Path) -> None:
    """Hashes that do not fit each other are refused."""
    written(tmp_path)
    path = tmp_path / "manifest.json"
    data = json.loads(path.read_text())
    data["files"]["train"]["sha256"] = "0" * 64
    path.write_text(json.dumps(data))

    with pytest.raises(DatasetError, match="edited"):
        DatasetManifest.load(tmp_path)


def test_a_data_set_comes_back_as_its_samples(tmp_path: Path) -> None:
    """Ids, labels and pages of every part are those that were written."""
    manifest = written(tmp_path)

    back = from_jsonl(manifest, Invoice, part="train")

    for one, old in zip(back, samples(12), strict=False):
        assert (one.id, one.label) == (old.id, old.label)
        assert one.document.image(1).digest == old.document.image(1).digest
    assert len(back) == 8
    again = write_sft(back, prompt=PROMPT, folder=tmp_path / "again")
    assert again.files["train"] == manifest.files["train"]


# --- checking -------------------------------------------------------------------------------------


def test_a_written_data_set_has_no_problem(tmp_path: Path) -> None:
    """What `write_sft` writes passes every rule but the number of samples."""
    assert real(check(written(tmp_path))) == []


def test_enough_samples_pass_the_count(tmp_path: Path) -> None:
    """A hundred and more samples have nothing to complain about."""
    assert check(write_sft(samples(104), prompt=PROMPT, folder=tmp_path)) == []


Record = dict[str, "object"]


def test_training_and_validation_are_counted_together() -> None:
    """One quota is for both; either alone would be within it."""
    found = count_problems(
        {"train": 15_000, "validation": 5_001}, Counter(["image"]), base_model("nova-lite")
    )

    assert [(one.rule, "20,001" in one.message) for one in found] == [("record-count", True)]


def user(record: Record) -> list[Record]:
    return record["messages"][0]["content"]  # type: ignore[index,no-any-return]


def location(record: Record) -> Record:
    return user(record)[0]["image"]["source"]["s3Location"]  # type: ignore[index,no-any-return]


def answer(record: Record, text: str) -> None:
    record["messages"][1]["content"][0]["text"] = text  # type: ignore[index]


def framed(value: object) -> str:
    return f"```json\n{json.dumps(value)}\n```"


GOOD = {"number": "R-1", "total": 1, "lines": []}
ENVELOPE: dict[str, tuple[str, Callable[[Record], object]]] = {
    "another version": ("schema-version", lambda r: r.update(schemaVersion="2023")),
    "a tool": ("tool", lambda r: r.update(toolConfig={})),
    "a foreign member": ("unknown-key", lambda r: r.update(id=1)),
    "system as text": ("system", lambda r: r.update(system="be good")),
    "system with two members": ("system", lambda r: r.update(system=[{"text": "a", "b": 1}])),
    "an empty system text": ("empty-text", lambda r: r.update(system=[{"text": " "}])),
    "no messages": ("messages", lambda r: r.pop("messages")),
    "one message": ("messages", lambda r: r["messages"].pop()),
    "a turn without content": ("messages", lambda r: r["messages"][0].pop("content")),
    "assistant first": ("roles", lambda r: r["messages"].reverse()),
    "user last": ("roles", lambda r: r["messages"].append(r["messages"][0])),
    "content as text": ("content", lambda r: r["messages"][0].update(content="read")),
    "two kinds in a block": ("content", lambda r: user(r)[0].update(text="x")),
    "a document block": ("content", lambda r: user(r).append({"document": {}})),
    "empty text": ("empty-text", lambda r: user(r).append({"text": ""})),
    "text as a number": ("content", lambda r: user(r).append({"text": 7})),
    "a reserved word asked": ("reserved-word", lambda r: user(r).append({"text": "SYSTEM: x"})),
    "a reserved word answered": (
        "reserved-word",
        lambda r: answer(r, framed({**GOOD, "number": "End user: A"})),
    ),
    "media answered": (
        "assistant-media",
        lambda r: r["messages"][1]["content"].append(user(r)[0]),
    ),
    "reasoning on Nova 1": (
        "content",
        lambda r: r["messages"][1]["content"].append(
            {"reasoningContent": {"reasoningText": {"text": "so"}}}
        ),
    ),
    "a space in the key": ("image-location", lambda r: location(r).update(uri="s3://b/a b.png")),
    "a key with =": ("image-location", lambda r: location(r).update(uri="s3://b/a=b.png")),
    "a way out": ("image-location", lambda r: location(r).update(uri="../x.png")),
    "bytes for a location": ("image-location", lambda r: user(r)[0]["image"].update(source={})),
    "tiff": ("image-format", lambda r: user(r)[0]["image"].update(format="tiff")),
    "another name": ("image-format", lambda r: user(r)[0]["image"].update(format="gif")),
    "eleven images": ("image-count", lambda r: user(r).extend([user(r)[0]] * 10)),
    "an owner with dashes": ("bucket-owner", lambda r: location(r).update(bucketOwner="1-2")),
    "no such image": ("image-missing", lambda r: location(r).update(uri="images/x.jpg")),
    "a very long prompt": ("tokens", lambda r: user(r).append({"text": "word " * 30_000})),
    "no fence": ("framing", lambda r: answer(r, json.dumps(GOOD))),
    "no JSON": ("label-json", lambda r: answer(r, "```json\n{no}\n```")),
    "a list": ("label-json", lambda r: answer(r, framed([1]))),
    "a missing key": ("label-keys", lambda r: answer(r, framed({"number": None, "total": 1}))),
    "another order": (
        "label-keys",
        lambda r: answer(r, framed({"total": 1, "number": None, "lines": []})),
    ),
    "a number as text": ("label-type", lambda r: answer(r, framed({**GOOD, "total": "1"}))),
    "a null list": ("label-type", lambda r: answer(r, framed({**GOOD, "lines": None}))),
    "N/A": ("label-null", lambda r: answer(r, framed({**GOOD, "number": "N/A"}))),
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> DatasetManifest:
    return written(tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("case", sorted(ENVELOPE))
def test_each_fault_is_found_on_its_line(good: DatasetManifest, tmp_path: Path, case: str) -> None:
    """One damaged record is reported with its rule, line and path, and nothing else is."""
    rule, damage = ENVELOPE[case]
    root = shutil.copytree(good.folder, tmp_path / "set")
    path = root / "train.jsonl"
    lines = path.read_text().splitlines()
    record = json.loads(lines[4])
    damage(record)
    lines[4] = json.dumps(record)
    path.write_text("\n".join(lines) + "\n")

    # The file no longer has its hash, and a record without its image is of another kind.
    whole = {"manifest", "mixed-media"}
    problems = [one for one in real(check(good.moved(root))) if one.rule not in whole]

    assert rule in {one.rule for one in problems}
    assert {(one.file, one.line) for one in problems} == {("train.jsonl", 5)}
    assert all(one.path.startswith("$") and one.remedy for one in problems)


def test_a_changed_file_is_not_the_one_written(tmp_path: Path) -> None:
    """The manifest's hash tells an edit that breaks no other rule."""
    manifest = written(tmp_path)
    path = tmp_path / "train.jsonl"
    path.write_text("\n".join(path.read_text().splitlines()[1:]) + "\n")

    assert {one.rule for one in real(check(manifest))} == {"manifest"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(b"\xef\xbb\xbf{}\n", "encoding", id="byte-order mark"),
        pytest.param(b'{"a": "\xff"}\n', "encoding", id="not utf-8"),
        pytest.param(b"\n", "blank-line", id="blank"),
        pytest.param(b"{\n", "json", id="no json"),
        pytest.param(b"[1]\n", "json", id="no object"),
    ],
)
def test_lines_that_are_no_records_are_named(tmp_path: Path, content: bytes, rule: str) -> None:
    """Encoding, blank lines and broken JSON have a rule each."""
    path = tmp_path / "train.jsonl"
    path.write_bytes(content)

    found = [one for one in check(path, "nova-lite") if one.rule == rule]

    assert [one.line for one in found] == [1]


def s3(record: Record, bucket: str = "b") -> Record:
    location(record)["uri"] = f"s3://{bucket}/{location(record)['uri']}"
    return record


def test_the_form_on_s3_is_checked_as_well(good: DatasetManifest, tmp_path: Path) -> None:
    """Locations on S3 are not looked at, and one off the majority bucket is on its own line."""
    records = [s3(json.loads(line)) for line in good.path("train").read_text().splitlines()]
    location(records[2])["uri"] = str(location(records[2])["uri"]).replace("//b/", "//other/")
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in records))

    problems = real(check(path, "nova-lite"))

    assert [(one.rule, one.line) for one in problems] == [("bucket", 3)]


def test_without_a_schema_the_majority_is_the_measure(
    good: DatasetManifest, tmp_path: Path
) -> None:
    """Other keys, other types and another framing stand out from the rest."""
    records = [s3(json.loads(line)) for line in good.path("train").read_text().splitlines()]
    answer(records[1], framed({"number": "x", "total": 1}))
    answer(records[3], framed({**GOOD, "total": "twelve"}))
    answer(records[5], json.dumps(GOOD))
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in records))

    found = {(one.rule, one.line) for one in real(check(path, "nova-lite"))}

    assert found == {("label-keys", 2), ("label-type", 4), ("framing", 6)}


def answers_only(path: Path, answers: list[dict[str, object]]) -> Path:
    with path.open("w") as file:
        for number, one in enumerate(answers):
            turns = [("user", f"page {number}"), ("assistant", json.dumps(one))]
            messages = [{"role": role, "content": [{"text": text}]} for role, text in turns]
            record = {"schemaVersion": "bedrock-conversation-2024", "messages": messages}
            file.write(json.dumps(record) + "\n")
    return path


def test_a_late_minority_stands_out_of_thousands(tmp_path: Path) -> None:
    """The compiled shape of the majority loses no line of those that differ."""
    answers: list[dict[str, object]] = [{"a": n, "b": str(n)} for n in range(1_000)]
    for odd in (0, 400, 800):
        del answers[odd]["b"]
    path = answers_only(tmp_path / "train.jsonl", answers)

    found = [(one.rule, one.line) for one in check(path, "nova-micro")]

    assert found == [("label-keys", 1), ("label-keys", 401), ("label-keys", 801)]


def test_a_minority_of_types_stays_one_when_it_outnumbers_the_survey(tmp_path: Path) -> None:
    """Answers told by the compiled shape count for the type they have, not for any other."""
    numbers: list[dict[str, object]] = [{"a": n} for n in range(400)]
    texts: list[dict[str, object]] = [{"a": f"{n} pieces"} for n in range(150)]
    path = answers_only(tmp_path / "train.jsonl", [*numbers, *texts])

    found = [(one.rule, one.line) for one in check(path, "nova-micro")]

    assert found == [("label-type", line) for line in range(401, 551)]


def test_equal_pages_are_told_apart_by_their_answers(tmp_path: Path) -> None:
    """Twice the same is a duplicate, another answer a contradiction, another part a leak."""
    one = sample(1)
    twice = replace(one, id="twice")
    other = replace(one, id="other", label=label(2))
    train = [one, twice, other, sample(3)]

    manifest = write_sft(train, [replace(one, id="seen")], prompt=PROMPT, folder=tmp_path)

    found = {(p.file, p.line, p.rule) for p in real(check(manifest))}
    assert found == {
        ("train.jsonl", 2, "duplicate"),
        ("train.jsonl", 3, "contradiction"),
        ("validation.jsonl", 1, "leak"),
    }


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        pytest.param(lambda path: path.write_bytes(b""), "image-unreadable", id="emptied"),
        pytest.param(
            lambda path: path.write_bytes(page(1, kind="PNG")), "image-unreadable", id="lying name"
        ),
        pytest.param(
            lambda path: Image.new("L", (20, 400)).save(path), "image-size", id="too narrow"
        ),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes() + bytes(11 * 2**20)),
            "image-size",
            id="too many bytes",
        ),
        pytest.param(lambda path: path.unlink(), "image-missing", id="gone"),
    ],
)
def test_images_are_judged_by_their_headers(
    tmp_path: Path, damage: Callable[[Path], object], rule: str
) -> None:
    """Missing, empty, misnamed, too small and too large images are found without decoding."""
    manifest = written(tmp_path)
    damage(tmp_path / manifest.images[0])

    assert {one.rule for one in real(check(manifest))} == {rule}


def test_the_model_decides_the_numbers(tmp_path: Path) -> None:
    """Nova 2 wants two hundred samples and does not use a validation set."""
    manifest = written(tmp_path)

    rules = {one.rule for one in check(manifest, "nova-2-lite")}

    assert rules >= {"record-count", "few-samples", "validation-unused"}
    assert {one.rule for one in check(manifest, "nova-micro")} >= {"content", "image-count"}


def test_problems_never_quote_a_document(good: DatasetManifest, tmp_path: Path) -> None:
    """No value of a label is in a problem's text."""
    record = json.loads(good.path("train").read_text().splitlines()[0])
    answer(record, framed({"number": "SECRET user:", "SECRET": 1, "total": "SECRET", "lines": 3}))
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(record) + "\n")

    problems = check(path, "nova-lite", schema=good.schema)

    assert len(problems) > 3
    assert "SECRET" not in "".join(map(str, problems))


def test_a_single_file_needs_to_know_its_model(tmp_path: Path) -> None:
    """Without a manifest the model has to be named, and has to exist."""
    (tmp_path / "train.jsonl").write_text("{}\n")
    with pytest.raises(ConfigurationError, match="which model"):
        check(tmp_path / "train.jsonl")
    with pytest.raises(ConfigurationError):
        check(tmp_path / "train.jsonl", "nova-9")
    with pytest.raises(DatasetError):
        check(tmp_path / "gone.jsonl", "nova-lite")


def test_every_rule_says_what_to_do() -> None:
    """Each rule has a demand and a remedy, and models have limits to check against."""
    assert all(rule.demand and rule.remedy for rule in RULES.values())
    assert base_model("nova-lite").training_samples == (8, 20_000)
