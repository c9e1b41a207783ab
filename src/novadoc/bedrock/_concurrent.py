"""Work on many things at once, in order and in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")


def concurrently(work: Callable[[S], T], items: Iterable[S], *, workers: int) -> Iterator[T]:
    """Yield results in the order of the items, at most `4 * workers` ahead.

    The first error ends it: what has started is finished, what has not is dropped, also on Ctrl-C.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="novadoc-s3")
    waiting: deque[Future[T]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= 4 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
