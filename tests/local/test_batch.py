"""Batch inference over HTTP with boto3."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.kit import BUCKET, PROMPT, client, make_role, png
from novadoc.local import REALISTIC, LocalAWS

LITE = "us.amazon.nova-lite-v1:0"
WHOLE = REALISTIC.batch_validating + REALISTIC.batch_scheduled + REALISTIC.batch_running


def _record(number: int, text: str = PROMPT) -> dict[str, Any]:
    messages = [{"role": "user", "content": [{"text": text}]}]
    return {"recordId": f"R{number:04d}", "modelInput": {"messages": messages}}


def _submit(local: LocalAWS, records: list[Any], **changes: Any) -> str:
    s3 = client(local, "s3")
    s3.create_bucket(Bucket=BUCKET)
    body = "".join(json.dumps(record) + "\n" for record in records)
    s3.put_object(Bucket=BUCKET, Key="in/records.jsonl", Body=body.encode())
    s3.put_object(Bucket=BUCKET, Key="in/page.png", Body=png())
    role = make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    request = {
        "jobName": "batch-1",
        "roleArn": role,
        "modelId": LITE,
        "modelInvocationType": "Converse",
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/in/records.jsonl"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/out/"}},
        **changes,
    }
    bedrock = client(local, "bedrock")
    operation = bedrock.meta.service_model.operation_model("CreateModelInvocationJob")
    if "modelInvocationType" not in operation.input_shape.members:
        del request["modelInvocationType"]  # an older botocore: both bodies are alike here
    return str(bedrock.create_model_invocation_job(**request)["jobArn"])


def _job(local: LocalAWS, arn: str) -> dict[str, Any]:
    answer = client(local, "bedrock").get_model_invocation_job(jobIdentifier=arn)
    return dict(answer)


def _output(local: LocalAWS, arn: str, name: str) -> list[Any]:
    key = f"out/{arn.rsplit('/', 1)[-1]}/{name}"
    body = client(local, "s3").get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
    return [json.loads(line) for line in body.splitlines()]


def test_a_batch_answers_every_record_in_some_order(local: LocalAWS) -> None:
    """Answers are joined by recordId, not by place; the manifest counts them."""
    arn = _submit(local, [_record(n) for n in range(120)])
    seen = [_job(local, arn)["status"]]
    for step in (REALISTIC.batch_validating, REALISTIC.batch_scheduled, REALISTIC.batch_running):
        local.clock.advance(step)
        seen.append(_job(local, arn)["status"])
    lines = _output(local, arn, "records.jsonl.out")
    (manifest,) = _output(local, arn, "manifest.json.out")
    ids = [line["recordId"] for line in lines]
    texts = [line["modelOutput"]["output"]["message"]["content"][0]["text"] for line in lines]

    assert seen == ["Submitted", "Scheduled", "InProgress", "Completed"]
    assert sorted(ids) == [f"R{n:04d}" for n in range(120)] != ids
    assert set(texts) == {'{"number":null}'}
    assert manifest["successRecordCount"] == manifest["totalRecordCount"] == 120
    assert manifest["outputTokenCount"] > 0


def test_a_bad_record_is_an_error_of_its_own(local: LocalAWS) -> None:
    """The job is PartiallyCompleted; the record carries the error instead of an answer."""
    records = [_record(n) for n in range(100)]
    records[7] = _record(7, text=" ")
    arn = _submit(local, records)
    local.clock.advance(WHOLE)
    job = _job(local, arn)
    (failed,) = [line for line in _output(local, arn, "records.jsonl.out") if "error" in line]
    (manifest,) = _output(local, arn, "manifest.json.out")

    assert job["status"] == "PartiallyCompleted"
    assert (manifest["successRecordCount"], manifest["errorRecordCount"]) == (99, 1)
    assert failed["recordId"] == "R0007"
    assert failed["error"]["errorCode"] == 400
    assert "modelOutput" not in failed


def test_nova_bodies_are_the_default(local: LocalAWS) -> None:
    """Without modelInvocationType a modelInput is what InvokeModel takes."""
    records = [_record(n) for n in range(100)]
    records[0]["modelInput"]["inferenceConfig"] = {"max_new_tokens": 50}
    arn = _submit(local, records, modelInvocationType="InvokeModel")
    local.clock.advance(WHOLE)

    assert _job(local, arn)["status"] == "Completed"


def test_too_few_records_fail_the_job(local: LocalAWS) -> None:
    """The quota's minimum is checked when the file is read, with the service's words."""
    arn = _submit(local, [_record(n) for n in range(99)])
    local.clock.advance(WHOLE)
    job = _job(local, arn)

    assert job["status"] == "Failed"
    assert job["message"] == (
        "Batch job contains less records (99) than the required minimum of: 100"
    )


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        pytest.param(f"s3://{BUCKET}/in/", "Completed", id="folder"),
        pytest.param(f"s3://{BUCKET}/in/records.jsonl", "PartiallyCompleted", id="file"),
    ],
)
def test_media_need_the_folder_as_input(local: LocalAWS, uri: str, status: str) -> None:
    """Images by location must lie in the folder that is given as the input."""
    page = {"source": {"s3Location": {"uri": f"s3://{BUCKET}/in/page.png"}}, "format": "png"}
    records = [_record(n) for n in range(100)]
    records[3]["modelInput"]["messages"][0]["content"].insert(0, {"image": page})
    arn = _submit(local, records, inputDataConfig={"s3InputDataConfig": {"s3Uri": uri}})
    local.clock.advance(WHOLE)

    assert _job(local, arn)["status"] == status


def _s3(*actions: str, resource: str, **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


@pytest.mark.parametrize(
    ("listing", "status"),
    [
        pytest.param([], "Failed", id="none"),
        pytest.param(["other/*"], "Failed", id="another-folder"),
        pytest.param(["in/*"], "Completed", id="this-folder"),
    ],
)
def test_a_folder_is_listed_with_the_roles_rights(
    local: LocalAWS, listing: list[str], status: str
) -> None:
    """Reading objects is one permission, and finding them in a folder another."""
    objects = _s3("s3:GetObject", "s3:PutObject", resource=f"arn:aws:s3:::{BUCKET}/*")
    condition = {"StringLike": {"s3:prefix": listing}}
    bucket = _s3("s3:ListBucket", resource=f"arn:aws:s3:::{BUCKET}", Condition=condition)
    statements = [objects, bucket] if listing else [objects]
    rights = {"Version": "2012-10-17", "Statement": statements}
    role = make_role(local, "reader", rights=rights)
    folder = {"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/in/"}}

    arn = _submit(local, [_record(n) for n in range(100)], roleArn=role, inputDataConfig=folder)
    local.clock.advance(WHOLE)

    job = _job(local, arn)
    assert job["status"] == status
    assert ("s3:ListBucket" in job.get("message", "")) == (status == "Failed")


def test_a_batch_can_be_stopped(local: LocalAWS) -> None:
    """Stopping -> Stopped, without output; an ended job cannot be stopped."""
    arn = _submit(local, [_record(n) for n in range(100)])
    bedrock = client(local, "bedrock")
    bedrock.stop_model_invocation_job(jobIdentifier=arn)
    during = _job(local, arn)["status"]
    local.clock.advance(REALISTIC.job_stopping)

    assert (during, _job(local, arn)["status"]) == ("Stopping", "Stopped")
    with pytest.raises(bedrock.exceptions.ConflictException):
        bedrock.stop_model_invocation_job(jobIdentifier=arn)
    (summary,) = bedrock.list_model_invocation_jobs()["invocationJobSummaries"]
    assert summary["status"] == "Stopped"


@pytest.mark.parametrize(
    "model",
    [
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl",
        "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/abcdefghijkl",
        "amazon.nova-2-lite-v1:0",
    ],
)
def test_batch_is_not_for_custom_models(local: LocalAWS, model: str) -> None:
    """Custom models and their deployments are refused, as is an id that needs a profile."""
    with pytest.raises(ClientError, match="ValidationException"):
        _submit(local, [], modelId=model)


def test_facts_can_be_changed() -> None:
    """A stand-in with a smaller minimum is one `replace` away."""
    assert replace(REALISTIC, batch_minimum_records=1).batch_minimum_records == 1
