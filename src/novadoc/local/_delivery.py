"""What a job leaves behind once it is over by the clock: files in S3, and a model.

Nothing runs on a timer: what is due is made when somebody looks, which nobody can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from novadoc.local._bedrock import Bedrock, new_id
from novadoc.local._outputs import write_outputs
from novadoc.local._records import BatchJob, CustomizationJob, CustomModel, Outcome
from novadoc.local._states import batch_due, batch_state, job_state, work_due

__all__ = ["deliver_due", "settled", "settled_batch"]


def settled(bedrock: Bedrock, job: CustomizationJob) -> CustomizationJob:
    """Return a job as of now, with what is due made."""
    deliver_due(bedrock)
    return bedrock.store.get(CustomizationJob, job.place, job.id) or job


def settled_batch(bedrock: Bedrock, job: BatchJob) -> BatchJob:
    """Return a batch job as of now, with what is due made."""
    deliver_due(bedrock)
    return bedrock.store.get(BatchJob, job.place, job.id) or job


def _pending(bedrock: Bedrock) -> Iterator[CustomizationJob | BatchJob]:
    with bedrock.lock:
        waiting = list(bedrock.pending.items())
    for identity, place in waiting:
        job = bedrock.store.get(CustomizationJob, place, identity)
        found = job or bedrock.store.get(BatchJob, place, identity)
        if found is not None:
            yield found


def _work_is_out(bedrock: Bedrock, now: datetime) -> bool:
    return any(
        job.stop_requested is None
        and (
            work_due(job, bedrock.facts, now)
            if isinstance(job, CustomizationJob)
            else batch_due(job, bedrock.facts, now)
        )
        for job in _pending(bedrock)
    )


def deliver_due(bedrock: Bedrock) -> None:
    """Make the files and models of all jobs that have ended.

    On a clock moved by hand the work is waited for once its planned time has passed: whoever jumps
    over the end of a training finds it ended.
    """
    if not bedrock.pending:
        return
    if bedrock.clock.manual:
        moment = bedrock.clock.now()
        bedrock.workers.wait_for(lambda: not _work_is_out(bedrock, moment))
    with bedrock.lock:
        now = bedrock.clock.now()
        for job in list(_pending(bedrock)):
            if isinstance(job, CustomizationJob):
                _deliver(bedrock, job, now)
            else:
                _deliver_batch(bedrock, job, now)


def _deliver(bedrock: Bedrock, job: CustomizationJob, now: datetime) -> None:
    state = job_state(job, bedrock.facts, now)
    if state.ended is None:
        return
    del bedrock.pending[job.id]
    done = replace(job, delivered=True)
    uri = job.request["outputDataConfig"]["s3Uri"]
    if state.status != "Failed" and not write_outputs(bedrock.store, bedrock.moto, job.arn, uri):
        lost = Outcome(state.ended, "training", "The output could not be written.")
        bedrock.store.put(replace(done, outcome=lost))
        return
    if state.status == "Completed" and job.outcome is not None:
        _make_model(bedrock, job, job.outcome, state.ended)
    bedrock.store.put(done)


def _deliver_batch(bedrock: Bedrock, job: BatchJob, now: datetime) -> None:
    state = batch_state(job, bedrock.facts, now)
    if state.ended is None:
        return
    del bedrock.pending[job.id]
    uri = job.request["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    if state.status in {"Completed", "PartiallyCompleted"}:
        write_outputs(bedrock.store, bedrock.moto, job.arn, uri)
    bedrock.store.put(replace(job, delivered=True))


def _make_model(
    bedrock: Bedrock, job: CustomizationJob, outcome: Outcome, created: datetime
) -> None:
    identity = new_id()
    base = job.request["trainingId"]
    model = CustomModel(
        place=job.place,
        id=identity,
        arn=job.place.arn("custom-model", f"{base}/{identity}"),
        name=job.request["customModelName"],
        created=created,
        token="",
        tags={tag["key"]: tag["value"] for tag in job.request.get("customModelTags", ())},
        base_model=base,
        job_arn=job.arn,
        job_name=job.name,
        kind=job.request["customizationType"],
        request=job.request,
        training_loss=outcome.training_loss,
        validation_loss=outcome.validation_loss,
    )
    artefact = bedrock.store.artefact(job.arn)
    if artefact is not None:
        bedrock.store.put_artefact(model.arn, artefact)
        bedrock.store.remove_artefact(job.arn)
    bedrock.store.put(model)
