"""Many documents through one extractor: bounded look-ahead, order kept, a clean end."""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from typing_extensions import Self

from novadoc._progress import Progress
from novadoc.extraction._halt import Halt

if TYPE_CHECKING:
    import asyncio

S = TypeVar("S")
R = TypeVar("R")

_AHEAD = 2
"""Documents taken from the source for each worker: enough that one slow one holds up none."""


def progress_of(sources: Iterable[object], *, shown: bool | None) -> Progress:
    """Return a bar over the sources."""
    total = len(sources) if isinstance(sources, Sized) else None
    return Progress(total, "extract", unit="doc", shown=shown)


def map_ordered(
    work: Callable[[S], R], sources: Iterable[S], *, workers: int, halt: Halt
) -> Iterator[R]:
    """Yield `work(source)` in order, `workers` at a time, never far ahead of the consumer."""
    pending: deque[Future[R]] = deque()
    with _Pool(workers, halt) as pool:
        for source in sources:
            pending.append(_submit(pool, work, source))
            if len(pending) >= _AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def map_completed(
    work: Callable[[S], R], sources: Iterable[S], *, workers: int, halt: Halt
) -> Iterator[R]:
    """Yield `work(source)` as each is done, `workers` at a time."""
    pending: set[Future[R]] = set()
    with _Pool(workers, halt) as pool:
        for source in sources:
            pending.add(_submit(pool, work, source))
            if len(pending) >= _AHEAD * workers:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)


async def map_async(
    work: Callable[[S], R], sources: Iterable[S], *, workers: int, halt: Halt, ordered: bool
) -> AsyncIterator[R]:
    """Yield as `map_ordered` or `map_completed` do, with the event loop free all the while.

    Sources are drawn in the workers' threads too: an iterable that opens files or asks a database
    does not hold the loop up.
    """
    import asyncio  # loaded by whoever has an event loop

    loop = asyncio.get_running_loop()
    supply = iter(sources)
    pending: deque[asyncio.Future[R]] = deque()
    pool = _Pool(workers, halt)
    try:
        more = True
        while more or pending:
            room = _AHEAD * workers - len(pending)
            if more and room >= workers:
                drawn = await loop.run_in_executor(pool.executor, _draw, supply, room)
                more = len(drawn) == room
                pending.extend(
                    loop.run_in_executor(pool.executor, in_context(work), source)
                    for source in drawn
                )
                continue
            if ordered:
                yield await pending.popleft()
                continue
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            done = [future for future in pending if future.done()]
            pending = deque(future for future in pending if not future.done())
            for future in done:
                yield future.result()
    finally:
        halt.set()
        for future in pending:
            future.cancel()
        await asyncio.shield(loop.run_in_executor(None, pool.close))


def _draw(supply: Iterator[S], count: int) -> list[S]:
    return list(islice(supply, count))


def _submit(pool: _Pool, work: Callable[[S], R], source: S) -> Future[R]:
    return pool.executor.submit(in_context(work), source)


def in_context(work: Callable[[S], R]) -> Callable[[S], R]:
    """Take the caller's context variables, as the trace it is part of, along with the work."""
    context = contextvars.copy_context()
    return lambda source: context.run(work, source)


class _Pool:
    """Threads of one run; leaving the block starts nothing new and waits for what is in flight."""

    def __init__(self, workers: int, halt: Halt) -> None:
        self.executor = ThreadPoolExecutor(workers, thread_name_prefix="novadoc")
        self._halt = halt

    def close(self) -> None:
        self._halt.set()
        self.executor.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
