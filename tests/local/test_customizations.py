"""Distillation and reinforcement fine-tuning over HTTP with boto3."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.kit import (
    BUCKET,
    NEW_JOBS,
    PROMPT,
    S3_RIGHTS,
    client,
    job_request,
    make_role,
    record,
    upload,
)
from novadoc.local import REALISTIC, EchoEngine, LocalAWS

NOVA_2 = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-lite-v1:0:256k"
GRADER = "arn:aws:lambda:us-east-1:123456789012:function:grade"
LAMBDA = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": GRADER}


def _rft(hyper: dict[str, Any] | None = None) -> dict[str, Any]:
    config = {"graderConfig": {"lambdaGrader": {"lambdaArn": GRADER}}}
    return {
        "baseModelIdentifier": NOVA_2,
        "customizationType": "REINFORCEMENT_FINE_TUNING",
        "customizationConfig": {
            "rftConfig": config | ({"hyperParameters": hyper} if hyper else {})
        },
        "hyperParameters": {},
    }


def _distil(teacher: str = "amazon.nova-pro-v1:0") -> dict[str, Any]:
    inner = {"teacherModelConfig": {"teacherModelIdentifier": teacher}}
    return {
        "customizationType": "DISTILLATION",
        "customizationConfig": {"distillationConfig": inner},
        "hyperParameters": {},
    }


def _submit(local: LocalAWS, records: list[Any], **changes: Any) -> str:
    rights = {"Version": "2012-10-17", "Statement": [*S3_RIGHTS["Statement"], LAMBDA]}
    data, role = upload(local, records), make_role(local, rights=rights)
    local.clock.advance(REALISTIC.iam_delay)
    bedrock = client(local, "bedrock")
    return str(
        bedrock.create_model_customization_job(**job_request(role, data, **changes))["jobArn"]
    )


def _ended(local: LocalAWS, arn: str) -> Any:
    local.clock.advance(timedelta(days=1))
    return client(local, "bedrock").get_model_customization_job(jobIdentifier=arn)


def _prompts(count: int = 100) -> list[Any]:
    turn = {"role": "user", "content": [{"text": PROMPT}]}
    return [record(messages=[turn]) for _ in range(count)]


def _chats(count: int = 100) -> list[Any]:
    messages = [{"role": "system", "content": "Read."}, {"role": "user", "content": PROMPT}]
    return [{"id": f"p{n}", "messages": messages, "reference_answer": "{}"} for n in range(count)]


def test_a_student_learns_what_its_teacher_answers(local: LocalAWS) -> None:
    """Prompts without answers are answered by the teacher, and those answers are learnt."""
    job = _ended(local, _submit(local, _prompts(), **_distil()))

    assert job["status"] == "Completed"
    assert job["customizationConfig"]["distillationConfig"]["teacherModelConfig"]
    assert client(local, "bedrock").get_custom_model(modelIdentifier=job["outputModelArn"])[
        "customizationType"
    ] == ("DISTILLATION")


@pytest.mark.parametrize(
    ("records", "words"),
    [
        pytest.param(_prompts(99), "99 records; 100 to 15000", id="few"),
        pytest.param([record(n) for n in range(100)], "images are not supported", id="images"),
    ],
)
def test_distillation_is_text_to_text(local: LocalAWS, records: list[Any], words: str) -> None:
    """At least 100 prompts, and no images."""
    job = _ended(local, _submit(local, records, **_distil()))

    assert job["status"] == "Failed"
    assert words in job["failureMessage"]


@NEW_JOBS
def test_reinforcement_checks_and_grades_but_does_not_learn(local: LocalAWS) -> None:
    """The grader sees every prompt once; a notice says what was not done."""
    graded: list[Any] = []

    def grade(samples: list[Any]) -> list[Any]:
        graded.extend(samples)
        return [{"id": s["id"], "aggregate_reward_score": 0.5} for s in reversed(samples)]

    local.graders["grade"] = grade
    arn = _submit(local, _chats(), **_rft({"epochCount": 2, "batchSize": 16}))
    job = _ended(local, arn)
    sample = graded[0]

    assert job["status"] == "Completed"
    assert len(graded) == 100
    assert sample["metadata"] == {"reference_answer": "{}"}
    assert sample["messages"][-1] == {"role": "assistant", "content": '{"number": null}'} or (
        json.loads(sample["messages"][-1]["content"]) == {"number": None}
    )
    assert "does not learn" in local.notices[arn][0]
    assert "0.5000" in local.notices[arn][1]


@NEW_JOBS
@pytest.mark.parametrize(
    ("records", "scores", "words"),
    [
        pytest.param(_chats(), None, "could not be invoked", id="no-grader"),
        pytest.param(_chats(), [], "no aggregate_reward_score", id="no-scores"),
        pytest.param(_chats(99), [], "99 records", id="few"),
        pytest.param([*_chats(), {"messages": []}], [], "Line 101", id="no-user"),
        pytest.param(
            [*_chats(), {"messages": [{"role": "user", "content": "a"}]}],
            [],
            "reference_answer",
            id="no-answer",
        ),
        pytest.param(
            [*_chats(), {"messages": [{"role": "user", "content": []}], "reference_answer": ""}],
            [],
            "no images",
            id="blocks",
        ),
    ],
)
def test_reinforcement_data_is_checked(
    local: LocalAWS, records: list[Any], scores: list[Any] | None, words: str
) -> None:
    """What is missing fails the job with its line."""
    local.graders.clear()
    if scores is not None:
        local.graders["grade"] = lambda _samples: scores
    job = _ended(local, _submit(local, records, **_rft()))

    assert job["status"] == "Failed"
    assert words in job["failureMessage"]


@NEW_JOBS
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(_distil("amazon.nova-lite-v1:0"), id="teacher"),
        pytest.param({"customizationType": "DISTILLATION"}, id="no-teacher"),
        pytest.param(
            {**_rft(), "baseModelIdentifier": "amazon.nova-lite-v1:0:300k"}, id="rft-nova-1"
        ),
        pytest.param({**_rft(), "hyperParameters": {"epochCount": "1"}}, id="rft-hyper"),
        pytest.param({**_rft({"batchSize": 1024})}, id="rft-batch"),
        pytest.param({"customizationConfig": _rft()["customizationConfig"]}, id="sft-config"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(
    local: LocalAWS, changes: dict[str, Any]
) -> None:
    """Type, base model and configuration must belong together."""
    with pytest.raises(ClientError, match="ValidationException"):
        _submit(local, [record()], **changes)


def test_an_engine_that_fails_fails_the_job(local: LocalAWS) -> None:
    """A ValueError of the engine is the failure's text; nothing else of it gets out."""

    class Broken(EchoEngine):
        def train(self, *_: Any, **__: Any) -> Any:
            raise ValueError("No answer stands on its page.")

    with LocalAWS(engine=Broken(), clock=local.clock) as other:
        job = _ended(other, _submit(other, [record(n) for n in range(8)]))

    assert job["failureMessage"] == "No answer stands on its page."
    assert BUCKET not in job["failureMessage"]
