"""Batch: the same prompt, half the price, results joined by id and none lost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import BaseModel

from novadoc.bedrock import BatchAnswer, BatchFailure, BatchJob, Bedrock, Deployment
from novadoc.bedrock._batch_records import identified
from novadoc.documents import Document
from novadoc.errors import (
    ConfigurationError,
    ConflictError,
    DatasetError,
    IncompleteResponseError,
    JobStoppedError,
    ModelFaultError,
)
from novadoc.local import Fault, LocalAWS
from novadoc.prompts import ExtractionPrompt

from .conftest import png


class Invoice(BaseModel):
    number: str | None = None


PROMPT = ExtractionPrompt(Invoice)


@dataclass(frozen=True)
class Labelled:
    id: str
    document: Document


def pages(count: int) -> list[Labelled]:
    return [
        Labelled(f"id-{shade:03}", Document.open(png(shade), name="page.png"))
        for shade in range(count)
    ]


@pytest.fixture
def bucket(aws: Bedrock) -> str:
    return aws.storage.create_bucket("batch-bucket")


def submit(aws: Bedrock, bucket: str, count: int = 6, **changes: object) -> BatchJob:
    root = f"{bucket}teacher/"
    plan = aws.roles.plan_batch(root, root, model="nova-lite")
    given = {"prompt": PROMPT, "model": "nova-lite", "uri": root, "role": aws.roles.apply(plan)}
    return aws.batch.submit(pages(count), **{**given, **changes})  # type: ignore[arg-type]


def test_every_document_has_an_outcome_of_its_own(aws: Bedrock, bucket: str) -> None:
    """Results come in any order, each with the id of its document and its label."""
    job = submit(aws, bucket).wait()

    labels = {"id-001": {"number": "1"}}
    found = list(job.results(PROMPT, expected=labels))

    assert {f"id-{n:03}" for n in range(6)} == {outcome.id for outcome in found}
    answers = [outcome for outcome in found if isinstance(outcome, BatchAnswer)]
    assert 6 == len(answers)
    assert all(isinstance(answer.value, Invoice) for answer in answers)
    assert all(answer.usage.input_tokens > 0 for answer in answers)
    assert {"number": "1"} == {answer.id: answer.expected for answer in answers}["id-001"]
    status = aws.batch.get(job.arn).status()
    assert (6, 6, 0) == (status.total, status.succeeded, status.failed)
    assert "6 of 6 records" in str(status)


def test_submitting_again_is_the_same_job(aws: Bedrock, bucket: str) -> None:
    """The records' digest is the token; what is in S3 is not sent again."""
    first, second = submit(aws, bucket), submit(aws, bucket)

    assert first.arn == second.arn
    assert 1 == len(list(aws.batch.list(name_contains="batch")))


def test_the_records_are_the_question_inference_asks(aws: Bedrock, bucket: str) -> None:
    """Images lie beside the records, in one folder; the rest is the Converse request."""
    submit(aws, bucket, 2)

    names = [found.uri for found in aws.storage.list(f"{bucket}teacher/batch/")]
    (records,) = [uri for uri in names if uri.endswith("/input/records.jsonl")]
    lines = list(aws.storage.lines(records))

    record = json.loads(lines[0])
    image = record["modelInput"]["messages"][0]["content"][0]["image"]
    where = image["source"]["s3Location"]["uri"]
    assert where in names
    assert where.rpartition("/")[0] == records.rpartition("/")[0]
    assert {"messages", "system", "inferenceConfig", "additionalModelRequestFields"} == set(
        record["modelInput"]
    )


def test_failed_and_missing_records_are_listed(aws: Bedrock, bucket: str) -> None:
    """An error and a silence are failures once the job has ended; asking again may help."""
    job = submit(aws, bucket, 4)
    with pytest.raises(ConflictError, match="goes on"):
        next(job.results(PROMPT))  # what is not there yet has not failed, and is not asked again
    job.wait()
    (output,) = [f.uri for f in aws.storage.list(bucket) if f.uri.endswith(".jsonl.out")]
    lines = [json.loads(line) for line in aws.storage.lines(output)]
    failed = {**lines[0], "error": {"errorCode": 500, "errorMessage": "SECRET"}}
    failed.pop("modelOutput")
    rest = [failed, *lines[1:-1]]
    cut = json.dumps(lines[-1])[:-9]
    aws.storage.write(output, "\n".join([*map(json.dumps, rest), cut]).encode())

    outcomes = {outcome.id: outcome for outcome in job.results(PROMPT)}

    first, last = outcomes[lines[0]["recordId"]], outcomes[lines[-1]["recordId"]]
    assert isinstance(first, BatchFailure)
    assert isinstance(last, BatchFailure)
    assert (ModelFaultError, True) == (type(first.error), first.is_retryable)
    assert (IncompleteResponseError, True) == (type(last.error), last.is_retryable)
    assert "SECRET" not in str(first.error)
    assert 4 == len(outcomes)


def test_another_question_of_the_same_name_has_a_folder_of_its_own(
    aws: Bedrock, bucket: str
) -> None:
    """A job that is still read from, or read back later, keeps the records it was asked."""
    first = submit(aws, bucket, 2)
    second = submit(aws, bucket, 3)

    assert first.arn != second.arn
    assert 2 == len(list(first.wait().results(PROMPT)))
    assert 3 == len(list(second.wait().results(PROMPT)))


def _spoil(aws: Bedrock, bucket: str, *, ids: set[str]) -> None:
    """Lose the output of some records, as a job that expired does."""
    (output,) = [f.uri for f in aws.storage.list(bucket) if f.uri.endswith(".jsonl.out")]
    lines = [line for line in aws.storage.lines(output) if json.loads(line)["recordId"] not in ids]
    aws.storage.write(output, b"\n".join(lines))


def test_what_failed_is_asked_again_without_the_documents(aws: Bedrock, bucket: str) -> None:
    """A new job over the same records and ids, once however often; nothing else is asked."""
    job = submit(aws, bucket, 5).wait()
    _spoil(aws, bucket, ids={"id-001", "id-003"})
    failures = [one for one in job.results(PROMPT) if isinstance(one, BatchFailure)]

    again = aws.batch.retry(aws.batch.get(job.arn), failures, fewest=2)

    assert again.arn == aws.batch.retry(job, failures, fewest=2).arn != job.arn
    outcomes = list(again.wait().results(PROMPT))
    assert {"id-001", "id-003"} == {one.id for one in outcomes}
    assert all(isinstance(one, BatchAnswer) for one in outcomes)
    # The service's own minimum is told before anything is sent, with the alternative.
    with pytest.raises(ConfigurationError, match="extract_many"):
        aws.batch.retry(job, failures)
    with pytest.raises(ConfigurationError, match="0 failures"):
        aws.batch.retry(job, [], fewest=0)


def test_asking_again_writes_no_tags_of_aws(aws: Bedrock, bucket: str) -> None:
    """Tags that AWS set on the first job are not copied: they may not be written."""
    job = submit(aws, bucket, 3).wait()
    aws._connection.bedrock.call(
        "TagResource", resourceARN=job.arn, tags=[{"key": "cost-center", "value": "7"}]
    )
    _spoil(aws, bucket, ids={"id-001", "id-002"})
    failures = [one for one in job.results(PROMPT) if isinstance(one, BatchFailure)]

    tags = aws._connection.tags_of(aws.batch.retry(job, failures, fewest=2).arn)

    assert "cost-center" not in tags
    assert PROMPT.fingerprint == tags["novadoc:prompt"]


def test_trouble_on_the_way_does_not_end_a_watch(
    aws: Bedrock, bucket: str, local: LocalAWS
) -> None:
    """A control plane that throttles for long never loses a day's job."""
    job = submit(aws, bucket)
    local.faults.add(Fault("throttle", operation="GetModelInvocationJob", times=30))

    assert job is job.wait()


def test_a_job_without_results_says_how_to_have_another(aws: Bedrock, bucket: str) -> None:
    """The same again would be the same job."""
    job = submit(aws, bucket)
    job.stop()

    with pytest.raises(JobStoppedError, match="another `name`"):
        job.wait()


@pytest.mark.parametrize(
    ("line", "outcomes"), [('{"modelInput": {}}', 2), ("no JSON", DatasetError)]
)
def test_records_that_others_wrote_are_read_as_far_as_they_go(
    aws: Bedrock, bucket: str, line: str, outcomes: object
) -> None:
    """Ids may be left out; what is no record is named by its place, without its content."""
    job = submit(aws, bucket, 2).wait()
    (records,) = [f.uri for f in aws.storage.list(bucket) if f.uri.endswith("/records.jsonl")]
    aws.storage.write(records, aws.storage.read(records) + line.encode())

    if outcomes is DatasetError:
        with pytest.raises(DatasetError, match="line 3") as caught:
            list(job.results(PROMPT))
        assert line not in str(caught.value)
    else:
        assert outcomes == len(list(job.results(PROMPT)))


def test_custom_models_are_refused_with_the_alternative(aws: Bedrock, bucket: str) -> None:
    """Bedrock runs no batch on custom Nova models; the deployment with workers is named."""
    arn = "arn:aws:bedrock:us-east-1:1:custom-model-deployment/abcdefghijkl"

    with pytest.raises(ConfigurationError, match="extract_many"):
        submit(aws, bucket, model=arn)
    with pytest.raises(ConfigurationError, match="extract_many"):
        submit(aws, bucket, model=Deployment(aws._connection, arn))
    with pytest.raises(ConfigurationError, match="nova-pro"):
        submit(aws, bucket, model="claude")


def test_an_id_that_comes_twice_is_refused(aws: Bedrock, bucket: str) -> None:
    """Results could not be joined."""
    page = pages(1)[0]
    with pytest.raises(ConfigurationError, match="id-000"):
        aws.batch.submit(
            [page, page], prompt=PROMPT, model="nova-lite", uri=bucket, role="arn:aws:iam::1:role/r"
        )


def test_plain_documents_are_told_apart() -> None:
    """Files of one name have ids of their own."""
    names = [name for name, _ in identified(page.document for page in pages(3))]

    assert ["page.png", "page.png (2)", "page.png (3)"] == names


def test_a_job_can_be_stopped_and_listed(aws: Bedrock, bucket: str) -> None:
    """Stopping again is no error."""
    job = submit(aws, bucket)
    job.stop()
    assert list(job.watch(every=timedelta(seconds=1)))[-1].is_terminal
    job.stop()
