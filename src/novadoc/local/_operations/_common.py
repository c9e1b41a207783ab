"""What the operations share: finding, listing, replaying, tagging."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._records import (
    BatchJob,
    CustomizationJob,
    CustomModel,
    Deployment,
    ProvisionedModel,
)
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params

__all__ = ["Entry", "find", "listing", "replayed", "tags_of"]

_R = TypeVar("_R", CustomizationJob, CustomModel, Deployment, ProvisionedModel, BatchJob)


def find(bedrock: Bedrock, kind: type[_R], call: Call, identifier: str) -> _R:
    """Return the resource with this ARN or name.

    Raises:
        Refusal: There is none in the caller's account and region (ResourceNotFoundException).
    """
    for record in bedrock.store.all(kind, call.place):
        if identifier in {record.arn, record.name}:
            return record
    raise Refusal.not_found(f"The provided identifier {identifier} was not found.")


def replayed(bedrock: Bedrock, kind: type[_R], call: Call, params: Params) -> _R | None:
    """Return the resource that an earlier request with the same clientRequestToken made."""
    token = params.get("clientRequestToken")
    if not token:
        return None
    records = bedrock.store.all(kind, call.place)
    return next((record for record in records if record.token == token), None)


def tags_of(bedrock: Bedrock, entries: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Read a request's tags.

    Raises:
        Refusal: More than a resource may have (TooManyTagsException), or a key twice.
    """
    pairs = [(entry["key"], entry["value"]) for entry in entries or ()]
    tags = dict(pairs)
    if len(tags) < len(pairs):
        raise Refusal.invalid("Duplicate tag keys found. Tag keys must be unique.")
    if len(tags) > bedrock.facts.maximum_tags:
        limit = bedrock.facts.maximum_tags
        raise Refusal("TooManyTagsException", f"A resource can have at most {limit} tags.")
    return tags


class Entry(NamedTuple):
    """One resource in a list."""

    name: str
    created: datetime
    status: str
    summary: Params


def _kept(entry: Entry, params: Params, wanted_status: str | None) -> bool:
    after = params.get(
        "creationTimeAfter", params.get("createdAfter", params.get("submitTimeAfter"))
    )
    before = params.get(
        "creationTimeBefore", params.get("createdBefore", params.get("submitTimeBefore"))
    )
    return (
        (wanted_status is None or entry.status == wanted_status)
        and params.get("nameContains", "") in entry.name
        and (after is None or entry.created > after)
        and (before is None or entry.created < before)
    )


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("novadoc:"))
    except (ValueError, binascii.Error) as error:
        raise Refusal.invalid("The provided nextToken is invalid.") from error


def listing(bedrock: Bedrock, entries: Iterable[Entry], params: Params, member: str) -> Params:
    """Filter, sort and cut into pages.

    Raises:
        Refusal: The nextToken is none of ours.
    """
    status = params.get("statusEquals", params.get("modelStatus"))
    kept = [entry for entry in entries if _kept(entry, params, status)]
    descending = params.get("sortOrder", "Descending") == "Descending"
    kept.sort(key=lambda entry: entry.created, reverse=descending)
    start = _offset(params.get("nextToken"))
    end = start + params.get("maxResults", bedrock.facts.list_page)
    result: Params = {member: [entry.summary for entry in kept[max(0, start) : end]]}
    if end < len(kept):
        result["nextToken"] = base64.urlsafe_b64encode(f"novadoc:{end}".encode()).decode()
    return result
