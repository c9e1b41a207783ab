"""One AWS service as novadoc calls it: requests checked, errors mapped, pages followed."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

from botocore import xform_name

from novadoc.bedrock._errors import service_errors
from novadoc.bedrock._shapes import violations
from novadoc.errors import (
    ConnectionFailedError,
    IncompleteResponseError,
    InvalidRequestError,
    NotFoundError,
    ServiceUnavailableError,
    ThrottledError,
)
from novadoc.types import Clock

if TYPE_CHECKING:
    from tenacity import Retrying

Answer: TypeAlias = Mapping[str, Any]
"""A response as boto3 gives it; each caller reads it into its own value in one place."""

TRANSIENT = (
    ThrottledError,
    ServiceUnavailableError,
    ConnectionFailedError,
    IncompleteResponseError,
)
"""Errors after which the same request may succeed."""


class BotoClient(Protocol):
    """The part of any boto3 client that is used beside its operations."""

    @property
    def meta(self) -> Any:
        """Service model, region and endpoint."""
        ...


class Service:
    """One AWS service behind a boto3 client.

    Every request is repeatable: creates carry a client token or a unique name, so transient
    errors are retried here for all of them, and nowhere else (botocore's own retries are off).

    Args:
        client: A boto3 client.
        clock: Waits between attempts.
        attempts: How often a request is sent at most.
    """

    def __init__(self, client: BotoClient, *, clock: Clock, attempts: int = 8) -> None:
        self.client = client
        self._model = client.meta.service_model
        self._clock = clock
        self._attempts = attempts

    @property
    def is_secure(self) -> bool:
        """Whether requests travel over TLS."""
        return str(self.client.meta.endpoint_url).startswith("https:")

    def call(self, operation: str, /, **parameters: object) -> Answer:
        """Call an operation by its API name; parameters that are `None` are left out.

        Raises:
            InvalidRequestError: The service's own model does not allow the request.
            ServiceError: The service refused or failed, also after retries.
        """
        given = {name: value for name, value in parameters.items() if value is not None}
        self._check(operation, given)
        return self._retrying(self._send, operation, given)

    def find(self, operation: str, /, **parameters: object) -> Answer | None:
        """Call an operation that reads or deletes; `None` when the resource does not exist.

        Raises:
            ServiceError: Anything else went wrong; not being allowed to look is an error.
        """
        try:
            return self.call(operation, **parameters)
        except NotFoundError:
            return None

    def pages(self, operation: str, items: str, /, **parameters: object) -> Iterator[Answer]:
        """Yield the entries under `items` of all pages, asking for a page when it is needed."""
        token: Mapping[str, object] = {}
        source, target = _TOKENS.get(operation, ("nextToken", "nextToken"))
        while True:
            answer = self.call(operation, **parameters, **token)
            yield from answer.get(items, ())
            if not answer.get(source):
                return
            token = {target: answer[source]}

    @functools.cached_property
    def _retrying(self) -> Retrying:
        import tenacity  # who only asks a model goes without: it has a retry layer of its own

        return tenacity.Retrying(
            sleep=lambda seconds: self._clock.sleep(timedelta(seconds=seconds)),
            stop=tenacity.stop_after_attempt(self._attempts),
            # Full jitter: a fleet that was throttled together does not come back together.
            wait=tenacity.wait_random_exponential(multiplier=0.5, max=20),
            retry=tenacity.retry_if_exception_type(TRANSIENT),
            reraise=True,
        )

    def _send(self, operation: str, given: Mapping[str, object]) -> Answer:
        for value in given.values():
            if hasattr(value, "seek"):
                cast("Any", value).seek(0)  # a body that was read by an earlier attempt
        with service_errors(operation):
            return cast("Answer", getattr(self.client, xform_name(operation))(**given))

    def _check(self, operation: str, given: Mapping[str, object]) -> None:
        shape = self._model.operation_model(operation).input_shape
        if shape is None:
            return
        found = list(violations(shape, given))
        if found:
            what = "; ".join(f"`{path}` {rule}" for path, rule in found)
            raise InvalidRequestError(f"the request was not sent: {what}.", operation=operation)


# The output and input members that carry the page, where they are not `nextToken`.
_TOKENS: Mapping[str, tuple[str, str]] = {
    "ListBuckets": ("ContinuationToken", "ContinuationToken"),
    "ListObjectsV2": ("NextContinuationToken", "ContinuationToken"),
    "ListRoles": ("Marker", "Marker"),
    "ListRoleTags": ("Marker", "Marker"),
    "ListRolePolicies": ("Marker", "Marker"),
    "ListAttachedRolePolicies": ("Marker", "Marker"),
}
