"""Faults on order, seen from boto3 and from a bare socket."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from urllib3.exceptions import HTTPError

from local.kit import client
from novadoc.errors import LocalAWSError
from novadoc.local import Fault, LocalAWS

LITE = "amazon.nova-lite-v1:0"
REQUEST: dict[str, Any] = {
    "modelId": LITE,
    "messages": [
        {
            "role": "user",
            "content": [{"text": '{"type":"object","properties":{"a":{},"b":{},"c":{}}}'}],
        }
    ],
}


@pytest.fixture
def runtime(local: LocalAWS) -> Any:
    return client(local, "bedrock-runtime")


def _outcomes(runtime: Any, calls: int) -> list[str]:
    return [_outcome(runtime) for _ in range(calls)]


def _outcome(runtime: Any) -> str:
    try:
        return str(runtime.converse(**REQUEST)["stopReason"])
    except ClientError as error:
        return str(error.response["Error"]["Code"])


def test_a_throttle_strikes_where_it_is_told_to(local: LocalAWS, runtime: Any) -> None:
    """`after`, `every` and `times` choose the calls; other operations are left alone."""
    rule = Fault("throttle", operation="Converse", after=1, every=2, times=2)
    local.faults.add(rule)
    client(local, "bedrock").list_custom_models()

    assert _outcomes(runtime, 6) == [
        "end_turn",
        "end_turn",
        "ThrottlingException",
        "end_turn",
        "ThrottlingException",
        "end_turn",
    ]
    assert local.faults.calls["Converse"] == 6


def _modelled() -> list[tuple[str, int]]:
    model = botocore.session.get_session().get_service_model("bedrock-runtime")
    shapes = model.operation_model("Converse").error_shapes
    return [(shape.name, shape.metadata["error"]["httpStatusCode"]) for shape in shapes]


@pytest.mark.parametrize(("code", "status"), _modelled())
def test_any_modelled_error_comes_as_its_own_exception(
    local: LocalAWS, runtime: Any, code: str, status: int
) -> None:
    """boto3 raises the typed exception, with the status the model gives the code."""
    local.faults.add(Fault("error", operation="Converse", code=code, message="on order"))
    with pytest.raises(getattr(runtime.exceptions, code)) as caught:
        runtime.converse(**REQUEST)

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["Error"]["Message"] == "on order"


def test_a_slow_answer_takes_its_time(local: LocalAWS, runtime: Any) -> None:
    """The delay is of the machine's time, so that read timeouts can be tried."""
    local.faults.add(Fault("slow", delay=timedelta(seconds=0.3), times=1))
    began = time.monotonic()
    runtime.converse(**REQUEST)

    assert time.monotonic() - began >= 0.3


def test_a_reset_is_a_lost_connection(local: LocalAWS, runtime: Any) -> None:
    """The peer resets instead of answering; the next call works."""
    local.faults.add(Fault("reset", times=1))
    with pytest.raises(BotoCoreError):
        runtime.converse(**REQUEST)

    assert _outcomes(runtime, 1) == ["end_turn"]


def test_a_truncated_body_is_half_an_answer(local: LocalAWS, runtime: Any) -> None:
    """botocore either says so or hands out a success without content; it is never whole."""
    local.faults.add(Fault("truncated_body", times=1))
    try:
        answer = runtime.converse(**REQUEST)
    except (ConnectionClosedError, BotoCoreError):
        return

    assert "output" not in answer


def test_a_truncated_stream_ends_before_message_stop(local: LocalAWS, runtime: Any) -> None:
    """The stream breaks inside an event, so no messageStop comes."""
    local.faults.add(Fault("truncated_stream", times=1))
    seen: list[dict[str, Any]] = []
    # How botocore takes it differs by its version and urllib3's: an error, or a quiet end.
    with contextlib.suppress(BotoCoreError, HTTPError):
        seen.extend(runtime.converse_stream(**REQUEST)["stream"])

    assert not any("messageStop" in event for event in seen)


def test_answers_are_spoilt_on_order(local: LocalAWS, runtime: Any) -> None:
    """A malformed answer is no JSON; a truncated one says max_tokens."""
    local.faults.add(Fault("malformed_answer", times=1), Fault("truncated_answer", times=1))
    broken, cut = (runtime.converse(**REQUEST) for _ in range(2))
    texts = [answer["output"]["message"]["content"][0]["text"] for answer in (broken, cut)]

    for text in texts:
        with pytest.raises(ValueError, match=r".+"):
            json.loads(text)
    assert (broken["stopReason"], cut["stopReason"]) == ("end_turn", "max_tokens")


def _control(local: LocalAWS, path: str, body: object = None, **headers: str) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{local.url}/_local/{path}", data, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_faults_and_clock_are_set_over_http(local: LocalAWS, runtime: Any) -> None:
    """Other languages reach the same controls; rules replace those there were."""
    now = local.clock.now()
    _control(local, "faults", {"rules": [{"kind": "throttle", "times": 1}]})
    _control(local, "faults", {"rules": [{"kind": "error", "code": "ValidationException"}]})
    _control(local, "clock", {"advance": 60})

    assert _outcomes(runtime, 1) == ["ValidationException"]
    assert local.clock.now() - now == timedelta(minutes=1)
    assert _control(local, "calls")["calls"]["Converse"] >= 1
    assert _control(local, "health") == {"ready": True}


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        pytest.param("faults", {"rules": [{"kind": "none"}]}, {}, 400, id="kind"),
        pytest.param("faults", {"rules": [{"kind": "slow", "x": 1}]}, {}, 400, id="member"),
        pytest.param("clock", {"advance": -1}, {}, 400, id="back"),
        pytest.param("clock", [1], {}, 400, id="list"),
        pytest.param("reset", None, {}, 400, id="reset-by-get"),
        pytest.param("nothing", None, {}, 404, id="path"),
        pytest.param("clock", {}, {"Origin": "http://evil.example"}, 403, id="web-page"),
    ],
)
def test_bad_controls_are_refused(
    local: LocalAWS, path: str, body: object, headers: dict[str, str], status: int
) -> None:
    """A control that makes no sense, or comes from a web page, is refused."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        _control(local, path, body, **headers)
    caught.value.close()

    assert caught.value.code == status


@pytest.mark.parametrize("wrong", [{"every": 0}, {"after": -1}, {"times": -1}])
def test_a_rule_that_can_never_be_meant_is_refused(wrong: dict[str, int]) -> None:
    """Numbers out of range are an error and no silent no-op."""
    with pytest.raises(LocalAWSError):
        Fault("throttle", **wrong)  # type: ignore[arg-type]
