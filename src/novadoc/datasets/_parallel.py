"""Work in threads with results in order and a bounded look-ahead."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

S = TypeVar("S")
R = TypeVar("R")


def ordered_map(
    function: Callable[[S], R], items: Iterable[S], *, workers: int | None = None
) -> Iterator[R]:
    """Yield `function(item)` in the order of `items`; at most a few results wait in memory.

    Pillow decodes, resizes and encodes outside the interpreter's lock, so threads use all cores.
    """
    count = workers or os.cpu_count() or 1
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(count, thread_name_prefix="novadoc-pages") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
