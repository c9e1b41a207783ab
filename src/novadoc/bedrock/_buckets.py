"""Buckets: made private, encrypted and TLS-only; only ours are ever touched again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from novadoc.bedrock import _tags
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._errors import raise_told
from novadoc.errors import AccessDeniedError, ConflictError, InvalidRequestError
from novadoc.types import JsonObject, JsonValue, Tags

_TLS_ONLY = "TlsOnly"


def create_bucket(connection: Connection, name: str, *, owner: str, kms_key: str | None) -> None:
    """Make a bucket, or settle one of ours: what others set on it since stays.

    Raises:
        ConflictError: The name belongs to somebody else, or to a bucket not made here or in this
            region.
        ServiceError: S3 refused or failed.
    """
    s3, region = connection.s3, _region(connection, name, owner)
    is_new = region is None
    if is_new:
        _create(connection, name, owner)
    elif region != connection.region:
        raise ConflictError(
            f"the bucket `{name}` of this project is in {region}.",
            operation="CreateBucket",
            remedy="Connect to that region, or choose another name: jobs read in their own.",
        )
    for operation, parameters in private(kms_key, is_new=is_new):
        s3.call(operation, Bucket=name, ExpectedBucketOwner=owner, **parameters)
    # A local AWS speaks plain HTTP, and would shut itself out.
    if s3.is_secure:
        _refuse_plain_http(connection, name, owner)


def is_ours(connection: Connection, name: str, *, owner: str) -> bool:
    """Tell whether a bucket was made for this project; `False` when there is none.

    Raises:
        ConflictError: There is one, and it was not.
        AccessDeniedError: It is another account's, or may not be looked at.
        ServiceError: It could not be looked at.
    """
    return _region(connection, name, owner) is not None


def _region(connection: Connection, name: str, owner: str) -> str | None:
    try:
        there = connection.s3.find("HeadBucket", Bucket=name, ExpectedBucketOwner=owner)
    except AccessDeniedError as error:
        raise AccessDeniedError(
            f"the bucket `{name}` is another account's, or may not be looked at.",
            operation=error.operation,
            code=error.code,
            request_id=error.request_id,
            status=error.status,
            remedy="Choose another name, or allow `s3:ListBucket` on it.",
        ) from error
    if there is None:
        return None
    _refuse_foreign(connection, name, _read_tags(connection, name, owner))
    return str(there.get("BucketRegion") or connection.region)


def delete_bucket(connection: Connection, name: str, *, owner: str) -> None:
    """Delete a bucket whose objects are gone, with what versioning has kept of them.

    Raises:
        ServiceError: S3 refused or failed.
    """
    try:
        # Found or not: when an answer was lost, the retry finds nothing.
        connection.s3.find("DeleteBucket", Bucket=name, ExpectedBucketOwner=owner)
    except ConflictError as error:
        if error.code != "BucketNotEmpty":
            raise
        _delete_versions(connection, name, owner)
        connection.s3.find("DeleteBucket", Bucket=name, ExpectedBucketOwner=owner)


def _delete_versions(connection: Connection, name: str, owner: str) -> None:
    s3 = connection.s3
    while True:  # the first page again and again: what was on it is gone
        page = s3.call("ListObjectVersions", Bucket=name, ExpectedBucketOwner=owner)
        entries = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        found = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in entries]
        if not found:
            return
        what = {"Objects": found, "Quiet": True}
        answer = s3.call("DeleteObjects", Bucket=name, Delete=what, ExpectedBucketOwner=owner)
        for failed in answer.get("Errors", ()):
            raise_told(failed, "DeleteObjects")


def _create(connection: Connection, name: str, owner: str) -> None:
    """Make a bucket that carries our tags from its first moment.

    Whoever is killed right after it leaves a bucket that the next run and clean-up know for ours.
    """
    tags = _tags.upper(connection.tags())
    try:
        _send_create(connection, name, {"Tags": tags})
    except InvalidRequestError as error:
        # Tags at creation came in November 2025, and not to every partition at once.
        if error.code != "UnsupportedArgument":
            raise
        _send_create(connection, name, {})
    except ConflictError as error:
        # It was not there a moment ago: an answer was lost, and the retry met the bucket. Or
        # somebody was faster; its tags tell.
        if error.code != "BucketAlreadyOwnedByYou":
            raise
        _refuse_foreign(connection, name, _read_tags(connection, name, owner))
    found = _read_tags(connection, name, owner)
    if found:
        _refuse_foreign(connection, name, found)
    else:
        # Made without tags, or they are not to be seen yet.
        connection.s3.call(
            "PutBucketTagging", Bucket=name, ExpectedBucketOwner=owner, Tagging={"TagSet": tags}
        )


def _send_create(connection: Connection, name: str, configuration: dict[str, object]) -> None:
    if connection.region != "us-east-1":
        configuration = {**configuration, "LocationConstraint": connection.region}
    connection.s3.call("CreateBucket", Bucket=name, CreateBucketConfiguration=configuration or None)


def _read_tags(connection: Connection, name: str, owner: str) -> Tags:
    found = connection.s3.find("GetBucketTagging", Bucket=name, ExpectedBucketOwner=owner)
    return {} if found is None else _tags.read(found["TagSet"])


def _refuse_foreign(connection: Connection, name: str, tags: Tags) -> None:
    if not connection.owns(tags):
        raise ConflictError(
            f"the bucket `{name}` is there and was not made for this project.",
            operation="CreateBucket",
            remedy="Use it as it is, or choose another name; delete it if a run of yours left it.",
        )


def private(kms_key: str | None, *, is_new: bool) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the calls that close a bucket to the public and encrypt it.

    Encryption that was set on a bucket later stays, unless a key is given.
    """
    closed = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    yield "PutPublicAccessBlock", {"PublicAccessBlockConfiguration": closed}
    owner = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    yield "PutBucketOwnershipControls", {"OwnershipControls": owner}
    if not (kms_key or is_new):
        return
    how = (
        {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key}
        if kms_key
        else {"SSEAlgorithm": "AES256"}
    )
    rule = {"ApplyServerSideEncryptionByDefault": how, "BucketKeyEnabled": bool(kms_key)}
    yield "PutBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


def _refuse_plain_http(connection: Connection, name: str, owner: str) -> None:
    s3 = connection.s3
    found = s3.find("GetBucketPolicy", Bucket=name, ExpectedBucketOwner=owner)
    present = None if found is None else cast("JsonObject", json.loads(found["Policy"]))
    wanted = tls_only(name, connection.identity().partition, present)
    if wanted != present:
        policy = json.dumps(wanted)
        s3.call("PutBucketPolicy", Bucket=name, ExpectedBucketOwner=owner, Policy=policy)


def tls_only(name: str, partition: str, present: JsonObject | None) -> JsonObject:
    """Return a bucket's policy with plain HTTP denied to everybody; other statements stay."""
    arn = f"arn:{partition}:s3:::{name}"
    statement: JsonObject = {
        "Sid": _TLS_ONLY,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    others = [one for one in _statements(present) if _sid(one) != _TLS_ONLY]
    return {"Version": "2012-10-17", **(present or {}), "Statement": [*others, statement]}


def _statements(policy: JsonObject | None) -> list[JsonValue]:
    found = (policy or {}).get("Statement", [])
    return found if isinstance(found, list) else [found]  # IAM lets a lone one stand by itself


def _sid(statement: JsonValue) -> JsonValue:
    return statement.get("Sid") if isinstance(statement, dict) else None
