"""Under load and faults: every document exactly once, nothing left behind, memory flat.

The short version takes some seconds. The long one, `make soak`, takes some minutes: 20,000 calls,
20 kills, 100,000 documents in flat memory.
"""

from __future__ import annotations

import gc
import hashlib
import io
import json
import logging
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image as Pillow
from pydantic import BaseModel

from novadoc.bedrock import Bedrock
from novadoc.extraction import Extraction, Extractor, Pages, RetryPolicy, Settings
from novadoc.local import FAST, EchoEngine, EngineRequest, Fault, LocalAWS
from novadoc.prompts import Image, Reply, Usage
from novadoc.testing import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = int(os.environ.get("NOVADOC_SOAK", "200"))
KILLS = 20 if CALLS >= 20_000 else 3
DOCUMENTS = 100_000 if CALLS >= 20_000 else 10_000
WORKERS = 16
UNMETERED = replace(FAST, enforces_quotas=False)  # the faults throttle, and nothing else
FAULTS = (
    Fault("throttle", operation="Converse", every=5),
    Fault("error", operation="Converse", every=20, after=1),
    Fault("reset", operation="Converse", every=50, after=2),
    Fault("truncated_body", operation="Converse", every=100, after=3),
    Fault("malformed_answer", operation="Converse", every=100, after=4),
)


class Slip(BaseModel):
    number: str | None = None


class Reading(EchoEngine):
    """Reads from a page what only that page says."""

    def answer(self, request: EngineRequest, artefact: bytes | None) -> str:
        return json.dumps({"number": number_on(request.images[0])})


def number_on(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()[:12]


def pixels() -> bytes:
    out = io.BytesIO()
    Pillow.new("L", (64, 64), 200).save(out, "PNG")
    return out.getvalue()


def documents(count: int) -> Iterator[Pages]:
    blank = pixels()
    for n in range(count):
        data = blank + n.to_bytes(4, "big")  # behind the picture's end: another file, as valid
        digest = hashlib.sha256(data).hexdigest()
        yield Pages(f"doc-{n}", (Image("png", 64, 64, digest, data=data),))


def expected() -> list[tuple[str, str | None]]:
    return [(one.id, number_on(one.images[0].data or b"")) for one in documents(CALLS)]


def extractor(aws: Bedrock) -> Extractor[Slip]:
    return Extractor(
        Slip,
        model=aws.model("nova-lite"),
        retry=RetryPolicy(
            attempts=12,
            first_wait=timedelta(milliseconds=10),
            longest_wait=timedelta(milliseconds=300),
            budget=1.0,
        ),
        settings=Settings(workers=WORKERS),
    )


def sockets() -> int:
    """Count this process's open sockets, where the system tells."""
    return sum("socket" in _target(one) for one in Path("/proc/self/fd").glob("*"))


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # the one that listing the folder had open
        return ""


@pytest.mark.slow
def test_faults_lose_no_document(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """20 % throttled, 5 % 5xx, 2 % reset, 1 % truncated, 1 % malformed: all accounted for once."""
    caplog.set_level(logging.CRITICAL, "urllib3")
    gc.collect()
    threads, before = set(threading.enumerate()), sockets()
    with LocalAWS(engine=Reading(), facts=UNMETERED) as local:
        for fault in FAULTS:
            local.faults.add(fault)
        aws = Bedrock.connect(session=local.session(), endpoint_url=local.url)
        journal = tmp_path / "run.jsonl"
        made = extractor(aws)
        outcomes = list(made.extract_many(documents(CALLS), journal=journal))

        assert {Extraction} == {type(outcome) for outcome in outcomes}
        assert expected() == [(outcome.id, outcome.value.number) for outcome in outcomes]
        errors = Counter(a.error for outcome in outcomes for a in outcome.attempts)
        assert errors["ThrottledError"] > CALLS / 10
        assert errors["ServiceUnavailableError"] > 0
        assert errors["ConnectionFailedError"] + errors["IncompleteResponseError"] > 0
        assert any(outcome.repairs for outcome in outcomes)  # malformed ones were mended
        assert CALLS == len(done(journal)) == sum(done(journal).values())
    del aws, made, outcomes
    gc.collect()
    assert [] == [t for t in threading.enumerate() if t not in threads and "novadoc" in t.name]
    assert sockets() <= before


def done(journal: Path) -> Counter[str]:
    lines = journal.read_bytes().splitlines(keepends=True)
    records = (json.loads(line) for line in lines if line.endswith(b"\n"))
    return Counter(record["done"] for record in records if "done" in record)


CHILD = """
import sys
sys.path.insert(0, {tests!r})
from extraction.test_soak import CALLS, Bedrock, documents, extractor

made = extractor(Bedrock.connect())
for outcome in made.extract_many(documents(CALLS), journal={journal!r}):
    print(outcome.id, flush=True)
"""


@pytest.mark.slow
def test_killed_under_faults_and_resumed_is_the_same(tmp_path: Path) -> None:
    """SIGKILL at random moments: resumed, each document has its own answer, written once."""
    journal, chance = tmp_path / "run.jsonl", random.Random(7)
    code = CHILD.format(tests=str(Path(__file__).parents[1]), journal=str(journal))
    with LocalAWS(engine=Reading(), facts=UNMETERED) as local:
        for fault in FAULTS:
            local.faults.add(fault)
        environment = {**os.environ, **local.environ(), "NOVADOC_SOAK": str(CALLS)}
        finished = 0
        for _ in range(KILLS):
            goal = finished + chance.randint(1, CALLS // KILLS)
            handed = killed(code, environment, goal, chance.random() / 20)
            written = done(journal)
            assert sum(written.values()) == len(written) >= max(finished, handed)
            finished = len(written)
        asked = journal.read_bytes().count(b'"ask"')

        aws = Bedrock.connect(session=local.session(), endpoint_url=local.url)
        outcomes = list(extractor(aws).extract_many(documents(CALLS), journal=journal))
    assert expected() == [(outcome.id, outcome.value.number) for outcome in outcomes]
    assert finished == sum(outcome.resumed for outcome in outcomes)
    assert asked - finished <= KILLS * WORKERS  # asked twice: only what was in flight at a kill
    assert {1} == set(done(journal).values())


def killed(code: str, environment: dict[str, str], goal: int, pause: float) -> int:
    """Let a run hand out `goal` outcomes, kill it a moment later, return how many there were."""
    run = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code],
        stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert run.stdout is not None
    with run, run.stdout:
        handed = sum(1 for _, line in zip(range(goal), run.stdout, strict=False) if line)
        time.sleep(pause)
        run.send_signal(signal.SIGKILL)
        return handed + run.stdout.read().count("\n")


@pytest.mark.slow
def test_memory_is_flat() -> None:
    """Many times the documents need no more memory: none is kept that was handed out."""
    reply = Reply('{"number": "7"}', "stop_sequence", Usage(10, 5))

    class Silent(ScriptedModel):
        def converse(self, conversation, /):
            return reply

    made = Extractor(Slip, model=Silent([reply]))

    def peak(count: int) -> int:
        seen = sum(1 for _ in made.extract_many(documents(count), workers=8))
        assert count == seen
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    first = peak(1_000)
    assert peak(DOCUMENTS) - first < 8_000  # KB


def test_second_call_does_no_schema_work() -> None:
    """Once asked, a prompt is only filled in: no schema is made, nothing is deeply copied."""
    import cProfile
    import pstats

    made = Extractor(Slip, model=ScriptedModel(['{"number": "7"}']))
    (page, *_) = documents(1)
    made.extract(page)

    profile = cProfile.Profile()
    profile.runcall(made.extract, page)
    called = {name for _, _, name in pstats.Stats(profile).stats}
    assert set() == called & {
        "deepcopy", "copy", "model_json_schema", "json_schema", "from_pydantic", "_sections",
        "prompt_schema", "tool_schema", "fingerprint", "sha256",
    }  # fmt: skip
