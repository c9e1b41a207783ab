"""Buckets: made private, encrypted and TLS-only; only ours are ever touched again."""

from __future__ import annotations

import json
from collections.abc import Iterator

from novadoc.bedrock import _tags
from novadoc.bedrock._connection import Connection
from novadoc.errors import ConflictError


def create_bucket(connection: Connection, name: str, *, owner: str, kms_key: str | None) -> None:
    """Make a bucket, or settle one of ours.

    Raises:
        ConflictError: The name belongs to somebody else, or to a bucket not made here.
        ServiceError: S3 refused or failed.
    """
    s3, region = connection.s3, connection.region
    where = {"LocationConstraint": region} if region != "us-east-1" else None
    if not is_ours(connection, name, owner=owner):
        try:
            s3.call("CreateBucket", Bucket=name, CreateBucketConfiguration=where)
        except ConflictError as error:
            # It was not there a moment ago: an answer was lost, and the retry met the bucket.
            if error.code != "BucketAlreadyOwnedByYou":
                raise
    for operation, parameters in settings(connection, name, kms_key):
        # A local AWS speaks plain HTTP, and would shut itself out.
        if operation != "PutBucketPolicy" or s3.is_secure:
            s3.call(operation, Bucket=name, ExpectedBucketOwner=owner, **parameters)


def is_ours(connection: Connection, name: str, *, owner: str) -> bool:
    """Tell whether a bucket was made for this project; `False` when there is none.

    Raises:
        ConflictError: There is one, and it was not.
        ServiceError: It could not be looked at.
    """
    s3 = connection.s3
    if s3.find("HeadBucket", Bucket=name, ExpectedBucketOwner=owner) is None:
        return False
    found = s3.find("GetBucketTagging", Bucket=name, ExpectedBucketOwner=owner)
    if found is None or not connection.owns(_tags.read(found["TagSet"])):
        raise ConflictError(
            f"the bucket `{name}` is there and was not made for this project.",
            operation="CreateBucket",
            remedy="Use it as it is, or choose another name.",
        )
    return True


def settings(
    connection: Connection, name: str, kms_key: str | None
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the calls that tag a bucket, close it to the public and plain HTTP, and encrypt it."""
    yield "PutBucketTagging", {"Tagging": {"TagSet": _tags.upper(connection.tags())}}
    yield from private(name, connection.identity().partition, kms_key)


def private(
    name: str, partition: str, kms_key: str | None
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the calls that close a bucket to the public and to plain HTTP, and encrypt it."""
    closed = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    yield "PutPublicAccessBlock", {"PublicAccessBlockConfiguration": closed}
    owner = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    yield "PutBucketOwnershipControls", {"OwnershipControls": owner}
    how = (
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key}
        if kms_key
        else {"SSEAlgorithm": "AES256"}
    )
    rule = {"ApplyServerSideEncryptionByDefault": how, "BucketKeyEnabled": bool(kms_key)}
    yield "PutBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}
    arn = f"arn:{partition}:s3:::{name}"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    yield "PutBucketPolicy", {"Policy": json.dumps(policy)}
