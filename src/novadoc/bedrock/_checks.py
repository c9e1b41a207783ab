"""What a customization job needs, looked at one thing at a time; reads only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from novadoc.bedrock._connection import Connection
from novadoc.bedrock._names import S3Uri
from novadoc.bedrock._request_shape import CustomizationRequest, CustomizationType
from novadoc.bedrock._roles import documents_of, read_document
from novadoc.errors import ConfigurationError, ServiceError

Level = Literal["ok", "problem", "advice", "unknown"]

# As Service Quotas lists them for `bedrock` (2026-09): "Custom models per account", 100 at first,
# and "(Model customization) Scheduled customization jobs", 10.
_MODELS, _JOBS = "L-CB5B847D", "L-0406044C"

# What the role needs beside the objects, for some kinds.
_ACTIONS: dict[CustomizationType, tuple[str, str]] = {
    "DISTILLATION": ("bedrock:InvokeModel", "a teacher called through a profile needs it"),
    "REINFORCEMENT_FINE_TUNING": ("lambda:InvokeFunction", "the grader cannot be called"),
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    """As `role: trust`."""
    level: Level
    """`problem` is certain to fail, `advice` may, `unknown` could not be looked at."""
    text: str
    """What was found, and what to do."""

    def __str__(self) -> str:
        return f"{self.level:<8} {self.what}: {self.text}"


def checks(connection: Connection, request: CustomizationRequest) -> Iterator[Check]:
    """Yield what role, data and quotas look like; what may not be looked at is unknown."""
    looks: tuple[tuple[str, Callable[[], Iterator[Check]]], ...] = (
        ("role", lambda: _role(connection, request)),
        ("data", lambda: _data(connection, request)),
        ("quota: custom models", lambda: _models(connection)),
        ("quota: jobs", lambda: _jobs(connection)),
    )
    for what, look in looks:
        yield from _tried(what, look)


def _tried(what: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from look()
    except ServiceError as error:
        why = error.code or type(error).__name__
        yield Check(what, "unknown", f"{error.operation} could not be asked ({why}).")
    except ConfigurationError as error:
        yield Check(what, "unknown", str(error))


def size_of(connection: Connection, uri: str, owner: str) -> int | None:
    """Return an object's size in bytes; `None` when it is not there.

    Raises:
        ServiceError: It could not be looked at.
    """
    where = S3Uri.parse(uri)
    head = connection.s3.find(
        "HeadObject", Bucket=where.bucket, Key=where.key, ExpectedBucketOwner=owner
    )
    return None if head is None else int(head["ContentLength"])


def _role(connection: Connection, request: CustomizationRequest) -> Iterator[Check]:
    name = request.role.rpartition("/")[2]
    found = connection.iam.find("GetRole", RoleName=name)
    if found is None:
        yield Check("role", "problem", f"there is no role {name}; `roles.apply` makes one.")
        return
    account = connection.identity().account
    yield _trust(json.dumps(read_document(found["Role"]["AssumeRolePolicyDocument"])), account)
    allowed = " ".join(json.dumps(document) for document in documents_of(connection, name))
    needed = [("s3:GetObject", request.data.bucket)]
    needed.append(("s3:PutObject", S3Uri.parse(request.data.output_uri).bucket))
    # A look at the words only: it finds what is plainly missing, and is advice for the rest.
    for action, bucket in needed:
        plain = (action in allowed or "s3:*" in allowed) and (
            f":::{bucket}" in allowed or '"*"' in allowed
        )
        text = f"names {action} on {bucket}." if plain else f"names no {action} on {bucket}."
        yield Check("role: permissions", "ok" if plain else "advice", text)
    if request.kind in _ACTIONS:
        action, why = _ACTIONS[request.kind]
        service = action.partition(":")[0]
        if action in allowed or f"{service}:*" in allowed:
            yield Check("role: permissions", "ok", f"names {action}.")
        else:
            yield Check("role: permissions", "advice", f"names no {action}: {why}.")


def _trust(words: str, account: str) -> Check:
    if "bedrock.amazonaws.com" not in words:
        return Check("role: trust", "problem", "it does not trust `bedrock.amazonaws.com`.")
    if "aws:SourceArn" in words and "model-customization-job" not in words:
        text = "its `aws:SourceArn` names no customization jobs; a batch role is another one."
        return Check("role: trust", "advice", text)
    if "aws:SourceAccount" in words and account not in words:
        return Check("role: trust", "advice", "its `aws:SourceAccount` is not this account.")
    return Check("role: trust", "ok", "Bedrock may assume it.")


def _data(connection: Connection, request: CustomizationRequest) -> Iterator[Check]:
    owner = request.data.bucket_owner or connection.identity().account
    buckets = {request.data.bucket, S3Uri.parse(request.data.output_uri).bucket}
    for bucket in sorted(buckets):
        head = connection.s3.find("HeadBucket", Bucket=bucket, ExpectedBucketOwner=owner)
        region = "" if head is None else str(head.get("BucketRegion") or connection.region)
        if head is None:
            yield Check(f"bucket {bucket}", "problem", "there is no such bucket.")
        elif region != connection.region:
            yield Check(f"bucket {bucket}", "problem", f"it is in {region}; copy it.")
        else:
            yield Check(f"bucket {bucket}", "ok", "in this region, of the expected owner.")
    if request.data.validation_uri and request.base.generation == 2:
        # The page bedrock:nova-2-sft-data-prep says so.
        text = f"{request.base.key} does not use it in training; hold it back for testing instead."
        yield Check("validation data", "advice", text)
    for uri in request.data.uris:
        yield (
            _folder(connection, uri, owner)
            if uri.endswith("/")
            else _object(connection, uri, owner)
        )


def _object(connection: Connection, uri: str, owner: str) -> Check:
    size = size_of(connection, uri, owner)
    if size is None:
        return Check(uri, "problem", "there is no such object.")
    return Check(uri, "ok", f"{size:,} bytes.")


def _folder(connection: Connection, uri: str, owner: str) -> Check:
    where = S3Uri.parse(uri)
    found = connection.s3.find(
        "ListObjectsV2",
        Bucket=where.bucket,
        Prefix=where.key,
        MaxKeys=1,
        ExpectedBucketOwner=owner,
    )
    if found is None or not found.get("Contents"):
        return Check(uri, "problem", "nothing lies there.")
    return Check(uri, "ok", "something lies there.")


def _models(connection: Connection) -> Iterator[Check]:
    allowed = _quota(connection, _MODELS)
    pages = connection.bedrock.pages("ListCustomModels", "modelSummaries", isOwned=True)
    used = sum(1 for _ in pages)
    level: Level = "problem" if used >= allowed else "ok"
    more = "" if level == "ok" else "; delete one, or ask for more in Service Quotas"
    yield Check("quota: custom models", level, f"{used} of {allowed} are there{more}.")


def _jobs(connection: Connection) -> Iterator[Check]:
    pages = connection.bedrock.pages(
        "ListModelCustomizationJobs", "modelCustomizationJobSummaries", statusEquals="InProgress"
    )
    running, allowed = sum(1 for _ in pages), _quota(connection, _JOBS)
    # Which of those in progress the service counts as scheduled, its states do not tell.
    level: Level = "advice" if running >= allowed else "ok"
    more = "" if level == "ok" else "; the next one may be refused until one ends"
    yield Check("quota: jobs", level, f"{running} are running, {allowed} may be scheduled{more}.")


def _quota(connection: Connection, code: str) -> int:
    service = connection.service("service-quotas")
    # An applied value is there for quotas that were ever changed, the default for all.
    found = service.find("GetServiceQuota", ServiceCode="bedrock", QuotaCode=code)
    found = found or service.call(
        "GetAWSDefaultServiceQuota", ServiceCode="bedrock", QuotaCode=code
    )
    return int(found["Quota"]["Value"])
