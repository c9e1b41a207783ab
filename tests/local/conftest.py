"""One local AWS for all tests of a file, emptied for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from novadoc.local import REALISTIC, EchoEngine, LocalAWS, LocalClock


@pytest.fixture(scope="module")
def _running() -> Iterator[LocalAWS]:
    with LocalAWS(engine=EchoEngine(), clock=LocalClock(manual=True), facts=REALISTIC) as local:
        yield local


@pytest.fixture
def local(_running: LocalAWS) -> LocalAWS:
    """An empty local AWS on a clock moved by hand, with the service's own waits."""
    return _running


@pytest.fixture(autouse=True)
def _empty(_running: LocalAWS) -> None:
    """Empty S3 and IAM too, which every local AWS of the process shares."""
    _running.reset()
