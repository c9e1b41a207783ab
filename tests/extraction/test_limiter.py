"""The limiter: as many calls at once as the service bears, and fewer than one when need be."""

from __future__ import annotations

import random
import threading
from concurrent.futures import CancelledError
from datetime import datetime, timedelta, timezone

import pytest
from pydantic import BaseModel

from novadoc.errors import ThrottledError
from novadoc.extraction import Extraction, Extractor, Pages, RateLimits, Settings
from novadoc.extraction._halt import Halt
from novadoc.extraction._limiter import Limiter
from novadoc.prompts import Image, Reply, Usage
from novadoc.testing import ScriptedModel

SECOND = timedelta(seconds=1)


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, duration: timedelta, /) -> None:
        self.seconds += duration.total_seconds()


def test_throttling_halves_and_answers_add() -> None:
    """Once for all the calls that were in flight together; one more place per round of answers."""
    clock = Clock()
    limiter = Limiter(16, clock)

    for _ in range(10):
        limiter.throttled(latency=SECOND)
    halved = limiter.allowed
    for _ in range(8 + 9):
        limiter.succeeded(10, SECOND)
    assert (8, 9) == (halved, limiter.allowed)


def test_below_one_call_calls_keep_their_distance() -> None:
    """At 27/64 of a call in flight, 37/27 times the usual latency lies before each."""
    clock = Clock()
    limiter = Limiter(1, clock)
    for _ in range(3):
        limiter.throttled(latency=SECOND)
        clock.sleep(2 * SECOND)

    before = clock.seconds
    with limiter.slot(Halt()):
        pass
    assert clock.seconds - before == pytest.approx(37 / 27)
    assert 1 == limiter.allowed


def test_distance_is_bounded_and_ends() -> None:
    """However long it was throttled, some answers bring it back to full speed."""
    clock = Clock()
    limiter = Limiter(4, clock)
    for _ in range(100):
        limiter.throttled(latency=SECOND)
        clock.sleep(2 * SECOND)

    before = clock.seconds
    with limiter.slot(Halt()):
        pass
    assert clock.seconds - before <= 15
    for _ in range(60):
        limiter.succeeded(10, SECOND)
    assert 4 == limiter.allowed


def test_waiting_ends_when_the_run_is_stopped() -> None:
    """A stop does not sit a long distance out."""
    clock, halt = Clock(), Halt()
    limiter = Limiter(1, clock)
    for _ in range(20):
        limiter.throttled(latency=SECOND)
        clock.sleep(2 * SECOND)
    halt.set()

    before = clock.seconds
    with pytest.raises(CancelledError), limiter.slot(halt):
        pass
    assert before == clock.seconds
    assert 0 == limiter.in_flight


class Interrupted(Clock):
    """Somebody presses Ctrl-C in a wait."""

    def sleep(self, duration: timedelta, /) -> None:
        raise KeyboardInterrupt


def test_interrupts_leave_no_place_taken() -> None:
    """A notebook goes on with the extractor whose run was interrupted, at whatever moment."""
    limiter = Limiter(1, Interrupted(), RateLimits(requests_per_minute=1))
    limiter.slot(Halt())  # and no further
    assert 0 == limiter.in_flight

    with pytest.raises(KeyboardInterrupt), limiter.slot(Halt()):
        raise KeyboardInterrupt
    assert 0 == limiter.in_flight

    with pytest.raises(KeyboardInterrupt), limiter.slot(Halt()):
        raise AssertionError
    assert 0 == limiter.in_flight


def test_refusals_that_have_nothing_to_do_with_us_do_not_stop_us() -> None:
    """Where others fill the quota, asking less gains nothing: half the speed is kept."""
    clock, chance = Clock(), random.Random(7)
    limiter = Limiter(1, clock)
    answered = 0
    for _ in range(2_000):
        with limiter.slot(Halt()):
            if chance.random() < 0.2:
                clock.sleep(SECOND / 50)
                limiter.throttled(latency=SECOND / 50)
            else:
                clock.sleep(SECOND)
                limiter.succeeded(10, SECOND)
                answered += 1

    assert answered / clock.seconds > 0.5


class Slip(BaseModel):
    ssn: str | None = None


@pytest.mark.parametrize("per_minute", [6, 30, 100])
def test_small_quota_nobody_knew_of_loses_no_document(per_minute: int) -> None:
    """New accounts may ask a handful a minute: the run slows down to that, and fails nothing."""
    clock, lock = Clock(), threading.Lock()
    level, seen = 1.0, 0.0

    def answer(_: object) -> Reply | ThrottledError:
        nonlocal level, seen
        with lock:
            now = clock.monotonic()
            level, seen = min(per_minute, level + (now - seen) * per_minute / 60), now
            if level < 1:
                return ThrottledError("Too many requests.", operation="Converse")
            level -= 1
            clock.sleep(timedelta(seconds=0.3))
            return Reply("{}", "end_turn", Usage(9, 1), latency=timedelta(seconds=0.3))

    image = (Image("jpeg", 8, 8, "0" * 64, location="s3://b/x.jpg"),)
    made = Extractor(Slip, model=ScriptedModel(answer), clock=clock, settings=Settings(workers=4))
    outcomes = list(made.extract_many([Pages(str(n), image) for n in range(400)]))
    assert {Extraction} == {type(outcome) for outcome in outcomes}
    throttled = sum(a.error is not None for outcome in outcomes for a in outcome.attempts)
    assert throttled < 400 / 2
    assert clock.seconds < 2.5 * 400 * 60 / per_minute
