"""Folders that cannot be written or read, full disks, and two runs in one folder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datasets.pages import Invoice, folder, samples  # type: ignore[import-not-found]
from novadoc.datasets import (
    DatasetManifest,
    Sample,
    check,
    from_csv,
    from_donut,
    from_folder,
    from_index,
    from_jsonl,
    from_records,
    from_zugferd,
    profile,
    split,
    write_batch,
    write_distillation,
    write_rft,
    write_sft,
)
from novadoc.documents import Document
from novadoc.errors import DatasetError, NovadocError, OutputError
from novadoc.metrics import evaluate
from novadoc.prompts import ExtractionPrompt
from novadoc.reports import write_profile, write_report
from novadoc.review import write_labels, write_review
from novadoc.testing import ScriptedModel
from novadoc.workflows import export, trial

PROMPT = ExtractionPrompt(Invoice)
TEXT = PROMPT.on_text()
WRITERS: dict[str, Callable[[Path], DatasetManifest]] = {
    "sft": lambda place: write_sft(samples(2), prompt=PROMPT, folder=place),
    "batch": lambda place: write_batch(samples(2), prompt=PROMPT, folder=place),
    "distillation": lambda place: write_distillation(samples(2), prompt=TEXT, folder=place),
    "rft": lambda place: write_rft(samples(2), prompt=TEXT, folder=place),
}


def child(script: str, *arguments: str) -> str:
    """Run a script that may spoil its process; root gives its rights up first."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("kind", WRITERS)
def test_a_path_that_is_a_file_is_a_typed_error(tmp_path: Path, kind: str) -> None:
    """The error names the place and what to do."""
    (tmp_path / "out").write_text("a file")

    with pytest.raises(OutputError, match=r"out.*cannot be written.*Give another place"):
        WRITERS[kind](tmp_path / "out")


OTHERS: dict[str, Callable[[Path], object]] = {
    "review": lambda place: write_review(samples(1), place, schema=Invoice),
    "labels": lambda place: write_labels(samples(1), place, schema=Invoice),
    "profile": lambda place: write_profile(profile(samples(1)), place),
    "report": lambda place: write_report(evaluate([({"a": 1}, {"a": 1})]), place),
    "export": lambda place: export([], place, schema=Invoice),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_pages_and_tables_name_the_place_as_well(tmp_path: Path, kind: str) -> None:
    """Whatever is written says the same, and is still an `OSError` to who catches that."""
    (tmp_path / "out").write_text("a file")

    with pytest.raises(OSError, match=r"out.*cannot be written.*Give another place") as caught:
        OTHERS[kind](tmp_path / "out")
    assert isinstance(caught.value, OutputError)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_is_none_is_a_typed_error(tmp_path: Path, name: str) -> None:
    """Too long, or with a null byte: for writers and for readers."""
    with pytest.raises(OutputError):
        write_sft(samples(1), prompt=PROMPT, folder=tmp_path / name)
    for reader in readers(tmp_path / name):
        with pytest.raises(NovadocError):
            reader()


def readers(place: Path) -> Iterator[Callable[[], object]]:
    yield lambda: from_folder(place, Invoice)
    yield lambda: from_donut(place, Invoice)
    yield lambda: from_zugferd(place, Invoice)
    yield lambda: from_index(place, Invoice)
    yield lambda: from_csv(place, Invoice, columns={"n": "number"}, documents=place.parent, key="n")
    yield lambda: from_jsonl(place, Invoice)
    yield lambda: check(place, "nova-lite")
    yield lambda: DatasetManifest.load(place)


def test_a_name_as_long_as_may_be_has_no_label(tmp_path: Path) -> None:
    """Its label's name would be longer than any: it is an orphan and stops nothing."""
    made = folder(tmp_path / "in", 2)
    (made / "000.jpg").rename(made / f"{'n' * 251}.jpg")

    found = from_folder(made, Invoice, pattern="{stem}.json")
    assert [sample.id for sample in found] == ["001"]
    assert len(found.orphans) == 2


FULL = """
import resource, sys
from pathlib import Path
from datasets.pages import Invoice, samples
from novadoc.datasets import write_sft
from novadoc.errors import OutputError
from novadoc.prompts import ExtractionPrompt

made, prompt, folder = samples(40), ExtractionPrompt(Invoice), Path(sys.argv[1])
most = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    write_sft(made, prompt=prompt, folder=folder)
except OutputError as error:
    print(error)
print(sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if "partial" in p.name))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
@pytest.mark.parametrize("most", [2_000, 40_000])
def test_a_full_disk_is_a_typed_error_and_the_run_goes_on_after(tmp_path: Path, most: int) -> None:
    """Whether a page or the records find no room; nothing half is left behind."""
    place = tmp_path / "out"
    message, left = child(FULL, str(place), str(most)).splitlines()

    assert "Make room there" in message
    assert os.strerror(errno.EFBIG) in message
    assert left == "[]"
    assert not (place / "manifest.json").exists()
    assert write_sft(samples(40), prompt=PROMPT, folder=place).records == 40


RIGHTS = """
import os, shutil, sys
from contextlib import suppress
from pathlib import Path
from datasets.pages import folder
from datasets.test_places import WRITERS, readers
from novadoc.errors import NovadocError

root = Path(sys.argv[1])
shut, read_only, lines = root / "shut", folder(root / "mine", 2), root / "hidden.jsonl"
shut.mkdir()
lines.write_text("{}")
calls = [lambda w=w: w(read_only / "out") for w in WRITERS.values()]
calls += [*readers(shut / "in"), *readers(shut), *list(readers(lines))[3:]]
for call in calls:  # once with every right: what is imported on the way may be out of reach later
    with suppress(NovadocError):
        call()
shutil.rmtree(read_only / "out")
for path, mode in ((shut, 0), (read_only, 0o500), (lines, 0)):
    path.chmod(mode)
if os.geteuid() == 0:
    os.seteuid(65534)
for call in calls:
    try:
        call()
    except NovadocError as error:
        if not any(name in str(error) for name in ("shut", "mine", "hidden")):
            print(call, error)
    else:
        print(call)
os.seteuid(os.getuid())
shut.chmod(0o700)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX's")
def test_without_the_right_every_writer_and_reader_names_the_place() -> None:
    """Folders that may not be written or entered, files that may not be read."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        assert not child(RIGHTS, place)


def test_a_second_run_in_one_folder_is_refused(tmp_path: Path) -> None:
    """Two runs at once would write one file out of two; the first goes on undisturbed."""

    def disturbed() -> Iterator[Sample]:
        first, *rest = samples(6)
        yield first
        with pytest.raises(OutputError, match="another run"):
            write_sft(samples(3, 50), prompt=PROMPT, folder=tmp_path)
        yield from rest

    manifest = write_sft(disturbed(), prompt=PROMPT, folder=tmp_path)
    assert manifest.records == 6
    assert not [p for p in check(manifest) if p.rule not in {"record-count", "few-samples"}]


def test_a_full_data_set_is_repaired_whole_or_not_at_all(tmp_path: Path) -> None:
    """A file that may not be replaced stays as it was."""
    manifest = write_sft(samples(2), prompt=PROMPT, folder=tmp_path)
    path = manifest.path("train")
    path.write_bytes(b"\n" + path.read_bytes())
    (tmp_path / "train.jsonl.partial").mkdir()

    with pytest.raises(OutputError, match=r"train\.jsonl"):
        check(manifest, fix=True)
    assert path.read_bytes().startswith(b"\n")


def test_a_manifest_that_is_a_folder_is_a_typed_error(tmp_path: Path) -> None:
    """A path that no file can have is no data set."""
    (tmp_path / "manifest.json").mkdir()

    with pytest.raises(DatasetError):
        DatasetManifest.load(tmp_path)
    with pytest.raises(OutputError):
        write_sft(samples(1), prompt=PROMPT, folder=tmp_path)


def test_what_a_killed_run_left_half_done_is_cleared(tmp_path: Path) -> None:
    """Half a page or half a file of records of another process does not stay for ever."""
    (tmp_path / "images").mkdir()
    left = [tmp_path / "images" / "ab.jpg.77-0a0b0c0d.partial", tmp_path / "train.jsonl.partial"]
    for path in left:
        path.write_bytes(b"half")

    manifest = write_sft(samples(2), prompt=PROMPT, folder=tmp_path)
    assert [path for path in left if path.exists()] == []
    assert not [p for p in check(manifest) if p.rule not in {"record-count", "few-samples"}]


COLUMNS = {"columns": {"No": "number"}, "key": "No"}
MISTAKES: dict[str, Callable[[Path], object]] = {
    "no folder": lambda root: from_folder(root / "none", Invoice),
    "no documents": lambda root: from_records([], Invoice, documents=root / "none", **COLUMNS),
    "no table": lambda root: from_csv(root / "none", Invoice, documents=root, **COLUMNS),
    "no data set": lambda root: from_jsonl(root / "none"),
    "no file to check": lambda root: check(root / "none", "nova-lite"),
    "no list of answers": lambda root: from_donut(root, Invoice),
    "no field": lambda root: from_records([], Invoice, documents=root, columns={"A": "b"}, key="A"),
    "no document": lambda root: Document.open(root / "none.pdf"),
    "an empty document": lambda root: Document.open((root / "empty.pdf").read_bytes()),
    "a prompt of something else": lambda _: ExtractionPrompt.from_dict({"version": 1}),
    "a trial of one": lambda _: trial({"a": PROMPT}, samples(1), model=ScriptedModel(["{}"])),
    "nothing to split": lambda _: split(()),
    "nothing to write": lambda root: write_sft((), prompt=PROMPT, folder=root),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_what_to_do_next(mistake: str, tmp_path: Path) -> None:
    """The text ends in a sentence that says it."""
    (tmp_path / "empty.pdf").touch()

    with pytest.raises(NovadocError) as caught:
        MISTAKES[mistake](tmp_path)

    assert caught.value.remedy.endswith(".")
    assert str(caught.value).endswith(caught.value.remedy)
