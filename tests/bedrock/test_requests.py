"""Requests: every rule that can be checked offline is, at once, with the way out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from novadoc.bedrock import (
    Bedrock,
    Distillation,
    FineTuning,
    InvocationLogs,
    ReinforcementFineTuning,
    UploadedDataset,
    Vpc,
)
from novadoc.bedrock._requests import plain
from novadoc.errors import InvalidRequestError

from .conftest import WrittenFile, WrittenManifest

ROLE = "arn:aws:iam::123456789012:role/r"
DATA = UploadedDataset("s3://bucket/train.jsonl", "s3://bucket/out/", base_model="nova-lite")
GRADER = "arn:aws:lambda:us-east-1:123456789012:function:grade"
HERE = "us-east-1"


def test_a_good_request_has_no_problems() -> None:
    """The defaults of each kind are within the service's ranges."""
    nova_2 = replace(DATA, base_model="nova-2-lite")

    assert () == FineTuning("n", DATA, role=ROLE).problems(HERE)
    assert () == Distillation("n", DATA, role=ROLE).problems(HERE)
    assert () == ReinforcementFineTuning("n", nova_2, role=ROLE, grader=GRADER).problems(HERE)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (FineTuning("n", DATA, role=ROLE, epochs=0), "`epochs` is 0; 1 to 5"),
        (FineTuning("n", DATA, role=ROLE, learning_rate=1e-3), "`learning_rate` is 0.001"),
        (FineTuning("n", DATA, role=ROLE, warmup_steps=101), "`warmup_steps` is 101"),
        (FineTuning("n", DATA, role=ROLE, base_model="nova-premier"), "these can: nova-micro"),
        (FineTuning("n", DATA, role="r"), "`roles.apply` returns one"),
        (FineTuning("n", replace(DATA, train_uri="s3://bucket/a b"), role=ROLE), "ASCII letters"),
        (FineTuning("n", DATA, role=ROLE, vpc=Vpc((), ("sg-1",))), "1 to 16"),
        (FineTuning("n", DATA, role=ROLE, tags={"Zweck": "Prüfung"}), "`._:/=+@-`"),
        (FineTuning("n", DATA, role=ROLE, tags={"": "x"}), "not one that AWS keeps"),
        (FineTuning("n", DATA, role=ROLE, tags={"k" * 129: "x"}), "up to 128"),
        (FineTuning("n", DATA, role=ROLE, tags={"novadoc:project": "x"}), "another key"),
        (Distillation("n", DATA, role=ROLE, teacher="nova-lite"), "nova-pro or nova-premier"),
        (Distillation("n", DATA, role=ROLE, base_model="nova-2-lite"), "does not teach"),
        (Distillation("n", replace(DATA, images=3), role=ROLE), "workflows.annotate"),
        (ReinforcementFineTuning("n", DATA, role=ROLE, grader=GRADER), "nova-2-lite has"),
        (
            ReinforcementFineTuning("n", DATA, role=ROLE, base_model="nova-2-lite", grader="f"),
            "Lambda function",
        ),
        (
            ReinforcementFineTuning(
                "n", DATA, role=ROLE, base_model="nova-2-lite", grader=GRADER, batch_size=8
            ),
            "`batch_size` is 8; 16 to 512",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_way_out(request_: FineTuning, words: str) -> None:
    """Each broken rule is one problem with its remedy."""
    (problem,) = request_.problems(HERE)

    assert words in problem


def test_a_region_without_customization_names_the_one_that_has_it() -> None:
    """The alternative is in the text."""
    (problem,) = FineTuning("n", DATA, role=ROLE).problems("eu-west-1")

    assert "us-east-1" in problem


def test_data_written_for_another_model_is_refused(uploaded: UploadedDataset) -> None:
    """The limits of a base model are checked when the data is written, so it has to be the same."""
    problems = FineTuning("n", uploaded, role=ROLE, base_model="nova-pro").problems(HERE)

    assert 'base_model="nova-pro"' in problems[0]


def test_all_problems_are_told_at_once_and_nothing_is_sent(aws: Bedrock) -> None:
    """One error lists every broken rule."""
    request = FineTuning("n", DATA, role="r", epochs=9, warmup_steps=-1)

    with pytest.raises(InvalidRequestError) as caught:
        aws.customization.submit(request)

    assert all(word in str(caught.value) for word in ("`role", "epochs", "warmup_steps"))


class Swept(float):
    """A number of a sweep: numpy's spell themselves otherwise."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)})"


def test_numbers_are_spelt_as_the_service_spells_them() -> None:
    """No exponent reaches the wire."""
    assert ["0.00001", "0.0001", "0.000001"] == [plain(x) for x in (1e-5, 1e-4, 1e-6)]
    assert "0.00001" == plain(Swept(1e-5))


def test_the_request_says_what_the_service_is_sent(aws: Bedrock) -> None:
    """Each kind of request has exactly the members the API knows."""
    tuned = aws.customization.parameters(
        FineTuning("inv 1", DATA, role=ROLE, kms_key="alias/k", vpc=Vpc(("subnet-1",), ("sg-1",)))
    )
    distilled = aws.customization.parameters(Distillation("d", DATA, role=ROLE))
    rewarded = aws.customization.parameters(
        ReinforcementFineTuning("r", DATA, role=ROLE, base_model="nova-2-lite", grader=GRADER)
    )

    assert {
        "epochCount": "2",
        "learningRate": "0.00001",
        "learningRateWarmupSteps": "10",
    } == tuned["hyperParameters"]
    assert "alias/k" == tuned["customModelKmsKeyId"]
    assert {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]} == tuned["vpcConfig"]
    base = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k"
    assert base == tuned["baseModelIdentifier"]
    assert {
        "teacherModelConfig": {
            "teacherModelIdentifier": "amazon.nova-pro-v1:0",
            "maxResponseLengthForInference": 1000,
        }
    } == distilled["customizationConfig"]["distillationConfig"]
    config = rewarded["customizationConfig"]["rftConfig"]
    assert {"lambdaGrader": {"lambdaArn": GRADER}} == config["graderConfig"]
    assert 1e-5 == config["hyperParameters"]["learningRate"]
    for request in (tuned, distilled, rewarded):
        # botocore's own validation, and ours of patterns and ranges, without sending anything.
        aws._connection.bedrock._check("CreateModelCustomizationJob", request)
        _validate(aws, "CreateModelCustomizationJob", request)


def _validate(aws: Bedrock, operation: str, request: object) -> None:
    from botocore.validate import ParamValidator

    shape = aws._connection.bedrock._model.operation_model(operation).input_shape
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()


def test_the_same_request_has_the_same_name_and_token(aws: Bedrock) -> None:
    """Names and tokens are a function of the request, and of its attempt."""
    request = FineTuning("invoices", DATA, role=ROLE)
    one, two = (aws.customization.parameters(request) for _ in range(2))
    other = aws.customization.parameters(replace(request, attempt=2))
    changed = aws.customization.parameters(replace(request, epochs=3))

    assert one == two
    assert 3 == len({r["jobName"] for r in (one, other, changed)})
    assert 3 == len({r["clientRequestToken"] for r in (one, other, changed)})


@pytest.mark.parametrize(
    ("logs", "filters"),
    [
        ({}, None),
        ({"having": {"task": "w2"}}, {"equals": {"task": "w2"}}),
        (
            {"having": {"task": "w2"}, "without": {"stage": "test"}},
            {"andAll": [{"equals": {"task": "w2"}}, {"notEquals": {"stage": "test"}}]},
        ),
        (
            {"having": {"task": "w2", "team": "tax"}, "match": "any"},
            {"orAll": [{"equals": {"task": "w2"}}, {"equals": {"team": "tax"}}]},
        ),
    ],
)
def test_a_teacher_can_be_distilled_from_what_was_asked_already(
    aws: Bedrock, logs: dict[str, Any], filters: object
) -> None:
    """Invocation logs stand in the data set's place, filtered by the requests' metadata."""
    data = InvocationLogs("s3://bucket/logs/", "s3://bucket/out/", base_model="nova-micro", **logs)

    sent = aws.customization.parameters(Distillation("d", data, role=ROLE))

    config = sent["trainingDataConfig"]["invocationLogsConfig"]
    assert "s3Uri" not in sent["trainingDataConfig"]
    assert {"s3Uri": "s3://bucket/logs/"} == config["invocationLogSource"]
    assert False is config["usePromptResponse"]
    assert filters == config.get("requestMetadataFilters")
    aws._connection.bedrock._check("CreateModelCustomizationJob", sent)
    _validate(aws, "CreateModelCustomizationJob", sent)


def test_too_many_conditions_on_logs_are_refused() -> None:
    """The service takes sixteen."""
    having = {f"key-{number}": "x" for number in range(17)}
    data = InvocationLogs("s3://b-1/l/", "s3://b-1/o/", base_model="nova-micro", having=having)

    (problem,) = Distillation("d", data, role=ROLE).problems(HERE)

    assert "17 conditions" in problem


def test_a_job_over_logs_is_one_job_and_its_role_reads_them(aws: Bedrock) -> None:
    """The service takes the request; the role covers the folder of the logs."""
    bucket = aws.storage.create_bucket("logs-bucket")
    data = InvocationLogs(f"{bucket}logs/", f"{bucket}out/", base_model="nova-micro")
    plan = aws.roles.plan(data, teacher="nova-pro")
    request = Distillation("d", data, role=aws.roles.apply(plan))

    assert aws.customization.submit(request).arn == aws.customization.submit(request).arn
    assert "arn:aws:s3:::logs-bucket/logs/*" in str(plan.permissions)


def test_training_and_validation_records_count_together(uploaded: UploadedDataset) -> None:
    """The service's limit is on their sum."""
    manifest = uploaded.manifest
    assert isinstance(manifest, WrittenManifest)
    files = {
        "train": WrittenFile("train.jsonl", 19_990, ""),
        "validation": WrittenFile("validation.jsonl", 11, ""),
    }
    data = replace(uploaded, manifest=replace(manifest, files=files))

    (problem,) = FineTuning("n", data, role=ROLE).problems(HERE)

    assert "20001 training and validation records" in problem
