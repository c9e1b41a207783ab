"""Names, tokens and URIs fit every pattern of the service's own model."""

from __future__ import annotations

import re
import time

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from novadoc.bedrock._geography import invocation_in, members_of
from novadoc.bedrock._names import S3Uri, digest, legal_name
from novadoc.bedrock._shapes import violations
from novadoc.errors import ConfigurationError
from novadoc.models import base_model

MODEL = botocore.session.get_session().get_service_model("bedrock")
NAMED = (
    ("CreateModelCustomizationJob", "jobName"),
    ("CreateModelCustomizationJob", "customModelName"),
    ("CreateCustomModelDeployment", "modelDeploymentName"),
    ("CreateProvisionedModelThroughput", "provisionedModelName"),
    ("CreateModelInvocationJob", "jobName"),
)


@given(st.text(min_size=1, max_size=120), st.sampled_from(["", "1a2b3c4d"]))
def test_any_text_with_a_letter_becomes_a_name_every_resource_takes(text: str, suffix: str) -> None:
    """A legal name is legal for jobs, models, deployments, throughput and batch jobs alike."""
    if not re.search(r"[A-Za-z0-9]", text):
        with pytest.raises(ConfigurationError):
            legal_name(text, suffix=suffix)
        return

    name = legal_name(text, suffix=suffix)

    for operation, member in NAMED:
        shape = MODEL.operation_model(operation).input_shape
        assert [] == list(violations(shape, {member: name})), (operation, name)


@pytest.mark.parametrize(
    ("model", "region", "called", "members"),
    [
        ("nova-pro", "us-gov-west-1", "us-gov.amazon.nova-pro-v1:0", "us-gov-*"),
        ("nova-pro", "us-west-2", "us.amazon.nova-pro-v1:0", "us-*"),
        ("nova-pro", "ap-south-1", "apac.amazon.nova-pro-v1:0", "ap-*"),
        ("nova-2-lite", "ap-northeast-1", "jp.amazon.nova-2-lite-v1:0", "ap-*"),
        ("nova-2-lite", "sa-east-1", "global.amazon.nova-2-lite-v1:0", "*"),
    ],
)
def test_a_model_is_called_through_its_region_s_profile(
    model: str, region: str, called: str, members: str
) -> None:
    """GovCloud has profiles of its own: none leads from one partition into another."""
    assert called == invocation_in(base_model(model), region)
    assert members == members_of(base_model(model), region)


def test_long_names_stay_apart() -> None:
    """Two names that differ at their end only do not become one."""
    assert legal_name("x" * 80 + "a") != legal_name("x" * 80 + "b")


def test_tokens_fit_the_pattern() -> None:
    """A digest is a client token for every operation."""
    for operation in ("CreateModelCustomizationJob", "CreateModelInvocationJob"):
        shape = MODEL.operation_model(operation).input_shape
        assert [] == list(violations(shape, {"clientRequestToken": digest(["a", 1])}))


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    """The same request gives the same token in every process."""
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


@pytest.mark.parametrize(
    "uri", ["http://b/k", "s3://", "s3://AB/k", "s3://bucket/a b", "s3://bucket/a=b", "s3://bkt//x"]
)
def test_uris_that_bedrock_refuses_are_refused(uri: str) -> None:
    """A key that a job would fail on is refused before anything is stored there."""
    with pytest.raises(ConfigurationError):
        S3Uri.parse(uri)


def test_a_legal_looking_name_is_judged_in_no_time() -> None:
    """The service's own pattern for job names is exponential in dashes; ours is not."""
    shape = MODEL.operation_model("CreateModelCustomizationJob").input_shape

    start = time.perf_counter()
    found = list(violations(shape, {"jobName": "a" + "-" * 60 + "_"}))

    assert 1 == len(found)
    assert time.perf_counter() - start < 0.5


def test_all_limits_of_the_model_are_checked_at_once() -> None:
    """Pattern, enumeration, length and range are all named, with their paths."""
    shape = MODEL.operation_model("CreateModelCustomizationJob").input_shape
    rft = {"hyperParameters": {"epochCount": 51, "reasoningEffort": "huge"}}
    request = {
        "jobName": "under_score",
        "customizationType": "MAGIC",
        "vpcConfig": {"subnetIds": [], "securityGroupIds": ["sg-1"] * 6},
        "customizationConfig": {"rftConfig": rft},
        "hyperParameters": {"epochCount": "2"},
    }

    paths = [path for path, _ in violations(shape, request)]

    inside = "customizationConfig.rftConfig.hyperParameters"
    assert [
        "jobName",
        "customizationType",
        "vpcConfig.subnetIds",
        "vpcConfig.securityGroupIds",
        f"{inside}.epochCount",
        f"{inside}.reasoningEffort",
    ] == paths
