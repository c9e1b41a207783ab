"""What S3 asks of requests for buckets, and moto does not: the owner expected, tags at creation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from novadoc.local._http import HttpRequest
from novadoc.local._moto import Moto
from novadoc.local._rest import Answer
from novadoc.local._unserved import fault

__all__ = ["send_to_s3"]

_ACCOUNT = re.compile(r"\d{12}")
_TAGS = re.compile(rb"<Tags>(.*)</Tags>", re.DOTALL)


def send_to_s3(moto: Moto, request: HttpRequest, account: str) -> Answer:
    """Answer a request for S3 in the name of an account."""
    for bucket, owner in _expected(request):
        if not _ACCOUNT.fullmatch(owner):
            text = "The value of the expected bucket owner parameter must be an AWS Account ID."
            return fault(request, 400, "InvalidBucketOwnerAWSAccountID", text)
        if not moto.owns(owner, bucket) and moto.has_bucket(bucket, account):
            return fault(request, 403, "AccessDenied", "Access Denied")
    tags = _TAGS.search(request.body) if _is_creation(request) else None
    if tags is None:
        return moto.send(request, account)
    with moto.turn():
        return _create(moto, request, account, tags.group(1))


def _expected(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield the buckets a request names with the account that should own each."""
    if owner := request.headers.get("x-amz-expected-bucket-owner"):
        yield _bucket(request.path), owner
    if owner := request.headers.get("x-amz-source-expected-bucket-owner"):
        yield _bucket(request.headers.get("x-amz-copy-source", "")), owner


def _bucket(path: str) -> str:
    return unquote(path).lstrip("/").partition("/")[0]


def _is_creation(request: HttpRequest) -> bool:
    return request.method == "PUT" and not request.query and "/" not in request.path.strip("/")


def _create(moto: Moto, request: HttpRequest, account: str, tags: bytes) -> Answer:
    """Make a bucket that has its tags before anybody sees it; a bad tag makes none."""
    name = _bucket(request.path)
    if moto.has_bucket(name, account):
        return moto.send(request, account)  # its owner's again, or somebody else's: not tagged anew
    made = moto.send(request, account)
    if made.status != 200:
        return made
    body = b"<Tagging><TagSet>%s</TagSet></Tagging>" % tags
    tagged = moto.send(request._replace(query="tagging", body=body), account)
    if tagged.status < 300:
        return made
    moto.send(request._replace(method="DELETE", body=b""), account)
    return tagged
