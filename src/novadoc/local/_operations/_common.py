"""What the operations share: finding, listing, replaying, tagging."""

from __future__ import annotations

import base64
import hashlib
import json
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


def listing(bedrock: Bedrock, entries: Iterable[Entry], params: Params, member: str) -> Params:
    """Filter, sort and cut into pages.

    A page begins after the last entry of the one before, whatever was made or deleted meanwhile.

    Raises:
        Refusal: The nextToken is not of this list, or of other filters.
    """
    status = params.get("statusEquals", params.get("modelStatus"))
    kept = [entry for entry in entries if _kept(entry, params, status)]
    descending = params.get("sortOrder", "Descending") == "Descending"
    kept.sort(key=_place, reverse=descending)
    last = _last(params, member)
    if last is not None:
        kept = [e for e in kept if (_place(e) < last if descending else _place(e) > last)]
    size = int(params.get("maxResults", bedrock.facts.list_page))
    result: Params = {member: [entry.summary for entry in kept[:size]]}
    if size < len(kept):
        result["nextToken"] = _token(kept[size - 1], params, member)
    return result


def _place(entry: Entry) -> tuple[float, str]:
    return entry.created.timestamp(), entry.name


def _asked(params: Params, member: str) -> str:
    """Name what a token is good for: the same list with the same filters."""
    filters = {k: v for k, v in params.items() if k not in {"nextToken", "maxResults"}}
    text = json.dumps([member, filters], sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _token(entry: Entry, params: Params, member: str) -> str:
    told = json.dumps([_asked(params, member), *_place(entry)])
    return base64.urlsafe_b64encode(told.encode()).decode()


def _last(params: Params, member: str) -> tuple[float, str] | None:
    token = params.get("nextToken")
    if token is None:
        return None
    try:
        asked, created, name = json.loads(base64.urlsafe_b64decode(str(token).encode()))
        last = float(created), str(name)
    except (ValueError, TypeError) as error:
        raise Refusal.invalid("The provided nextToken is invalid.") from error
    if asked != _asked(params, member):
        raise Refusal.invalid("The provided nextToken is invalid.")
    return last
