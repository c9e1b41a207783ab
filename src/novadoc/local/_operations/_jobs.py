"""Customization jobs: create, get, list, stop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from novadoc.local._access import check_pass_role, check_role
from novadoc.local._bedrock import Bedrock, Call, new_id
from novadoc.local._delivery import settled
from novadoc.local._operations._common import Entry, find, listing, replayed, tags_of
from novadoc.local._operations._hyperparameters import check_customization
from novadoc.local._records import CustomizationJob, CustomModel
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.local._states import JobState, Phase, job_state
from novadoc.local._training import start_training
from novadoc.models import CATALOGUE, BaseModel

__all__ = ["create", "get", "list_all", "stop"]

_PHASES = ("validationDetails", "dataProcessingDetails", "trainingDetails")


def _base_of(call: Call, identifier: str) -> BaseModel:
    prefix = f"arn:aws:bedrock:{call.place.region}::foundation-model/"
    training_id = identifier.removeprefix(prefix)
    for model in CATALOGUE.values():
        if model.training_id == training_id and call.place.region in model.customization_regions:
            return model
    raise Refusal.invalid(
        "The provided model identifier is invalid or does not support customization."
    )


def _check_names(bedrock: Bedrock, call: Call, params: Params) -> None:
    jobs = bedrock.store.all(CustomizationJob, call.place)
    if any(job.name == params["jobName"] for job in jobs):
        raise Refusal.conflict(f"A job named {params['jobName']} already exists.")
    name = params["customModelName"]
    running = {
        job.request["customModelName"]
        for job in jobs
        if job_state(job, bedrock.facts, call.now).status == "InProgress"
    }
    if name in running or any(m.name == name for m in bedrock.store.all(CustomModel, call.place)):
        raise Refusal.conflict(f"A custom model named {name} already exists.")
    if len(running) >= bedrock.facts.maximum_running_jobs:
        raise Refusal("ServiceQuotaExceededException", "Too many customization jobs are running.")


def create(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """CreateModelCustomizationJob."""
    with bedrock.lock:
        earlier = replayed(bedrock, CustomizationJob, call, params)
        if earlier is not None:
            return {"jobArn": earlier.arn}
        base = _base_of(call, params["baseModelIdentifier"])
        request = check_customization(base, params)
        tags = tags_of(bedrock, params.get("jobTags"))
        tags_of(bedrock, params.get("customModelTags"))
        identity = new_id()
        arn = call.place.arn("model-customization-job", f"{base.training_id}/{identity}")
        check_pass_role(bedrock, call, params["roleArn"])
        check_role(bedrock, call, params["roleArn"], arn)
        _check_names(bedrock, call, params)
        job = CustomizationJob(
            place=call.place,
            id=identity,
            arn=arn,
            name=params["jobName"],
            created=call.now,
            token=params.get("clientRequestToken", ""),
            tags=tags,
            request=request,
        )
        bedrock.store.put(job)
    start_training(bedrock, job)
    return {"jobArn": arn}


def _details(state: JobState) -> Params:
    return {name: _phase(phase) for name, phase in zip(_PHASES, state.phases, strict=True)}


def _phase(phase: Phase) -> Params:
    return {
        "status": phase.status,
        "creationTime": phase.began,
        "lastModifiedTime": phase.changed,
    }


def _base_arn(job: CustomizationJob) -> str:
    return f"arn:aws:bedrock:{job.place.region}::foundation-model/{job.request['trainingId']}"


def _model_arn(bedrock: Bedrock, job: CustomizationJob) -> str | None:
    models = bedrock.store.all(CustomModel, job.place)
    return next((model.arn for model in models if model.job_arn == job.arn), None)


def _metrics(job: CustomizationJob) -> Params:
    outcome = job.outcome
    if outcome is None or outcome.training_loss is None:
        return {}
    metrics: Params = {"trainingMetrics": {"trainingLoss": outcome.training_loss}}
    if outcome.validation_loss is not None:
        metrics["validationMetrics"] = [{"validationLoss": outcome.validation_loss}]
    return metrics


def get(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """GetModelCustomizationJob."""
    job = settled(bedrock, find(bedrock, CustomizationJob, call, params["jobIdentifier"]))
    state = job_state(job, bedrock.facts, bedrock.clock.now())
    request = job.request
    copied: dict[str, Any] = {
        name: request.get(name)
        for name in (
            "roleArn",
            "hyperParameters",
            "trainingDataConfig",
            "outputDataConfig",
            "customizationType",
            "customizationConfig",
            "vpcConfig",
            "clientRequestToken",
        )
    }
    answer: Params = {
        **copied,
        "jobArn": job.arn,
        "jobName": job.name,
        "outputModelName": request["customModelName"],
        "status": state.status,
        "statusDetails": _details(state),
        "creationTime": job.created,
        "lastModifiedTime": state.changed,
        "endTime": state.ended,
        "baseModelArn": _base_arn(job),
        "validationDataConfig": request.get("validationDataConfig", {"validators": []}),
        "failureMessage": state.message or None,
    }
    if state.status == "Completed":
        answer.update(_metrics(job), outputModelArn=_model_arn(bedrock, job))
    return answer


def _summary(bedrock: Bedrock, job: CustomizationJob) -> Entry:
    state = job_state(job, bedrock.facts, bedrock.clock.now())
    done = state.status == "Completed"
    summary: Params = {
        "jobArn": job.arn,
        "baseModelArn": _base_arn(job),
        "jobName": job.name,
        "status": state.status,
        "statusDetails": _details(state),
        "lastModifiedTime": state.changed,
        "creationTime": job.created,
        "endTime": state.ended,
        "customModelArn": _model_arn(bedrock, job) if done else None,
        "customModelName": job.request["customModelName"] if done else None,
        "customizationType": job.request["customizationType"],
    }
    return Entry(job.name, job.created, state.status, summary)


def list_all(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListModelCustomizationJobs."""
    jobs = [settled(bedrock, job) for job in bedrock.store.all(CustomizationJob, call.place)]
    entries = (_summary(bedrock, job) for job in jobs)
    return listing(bedrock, entries, params, "modelCustomizationJobSummaries")


def stop(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """StopModelCustomizationJob."""
    job = settled(bedrock, find(bedrock, CustomizationJob, call, params["jobIdentifier"]))
    with bedrock.lock:
        job = bedrock.store.get(CustomizationJob, job.place, job.id) or job
        now = bedrock.clock.now()
        status = job_state(job, bedrock.facts, now).status
        if status != "InProgress":
            raise Refusal.conflict(f"The job cannot be stopped: its status is {status}.")
        bedrock.store.put(replace(job, stop_requested=now))
    bedrock.workers.cancel(job.id)
    return {}
