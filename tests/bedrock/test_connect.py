"""The door itself: no I/O, no defaults, nothing hidden."""

from __future__ import annotations

import pytest

from novadoc.bedrock import Bedrock, CustomModel
from novadoc.errors import ConfigurationError


def test_no_region_is_an_error() -> None:
    """There is no default region."""
    with pytest.raises(ConfigurationError, match="region"):
        Bedrock.connect()


def test_an_unknown_profile_is_an_error() -> None:
    """A misspelt profile is told at once."""
    with pytest.raises(ConfigurationError, match="nobody"):
        Bedrock.connect(profile="nobody")


@pytest.mark.parametrize("project", ["Rechnungen März", "a;b", "x" * 257])
def test_a_project_that_no_tag_can_hold_is_refused(project: str) -> None:
    """What is tagged otherwise than asked for would never be found, and never be cleaned up."""
    with pytest.raises(ConfigurationError, match="AWS tag"):
        Bedrock.connect(region="us-east-1", project=project)


def test_session_and_profile_exclude_each_other() -> None:
    """Two answers to one question are refused."""
    import boto3

    with pytest.raises(ConfigurationError, match="not both"):
        Bedrock.connect(session=boto3.Session(), profile="x")


@pytest.mark.parametrize(
    ("region", "target", "called"),
    [
        ("us-east-1", "nova-lite", "amazon.nova-lite-v1:0"),
        ("us-west-2", "nova-lite", "us.amazon.nova-lite-v1:0"),
        ("eu-west-1", "nova-lite", "eu.amazon.nova-lite-v1:0"),
        ("ap-northeast-1", "nova-lite", "apac.amazon.nova-lite-v1:0"),
        ("us-east-1", "nova-2-lite", "us.amazon.nova-2-lite-v1:0"),
        ("ap-northeast-1", "nova-2-lite", "jp.amazon.nova-2-lite-v1:0"),
        ("ap-southeast-2", "nova-2-lite", "global.amazon.nova-2-lite-v1:0"),
        ("us-east-1", "my.own.profile", "my.own.profile"),
    ],
)
def test_a_key_becomes_what_the_region_can_call(region: str, target: str, called: str) -> None:
    """In-region where AWS has the model, through the geography's profile elsewhere."""
    assert called == Bedrock.connect(region=region).model(target).model_id


def test_a_custom_model_is_not_invoked_itself() -> None:
    """The way out is named."""
    arn = "arn:aws:bedrock:us-east-1:1:custom-model/amazon.nova-lite-v1:0:300k/abc"

    with pytest.raises(ConfigurationError, match="Deploy it"):
        Bedrock.connect(region="us-east-1").model(arn)
    with pytest.raises(ConfigurationError, match="Deploy it"):
        Bedrock.connect(region="us-east-1").model(
            CustomModel(arn, "m", "Active", created=None)  # type: ignore[arg-type]
        )


def test_the_representation_holds_no_account() -> None:
    """What is logged says where, and not who."""
    aws = Bedrock.connect(region="us-east-1", project="p")

    assert "Bedrock(region='us-east-1', project='p')" == repr(aws)
