"""Many documents through one extractor: bounded look-ahead, order kept, a clean end."""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Sized
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from typing_extensions import Self

from novadoc._progress import Progress
from novadoc.errors import ConfigurationError
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
) -> Generator[R]:
    """Yield `work(source)` in order, `workers` at a time, never far ahead of the consumer.

    Where the sources fail, what they gave before is handed out first.
    """
    pending: deque[Future[R]] = deque()
    with _Pool(workers, halt) as pool:
        begun = (_submit(pool, work, source) for source in _supply(sources))
        while True:
            try:
                pending.extend(islice(begun, _AHEAD * workers - len(pending)))
            except Exception:
                while pending:
                    yield pending.popleft().result()
                raise
            if not pending:
                return
            yield pending.popleft().result()


def map_completed(
    work: Callable[[S], R], sources: Iterable[S], *, workers: int, halt: Halt
) -> Generator[R]:
    """Yield `work(source)` as each is done, as `map_ordered` does otherwise."""
    pending: set[Future[R]] = set()
    with _Pool(workers, halt) as pool:
        begun = (_submit(pool, work, source) for source in _supply(sources))
        while True:
            try:
                pending.update(islice(begun, _AHEAD * workers - len(pending)))
            except Exception:
                yield from (future.result() for future in as_completed(pending))
                raise
            if not pending:
                return
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)


async def map_async(
    work: Callable[[S], R],
    sources: Iterable[S],
    *,
    workers: int,
    halt: Halt,
    ordered: bool,
    at_end: Callable[[], object],
) -> AsyncGenerator[R]:
    """Yield as `map_ordered` or `map_completed` do, with the event loop free all the while.

    Sources are drawn in the workers' threads too: an iterable that opens files or asks a database
    does not hold the loop up. `at_end` is called once nothing is under way any more, also where a
    loop that ends does not wait for it.
    """
    import asyncio  # loaded by whoever has an event loop

    loop = asyncio.get_running_loop()
    pending: deque[asyncio.Future[R]] = deque()
    pool = _Pool(workers, halt)

    def begin(drawn: list[S]) -> None:
        run = loop.run_in_executor
        pending.extend(run(pool.executor, in_context(work), source) for source in drawn)

    def end() -> None:
        pool.close()
        at_end()

    try:
        supply, more = _supply(sources), True
        while more or pending:
            room = _AHEAD * workers - len(pending)
            if more and room >= workers:
                drawn: list[S] = []
                try:
                    await loop.run_in_executor(pool.executor, _draw, supply, room, drawn)
                except Exception:
                    begin(drawn)
                    while pending:
                        yield await pending.popleft()
                    raise
                begin(drawn)
                more = len(drawn) == room
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
        await asyncio.shield(loop.run_in_executor(None, end))


def _supply(sources: Iterable[S]) -> Iterator[S]:
    if not isinstance(sources, (str, bytes)):
        with suppress(TypeError):
            return iter(sources)
    raise ConfigurationError(
        f"What is of type `{type(sources).__name__}` is no iterable of documents.",
        remedy="Give a list, or any other iterable; for one document there is `extract`.",
    )


def _draw(supply: Iterator[S], count: int, drawn: list[S]) -> None:
    """Draw sources, so that those before a failure are there."""
    for source in islice(supply, count):
        drawn.append(source)  # noqa: PERF402


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
