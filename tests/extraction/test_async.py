"""Async: real concurrency, a free event loop, a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

import botocore.session
import pytest
from boto3.session import Session
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from pydantic import BaseModel

from novadoc.bedrock import Bedrock, BedrockModel
from novadoc.documents import Document
from novadoc.extraction import Extraction, Extractor, Pages, Settings
from novadoc.local import EchoEngine, LocalAWS
from novadoc.prompts import Conversation, Image
from novadoc.testing import ScriptedModel

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")
NewThreads: TypeAlias = Callable[[], list[threading.Thread]]
TRACE: ContextVar[str] = ContextVar("trace", default="")


class Slip(BaseModel):
    ssn: str | None = None


def slow(_: Conversation) -> str:
    time.sleep(0.05)
    return '{"ssn": "a"}'


def made(script=slow, workers: int = 32) -> Extractor[Slip]:
    return Extractor(Slip, model=ScriptedModel(script), settings=Settings(workers=workers))


def pages(count: int) -> list[Pages]:
    image = Image("jpeg", 8, 8, "0" * 64, location="s3://b/x.jpg")
    return [Pages(str(n), (image,)) for n in range(count)]


@pytest.fixture
def own_threads() -> NewThreads:
    """Threads of novadoc that were not there before; another test's extractor may still be open."""
    before = set(threading.enumerate())

    def new() -> list[threading.Thread]:
        threads = threading.enumerate()
        return [one for one in threads if one.name.startswith("novadoc") and one not in before]

    return new


def test_calls_run_side_by_side_and_the_loop_stays_free(own_threads: NewThreads) -> None:
    """64 calls of 50 ms on 32 threads take two rounds, while a ticker on the loop keeps ticking."""

    async def main() -> tuple[float, float]:
        lags: list[float] = []

        async def tick() -> None:
            while True:
                begun = time.perf_counter()
                await asyncio.sleep(0.005)
                lags.append(time.perf_counter() - begun - 0.005)

        ticker = asyncio.create_task(tick())
        with made() as extractor:
            begun = time.perf_counter()
            await asyncio.gather(*(extractor.aextract(PAGE) for _ in range(64)))
            taken = time.perf_counter() - begun
        ticker.cancel()
        return taken, sorted(lags)[len(lags) // 2]

    taken, lag = asyncio.run(main())
    assert taken < 64 * 0.05 / 2
    assert lag < 0.05
    assert [] == own_threads()


@pytest.mark.parametrize("ordered", [True, False])
def test_many_are_yielded_as_they_come(ordered: bool) -> None:
    """An async iterator over any iterable, in order or as completed."""

    async def main() -> list[str]:
        found = made(['{"ssn": "a"}']).aextract_many(pages(100), workers=8, ordered=ordered)
        return [outcome.id async for outcome in found]

    ids = asyncio.run(main())
    assert [str(n) for n in range(100)] == (ids if ordered else sorted(ids, key=int))


def test_leaving_early_leaves_nothing_behind(own_threads: NewThreads) -> None:
    """No thread is left, and what was not begun is not asked."""
    model = ScriptedModel(slow)
    extractor = Extractor(Slip, model=model)

    async def main() -> None:
        outcomes = extractor.aextract_many(pages(1000), workers=4)
        async with contextlib.aclosing(outcomes):
            async for _ in outcomes:
                break

    asyncio.run(main())
    assert [] == own_threads()
    assert len(model.conversations) < 30


def test_sync_iteration_left_early_leaves_nothing_behind(own_threads: NewThreads) -> None:
    """The same for `extract_many`: an exception in the loop's body ends the run cleanly."""
    model = ScriptedModel(slow)
    outcomes = Extractor(Slip, model=model).extract_many(pages(1000), workers=4)

    next(outcomes)
    with pytest.raises(KeyboardInterrupt):
        outcomes.throw(KeyboardInterrupt)

    assert [] == own_threads()
    assert len(model.conversations) < 30


def test_context_variables_reach_the_threads() -> None:
    """A trace that is open where a document is submitted is open where it is read."""
    seen: list[str] = []

    def answer(_: Conversation) -> str:
        seen.append(TRACE.get())
        return '{"ssn": "a"}'

    async def main() -> None:
        TRACE.set("t-1")
        await made(answer).aextract(PAGE)
        async for _ in made(answer).aextract_many([PAGE]):
            pass

    asyncio.run(main())
    assert ["t-1", "t-1"] == seen


def test_blocking_source_does_not_block_the_loop() -> None:
    """Sources are drawn in the workers' threads."""

    def supply():
        for one in pages(4):
            time.sleep(0.4)
            yield one

    async def main() -> float:
        worst = 0.0

        async def tick() -> None:
            nonlocal worst
            while True:
                begun = time.perf_counter()
                await asyncio.sleep(0.002)
                worst = max(worst, time.perf_counter() - begun)

        ticker = asyncio.create_task(tick())
        async for _ in made(['{"ssn": "a"}'], workers=2).aextract_many(supply(), workers=2):
            pass
        ticker.cancel()
        return worst

    assert asyncio.run(main()) < 0.35


def test_one_extractor_serves_many_threads() -> None:
    """Outcomes of threads that share an extractor do not mix."""

    def answer(conversation: Conversation) -> str:
        return f'{{"ssn": "{conversation.messages[0].parts[0].digest[-3:]}"}}'

    extractor = made(answer)
    wrong: list[str] = []

    def work(start: int) -> None:
        for n in range(start, start + 50):
            image = Image("jpeg", 8, 8, f"{n:064d}", location="s3://b/x.jpg")
            found = extractor.extract(Pages(str(n), (image,)))
            if not isinstance(found, Extraction) or found.value.ssn != f"{n:03d}":
                wrong.append(found.id)

    threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == wrong


class SlowCredentials(CredentialProvider):
    """Credentials that take their time, first and at every call: as SSO or an assumed role's."""

    METHOD = CANONICAL_NAME = "slow"

    def __init__(self, session: Any) -> None:
        super().__init__(session)
        self.threads: list[str] = []

    def load(self) -> RefreshableCredentials:
        return RefreshableCredentials.create_from_metadata(self._fetch(), self._fetch, self.METHOD)

    def _fetch(self) -> dict[str, str]:
        self.threads.append(threading.current_thread().name)
        time.sleep(0.4)
        # Already as good as expired, so that every call has them fetched again.
        expiry = datetime.now(timezone.utc) + timedelta(seconds=30)
        return {
            "access_key": "AKIAEXAMPLE", "secret_key": "s", "token": "t",
            "expiry_time": expiry.isoformat(),
        }  # fmt: skip


@pytest.mark.parametrize("many", [False, True])
def test_slow_credentials_do_not_block_the_loop(many: bool) -> None:
    """Once `aws.model` has made the client, they are renewed in the workers' threads."""
    below = botocore.session.Session()
    slow_ones = SlowCredentials(below)
    below.register_component("credential_provider", CredentialResolver([slow_ones]))

    async def main(model: BedrockModel) -> float:
        worst = 0.0

        async def tick() -> None:
            nonlocal worst
            while True:
                begun = time.perf_counter()
                await asyncio.sleep(0.002)
                worst = max(worst, time.perf_counter() - begun)

        ticker = asyncio.create_task(tick())
        with Extractor(Slip, model=model) as extractor:
            if many:
                assert [True, True] == [
                    isinstance(one, Extraction)
                    async for one in extractor.aextract_many([PAGE, PAGE], workers=2)
                ]
            else:
                await asyncio.gather(extractor.aextract(PAGE), extractor.aextract(PAGE))
        ticker.cancel()
        return worst

    with LocalAWS(engine=EchoEngine('{"ssn": "a"}')) as local:
        session = Session(botocore_session=below)
        aws = Bedrock.connect("us-east-1", session=session, endpoint_url=local.url)
        model = aws.model("nova-lite")
        slow_ones.threads.clear()
        worst = asyncio.run(main(model))

    assert slow_ones.threads
    assert threading.main_thread().name not in slow_ones.threads
    assert worst < 0.3
