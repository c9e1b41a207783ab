"""One service: checked, retried, paged."""

from __future__ import annotations

import pytest

from novadoc.bedrock import Bedrock
from novadoc.errors import (
    AccessDeniedError,
    ConnectionFailedError,
    InvalidRequestError,
    NotFoundError,
    ServiceUnavailableError,
)
from novadoc.local import Fault, LocalAWS, LocalClock

from .conftest import session


@pytest.mark.parametrize("kind", ["throttle", "reset"])
def test_passing_trouble_is_outlasted(
    aws: Bedrock, local: LocalAWS, clock: LocalClock, kind: str
) -> None:
    """Throttling and resets are retried with pauses, by one layer only."""
    before = clock.monotonic()
    local.faults.add(Fault(kind, operation="ListCustomModels", times=3))  # type: ignore[arg-type]

    assert [] == list(aws.models.list())
    assert clock.monotonic() > before


def test_lasting_trouble_is_raised_in_the_end(aws: Bedrock, local: LocalAWS) -> None:
    """After the last attempt the error itself is raised, once."""
    local.faults.add(Fault("error", operation="ListCustomModels"))

    with pytest.raises(ServiceUnavailableError) as caught:
        list(aws.models.list())

    assert "ListCustomModels" == caught.value.operation
    assert caught.value.request_id


def test_refusals_are_not_retried(aws: Bedrock, local: LocalAWS, clock: LocalClock) -> None:
    """What will not change is not asked again."""
    before = clock.monotonic()
    local.faults.add(Fault("error", operation="ListCustomModels", code="AccessDeniedException"))

    with pytest.raises(AccessDeniedError):
        list(aws.models.list())

    assert before == clock.monotonic()


def test_absent_is_not_the_same_as_unreadable(aws: Bedrock) -> None:
    """A missing resource has an error of its own."""
    base = "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k"
    with pytest.raises(NotFoundError):
        aws.models.get(f"{base}/abcdefghijkl")


def test_a_request_the_model_forbids_is_not_sent(aws: Bedrock, local: LocalAWS) -> None:
    """Patterns are checked before anything travels."""
    local.faults.add(Fault("reset"))

    with pytest.raises(InvalidRequestError, match="was not sent"):
        aws.models.get("no such name!")


def test_nobody_listening_is_a_connection_error(clock: LocalClock, local: LocalAWS) -> None:
    """A dead endpoint is told apart from a refusing one."""
    aws = Bedrock.connect(session=session(), endpoint_url="http://127.0.0.1:9", clock=clock)

    with pytest.raises(ConnectionFailedError, match="network"):
        list(aws.models.list())
