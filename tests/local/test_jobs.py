"""Customization jobs over HTTP with boto3, on a clock moved by hand."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.kit import (
    BASE,
    BUCKET,
    S3_RIGHTS,
    TRUST,
    client,
    job_request,
    jsonl,
    make_role,
    png,
    record,
    upload,
)
from novadoc.local import REALISTIC, LocalAWS

WHOLE = REALISTIC.job_validation + REALISTIC.job_data_processing + REALISTIC.job_training


@pytest.fixture
def bedrock(local: LocalAWS) -> Any:
    return client(local, "bedrock")


def _submit(local: LocalAWS, records: list[Any] | None = None, **changes: Any) -> str:
    data = upload(local, records)
    role = make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    answer = client(local, "bedrock").create_model_customization_job(
        **job_request(role, data, **changes)
    )
    return str(answer["jobArn"])


def _refused(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def _failure(local: LocalAWS, arn: str) -> str:
    local.clock.advance(WHOLE)
    job = client(local, "bedrock").get_model_customization_job(jobIdentifier=arn)
    assert job["status"] == "Failed"
    return str(job["failureMessage"])


def _phases(job: dict[str, Any]) -> tuple[str, ...]:
    details = job["statusDetails"]
    names = ("validationDetails", "dataProcessingDetails", "trainingDetails")
    return tuple(details[name]["status"] for name in names)


def test_a_job_goes_through_its_phases_as_time_passes(local: LocalAWS, bedrock: Any) -> None:
    """Each phase begins when the one before has ended, by the clock alone."""
    arn = _submit(local)
    seen = []
    for step in (
        timedelta(0),
        REALISTIC.job_validation,
        REALISTIC.job_data_processing,
        REALISTIC.job_training,
    ):
        local.clock.advance(step)
        job = bedrock.get_model_customization_job(jobIdentifier=arn)
        seen.append((job["status"], _phases(job)))

    assert seen == [
        ("InProgress", ("InProgress", "NotStarted", "NotStarted")),
        ("InProgress", ("Completed", "InProgress", "NotStarted")),
        ("InProgress", ("Completed", "Completed", "InProgress")),
        ("Completed", ("Completed", "Completed", "Completed")),
    ]


def test_a_completed_job_has_its_model_and_its_losses(local: LocalAWS, bedrock: Any) -> None:
    """The model, its ARN and the losses appear with completion and not before."""
    arn = _submit(local)
    before = bedrock.get_model_customization_job(jobIdentifier=arn)
    nothing_yet = bedrock.list_custom_models()["modelSummaries"]
    local.clock.advance(WHOLE)
    after = bedrock.get_model_customization_job(jobIdentifier=arn)
    model = bedrock.get_custom_model(modelIdentifier=after["outputModelArn"])

    assert not {"outputModelArn", "trainingMetrics", "endTime"} & before.keys()
    assert nothing_yet == []
    assert after["endTime"] - after["creationTime"] == WHOLE
    assert model["jobArn"] == arn
    assert model["trainingMetrics"] == after["trainingMetrics"]
    assert model["modelStatus"] == "Active"


def test_metrics_files_appear_with_completion(local: LocalAWS, bedrock: Any) -> None:
    """Both CSV files have the documented columns and lie where the documentation says."""
    data = upload(local)
    arn = _with_validation(local, data)
    s3 = client(local, "s3")
    early = s3.list_objects_v2(Bucket=BUCKET, Prefix="out/").get("Contents", [])
    local.clock.advance(WHOLE)
    files = {
        entry["Key"]: s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read().decode()
        for entry in s3.list_objects_v2(Bucket=BUCKET, Prefix="out/")["Contents"]
    }
    folder = f"out/model-customization-job-{arn.rsplit('/', 1)[-1]}"
    training = files[f"{folder}/training_artifacts/step_wise_training_metrics.csv"]
    checks = files[
        f"{folder}/validation_artifacts/post_fine_tuning_validation/validation_metrics.csv"
    ]
    rows = list(csv.DictReader(io.StringIO(training)))

    assert early == []
    assert list(rows[0]) == ["step_number", "epoch_number", "training_loss", "perplexity"]
    assert [row["step_number"] for row in rows] == [str(n) for n in range(len(rows))]
    assert {row["epoch_number"] for row in rows} == {"0", "1", "2"}
    assert checks.startswith("step_number,epoch_number,validation_loss,perplexity\n")


def _with_validation(local: LocalAWS, data: str) -> str:
    role = make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    request = job_request(role, data, validationDataConfig={"validators": [{"s3Uri": data}]})
    return str(client(local, "bedrock").create_model_customization_job(**request)["jobArn"])


def test_stopping_takes_a_while_and_leaves_no_model(local: LocalAWS, bedrock: Any) -> None:
    """Stop -> Stopping -> Stopped; a second stop and the stop of an ended job are conflicts."""
    arn = _submit(local)
    bedrock.stop_model_customization_job(jobIdentifier=arn)
    during = bedrock.get_model_customization_job(jobIdentifier=arn)["status"]
    again = _refused(bedrock.stop_model_customization_job, jobIdentifier=arn)
    local.clock.advance(REALISTIC.job_stopping)
    after = bedrock.get_model_customization_job(jobIdentifier=arn)

    assert (during, after["status"]) == ("Stopping", "Stopped")
    assert again[0] == "ConflictException"
    assert after["endTime"] - after["creationTime"] == REALISTIC.job_stopping
    assert bedrock.list_custom_models()["modelSummaries"] == []


def test_a_token_sent_again_names_the_first_job(local: LocalAWS, bedrock: Any) -> None:
    """A retried create is safe; the same names with another token are conflicts."""
    data, role = upload(local), make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    request = job_request(role, data, clientRequestToken="token-1")
    first = bedrock.create_model_customization_job(**request)["jobArn"]
    second = bedrock.create_model_customization_job(**request)["jobArn"]
    other = _refused(
        bedrock.create_model_customization_job, **{**request, "clientRequestToken": "token-2"}
    )
    same_model = _refused(
        bedrock.create_model_customization_job,
        **{**request, "clientRequestToken": "token-3", "jobName": "another"},
    )

    assert first == second
    assert (other[0], same_model[0]) == ("ConflictException", "ConflictException")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"jobName": "under_score"}, "regular expression", id="job-name"),
        pytest.param({"jobName": "a" * 64}, "less than or equal to 63", id="job-name-long"),
        pytest.param({"customModelName": "a--b"}, "regular expression", id="model-name"),
        pytest.param({"trainingDataConfig": {"s3Uri": "s3://b/dt=1/x.jsonl"}}, "regular", id="uri"),
        pytest.param({"baseModelIdentifier": "amazon.nova-lite-v1:0"}, "identifier", id="base"),
        pytest.param({"customizationType": "CONTINUED_PRE_TRAINING"}, "type", id="type"),
        pytest.param({"hyperParameters": {"epochCount": "6"}}, "between 1 and 5", id="epochs"),
        pytest.param({"hyperParameters": {"epochCount": "2.5"}}, "integer", id="half-epoch"),
        pytest.param({"hyperParameters": {"learningRate": "fast"}}, "not a number", id="rate"),
        pytest.param({"hyperParameters": {"dropout": "0.1"}}, "Unsupported", id="unknown"),
        pytest.param({"trainingDataConfig": {}}, "s3Uri", id="no-data"),
        pytest.param({"jobTags": [{"key": "a", "value": "1"}] * 2}, "unique", id="tags-twice"),
        pytest.param(
            {"roleArn": "arn:aws:iam::123456789012:role/nobody"}, "Could not assume", id="role"
        ),
    ],
)
def test_a_bad_request_is_refused_at_once(
    local: LocalAWS, bedrock: Any, changes: dict[str, Any], words: str
) -> None:
    """What the service refuses when a job is created is refused here."""
    role = make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    request = {**job_request(role, "s3://pages/data/train.jsonl"), **changes}

    code, message = _refused(bedrock.create_model_customization_job, **request)

    assert code == "ValidationException"
    assert words in message


def _text(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"text": text}]}


def _image(uri: str, kind: str = "png") -> dict[str, Any]:
    return {"image": {"format": kind, "source": {"s3Location": {"uri": uri}}}}


def _with_image(block: dict[str, Any]) -> dict[str, Any]:
    turn = {"role": "user", "content": [block, {"text": "Read."}]}
    return record(messages=[turn, _text("assistant", "{}")])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        pytest.param("no object", "JSON object", id="string"),
        pytest.param(record(schemaVersion="1"), "schemaVersion", id="version"),
        pytest.param(record(toolConfig={}), "Unsupported keys: toolConfig", id="tools"),
        pytest.param(record(messages=[]), "must not be empty", id="no-turns"),
        pytest.param(record(messages=[_text("user", "a")]), "two turns", id="no-answer"),
        pytest.param(
            record(messages=[_text("assistant", "a"), _text("user", "b")]), "'user'", id="order"
        ),
        pytest.param(
            record(messages=[_text("user", "a"), _text("assistant", "b"), _text("user", "c")]),
            "last turn",
            id="user-last",
        ),
        pytest.param(
            record(messages=[_text("user", "End User: x"), _text("assistant", "b")]),
            "reserved keyword 'User:'",
            id="reserved",
        ),
        pytest.param(
            record(messages=[_text("user", "a"), _text("assistant", "[EOS]")]),
            "reserved",
            id="reserved-answer",
        ),
        pytest.param(
            record(messages=[_text("user", " "), _text("assistant", "b")]), "empty", id="blank"
        ),
        pytest.param(_with_image(_image("s3://elsewhere/a.png")), "same bucket", id="bucket"),
        pytest.param(_with_image(_image(f"s3://{BUCKET}/a b.png")), "valid S3 URI", id="uri"),
        pytest.param(_with_image(_image(f"s3://{BUCKET}/none.png")), "does not exist", id="gone"),
        pytest.param(_with_image(_image(f"s3://{BUCKET}/x", "bmp")), "must be one of", id="format"),
        pytest.param(
            _with_image(_image(f"s3://{BUCKET}/data/page.png", "jpeg")), "readable jpeg", id="other"
        ),
        pytest.param(_with_image(_image(f"s3://{BUCKET}/small.png")), "25 pixels", id="small"),
        pytest.param(
            record(
                messages=[
                    {"role": "user", "content": [_image(f"s3://{BUCKET}/data/page.png")] * 11},
                    _text("assistant", "{}"),
                ]
            ),
            "at most 10 images",
            id="many-images",
        ),
        pytest.param(
            record(messages=[_text("user", "word " * 40_000), _text("assistant", "{}")]),
            "tokens",
            id="long",
        ),
    ],
)
def test_bad_data_is_found_late_with_its_line(local: LocalAWS, bad: Any, words: str) -> None:
    """Creating the job succeeds; minutes later it has failed and names the line and the rule."""
    records: list[Any] = [record(n) for n in range(9)]
    records.insert(3, bad)
    client(local, "s3").create_bucket(Bucket=BUCKET)
    client(local, "s3").put_object(Bucket=BUCKET, Key="small.png", Body=png(24, 24))
    arn = _submit(local, records)
    early = client(local, "bedrock").get_model_customization_job(jobIdentifier=arn)["status"]
    message = _failure(local, arn)

    assert early == "InProgress"
    assert message.startswith("Line 4: ")
    assert words in message


def test_the_failing_phase_says_failed(local: LocalAWS, bedrock: Any) -> None:
    """A data problem fails data processing, and training never starts."""
    arn = _submit(local, [record(schemaVersion="x")] * 10)
    local.clock.advance(WHOLE)
    job = bedrock.get_model_customization_job(jobIdentifier=arn)

    assert _phases(job) == ("Completed", "Failed", "NotStarted")
    assert bedrock.list_custom_models()["modelSummaries"] == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param(jsonl([record(n) for n in range(7)]), "7 records; 8 to 20000", id="few"),
        pytest.param(b"{}\n\xff\n", "not UTF-8", id="latin"),
        pytest.param(b"{" + jsonl([record()]), "Line 1: The line is not valid JSON", id="json"),
        pytest.param(b"\n" + jsonl([record()]), "Line 1", id="blank-line"),
    ],
)
def test_a_bad_file_fails_the_job(local: LocalAWS, lines: bytes, words: str) -> None:
    """Record counts, encoding and JSON are checked when the file is read."""
    data = upload(local)
    client(local, "s3").put_object(Bucket=BUCKET, Key="data/train.jsonl", Body=lines)
    role = make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    arn = client(local, "bedrock").create_model_customization_job(**job_request(role, data))

    assert words in _failure(local, arn["jobArn"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            {"trainingDataConfig": {"s3Uri": f"s3://{BUCKET}/none.jsonl"}},
            "does not exist",
            id="data",
        ),
        pytest.param(
            {"trainingDataConfig": {"s3Uri": f"s3://{BUCKET}/data"}}, "suffix", id="suffix"
        ),
        pytest.param(
            {"outputDataConfig": {"s3Uri": "s3://no-such-bucket/x"}}, "output bucket", id="output"
        ),
    ],
)
def test_missing_places_fail_the_job_in_validation(
    local: LocalAWS, bedrock: Any, changes: dict[str, Any], words: str
) -> None:
    """A file or bucket that is not there is found in the first phase."""
    arn = _submit(local, **changes)
    message = _failure(local, arn)
    job = bedrock.get_model_customization_job(jobIdentifier=arn)

    assert words in message
    assert _phases(job) == ("Failed", "NotStarted", "NotStarted")


def test_a_role_without_rights_on_s3_fails_the_job(local: LocalAWS) -> None:
    """The role's policies are evaluated: reading and writing need their own permission."""
    data = upload(local)
    reader = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    blind = make_role(local, "blind", rights=None)
    halved = make_role(local, "halved", rights={"Version": "2012-10-17", **reader})
    local.clock.advance(REALISTIC.iam_delay)
    bedrock = client(local, "bedrock")
    first = bedrock.create_model_customization_job(**job_request(blind, data, "first"))["jobArn"]
    second = bedrock.create_model_customization_job(**job_request(halved, data, "second"))["jobArn"]

    assert "s3:PutObject" in _failure(local, first)
    assert "s3:PutObject" in _failure(local, second)


def test_a_denied_object_is_named(local: LocalAWS) -> None:
    """An explicit Deny beats the Allow, and the message names the object."""
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": f"arn:aws:s3:::{BUCKET}/data/*.png"}
    rights = {"Version": "2012-10-17", "Statement": [*S3_RIGHTS["Statement"], deny]}
    data, role = upload(local), make_role(local, rights=rights)
    local.clock.advance(REALISTIC.iam_delay)
    arn = client(local, "bedrock").create_model_customization_job(**job_request(role, data))

    assert f"s3:GetObject on s3://{BUCKET}/data/page.png" in _failure(local, arn["jobArn"])


def _sharing(effect: str, **more: object) -> dict[str, Any]:
    resource = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    return {"Effect": effect, "Principal": "*", "Action": "s3:*", "Resource": resource, **more}


_TRAINER = "arn:aws:iam::123456789012:role/trainer"


@pytest.mark.parametrize(
    ("rights", "statement", "status"),
    [
        pytest.param(True, _sharing("Deny", Principal={"AWS": _TRAINER}), "Failed", id="denied"),
        pytest.param(False, _sharing("Allow"), "Completed", id="allowed-to-all"),
        pytest.param(
            False,
            _sharing("Allow", Principal={"AWS": ["123456789012"]}),
            "Completed",
            id="allowed-to-the-account",
        ),
        pytest.param(
            False, _sharing("Allow", Principal={"AWS": "210987654321"}), "Failed", id="to-another"
        ),
    ],
)
def test_a_buckets_policy_has_its_say(
    local: LocalAWS, bedrock: Any, rights: bool, statement: dict[str, Any], status: str
) -> None:
    """A Deny of either side counts; within an account one Allow is enough."""
    data = upload(local)
    role = make_role(local, rights=S3_RIGHTS if rights else None)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client(local, "s3").put_bucket_policy(Bucket=BUCKET, Policy=policy)
    local.clock.advance(REALISTIC.iam_delay)

    arn = bedrock.create_model_customization_job(**job_request(role, data))["jobArn"]
    local.clock.advance(WHOLE)

    assert bedrock.get_model_customization_job(jobIdentifier=arn)["status"] == status


@pytest.mark.parametrize("shared", [False, True])
def test_a_bucket_of_another_account_has_to_be_shared(
    local: LocalAWS, bedrock: Any, shared: bool
) -> None:
    """Both sides allow it, or it is not read."""
    theirs = local.session(account="210987654321").client("s3", endpoint_url=local.url)
    theirs.create_bucket(Bucket="theirs")
    theirs.put_object(Bucket="theirs", Key="data/train.jsonl", Body=b"{}\n")
    if shared:
        grant = _sharing("Allow", Principal={"AWS": _TRAINER}, Resource="arn:aws:s3:::theirs/*")
        policy = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
        theirs.put_bucket_policy(Bucket="theirs", Policy=policy)
    upload(local)
    role = make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    request = job_request(role, "s3://theirs/data/train.jsonl")
    arn = bedrock.create_model_customization_job(**request)["jobArn"]

    denied = "no permission for s3:GetObject on s3://theirs/data/train.jsonl"
    assert (denied in _failure(local, arn)) == (not shared)


@pytest.mark.parametrize(
    ("condition", "assumed"),
    [
        pytest.param({"StringEquals": {"aws:SourceAccount": "123456789012"}}, True, id="account"),
        pytest.param({"StringEquals": {"aws:SourceAccount": "999999999999"}}, False, id="other"),
        pytest.param(
            {
                "ArnLike": {
                    "aws:SourceArn": "arn:aws:bedrock:us-east-1:123456789012:"
                    "model-customization-job/*"
                }
            },
            True,
            id="arn",
        ),
        pytest.param(
            {
                "ArnEquals": {
                    "aws:SourceArn": "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/*"
                }
            },
            False,
            id="batch-arn",
        ),
        pytest.param({"UnknownOperator": {"aws:SourceAccount": "123456789012"}}, False, id="odd"),
    ],
)
def test_the_trust_policy_is_evaluated(
    local: LocalAWS, bedrock: Any, condition: dict[str, Any], assumed: bool
) -> None:
    """Conditions on source account and source ARN decide, as in the documented policies."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [{**TRUST["Statement"][0], "Condition": condition}],
    }
    data, role = upload(local), make_role(local, trust=trust)
    local.clock.advance(REALISTIC.iam_delay)
    request = job_request(role, data)
    if assumed:
        assert bedrock.create_model_customization_job(**request)["jobArn"]
    else:
        assert _refused(bedrock.create_model_customization_job, **request) == (
            "ValidationException",
            "Could not assume provided IAM role.",
        )


def test_a_new_role_cannot_be_assumed_yet(local: LocalAWS, bedrock: Any) -> None:
    """IAM shows a role a while after it was made; the same words are used as for a missing one."""
    data, role = upload(local), make_role(local)
    request = job_request(role, data)
    early = _refused(bedrock.create_model_customization_job, **request)
    local.clock.advance(REALISTIC.iam_delay)

    assert early == ("ValidationException", "Could not assume provided IAM role.")
    assert bedrock.create_model_customization_job(**request)["jobArn"]


def test_lists_are_filtered_sorted_and_cut(local: LocalAWS, bedrock: Any) -> None:
    """Every job appears once over all pages, newest first unless asked otherwise."""
    data, role = upload(local), make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    for number in range(5):
        bedrock.create_model_customization_job(**job_request(role, data, f"job-{number}"))
        local.clock.advance(timedelta(minutes=1))
    pages = bedrock.get_paginator("list_model_customization_jobs")

    def names(**filters: Any) -> list[str]:
        options = {"PaginationConfig": {"PageSize": 2}, **filters}
        found = pages.paginate(**options).build_full_result()["modelCustomizationJobSummaries"]
        return [job["jobName"] for job in found]

    assert names() == [f"job-{n}" for n in reversed(range(5))]
    assert names(sortOrder="Ascending", nameContains="job") == [f"job-{n}" for n in range(5)]
    assert names(nameContains="3") == ["job-3"]
    assert names(statusEquals="Completed") == []
    assert _refused(bedrock.list_model_customization_jobs, nextToken="bogus")[0] == (
        "ValidationException"
    )


def test_a_page_goes_on_after_the_one_before(local: LocalAWS, bedrock: Any) -> None:
    """What is made between two pages moves no entry; a token is good for its own list only."""
    data, role = upload(local), make_role(local)
    local.clock.advance(REALISTIC.iam_delay)

    def submit(name: str) -> None:
        bedrock.create_model_customization_job(**job_request(role, data, name))
        local.clock.advance(timedelta(minutes=1))

    for name in ("a", "b", "c", "d"):
        submit(name)
    first = bedrock.list_model_customization_jobs(maxResults=2)
    token = first["nextToken"]
    submit("e")

    second = bedrock.list_model_customization_jobs(maxResults=2, nextToken=token)

    jobs = [*first["modelCustomizationJobSummaries"], *second["modelCustomizationJobSummaries"]]
    assert [job["jobName"] for job in jobs] == ["d", "c", "b", "a"]
    assert "nextToken" not in second
    for list_, filters in (
        (bedrock.list_custom_models, {}),
        (bedrock.list_model_customization_jobs, {"nameContains": "a"}),
    ):
        assert _refused(list_, nextToken=token, **filters)[0] == "ValidationException"


def test_jobs_of_other_regions_and_accounts_are_not_seen(local: LocalAWS) -> None:
    """Regions and accounts are kept apart; Nova is customized in us-east-1 only."""
    arn = _submit(local)
    for where in ({"region": "us-west-2"}, {"account": "210987654321"}):
        elsewhere = client(local, "bedrock", **where)
        assert elsewhere.list_model_customization_jobs()["modelCustomizationJobSummaries"] == []
        code, _ = _refused(elsewhere.get_model_customization_job, jobIdentifier=arn)
        assert code == "ResourceNotFoundException"
    west = client(local, "bedrock", region="us-west-2")
    request = job_request("arn:aws:iam::123456789012:role/trainer", f"s3://{BUCKET}/x.jsonl")
    request["baseModelIdentifier"] = BASE.replace("us-east-1", "us-west-2")
    assert _refused(west.create_model_customization_job, **request)[0] == "ValidationException"


def test_a_role_is_passed_by_name_and_to_bedrock_only(local: LocalAWS) -> None:
    """The right may be for one role and one service; a batch job asks for it too."""
    data, role, other = upload(local), make_role(local), make_role(local, "other")
    local.clock.advance(REALISTIC.iam_delay)
    sts, iam = client(local, "sts"), client(local, "iam")
    dev = iam.create_role(RoleName="dev", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    keys = sts.assume_role(RoleArn=dev, RoleSessionName="ana")["Credentials"]
    ana = local.session().client(
        "bedrock",
        endpoint_url=local.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )

    def grant(service: str) -> None:
        condition = {"StringEquals": {"iam:PassedToService": service}}
        statements = [
            {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": role,
                "Condition": condition,
            },
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName="dev", PolicyName="p", PolicyDocument=document)

    batch = {
        "jobName": "asks",
        "modelId": "us.amazon.nova-lite-v1:0",
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": data}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/out/"}},
    }
    grant("ec2.amazonaws.com")
    elsewhere = _refused(ana.create_model_customization_job, **job_request(role, data))
    grant("bedrock.amazonaws.com")
    unnamed = _refused(ana.create_model_customization_job, **job_request(other, data))
    unasked = _refused(ana.create_model_invocation_job, roleArn=other, **batch)

    for code, message in (elsewhere, unnamed, unasked):
        assert code == "AccessDeniedException"
        assert "assumed-role/dev/ana is not authorized to perform: iam:PassRole" in message
    assert ana.create_model_customization_job(**job_request(role, data))["jobArn"]
    assert ana.create_model_invocation_job(roleArn=role, **batch)["jobArn"]


def test_a_caller_needs_the_right_to_pass_the_role(local: LocalAWS) -> None:
    """A principal of IAM is held to its policies: the operation itself, and iam:PassRole."""
    data, role = upload(local), make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    iam = client(local, "iam")
    iam.create_user(UserName="ana")
    keys = iam.create_access_key(UserName="ana")["AccessKey"]
    session = local.session()
    ana = session.client(
        "bedrock",
        endpoint_url=local.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
    )

    def grant(*actions: str) -> None:
        document = {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
        iam.put_user_policy(
            UserName="ana",
            PolicyName="p",
            PolicyDocument=json.dumps({"Version": "2012-10-17", **document}),
        )

    nothing = _refused(ana.create_model_customization_job, **job_request(role, data))
    grant("bedrock:*")
    no_pass = _refused(ana.create_model_customization_job, **job_request(role, data))
    grant("bedrock:*", "iam:PassRole")

    assert nothing[0] == no_pass[0] == "AccessDeniedException"
    assert "bedrock:CreateModelCustomizationJob" in nothing[1]
    assert "iam:PassRole" in no_pass[1]
    assert ana.create_model_customization_job(**job_request(role, data))["jobArn"]
