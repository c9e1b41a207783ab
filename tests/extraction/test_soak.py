"""Under load and faults: every document exactly once, nothing left behind, memory flat.

`NOVADOC_SOAK=20000` runs the long version; the short one takes some seconds.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from novadoc.bedrock import Bedrock
from novadoc.extraction import Extraction, Extractor, Pages, RetryPolicy, Settings
from novadoc.local import EchoEngine, Fault, LocalAWS
from novadoc.prompts import Image, Reply, Usage
from novadoc.testing import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = int(os.environ.get("NOVADOC_SOAK", "200"))


class Slip(BaseModel):
    number: str | None = None


def pixels() -> bytes:
    import io

    from PIL import Image as Pillow

    out = io.BytesIO()
    Pillow.new("L", (64, 64), 200).save(out, "PNG")
    return out.getvalue()


def documents(count: int) -> Iterator[Pages]:
    data = pixels()
    return (
        Pages(f"doc-{n}", (Image("png", 64, 64, f"{n:064x}", data=data),)) for n in range(count)
    )


class Impatient:
    """The machine's clock, but waits are a hundredth."""

    def __init__(self) -> None:
        from novadoc._clock import SystemClock

        self._clock = SystemClock()
        self.now, self.monotonic = self._clock.now, self._clock.monotonic

    def sleep(self, duration, /) -> None:
        self._clock.sleep(duration / 100)


@pytest.mark.slow
def test_faults_lose_no_document(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """20 % throttled, 5 % 5xx, 2 % reset, 1 % truncated, 1 % malformed: all accounted for once."""
    caplog.set_level(logging.CRITICAL, "urllib3")
    before = set(threading.enumerate())
    with LocalAWS(engine=EchoEngine(answer='{"number": "7"}')) as local:
        for fault in (
            Fault("throttle", operation="Converse", every=5),
            Fault("error", operation="Converse", every=20, after=1),
            Fault("reset", operation="Converse", every=50, after=2),
            Fault("truncated_body", operation="Converse", every=100, after=3),
            Fault("malformed_answer", operation="Converse", every=100, after=4),
        ):
            local.faults.add(fault)
        aws = Bedrock.connect(session=local.session(), endpoint_url=local.url)
        extractor = Extractor(
            Slip,
            model=aws.model("nova-lite"),
            retry=RetryPolicy(attempts=12, budget=1.0),
            settings=Settings(workers=16),
            clock=Impatient(),
        )
        journal = tmp_path / "run.jsonl"
        outcomes = list(extractor.extract_many(documents(CALLS), journal=journal))

        assert [f"doc-{n}" for n in range(CALLS)] == [outcome.id for outcome in outcomes]
        assert {Extraction} == {type(outcome) for outcome in outcomes}
        assert {"7"} == {outcome.value.number for outcome in outcomes}
        errors = Counter(a.error for outcome in outcomes for a in outcome.attempts)
        assert errors["ThrottledError"] > CALLS / 10
        assert errors["ServiceUnavailableError"] > 0
        assert errors["ConnectionFailedError"] + errors["IncompleteResponseError"] > 0
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        assert CALLS == len({line["done"] for line in lines if "done" in line})
    assert [] == [t for t in threading.enumerate() if t not in before and "novadoc" in t.name]


@pytest.mark.slow
def test_memory_is_flat() -> None:
    """Ten times the documents need no more memory: none is kept that was handed out."""
    reply = Reply('{"number": "7"}', "stop_sequence", Usage(10, 5))

    class Silent(ScriptedModel):
        def converse(self, conversation, /):
            return reply

    extractor = Extractor(Slip, model=Silent([reply]))

    def peak(count: int) -> int:
        seen = sum(1 for _ in extractor.extract_many(documents(count), workers=8))
        assert count == seen
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    first = peak(1_000)
    assert peak(max(10_000, CALLS)) - first < 8_000  # KB


def test_second_call_does_no_schema_work() -> None:
    """Once asked, a prompt is only filled in: no schema is made, nothing is deeply copied."""
    import cProfile
    import pstats

    extractor = Extractor(Slip, model=ScriptedModel(['{"number": "7"}']))
    (page, *_) = documents(1)
    extractor.extract(page)

    profile = cProfile.Profile()
    profile.runcall(extractor.extract, page)
    called = {name for _, _, name in pstats.Stats(profile).stats}
    assert set() == called & {
        "deepcopy", "copy", "model_json_schema", "json_schema", "from_pydantic", "_sections",
        "prompt_schema", "tool_schema", "fingerprint", "sha256",
    }  # fmt: skip
