"""The journal: a run goes on where it was, and nothing is lost, doubled or mixed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc.errors import JournalError, ThrottledError
from novadoc.extraction import Extractor, Journal, Pages, RetryPolicy, Settings
from novadoc.prompts import Image
from novadoc.testing import ScriptedModel


class Slip(BaseModel):
    ssn: str | None = None
    total: Decimal | None = None


ANSWER = '{"ssn": "Köln", "total": 158.10}'


def pages(count: int) -> list[Pages]:
    return [
        Pages(f"doc-{n}", (Image("jpeg", 8, 8, f"{n:064x}", location=f"s3://b/{n}.jpg"),))
        for n in range(count)
    ]


def run(path: Path, script, sources, **options):
    model = ScriptedModel(script)
    made = Extractor(Slip, model=model, retry=RetryPolicy.none(), **options)
    return list(made.extract_many(sources, workers=4, journal=path)), model


def test_second_run_asks_nothing(tmp_path: Path) -> None:
    """All outcomes come back from the file, with value, tokens and order."""
    first, _ = run(tmp_path / "j", [ANSWER], pages(20))

    again, model = run(tmp_path / "j", [ANSWER], pages(20))
    assert [] == model.conversations
    assert [one.value for one in first] == [one.value for one in again]
    assert [one.attempts for one in first] == [one.attempts for one in again]
    assert all(one.resumed for one in again)
    assert Decimal("158.1") == again[0].value.total


def test_journal_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """A folder that is not there, or in the file's place, is an error of this library."""
    for path in (tmp_path, tmp_path / "no" / "j"):
        with pytest.raises(JournalError, match=f"`{path.name}` cannot be opened"):
            run(path, [ANSWER], pages(1))


def test_only_a_file_is_a_journal() -> None:
    """A device would be read without end, or forget everything."""
    if not Path(os.devnull).exists():
        pytest.skip("no devices here")
    with pytest.raises(JournalError, match="is no file"):
        run(Path(os.devnull), [ANSWER], pages(1))


def test_working_folder_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back in the middle of a run comes from the file that was opened."""
    monkeypatch.chdir(tmp_path)
    run(Path("j"), [ANSWER], pages(30))

    again = Extractor(Slip, model=ScriptedModel([ANSWER])).extract_many(
        pages(30), workers=1, journal="j"
    )
    next(again)
    monkeypatch.chdir(tmp_path.parent)
    assert [True] * 29 == [one.resumed for one in again]


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be removed there")
def test_journal_that_is_removed_remembers_nothing(tmp_path: Path) -> None:
    """Outcomes would be called durable that are nowhere."""
    outcomes = Extractor(Slip, model=ScriptedModel([ANSWER])).extract_many(
        pages(30), workers=1, journal=tmp_path / "j"
    )
    next(outcomes)
    (tmp_path / "j").unlink()

    with pytest.raises(JournalError, match="`j` was removed"):
        list(outcomes)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits to files there")
def test_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    """The run ends with an error, every outcome handed out is in the file, and it goes on there."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    made = Extractor(Slip, model=ScriptedModel([ANSWER]))
    seen: list[str] = []
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, limits[1]))
    try:
        with pytest.raises(JournalError, match="cannot be written"):
            seen.extend(
                one.id for one in made.extract_many(pages(50), workers=4, journal=tmp_path / "j")
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "j").read_bytes().endswith(b"}\n")

    resumed = {one.id for one in run(tmp_path / "j", [ANSWER], pages(50))[0] if one.resumed}
    assert set(seen) <= resumed < {one.id for one in pages(50)}


def test_name_that_is_no_text_is_remembered(tmp_path: Path) -> None:
    """File names of old systems hold bytes that are no UTF-8."""
    (image,) = pages(1)[0].images
    run(tmp_path / "j", [ANSWER], [Pages("caf\udce9.png", (image,))])

    ((again,), _) = run(tmp_path / "j", [ANSWER], [Pages("caf\udce9.png", (image,))])
    assert (True, "caf\udce9.png") == (again.resumed, again.id)


def test_only_what_is_missing_is_asked(tmp_path: Path) -> None:
    """Documents that are new are asked; renamed ones are recognised by content."""
    run(tmp_path / "j", [ANSWER], pages(10))
    renamed = [Pages(f"new-{one.id}", one.images) for one in pages(15)]

    outcomes, model = run(tmp_path / "j", [ANSWER], renamed)
    assert 5 == len(model.conversations)
    assert [one.id for one in renamed] == [one.id for one in outcomes]


def test_failures_are_asked_again(tmp_path: Path) -> None:
    """What failed once may succeed next time."""
    run(tmp_path / "j", [ThrottledError("No.", operation="Converse")], pages(3))

    outcomes, model = run(tmp_path / "j", [ANSWER], pages(3))
    assert (3, 3) == (len(model.conversations), len(outcomes))
    assert not any(one.resumed for one in outcomes)


def test_same_content_twice_is_two_outcomes(tmp_path: Path) -> None:
    """Duplicates in the source are accounted for each."""
    outcomes, model = run(tmp_path / "j", [ANSWER], pages(2) * 2)

    again, silent = run(tmp_path / "j", [ANSWER], pages(2) * 2)
    assert (4, 4, 4, 0) == (
        len(outcomes), len(model.conversations), len(again), len(silent.conversations),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"strict": False}, "strict"),
        ({"settings": Settings(votes=2)}, "votes"),
        ({"settings": Settings(evidence=True)}, "evidence"),
    ],
    ids=["strict", "votes", "evidence"],
)
def test_other_settings_do_not_mix(tmp_path: Path, options: dict, word: str) -> None:
    """The error names what is different."""
    run(tmp_path / "j", [ANSWER], pages(1))

    with pytest.raises(JournalError, match=word):
        run(tmp_path / "j", [ANSWER], pages(1), **options)


def test_torn_end_is_cut_off(tmp_path: Path) -> None:
    """A line the kill cut in half was never handed out: its document is asked again."""
    run(tmp_path / "j", [ANSWER], pages(3))
    whole = (tmp_path / "j").read_bytes()
    (tmp_path / "j").write_bytes(whole[:-20])

    outcomes, model = run(tmp_path / "j", [ANSWER], pages(3))
    assert (3, 1) == (len(outcomes), len(model.conversations))


def test_damaged_middle_is_an_error(tmp_path: Path) -> None:
    """Nothing is guessed about a file that somebody changed."""
    run(tmp_path / "j", [ANSWER], pages(3))
    lines = (tmp_path / "j").read_bytes().split(b"\n")
    lines[2] = lines[2][:10]
    (tmp_path / "j").write_bytes(b"\n".join(lines))

    with pytest.raises(JournalError, match="damaged at byte"):
        run(tmp_path / "j", [ANSWER], pages(3))


@pytest.mark.parametrize("line", [b'{"done": "zz"}', b'{"ask": 5}', b"[1]", b"\xff"])
def test_strange_line_is_an_error(tmp_path: Path, line: bytes) -> None:
    """Keys that are none are damage too."""
    run(tmp_path / "j", [ANSWER], pages(1))
    with (tmp_path / "j").open("ab") as file:
        file.write(line + b"\n")

    with pytest.raises(JournalError, match="damaged at byte"):
        run(tmp_path / "j", [ANSWER], pages(1))


def test_two_runs_cannot_share_a_file(tmp_path: Path) -> None:
    """The second is refused while the first has it."""
    with Journal(tmp_path / "j", {}), pytest.raises(JournalError, match="in use"):
        Journal(tmp_path / "j", {})


CHILD = """
import sys, time
sys.path.insert(0, {tests!r})
from extraction.test_journal import Slip, pages
from novadoc.extraction import Extractor
from novadoc.testing import ScriptedModel

def answer(conversation):
    time.sleep(0.004)
    digest = conversation.messages[0].parts[0].digest
    return '{{"ssn": "' + str(int(digest, 16)) + '", "total": 1.50}}'

made = Extractor(Slip, model=ScriptedModel(answer))
for outcome in made.extract_many(pages({count}), workers=8, journal={journal!r}):
    print(outcome.value.ssn, flush=True)
"""


@pytest.mark.slow
def test_killed_runs_lose_and_double_nothing(tmp_path: Path) -> None:
    """Killed again and again, each document is written once and none is lost."""
    count, journal = 600, tmp_path / "run.jsonl"
    tests = str(Path(__file__).parents[1])
    code = CHILD.format(tests=tests, count=count, journal=str(journal))
    finished = 0
    for attempt in range(12):
        child = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert child.stdout is not None
        child.stdout.readline()  # it is at work
        time.sleep(0.03 * (attempt % 4) + 0.01)
        child.send_signal(signal.SIGKILL)
        handed = child.stdout.read().count("\n")
        child.wait()
        child.stdout.close()
        done = _done(journal)
        assert sum(done.values()) == len(done) >= finished
        assert len(done) >= handed  # durable before it is handed out
        finished = len(done)
        if finished == count:
            break

    outcomes, _ = run(journal, _own, pages(count))
    assert [str(n) for n in range(count)] == [one.value.ssn for one in outcomes]
    assert {1} == set(_done(journal).values())


def _own(conversation) -> str:
    return json.dumps({"ssn": str(int(conversation.messages[0].parts[0].digest, 16))})


def _done(path: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n") and (key := json.loads(line).get("done")):
            found[key] += 1
    return found
