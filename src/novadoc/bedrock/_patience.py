"""A role made a moment ago: IAM needs some seconds until Bedrock can assume it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from novadoc.errors import InvalidRequestError
from novadoc.types import Clock

T = TypeVar("T")


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
