"""Preflight: what is known before a cent is spent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from novadoc.bedrock import (
    Bedrock,
    Distillation,
    FineTuning,
    InvocationLogs,
    ReinforcementFineTuning,
    UploadedDataset,
)
from novadoc.local import FAST, EchoEngine, Fault, LocalAWS, LocalClock

from .conftest import connect, session


def _levels(aws: Bedrock, request: FineTuning) -> dict[str, str]:
    return {check.what: check.level for check in aws.customization.preflight(request).checks}


def test_a_good_request_passes_with_cost_and_time(aws: Bedrock, request_: FineTuning) -> None:
    """Role, buckets, data and quota are looked at, tokens, dollars and hours estimated."""
    found = aws.customization.preflight(request_)

    assert found.passed, str(found)
    assert {"ok"} == {check.level for check in found.checks}, str(found)
    assert found.cost is not None
    # Ten pages of 1,991 tokens and their text, twice, at $0.002 per 1,000.
    assert 2 * 10 * 1_991 < found.cost.tokens < 2 * 10 * 2_500
    assert found.duration is not None
    assert timedelta(minutes=30) < found.duration < timedelta(minutes=40)
    assert "cost     about $0.0" in str(found)
    assert "0 of 100 are there" in str(found)


def test_what_is_missing_is_a_problem(aws: Bedrock, request_: FineTuning) -> None:
    """No role, no object, wrong settings: told together."""
    data = replace(request_.data, train_uri="s3://invoices-bucket/nothing.jsonl")
    bad = replace(request_, data=data, role=f"{request_.role}x", epochs=7)

    levels = _levels(aws, bad)

    assert "problem" == levels["request"] == levels["role"]
    assert "problem" == levels["s3://invoices-bucket/nothing.jsonl"]
    assert not aws.customization.preflight(bad).passed
    nowhere = replace(request_, data=replace(request_.data, output_uri="s3://bucket/a b/"))
    levels = _levels(aws, nowhere)
    assert ("problem", "unknown") == (levels["request"], levels["data"])


def test_a_role_of_somebody_else_is_judged_by_its_words(
    aws: Bedrock, request_: FineTuning, local: LocalAWS
) -> None:
    """A trust that is missing is certain; a permission that seems to be is advice."""
    iam = session().client("iam", endpoint_url=local.url)
    trust = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": '
    trust += '{"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
    arn = iam.create_role(RoleName="sagemaker", AssumeRolePolicyDocument=trust)["Role"]["Arn"]

    levels = _levels(aws, replace(request_, role=arn))

    assert "problem" == levels["role: trust"]
    assert "advice" == levels["role: permissions"]


def test_what_may_not_be_looked_at_is_unknown(
    aws: Bedrock, request_: FineTuning, local: LocalAWS
) -> None:
    """A missing permission to look stops nobody."""
    denied = Fault("error", operation="ListModelCustomizationJobs", code="AccessDeniedException")
    local.faults.add(denied)

    found = aws.customization.preflight(request_)

    assert found.passed
    levels = {check.what: check.level for check in found.checks}
    assert ("unknown", "ok") == (levels["quota: jobs"], levels["quota: custom models"])


def test_a_full_account_is_told_before_it_is_refused(
    clock: LocalClock, tmp_path: Path, request_: FineTuning
) -> None:
    """A job whose model would be one too many cannot succeed; the way out is named."""
    facts = replace(FAST, custom_models=1, scheduled_jobs=0)
    with LocalAWS(engine=EchoEngine(), clock=clock, facts=facts) as local:
        aws = connect(local, clock)
        aws.customization.submit(request_).wait()
        found = aws.customization.preflight(request_)

    assert not found.passed
    assert "1 of 1 are there; delete one" in str(found)
    assert {"quota: jobs": "advice"}.items() <= {c.what: c.level for c in found.checks}.items()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model-customization-job": "model-invocation-job"}, "a batch role is another one"),
        ({"123456789012": "210987654321"}, "is not this account"),
    ],
)
def test_a_trust_that_is_plainly_for_something_else_is_advice(
    aws: Bedrock, request_: FineTuning, local: LocalAWS, changes: dict[str, str], words: str
) -> None:
    """A batch role, or one of another account, is noticed by its conditions."""
    iam = session().client("iam", endpoint_url=local.url)
    name = request_.role.rpartition("/")[2]
    trust = json.dumps(iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"])
    for old, new in changes.items():
        trust = trust.replace(old, new)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)

    found = aws.customization.preflight(request_)

    assert found.passed
    assert words in str(found)


def test_what_other_kinds_need_is_looked_at_too(aws: Bedrock, uploaded: UploadedDataset) -> None:
    """Teacher and grader are missing in a role made for fine-tuning; their prices are not known."""
    role = aws.roles.apply(aws.roles.plan(uploaded))
    grader = "arn:aws:lambda:us-east-1:123456789012:function:grade"
    distilled = Distillation("d", uploaded, role=role)
    rewarded = ReinforcementFineTuning("r", uploaded, role=role, grader=grader)

    one, other = str(aws.customization.preflight(distilled)), aws.customization.preflight(rewarded)

    assert "names no bedrock:InvokeModel" in one
    assert "the teacher's answers up to $0.0" in one
    assert "names no lambda:InvokeFunction" in str(other)
    assert (None, None) == (other.cost, other.duration)
    # Without a manifest: so many records as nobody knows do not cost nothing.
    uncounted = replace(distilled, data=replace(uploaded, manifest=None, images=0))
    assert "How many records" in str(aws.customization.preflight(uncounted))
    able = aws.roles.apply(aws.roles.plan(uploaded, teacher="nova-pro", grader=grader))
    for request in (replace(distilled, role=able), replace(rewarded, role=able)):
        assert "names no" not in str(aws.customization.preflight(request))


def test_logs_are_looked_for_and_their_cost_is_not_guessed(aws: Bedrock, bucket: str) -> None:
    """A folder without logs is a problem; how much is in it, nobody knows before."""
    logs = InvocationLogs(f"{bucket}logs/", f"{bucket}out/", base_model="nova-micro")
    role = aws.roles.apply(aws.roles.plan(logs, teacher="nova-pro"))
    request = Distillation("d", logs, role=role)
    before = aws.customization.preflight(request)
    aws.storage.write(f"{bucket}logs/2026/one.json.gz", b"x")

    after = aws.customization.preflight(request)

    assert (False, True) == (before.passed, after.passed), str(after)
    assert "nothing lies there" in str(before)
    assert ("unknown", None) == ({c.what: c.level for c in after.checks}["cost"], after.cost)


@pytest.fixture
def bucket(aws: Bedrock) -> str:
    return aws.storage.create_bucket("logs-bucket")
