"""How a run ends before its end: cancelled, closed, left, or with a source that fails."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc.errors import ConfigurationError, ThrottledError
from novadoc.extraction import Extraction, Extractor, Pages, RetryPolicy, Settings
from novadoc.prompts import Conversation, Image, Reply, Usage
from novadoc.testing import ScriptedModel

THROTTLED = ThrottledError("Too many requests.", operation="Converse")
REPLY = Reply("{}", "end_turn", Usage(9, 1))
SOON = RetryPolicy(first_wait=timedelta(milliseconds=1))


class Slip(BaseModel):
    ssn: str | None = None


def pages(count: int, name: str = "slip") -> Pages:
    image = Image("jpeg", 8, 8, f"{hash(name) % 10**9:064d}", location="s3://b/x.jpg")
    return Pages(name, (image,) * count)


class Held(ScriptedModel):
    """Answers when it is let: `asked` is set by the first question, `free` lets all go on."""

    def __init__(self, answer: Reply | ThrottledError) -> None:
        self.asked, self.free = threading.Event(), threading.Event()
        super().__init__(self._held)
        self._answer = answer

    def _held(self, _: Conversation) -> Reply | ThrottledError:
        self.asked.set()
        self.free.wait(10)
        return self._answer


@pytest.mark.parametrize("answer", [THROTTLED, REPLY])
def test_cancelled_task_asks_nothing_more(answer: Reply | ThrottledError) -> None:
    """Neither what was throttled nor the windows that are left: nobody waits for them."""
    model = Held(answer)
    extractor = Extractor(Slip, model=model, retry=SOON, settings=Settings(pages_per_request=1))

    async def main() -> None:
        task = asyncio.create_task(extractor.aextract(pages(3)))
        await asyncio.to_thread(model.asked.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        model.free.set()
        await extractor.aclose()

    asyncio.run(main())
    assert 1 == len(model.conversations)


def test_closing_finishes_what_is_under_way_and_says_what_is_not() -> None:
    """An answer that comes is an outcome; what had not begun is an error where it is awaited."""
    model = Held(REPLY)

    async def main() -> list[Extraction[Slip] | BaseException]:
        async with Extractor(Slip, model=model, settings=Settings(workers=1)) as extractor:
            tasks = [asyncio.create_task(extractor.aextract(pages(1))) for _ in range(3)]
            await asyncio.to_thread(model.asked.wait)
            closing = asyncio.create_task(extractor.aclose())
            await asyncio.sleep(0.01)
            model.free.set()
            await closing
            return await asyncio.gather(*tasks, return_exceptions=True)

    first, *others = asyncio.run(main())
    assert isinstance(first, Extraction)
    assert [ConfigurationError] * 2 == [type(one) for one in others]


def test_closed_extractor_can_be_used_again() -> None:
    """Its threads are made anew."""
    extractor = Extractor(Slip, model=ScriptedModel([REPLY]))

    async def main() -> Slip:
        return (await extractor.aextract(pages(1))).value

    for _ in range(2):
        assert Slip() == asyncio.run(main())
        extractor.close()


def failing() -> Iterator[Pages]:
    for n in range(5):
        yield pages(1, str(n))
    raise OSError("the share is gone")


@pytest.mark.parametrize("ordered", [True, False])
def test_failing_source_loses_nothing_it_gave_before(ordered: bool) -> None:
    """Its own error comes after all outcomes."""
    seen: list[str] = []

    with pytest.raises(OSError, match="the share is gone"):
        seen.extend(
            outcome.id
            for outcome in extractor().extract_many(failing(), workers=2, ordered=ordered)
        )
    assert list("01234") == sorted(seen)


@pytest.mark.parametrize("ordered", [True, False])
def test_failing_source_loses_nothing_in_a_loop(ordered: bool) -> None:
    """The same for `aextract_many`, which draws several at once."""
    seen: list[str] = []

    async def main() -> None:
        async for outcome in extractor().aextract_many(failing(), workers=2, ordered=ordered):
            seen.append(outcome.id)  # noqa: PERF401

    with pytest.raises(OSError, match="the share is gone"):
        asyncio.run(main())
    assert list("01234") == sorted(seen)


def extractor() -> Extractor[Slip]:
    return Extractor(Slip, model=ScriptedModel([REPLY]))


@pytest.mark.parametrize("how", ["sync", "closed", "abandoned"])
def test_left_early_what_was_asked_is_in_the_journal(how: str, tmp_path: Path) -> None:
    """The answers under way are paid for: they are written down before the file is closed."""
    journal = tmp_path / "run.jsonl"
    together = threading.Barrier(4)

    def answer(_: Conversation) -> Reply:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(0.2)
        return REPLY

    model = ScriptedModel(answer)
    made = Extractor(Slip, model=model)
    supply = [pages(1, str(n)) for n in range(50)]

    async def main() -> None:
        outcomes = made.aextract_many(supply, workers=4, journal=journal)
        if how == "abandoned":
            async for _ in outcomes:
                break
            del outcomes  # the loop closes it in a task, and cancels that when it ends
            await asyncio.sleep(0)
            return
        async with contextlib.aclosing(outcomes):
            async for _ in outcomes:
                break

    if how != "sync":
        asyncio.run(main())
    else:
        for _ in made.extract_many(supply, workers=4, journal=journal):
            break
    assert len(model.conversations) == journal.read_text().count('"done"') < 50
