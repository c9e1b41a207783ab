"""Waiting: through trouble on the way, and for a role that IAM has not told everybody of yet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

from novadoc._clock import poll
from novadoc.bedrock._api import TRANSIENT
from novadoc.errors import InvalidRequestError, ServiceError
from novadoc.types import Clock

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_BLIND = 10


def looks(
    look: Callable[[], T], *, every: timedelta, timeout: timedelta | None, clock: Clock
) -> Iterator[T]:
    """Yield `look()` now and then, as `poll` does; trouble on the way does not end it.

    Raises:
        ServiceError: Ten looks in a row have failed, or one failed for good.
    """

    def tried() -> T | ServiceError:
        try:
            return look()
        except TRANSIENT as error:
            _LOG.info("%s failed: %s", error.operation, type(error).__name__)
            return error

    failures = 0
    for found in poll(tried, every=every, timeout=timeout, clock=clock):
        if not isinstance(found, ServiceError):
            failures = 0
            yield found
            continue
        failures += 1
        if failures >= _BLIND:
            raise found


def once_assumable(
    create: Callable[[], T],
    *,
    clock: Clock,
    patience: timedelta = timedelta(minutes=2),
    every: timedelta = timedelta(seconds=5),
) -> T:
    """Call `create` until its role can be assumed, for as long as `patience` lasts.

    The service says the same of a role that is new and of one that is wrong, so the last refusal
    is raised as it came.

    Raises:
        InvalidRequestError: The role cannot be assumed, or the request is wrong otherwise.
    """
    end = clock.monotonic() + patience.total_seconds()
    while True:
        try:
            return create()
        except InvalidRequestError as error:
            if "could not assume" not in str(error).lower() or clock.monotonic() >= end:
                raise
        clock.sleep(every)
