"""Tags of jobs, models, deployments and provisioned throughput."""

from __future__ import annotations

from dataclasses import replace

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._operations._common import tags_of
from novadoc.local._records import (
    BatchJob,
    CustomizationJob,
    CustomModel,
    Deployment,
    ProvisionedModel,
    Record,
)
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params

__all__ = ["add", "list_all", "remove"]


def _find(bedrock: Bedrock, call: Call, arn: str) -> Record:
    records: list[Record] = [
        *bedrock.store.all(CustomizationJob, call.place),
        *bedrock.store.all(CustomModel, call.place),
        *bedrock.store.all(Deployment, call.place),
        *bedrock.store.all(ProvisionedModel, call.place),
        *bedrock.store.all(BatchJob, call.place),
    ]
    for record in records:
        if record.arn == arn:
            return record
    raise Refusal.not_found(f"The resource {arn} was not found.")


def list_all(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListTagsForResource."""
    record = _find(bedrock, call, params["resourceARN"])
    return {"tags": [{"key": key, "value": value} for key, value in sorted(record.tags.items())]}


def add(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """TagResource."""
    with bedrock.lock:
        record = _find(bedrock, call, params["resourceARN"])
        merged = record.tags | tags_of(bedrock, params["tags"])
        entries = [{"key": key, "value": value} for key, value in merged.items()]
        bedrock.store.put(replace(record, tags=tags_of(bedrock, entries)))
    return {}


def remove(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """UntagResource."""
    with bedrock.lock:
        record = _find(bedrock, call, params["resourceARN"])
        left = {key: value for key, value in record.tags.items() if key not in params["tagKeys"]}
        bedrock.store.put(replace(record, tags=left))
    return {}
