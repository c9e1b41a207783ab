"""Jobs: submitted once, followed from anywhere, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from novadoc.bedrock import Bedrock, FineTuning, Job, UploadedDataset
from novadoc.bedrock._failures import read_failure
from novadoc.bedrock._status import read_status
from novadoc.errors import (
    AccessDeniedError,
    InvalidRequestError,
    JobFailedError,
    JobStoppedError,
    NotFoundError,
    NovadocError,
    ServiceError,
    ServiceUnavailableError,
    WaitTimeoutError,
)
from novadoc.local import REALISTIC, EchoEngine, Fault, LocalAWS, LocalClock

from .conftest import connect, write_dataset

NOW = datetime(2026, 9, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def slow(clock: LocalClock) -> Iterator[LocalAWS]:
    """A local AWS that takes as long as the real one, on a clock moved by waiting."""
    with LocalAWS(engine=EchoEngine(), clock=clock, facts=REALISTIC) as local:
        yield local


@pytest.fixture
def slow_job(slow: LocalAWS, clock: LocalClock, tmp_path: Path) -> tuple[Bedrock, Job]:
    aws = connect(slow, clock)
    uri = aws.storage.create_bucket("slow-bucket")
    data = aws.storage.upload(write_dataset(tmp_path), uri)
    role = aws.roles.apply(aws.roles.plan(data))
    return aws, aws.customization.submit(FineTuning("slow", data, role=role))


def test_submitting_again_gives_the_same_job(aws: Bedrock, request_: FineTuning) -> None:
    """The same request is one job, in this process or another."""
    first, second = aws.customization.submit(request_), aws.customization.submit(request_)
    third = aws.customization.submit(replace(request_, attempt=2))

    assert first.arn == second.arn != third.arn
    assert 2 == len(list(aws.customization.list()))


def test_a_job_says_what_it_was_made_of(aws: Bedrock, request_: FineTuning) -> None:
    """Job and model carry project, data set, prompt and image fingerprints."""
    job = aws.customization.submit(request_)
    model = job.wait()

    tags = aws.models.tags(model)
    assert "invoices" == tags["novadoc:project"]
    assert "nova-lite" == tags["novadoc:base-model"]
    assert ("p" * 64, "i" * 64) == (tags["novadoc:prompt"], tags["novadoc:images"])
    manifest = request_.data.manifest
    assert manifest is not None
    assert manifest.dataset_hash == tags["novadoc:dataset"]
    assert 64 == len(tags["novadoc:schema"])


def test_a_handle_survives_its_process(aws: Bedrock, request_: FineTuning) -> None:
    """An ARN or a name is all that is needed to come back."""
    job = aws.customization.submit(request_)
    (summary,) = aws.customization.list(name_contains="invoices-1")

    assert job.arn == aws.customization.get(job.arn).arn
    assert job.arn == aws.customization.get(summary.name).arn
    assert "nova-lite" == summary.base_model
    with pytest.raises(NotFoundError):
        aws.customization.get("no-such-job")


def test_a_new_role_is_waited_for(slow_job: tuple[Bedrock, Job], clock: LocalClock) -> None:
    """IAM's delay is outlasted: the job was made with a role not a second old."""
    _, job = slow_job

    assert "InProgress" == job.status().state


def test_a_role_that_never_can_be_assumed_is_an_error(
    aws: Bedrock, request_: FineTuning, clock: LocalClock
) -> None:
    """Patience ends, with the service's own reason and the remedy."""
    wrong = replace(request_, role="arn:aws:iam::123456789012:role/nobody")
    before = clock.monotonic()

    with pytest.raises(InvalidRequestError, match=r"trusts `bedrock.amazonaws.com`"):
        aws.customization.submit(wrong, patience=timedelta(seconds=30))
    assert 30 <= clock.monotonic() - before < 60


def test_a_wait_ends_in_time_and_the_job_goes_on(slow_job: tuple[Bedrock, Job]) -> None:
    """A timeout stops the waiting and not the job."""
    _, job = slow_job

    with pytest.raises(WaitTimeoutError) as caught:
        job.wait(timeout=timedelta(minutes=5))

    assert job.arn == caught.value.arn
    later = timedelta(minutes=30)
    assert "Completed" == [status.state for status in job.watch(every=later)][-1]
    assert "nova-lite" == job.wait().base_model


def test_the_watch_shows_phase_time_and_losses(slow_job: tuple[Bedrock, Job]) -> None:
    """One can see where the job is."""
    _, job = slow_job

    statuses = list(job.watch(every=timedelta(minutes=4)))

    assert ["validation", "data processing", "training"] == list(
        dict.fromkeys(status.phase for status in statuses if status.phase)
    )
    assert statuses[-1].elapsed > timedelta(minutes=90)
    assert statuses[-1].training_loss is not None
    assert "training loss" in str(statuses[-1])


def test_a_stopped_job_is_stopped(slow_job: tuple[Bedrock, Job]) -> None:
    """Stopping takes its time; waiting for the model then says so; stopping again is no error."""
    _, job = slow_job
    job.stop()

    states = [status.state for status in job.watch()]

    assert ("Stopping", "Stopped") == (states[0], states[-1])
    with pytest.raises(JobStoppedError, match="attempt"):
        job.wait()
    job.stop()


def test_bad_data_fails_late_with_the_reason(aws: Bedrock, tmp_path: Path) -> None:
    """What the service finds minutes later is a typed failure with a remedy."""
    uri = aws.storage.create_bucket("bad-bucket")
    data = aws.storage.upload(write_dataset(tmp_path / "d", train=9), uri)
    role = aws.roles.apply(aws.roles.plan(data))
    bad = aws.storage.read(data.train_uri).replace(b"Read the page.", b"System: obey.")
    aws.storage.write(data.train_uri, bad)
    job = aws.customization.submit(FineTuning("bad", data, role=role))

    with pytest.raises(JobFailedError) as caught:
        job.wait()

    assert job.arn == caught.value.arn
    failure = job.status().failure
    assert failure is not None
    assert failure.message in str(caught.value)


def test_trouble_on_the_way_does_not_end_a_watch(
    aws: Bedrock, request_: FineTuning, local: LocalAWS
) -> None:
    """A control plane that throttles for long never loses the handle."""
    job = aws.customization.submit(request_)
    local.faults.add(Fault("throttle", operation="GetModelCustomizationJob", times=30))

    assert "nova-lite" == job.wait().base_model


def test_a_dead_service_is_told_in_the_end(
    aws: Bedrock, request_: FineTuning, local: LocalAWS
) -> None:
    """After ten looks that failed, the error is raised with the job's ARN."""
    job = aws.customization.submit(request_)
    local.faults.add(Fault("error", operation="GetModelCustomizationJob"))

    with pytest.raises(ServiceUnavailableError) as caught:
        list(job.watch())
    assert job.arn == caught.value.arn


def test_not_being_allowed_to_look_is_an_error(
    aws: Bedrock, request_: FineTuning, local: LocalAWS
) -> None:
    """A watch without permission does not loop for ever."""
    job = aws.customization.submit(request_)
    denied = Fault("error", operation="GetModelCustomizationJob", code="AccessDeniedException")
    local.faults.add(denied)

    with pytest.raises(AccessDeniedError):
        list(job.watch())


def test_ctrl_c_leaves_the_job_and_says_how_to_return(
    local: LocalAWS, request_: FineTuning, clock: LocalClock
) -> None:
    """The interrupt goes on, with the way back in its text."""

    class Impatient:
        """A person who presses Ctrl-C at the first wait."""

        def now(self) -> datetime:
            return clock.now()

        def monotonic(self) -> float:
            return clock.monotonic()

        def sleep(self, duration: timedelta, /) -> None:
            raise KeyboardInterrupt

    local.faults.add(Fault("error", operation="GetModelCustomizationJob", code="X", status=503))
    aws = connect(local, Impatient())
    job = aws.customization.submit(request_)

    with pytest.raises(KeyboardInterrupt, match=r"customization.get\('arn:"):
        job.wait()


def test_states_nobody_has_seen_are_watched_on() -> None:
    """A new state is no end, a known one in another spelling is."""
    answer = {"status": "Pausing", "creationTime": NOW - timedelta(hours=1)}

    assert not read_status(answer, NOW).is_terminal
    assert read_status({**answer, "status": "COMPLETED"}, NOW).is_terminal
    assert timedelta(hours=1) == read_status(answer, NOW).elapsed


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Could not assume provided IAM role", "role"),
        ("Input data at s3://b/k must follow the required JSON format", "format"),
        ("The dataset contains reserved keyword System:", "reserved word"),
        ("Unable to read image s3://b/i.jpg", "media"),
        ("AccessDenied when reading s3://b/k", "access"),
        ("Sample exceeds the maximum of 32000 tokens", "length"),
        ("KMS key is disabled", "key"),
        ("Media must be in the same bucket", "bucket"),
        ("Internal server error", "service"),
        ("???", "unknown"),
    ],
)
def test_failure_texts_are_sorted(text: str, cause: str) -> None:
    """A text becomes a cause with a remedy, and stays as it is."""
    failure = read_failure(text)

    assert (text, cause) == (failure.message, failure.cause)
    assert failure.remedy


def test_data_that_was_there_before_can_be_learned_from(
    aws: Bedrock, uploaded: UploadedDataset, request_: FineTuning
) -> None:
    """A data set made elsewhere needs no manifest."""
    there = UploadedDataset(uploaded.train_uri, uploaded.output_uri, base_model="nova-lite")

    assert "nova-lite" == aws.customization.submit(replace(request_, data=there)).wait().base_model


@pytest.mark.parametrize("code", ["ConflictException", "ValidationException"])
def test_a_name_that_is_taken_is_the_same_job(
    aws: Bedrock, request_: FineTuning, local: LocalAWS, code: str
) -> None:
    """However the service says so, once its token is forgotten: the name holds the digest."""
    job = aws.customization.submit(request_)
    create, taken = "CreateModelCustomizationJob", "The provided job name is already in use."
    local.faults.add(Fault("error", operation=create, code=code, status=400, message=taken))

    assert job.arn == aws.customization.submit(request_).arn
    with pytest.raises(ServiceError):
        aws.customization.submit(replace(request_, attempt=2))


def test_a_job_whose_model_was_deleted_says_how_to_train_it_again(
    aws: Bedrock, request_: FineTuning
) -> None:
    """After a clean-up the same request is still the same job, and the way out is named."""
    model = aws.customization.submit(request_).wait()
    aws.models.delete(model)

    with pytest.raises(NovadocError, match="`attempt` raised"):
        aws.customization.submit(request_).wait()
    assert aws.customization.submit(replace(request_, attempt=2)).wait().arn != model.arn


def test_stopping_says_which_job_and_minds_no_end(
    aws: Bedrock, request_: FineTuning, local: LocalAWS
) -> None:
    """A refusal names the job; of an ended one, in whichever words, it is no error."""
    job, stop = aws.customization.submit(request_), "StopModelCustomizationJob"
    local.faults.add(Fault("error", operation=stop, code="AccessDeniedException", times=1))
    with pytest.raises(AccessDeniedError) as caught:
        job.stop()
    assert job.arn == caught.value.arn

    local.faults.add(Fault("error", operation=stop, code="ValidationException", status=400))
    with pytest.raises(InvalidRequestError):
        job.stop()
    job.wait()
    job.stop()


def test_losses_that_cannot_be_read_do_not_end_a_watch(aws: Bedrock, request_: FineTuning) -> None:
    """Who follows a job need not be able to use the output's bucket."""
    job = aws.customization.submit(request_)
    aws.storage.delete_bucket("invoices-bucket")

    (*_, last) = job.watch()

    assert last.is_terminal
