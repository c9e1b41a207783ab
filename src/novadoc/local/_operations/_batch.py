"""Batch inference jobs: create, get, list, stop."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

from novadoc.local._access import check_pass_role, check_role
from novadoc.local._batching import start_batch
from novadoc.local._bedrock import Bedrock, Call, new_id
from novadoc.local._callers import Caller
from novadoc.local._delivery import settled_batch
from novadoc.local._operations._common import Entry, find, listing, replayed, tags_of
from novadoc.local._operations._conversation import ask
from novadoc.local._operations._invoke import native_to_converse
from novadoc.local._operations._runtime import respond
from novadoc.local._operations._targets import resolve
from novadoc.local._records import BatchJob
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params, Received, answer, bedrock_routes, parse, validate
from novadoc.local._states import batch_state

__all__ = ["create", "get", "list_all", "resume", "stop"]

_COPIED = (
    "modelId",
    "roleArn",
    "inputDataConfig",
    "outputDataConfig",
    "vpcConfig",
    "clientRequestToken",
)


def _uris(value: object) -> Iterator[str]:
    """Yield the S3 URIs of media in a request."""
    if isinstance(value, dict):
        found = cast("Params", value)
        if isinstance(found.get("s3Location"), dict):
            yield str(found["s3Location"].get("uri"))
        for part in found.values():
            yield from _uris(part)
    elif isinstance(value, list):
        for part in cast("Iterable[object]", value):
            yield from _uris(part)


def _check_media(job: BatchJob, request: Params) -> None:
    source = job.request["inputDataConfig"]["s3InputDataConfig"]["s3Uri"]
    for uri in _uris(request):
        # bedrock:batch-inference-data: media beside the input, and then the input is the folder.
        if source.endswith(".jsonl") or not uri.startswith(source.rstrip("/") + "/"):
            raise Refusal.invalid("Media must lie in the folder that is given as the input URI.")


def _call(bedrock: Bedrock, job: BatchJob) -> Call:
    caller = Caller(job.place.account, job.place.region)
    return Call(caller, bedrock.clock.now(), "CreateModelInvocationJob", job.id)


def _respond(bedrock: Bedrock, job: BatchJob, model_input: object) -> Params:
    operation = bedrock_routes()["Converse"].operation
    native = job.request["modelInvocationType"] == "InvokeModel"
    body = native_to_converse(model_input) if native else model_input
    wire = json.dumps(body).encode()
    model_id = job.request["modelId"]
    request = parse(operation, Received({"modelId": model_id}, "", {}, wire))
    validate(operation, request)
    _check_media(job, request)
    call = _call(bedrock, job)
    target = resolve(bedrock, call, model_id)
    result = respond(bedrock, call, target, ask(bedrock, call, target, request))
    sent = answer(operation, result).body
    assert isinstance(sent, bytes)
    return cast("Params", json.loads(sent))


def resume(bedrock: Bedrock, job: BatchJob) -> None:
    """Begin a job's work, at its creation or after a restart."""
    start_batch(bedrock, job, lambda current, given: _respond(bedrock, current, given))


def _check_model(bedrock: Bedrock, call: Call, identifier: str) -> None:
    if ":custom-model/" in identifier and not bedrock.facts.batch_custom_models:
        raise Refusal.invalid("Batch inference is not supported for the provided model.")
    resolve(bedrock, call, identifier)


def create(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """CreateModelInvocationJob."""
    with bedrock.lock:
        earlier = replayed(bedrock, BatchJob, call, params)
        if earlier is not None:
            return {"jobArn": earlier.arn}
        _check_model(bedrock, call, params["modelId"])
        identity = new_id()
        arn = call.place.arn("model-invocation-job", identity)
        check_pass_role(bedrock, call, params["roleArn"])
        check_role(bedrock, call, params["roleArn"], arn)
        name = params["jobName"]
        if any(job.name == name for job in bedrock.store.all(BatchJob, call.place)):
            raise Refusal.conflict(f"A job named {name} already exists.")
        job = BatchJob(
            place=call.place,
            id=identity,
            arn=arn,
            name=name,
            created=call.now,
            token=params.get("clientRequestToken", ""),
            tags=tags_of(bedrock, params.get("tags")),
            request={"modelInvocationType": "InvokeModel", **params},
        )
        bedrock.store.put(job)
    resume(bedrock, job)
    return {"jobArn": arn}


def _described(bedrock: Bedrock, job: BatchJob) -> Params:
    state = batch_state(job, bedrock.facts, bedrock.clock.now())
    hours = job.request.get("timeoutDurationInHours", bedrock.facts.batch_timeout_hours)
    described: Params = {
        **{name: job.request.get(name) for name in _COPIED},
        "jobArn": job.arn,
        "jobName": job.name,
        "status": state.status,
        "message": state.message or None,
        "submitTime": job.created,
        "lastModifiedTime": state.changed,
        "endTime": state.ended,
        "timeoutDurationInHours": hours,
        "jobExpirationTime": job.created + timedelta(hours=hours),
        "modelInvocationType": job.request["modelInvocationType"],
    }
    if job.outcome is not None and state.ended is not None and not state.message:
        total = job.outcome.succeeded + job.outcome.failed
        described.update(
            totalRecordCount=total,
            processedRecordCount=total,
            successRecordCount=job.outcome.succeeded,
            errorRecordCount=job.outcome.failed,
        )
    return described


def get(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """GetModelInvocationJob."""
    job = find(bedrock, BatchJob, call, params["jobIdentifier"])
    return _described(bedrock, settled_batch(bedrock, job))


def list_all(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListModelInvocationJobs."""
    entries: list[Entry] = []
    for job in bedrock.store.all(BatchJob, call.place):
        described = _described(bedrock, settled_batch(bedrock, job))
        entries.append(Entry(job.name, job.created, described["status"], described))
    return listing(bedrock, entries, params, "invocationJobSummaries")


def stop(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """StopModelInvocationJob."""
    job = settled_batch(bedrock, find(bedrock, BatchJob, call, params["jobIdentifier"]))
    with bedrock.lock:
        job = bedrock.store.get(BatchJob, job.place, job.id) or job
        now = bedrock.clock.now()
        state = batch_state(job, bedrock.facts, now)
        if state.ended is not None or state.status == "Stopping":
            raise Refusal.conflict(f"The job cannot be stopped: its status is {state.status}.")
        bedrock.store.put(replace(job, stop_requested=now))
    bedrock.workers.cancel(job.id)
    return {}
