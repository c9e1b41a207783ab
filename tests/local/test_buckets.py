"""Buckets are whose they are, and have their tags from the first moment, as on S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError

from local.kit import client  # type: ignore[import-not-found]
from novadoc.local import LocalAWS

OURS, THEIRS = "123456789012", "210987654321"
PLACE = (
    botocore.session.get_session().get_service_model("s3").shape_for("CreateBucketConfiguration")
)
TAGS = [{"Key": "novadoc:project", "Value": "w2 & more"}, {"Key": "team", "Value": "a"}]
CALLS: dict[str, Callable[[Any, str], Any]] = {
    "HeadBucket": lambda s3, owner: s3.head_bucket(Bucket="ours", ExpectedBucketOwner=owner),
    "ListObjectsV2": lambda s3, owner: s3.list_objects_v2(Bucket="ours", ExpectedBucketOwner=owner),
    "GetBucketTagging": lambda s3, owner: s3.get_bucket_tagging(
        Bucket="ours", ExpectedBucketOwner=owner
    ),
    "HeadObject": lambda s3, owner: s3.head_object(
        Bucket="ours", Key="a/\u00fc b", ExpectedBucketOwner=owner
    ),
    "GetObject": lambda s3, owner: s3.get_object(
        Bucket="ours", Key="a/\u00fc b", ExpectedBucketOwner=owner
    ),
    "PutObject": lambda s3, owner: s3.put_object(
        Bucket="ours", Key="c", Body=b"c", ExpectedBucketOwner=owner
    ),
    "CopyObject": lambda s3, owner: s3.copy_object(
        Bucket="ours",
        Key="d",
        CopySource={"Bucket": "ours", "Key": "a/\u00fc b"},
        ExpectedSourceBucketOwner=owner,
    ),
    "DeleteObjects": lambda s3, owner: s3.delete_objects(
        Bucket="ours", Delete={"Objects": [{"Key": "c"}]}, ExpectedBucketOwner=owner
    ),
    "DeleteObject": lambda s3, owner: s3.delete_object(
        Bucket="ours", Key="d", ExpectedBucketOwner=owner
    ),
}


def account(local: LocalAWS, number: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=local.url,
        aws_access_key_id=number,
        aws_secret_access_key="local",
        region_name="us-east-1",
    )


@pytest.mark.parametrize("operation", CALLS)
def test_a_bucket_of_another_owner_than_expected_is_denied(local: LocalAWS, operation: str) -> None:
    """Whatever is asked of it; the owner it has is let in, from any account."""
    s3 = client(local, "s3")
    s3.create_bucket(Bucket="ours")
    s3.put_bucket_tagging(Bucket="ours", Tagging={"TagSet": TAGS})
    s3.put_object(Bucket="ours", Key="a/\u00fc b", Body=b"page")

    with pytest.raises(ClientError) as denied:
        CALLS[operation](s3, THEIRS)

    answer = denied.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert answer["Error"]["Code"] == ("403" if operation.startswith("Head") else "AccessDenied")
    assert CALLS[operation](s3, OURS)["ResponseMetadata"]["HTTPStatusCode"] < 300


def test_a_deleted_buckets_owner_is_forgotten(local: LocalAWS) -> None:
    """A name is free again for anybody."""
    ours, theirs = account(local, OURS), account(local, THEIRS)
    for s3, number in ((ours, OURS), (theirs, THEIRS)):
        s3.create_bucket(Bucket="handed-on")
        s3.head_bucket(Bucket="handed-on", ExpectedBucketOwner=number)
        s3.delete_bucket(Bucket="handed-on", ExpectedBucketOwner=number)

    with pytest.raises(ClientError, match="404"):
        ours.head_bucket(Bucket="handed-on", ExpectedBucketOwner=OURS)


def test_an_owner_is_an_account(local: LocalAWS) -> None:
    """What is none is a bad request."""
    s3 = client(local, "s3")
    s3.create_bucket(Bucket="ours")

    with pytest.raises(ClientError, match="InvalidBucketOwnerAWSAccountID"):
        s3.list_objects_v2(Bucket="ours", ExpectedBucketOwner="me")


@pytest.mark.skipif("Tags" not in PLACE.members, reason="this botocore has no tags at creation")
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_bucket_has_its_tags_from_the_first_moment(local: LocalAWS, region: str) -> None:
    """In any region; who makes his own bucket again changes none."""
    s3 = client(local, "s3", region=region)
    place = {} if region == "us-east-1" else {"LocationConstraint": region}

    s3.create_bucket(Bucket="tagged", CreateBucketConfiguration={**place, "Tags": TAGS})
    assert TAGS == s3.get_bucket_tagging(Bucket="tagged")["TagSet"]

    client(local, "s3").create_bucket(Bucket="plain")
    other = [{"Key": "team", "Value": "other"}]
    client(local, "s3").create_bucket(Bucket="plain", CreateBucketConfiguration={"Tags": other})
    with pytest.raises(ClientError, match="NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket="plain")


@pytest.mark.skipif("Tags" not in PLACE.members, reason="this botocore has no tags at creation")
def test_a_bucket_with_bad_tags_is_not_made(local: LocalAWS) -> None:
    """Nothing is left of it."""
    s3 = client(local, "s3")
    twice = [{"Key": "team", "Value": "a"}, {"Key": "team", "Value": "b"}]

    with pytest.raises(ClientError, match="InvalidTag"):
        s3.create_bucket(Bucket="tagged", CreateBucketConfiguration={"Tags": twice})
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket="tagged")
