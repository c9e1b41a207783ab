"""The parts that need no server: states, framing, schemas in text, policies, pixels, clock."""

from __future__ import annotations

import fnmatch
import io
import json
import time
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from novadoc.errors import LocalAWSError
from novadoc.local import FAST, REALISTIC, EchoEngine, EngineRequest, LocalClock
from novadoc.local._data._pixels import read_head
from novadoc.local._framing import frame
from novadoc.local._policy import allows, matches, trusts
from novadoc.local._records import CustomizationJob, Outcome, Place
from novadoc.local._schema_text import find_schema
from novadoc.local._states import job_state

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
PLACE = Place("123456789012", "us-east-1")
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def _job(**changes: Any) -> CustomizationJob:
    return CustomizationJob(PLACE, "id", "arn", "name", START, "", **changes)


_HOURS = st.integers(0, 72).map(lambda hours: timedelta(hours=hours))
_OUTCOMES = st.builds(
    Outcome,
    finished=_HOURS.map(lambda after: START + after),
    failed_phase=st.sampled_from(["", "validation", "data_processing", "training"]),
)


@given(outcome=st.none() | _OUTCOMES, stop=st.none() | _HOURS, moments=st.lists(_HOURS, min_size=2))
def test_a_job_never_goes_back(
    outcome: Outcome | None, stop: timedelta | None, moments: list[timedelta]
) -> None:
    """Whatever was recorded, an ended job stays as it is, and no phase goes backwards."""
    checked = outcome.finished if outcome and outcome.failed_phase in {"", "training"} else None
    job = _job(
        outcome=outcome,
        data_checked=checked,
        stop_requested=None if stop is None else START + stop,
    )
    order = ["NotStarted", "InProgress", "Stopping", "Stopped", "Completed", "Failed"]
    states = [job_state(job, REALISTIC, START + moment) for moment in sorted(moments)]
    for before, after in pairwise(states):
        if before.ended:
            assert (after.status, after.ended) == (before.status, before.ended)
        for one, other in zip(before.phases, after.phases, strict=True):
            assert order.index(one.status) <= order.index(other.status)


def _request(**changes: Any) -> EngineRequest:
    request = EngineRequest((), "", "", None, "", (), False, 1_000)
    return request._replace(**changes)


@pytest.mark.parametrize(
    ("prefill", "stop", "expected"),
    [
        pytest.param("", (), ('{"a": 1}', "end_turn"), id="plain"),
        pytest.param("```json\n", (), ('{"a": 1}\n```', "end_turn"), id="fence-closes"),
        pytest.param("```json\n", ("\n```",), ('{"a": 1}', "stop_sequence"), id="framed"),
        pytest.param("```json", ("```",), ('{"a": 1}\n', "stop_sequence"), id="no-newline"),
        pytest.param("{", (), ('"a": 1}', "end_turn"), id="brace"),
        pytest.param('{ "a" :', (), (" 1}", "end_turn"), id="spaces"),
        pytest.param('```json\n{"a"', ("```",), (": 1}\n", "stop_sequence"), id="both"),
        pytest.param("The answer is", (), ('{"a": 1}', "end_turn"), id="other-words"),
        pytest.param("", ("1", '"a"'), ("{", "stop_sequence"), id="first-stop"),
    ],
)
def test_answers_are_framed(prefill: str, stop: tuple[str, ...], expected: tuple[str, str]) -> None:
    """Prefill is left out, fences are closed, the earliest stop sequence ends the text."""
    framed = frame('{"a": 1}', _request(prefill=prefill, stop=stop), 4.0)

    assert framed[:2] == expected


@given(st.text(min_size=1, max_size=200), st.floats(1, 8), st.integers(1, 80))
def test_length_is_kept(text: str, per_token: float, longest: int) -> None:
    """No answer has more tokens than asked for, and a cut one says so."""
    framed = frame(text, _request(max_tokens=longest), per_token)

    assert framed.output_tokens <= longest
    assert text.startswith(framed.text)
    assert (framed.stop_reason == "end_turn") == (framed.text == text)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(SCHEMA),
        f"Fill:\n```json\n{json.dumps(SCHEMA, indent=2)}\n```\nNow.",
        f'Use {{braces}} and {{"an": "object"}} first. {json.dumps(SCHEMA)}',
        json.dumps({"schema": SCHEMA, "other": 1}),
        f"[{json.dumps(SCHEMA)}]",
        f"{json.dumps(SCHEMA)} {json.dumps({'type': 'object', 'properties': {'z': {}}})}",
    ],
)
def test_the_first_schema_in_a_text_is_found(text: str) -> None:
    """Other braces and objects before it do not hide it."""
    assert find_schema(text) == SCHEMA


@pytest.mark.parametrize(
    "text", ["", "{", "no schema", '{"properties": {"a": 1}}', "{" * 5_000, '{"a":' * 5_000]
)
def test_no_schema_is_no_schema(text: str) -> None:
    """Texts without one, hostile ones too, give None."""
    assert find_schema(text) is None


@given(st.text(max_size=80))
def test_any_text_can_be_searched(text: str) -> None:
    """The scanner never fails, and finds what follows the text."""
    found = find_schema(text)

    assert found is None or "properties" in found or "additionalProperties" in found


def _policy(effect: str = "Allow", **members: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, **members}]}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        pytest.param([], False, id="none"),
        pytest.param([_policy(Action="s3:GetObject", Resource="*")], True, id="plain"),
        pytest.param([_policy(Action="S3:getobject", Resource="*")], True, id="case"),
        pytest.param([_policy(Action="*", Resource="*")], True, id="star"),
        pytest.param([_policy(Action="s3:Put*", Resource="*")], False, id="other-action"),
        pytest.param([_policy(NotAction="iam:*", Resource="*")], True, id="not-action"),
        pytest.param([_policy(Action="s3:*", Resource="arn:aws:s3:::b/*")], True, id="resource"),
        pytest.param([_policy(Action="s3:*", Resource="arn:aws:s3:::b")], False, id="bucket-only"),
        pytest.param([_policy(Action="s3:*", NotResource="arn:aws:s3:::b/*")], False, id="not"),
        pytest.param(
            [_policy(Action="s3:*", Resource="*"), _policy("Deny", Action="s3:*", Resource="*")],
            False,
            id="deny",
        ),
        pytest.param(
            [
                _policy(
                    Action="s3:*",
                    Resource="*",
                    Condition={"StringEquals": {"aws:ResourceAccount": ["1", "2"]}},
                )
            ],
            True,
            id="condition",
        ),
        pytest.param(
            [
                _policy(
                    Action="s3:*",
                    Resource="*",
                    Condition={"StringNotEquals": {"aws:ResourceAccount": "1"}},
                )
            ],
            False,
            id="negated",
        ),
        pytest.param(
            [_policy(Action="s3:*", Resource="*", Condition={"Bool": {"aws:MFA": "true"}})],
            False,
            id="missing-key",
        ),
        pytest.param(
            [
                _policy(
                    Action="s3:*", Resource="*", Condition={"StringLikeIfExists": {"aws:X": "y*"}}
                )
            ],
            True,
            id="if-exists",
        ),
        pytest.param(
            [_policy(Action="s3:*", Resource="*", Condition={"Null": {"aws:X": "true"}})],
            True,
            id="null",
        ),
    ],
)
def test_policies_are_evaluated(documents: list[dict[str, Any]], expected: bool) -> None:
    """Allow, Deny, wildcards, Not- forms and conditions, as IAM has them."""
    context = {"aws:ResourceAccount": "1"}

    assert allows(documents, "s3:GetObject", "arn:aws:s3:::b/k", context) is expected


def test_a_trust_policy_needs_the_service() -> None:
    """Another principal, or a Deny, means no trust."""
    service = "bedrock.amazonaws.com"

    def statement(principal: Any, effect: str = "Allow") -> dict[str, Any]:
        return {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}

    both = {"Service": ["sagemaker.amazonaws.com", service]}
    assert trusts({"Statement": statement(both)}, service, {})
    assert not trusts(
        {"Statement": [statement({"Service": "sagemaker.amazonaws.com"})]}, service, {}
    )
    assert not trusts({"Statement": [statement({"AWS": "*"})]}, service, {})
    denied = [statement({"Service": service}), statement({"Service": service}, "Deny")]
    assert not trusts({"Statement": denied}, service, {})


@given(st.text("ab*?", max_size=7), st.text("ab", max_size=7))
def test_wildcards_mean_what_they_mean(pattern: str, text: str) -> None:
    """`*` is any text and `?` any one character, as the standard library's matcher has them."""
    assert matches(pattern, text) == fnmatch.fnmatchcase(text, pattern)


def test_a_wildcard_never_runs_away() -> None:
    """Stars side by side count as one, so a policy cannot stop the server."""
    began = time.perf_counter()

    assert not matches("*a" * 40 + "b", "a" * 2_000)
    assert matches("a**b", "axxb")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("size", [(1, 1), (640, 480), (3000, 40)])
def test_image_heads_are_read(kind: str, size: tuple[int, int]) -> None:
    """Format and size come from the first bytes, as Pillow has them."""
    for options in ({}, {"lossless": True}) if kind == "WEBP" else ({},):
        buffer = io.BytesIO()
        Image.new("RGB", size, "white").save(buffer, kind, **options)
        head = read_head(buffer.getvalue())

        assert head == (kind.lower(), *size)


@given(st.binary(max_size=40), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"GIF89a"]))
def test_garbage_is_no_image(data: bytes, magic: bytes) -> None:
    """Cut-off and random bytes never raise."""
    head = read_head(magic + data)

    assert head is None or head.format in {"png", "jpeg", "gif", "webp"}


def test_the_clock_runs_at_its_speed_and_never_back() -> None:
    """A fast clock is ahead; a manual one stands; none goes back."""
    fast, manual = LocalClock(speed=10_000), LocalClock(manual=True, start=START)
    before = fast.now()
    fast.sleep(timedelta(seconds=50))

    assert fast.now() - before >= timedelta(seconds=50)
    assert manual.now() == START
    assert manual.advance(timedelta(days=1)) == START + timedelta(days=1)
    assert manual.monotonic() == 86_400
    for wrong in (lambda: manual.advance(timedelta(seconds=-1)), lambda: LocalClock(speed=0)):
        with pytest.raises(LocalAWSError):
            wrong()


def test_the_echo_engine_fills_every_kind_of_schema() -> None:
    """Objects with their members, lists empty, everything else null."""
    schema: Any = {
        "type": "object",
        "properties": {
            "lines": {"type": "array", "items": {}},
            "party": {"type": "object", "properties": {"name": {"type": "string"}}},
            "extra": {"type": "object", "additionalProperties": {"type": "string"}},
            "total": {"type": ["number", "null"]},
        },
    }
    answer = EchoEngine().answer(_request(schema=schema), None)

    assert json.loads(answer) == {
        "lines": [],
        "party": {"name": None},
        "extra": {},
        "total": None,
    }
    assert EchoEngine('{"a":1}').answer(_request(), None) == '{"a":1}'


def test_fast_and_realistic_differ_in_waits_only() -> None:
    """What is refused is the same under both."""
    names = {n for n in vars(FAST) if getattr(FAST, n) != getattr(REALISTIC, n)}

    assert all(isinstance(getattr(FAST, name), timedelta) for name in names)
