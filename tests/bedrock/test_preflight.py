"""Preflight: what is known before a cent is spent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from novadoc.bedrock import Bedrock, FineTuning
from novadoc.local import Fault, LocalAWS

from .conftest import session


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
    assert "cost    about $0.0" in str(found)


def test_what_is_missing_is_a_problem(aws: Bedrock, request_: FineTuning) -> None:
    """No role, no object, wrong settings: told together."""
    data = replace(request_.data, train_uri="s3://invoices-bucket/nothing.jsonl")
    bad = replace(request_, data=data, role=f"{request_.role}x", epochs=7)

    levels = _levels(aws, bad)

    assert "problem" == levels["request"] == levels["role"]
    assert "problem" == levels["s3://invoices-bucket/nothing.jsonl"]
    assert not aws.customization.preflight(bad).passed


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
    assert "unknown" == {check.what: check.level for check in found.checks}["quota"]
