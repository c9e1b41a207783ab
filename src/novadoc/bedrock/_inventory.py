"""What novadoc made in an account, and what it costs while it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal

from novadoc.bedrock import _tags
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._item import ORDER, Item, Kind, has_ended
from novadoc.bedrock._leftovers import BATCH_JOBS, JOBS, data_sets, outputs, tagged
from novadoc.bedrock._money import HOURS
from novadoc.bedrock._names import last_segment
from novadoc.bedrock._roles import Roles
from novadoc.errors import AccessDeniedError
from novadoc.models import PriceBook, key_of
from novadoc.types import Tags

_LOG = logging.getLogger(__name__)


def inventory(
    connection: Connection, prices: PriceBook, *, keep: Collection[Kind]
) -> Iterator[Item]:
    """Yield everything tagged as this project's, in the order it has to go.

    Kinds in `keep` are not looked for: who may not list roles can still delete what costs money.

    Raises:
        AccessDeniedError: A kind may not be listed.
        ServiceError: The account could not be read.
    """
    readers: dict[Kind, Callable[[], Iterator[Item]]] = {
        "provisioned": lambda: _provisioned(connection, prices),
        "deployment": lambda: _deployments(connection),
        "job": lambda: _running(connection, "job", JOBS),
        "batch job": lambda: _running(connection, "batch job", BATCH_JOBS),
        "model": lambda: _models(connection, prices),
        "output": lambda: outputs(connection),
        "data": lambda: data_sets(connection),
        "bucket": lambda: _buckets(connection),
        "role": lambda: _roles(connection),
    }
    for kind in ORDER:
        if kind not in keep:
            yield from _readable(kind, readers[kind])


def _readable(kind: Kind, read: Callable[[], Iterator[Item]]) -> Iterator[Item]:
    try:
        yield from read()
    except AccessDeniedError as error:
        raise AccessDeniedError(
            f"what there is of the kind {kind!r} may not be looked at.",
            operation=error.operation,
            code=error.code,
            request_id=error.request_id,
            status=error.status,
            remedy=f"Allow it, or go on without: `plan(keep={{{kind!r}}})`.",
        ) from error


def _provisioned(connection: Connection, prices: PriceBook) -> Iterator[Item]:
    entries = connection.bedrock.pages(
        "ListProvisionedModelThroughputs", "provisionedModelSummaries"
    )
    for entry in entries:
        arn = str(entry["provisionedModelArn"])
        tags = tagged(connection, arn)
        if not tags:
            continue
        key = key_of(str(entry["modelArn"]))
        rate = prices.price(key).provisioned_per_hour if key else None
        month = None if rate is None else rate * int(entry["modelUnits"]) * HOURS
        name = str(entry["provisionedModelName"])
        yield Item("provisioned", arn, name, str(entry["status"]), month, tags)


def _deployments(connection: Connection) -> Iterator[Item]:
    entries = connection.bedrock.pages("ListCustomModelDeployments", "modelDeploymentSummaries")
    for entry in entries:
        arn = str(entry["customModelDeploymentArn"])
        tags = tagged(connection, arn)
        if tags:
            name, state = str(entry["customModelDeploymentName"]), str(entry["status"])
            yield Item("deployment", arn, name, state, Decimal(0), tags)


def _running(connection: Connection, kind: Kind, listing: tuple[str, str]) -> Iterator[Item]:
    # An ended job cannot be deleted and costs nothing.
    for entry in connection.bedrock.pages(*listing):
        arn, state = str(entry["jobArn"]), str(entry["status"])
        tags: Tags = {} if has_ended(state) else tagged(connection, arn)
        if tags:
            yield Item(kind, arn, str(entry["jobName"]), state, Decimal(0), tags)


def _models(connection: Connection, prices: PriceBook) -> Iterator[Item]:
    for entry in connection.bedrock.pages("ListCustomModels", "modelSummaries"):
        arn, state = str(entry["modelArn"]), str(entry.get("modelStatus") or "")
        tags = tagged(connection, arn)
        if tags:
            month = prices.storage_per_month
            yield Item("model", arn, str(entry["modelName"]), state, month, tags)


def _buckets(connection: Connection) -> Iterator[Item]:
    s3, account = connection.s3, connection.identity().account
    denied: AccessDeniedError | None = None
    readable = 0
    # Those made here are of this region; the rest need not be asked about.
    for entry in s3.pages("ListBuckets", "Buckets", BucketRegion=connection.region):
        name = str(entry["Name"])
        try:
            found = s3.find("GetBucketTagging", Bucket=name, ExpectedBucketOwner=account)
        except AccessDeniedError as error:
            # Accounts hold buckets closed to all but a few; whoever made one can read its tags.
            _LOG.warning("the tags of the bucket %s may not be read; it is left out.", name)
            denied = error
            continue
        readable += 1
        tags = {} if found is None else _tags.read(found["TagSet"])
        if connection.owns(tags):
            yield Item("bucket", f"s3://{name}/", name, "", None, tags)
    if denied is not None and not readable:
        raise denied


def _roles(connection: Connection) -> Iterator[Item]:
    for arn, tags in Roles(connection).ours():
        yield Item("role", arn, last_segment(arn), "", Decimal(0), tags)
