"""A local AWS of its own for each test, with an engine that answers at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from novadoc.local import REALISTIC, EchoEngine, LocalAWS, LocalClock


@pytest.fixture
def local() -> Iterator[LocalAWS]:
    """A local AWS on a clock moved by hand, with the service's own waits."""
    with LocalAWS(engine=EchoEngine(), clock=LocalClock(manual=True), facts=REALISTIC) as running:
        running.clock.advance(REALISTIC.iam_delay)
        yield running
