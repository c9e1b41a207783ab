"""What a program gets wrong is said in novadoc's own words, before anything is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from novadoc.documents import Document
from novadoc.errors import ConfigurationError
from novadoc.extraction import Extractor, PacketSplitter, RateLimits, RetryPolicy, Settings
from novadoc.testing import ScriptedModel

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")
MODEL = ScriptedModel(["{}"])


class Slip(BaseModel):
    ssn: str | None = None


def extractor() -> Extractor[Slip]:
    return Extractor(Slip, model=MODEL)


def many(source: Any, **options: Any) -> list[Any]:
    return list(extractor().extract_many([source], **options))


async def in_loop() -> None:
    async def supply() -> AsyncIterator[Document]:
        yield PAGE

    async for _ in extractor().aextract_many(supply()):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        pytest.param(lambda: many(b"%PDF"), "`bytes`", id="bytes"),
        pytest.param(lambda: many(None), "`NoneType`", id="nothing"),
        pytest.param(lambda: Extractor(Slip, model=MODEL).extract([PAGE]), "`list`", id="list"),  # type: ignore[arg-type]
        pytest.param(lambda: list(extractor().extract_many(PAGE)), "`Document`", id="one for many"),  # type: ignore[arg-type]
        pytest.param(
            lambda: list(extractor().extract_many("a.png")), "`str`", id="a path for many"
        ),
        pytest.param(lambda: asyncio.run(in_loop()), "`async_generator`", id="an async iterable"),
        pytest.param(lambda: many(PAGE, workers=0), "`workers` is 0", id="no worker"),
        pytest.param(lambda: many(PAGE, workers=-1), "`workers` is -1", id="fewer"),
        pytest.param(
            lambda: list(PacketSplitter(MODEL).split_many([PAGE], workers=0)),
            "`workers` is 0",
            id="no worker for packets",
        ),
        pytest.param(lambda: Extractor(Slip, model="nova-lite"), "`str`", id="a model's name"),  # type: ignore[arg-type]
        pytest.param(lambda: RateLimits(tokens_per_minute=0), "tokens_per_minute", id="rate"),
        pytest.param(lambda: RetryPolicy(attempts=0), "`attempts` is 0", id="attempts"),
        pytest.param(lambda: RetryPolicy(budget=float("nan")), "`budget` is nan", id="budget"),
        pytest.param(
            lambda: RetryPolicy(first_wait=timedelta(seconds=-1)), "`first_wait`", id="wait"
        ),
        pytest.param(
            lambda: RetryPolicy(deadline=timedelta(seconds=-1)), "`deadline`", id="deadline"
        ),
        pytest.param(lambda: Settings(votes=0), "`votes` is 0", id="votes"),
        pytest.param(lambda: Settings(merge="all"), "`merge` is 'all'", id="merge"),  # type: ignore[arg-type]
    ],
)
def test_mistake_is_named(mistake: Callable[[], object], said: str) -> None:
    """The error says what was given; no AttributeError from the inside."""
    asked = len(MODEL.conversations)

    with pytest.raises(ConfigurationError, match=said):
        mistake()

    assert asked == len(MODEL.conversations)
