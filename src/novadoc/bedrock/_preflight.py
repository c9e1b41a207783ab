"""Everything that can be looked at before a job is paid for, as one printed plan.

What cannot be looked at is said to be unknown and stops nobody: permissions depend on conditions
and organisation policies that no simulation sees whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from novadoc.bedrock._connection import Connection
from novadoc.bedrock._costs import Costs
from novadoc.bedrock._money import TrainingCost
from novadoc.bedrock._names import S3Uri
from novadoc.bedrock._request_shape import CustomizationRequest
from novadoc.bedrock._roles import documents_of, read_document
from novadoc.documents import image_tokens
from novadoc.errors import ConfigurationError, ServiceError

Level = Literal["ok", "problem", "advice", "unknown"]

# A page as the image policies make it, when nobody has measured the set: 1,000 by 1,294 pixels.
_PAGE = (1000, 1294)
_BYTES_PER_TOKEN = 3.5
# Published runs: 1,800 pages and 2 epochs in under 2 h 45 min, 300 pages in about 1 h.
_OVERHEAD = timedelta(minutes=30)
_PER_RECORD = timedelta(seconds=2.3)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    what: str
    """As `role: trust`."""
    level: Level
    """`problem` is certain to fail, `advice` may, `unknown` could not be looked at."""
    text: str
    """What was found, and what to do."""


@dataclass(frozen=True)
class Preflight:
    """What is known of a job before it is submitted. Print it to read it."""

    checks: tuple[Check, ...]
    """In the order they were made."""
    cost: TrainingCost | None
    """Estimated; `None` when the number of records or a price is not known."""
    duration: timedelta | None
    """Estimated from published runs; `None` when the number of records is not known."""

    @property
    def passed(self) -> bool:
        """Whether no check found a problem; advice and unknowns do not count."""
        return all(check.level != "problem" for check in self.checks)

    def __str__(self) -> str:
        lines = [f"{check.level:<8}{check.what}: {check.text}" for check in self.checks]
        if self.cost is not None:
            lines.append(f"cost    about {self.cost}")
        if self.duration is not None:
            lines.append(f"time    about {self.duration.total_seconds() / 3600:.1f} hours")
        return "\n".join(lines)


def preflight(connection: Connection, costs: Costs, request: CustomizationRequest) -> Preflight:
    """Look at everything a request needs; reads only."""
    found = [Check("request", "problem", text) for text in request.problems(connection.region)]
    found = found or [Check("request", "ok", "follows the documented rules.")]
    looks: tuple[tuple[str, Callable[[], Iterator[Check]]], ...] = (
        ("role", lambda: _role(connection, request)),
        ("data", lambda: _data(connection, request)),
        ("quota", lambda: _running(connection)),
    )
    for what, look in looks:
        found.extend(_tried(what, look))
    tokens = _tokens(connection, request)
    records = request.data.train_records
    epochs = getattr(request, "epochs", 1)
    cost = None
    if tokens is not None and records:
        try:
            cost = costs.estimate_training(
                request.base.key, records=1, tokens_per_record=tokens, epochs=epochs
            )
        except ConfigurationError as error:
            found.append(Check("cost", "unknown", str(error)))
    duration = None if records is None else _OVERHEAD + _PER_RECORD * records * epochs
    return Preflight(tuple(found), cost, duration)


def _tried(what: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from look()
    except ServiceError as error:
        yield Check(what, "unknown", f"could not be looked at ({error.code or error.operation}).")


def _role(connection: Connection, request: CustomizationRequest) -> Iterator[Check]:
    name = request.role.rpartition("/")[2]
    found = connection.iam.find("GetRole", RoleName=name)
    if found is None:
        yield Check("role", "problem", f"there is no role {name}; `roles.apply` makes one.")
        return
    trust = str(read_document(found["Role"]["AssumeRolePolicyDocument"]))
    if "bedrock.amazonaws.com" in trust:
        yield Check("role: trust", "ok", "Bedrock may assume it.")
    else:
        yield Check("role: trust", "problem", "it does not trust `bedrock.amazonaws.com`.")
    allowed = " ".join(str(document) for document in documents_of(connection, name))
    needed = [("s3:GetObject", request.data.bucket)]
    needed.append(("s3:PutObject", S3Uri.parse(request.data.output_uri).bucket))
    for action, bucket in needed:
        # A look at the words only: it finds what is plainly missing, and is advice for the rest.
        plain = (action in allowed or "s3:*" in allowed) and (
            f":::{bucket}" in allowed or "'*'" in allowed
        )
        text = f"names {action} on {bucket}." if plain else f"names no {action} on {bucket}."
        yield Check("role: permissions", "ok" if plain else "advice", text)


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
    for uri in request.data.uris:
        size = _size(connection, uri, owner)
        if size is None:
            yield Check(uri, "problem", "there is no such object.")
        else:
            yield Check(uri, "ok", f"{size:,} bytes.")


def _running(connection: Connection) -> Iterator[Check]:
    jobs = connection.bedrock.pages(
        "ListModelCustomizationJobs", "modelCustomizationJobSummaries", statusEquals="InProgress"
    )
    count = sum(1 for _ in jobs)
    level: Level = "advice" if count else "ok"
    yield Check("quota", level, f"{count} jobs are running; accounts have a limit on these.")


def _tokens(connection: Connection, request: CustomizationRequest) -> int | None:
    """Estimate the tokens of one epoch from the file's size and its number of images."""
    data = request.data
    try:
        size = _size(connection, data.train_uri, data.bucket_owner or connection.identity().account)
    except ServiceError:
        return None
    if size is None:
        return None
    # Some hundred bytes of each record are envelope, which is not billed: errs to more.
    return round(size / _BYTES_PER_TOKEN) + (data.images or 0) * image_tokens(
        *_PAGE, request.base.key
    )


def _size(connection: Connection, uri: str, owner: str) -> int | None:
    where = S3Uri.parse(uri)
    head = connection.s3.find(
        "HeadObject", Bucket=where.bucket, Key=where.key, ExpectedBucketOwner=owner
    )
    return None if head is None else int(head["ContentLength"])
