"""Service roles: least privilege, printed, applied, corrected, removed."""

from __future__ import annotations

import json

import pytest

from novadoc.bedrock import Bedrock, UploadedDataset
from novadoc.errors import ConflictError
from novadoc.local import LocalAWS, LocalClock

from .conftest import lose_answer, session

OUT = "s3://bucket-b/out/"


def statements(document: object) -> dict[str, dict[str, object]]:
    return {entry["Sid"]: entry for entry in document["Statement"]}  # type: ignore[index]


def test_a_role_reads_its_data_and_writes_its_output_and_nothing_else(aws: Bedrock) -> None:
    """Buckets and prefixes are the actual ones, and of the expected owner."""
    data = UploadedDataset(
        "s3://bucket-a/forms/datasets/x/train.jsonl",
        OUT,
        root_uri="s3://bucket-a/forms/",
        base_model="nova-lite",
        bucket_owner="210987654321",
    )

    found = statements(aws.roles.plan(data).permissions)

    assert ["arn:aws:s3:::bucket-a/forms/*"] == found["ReadObjects"]["Resource"]
    assert ["s3:GetObject"] == found["ReadObjects"]["Action"]
    assert ["arn:aws:s3:::bucket-b/out/*"] == found["WriteObjects"]["Resource"]
    assert {"StringEquals": {"aws:ResourceAccount": "210987654321"}} == found["ReadObjects"][
        "Condition"
    ]
    assert "*" not in {str(entry["Resource"]) for entry in found.values()}
    assert {"ReadObjects", "ReadList", "WriteObjects", "WriteList"} == set(found)


def test_only_bedrock_for_this_account_and_region_may_assume_it(
    aws: Bedrock, uploaded: UploadedDataset
) -> None:
    """The trust policy closes the confused deputy's door."""
    (statement,) = aws.roles.plan(uploaded).trust["Statement"]  # type: ignore[misc]

    source = "arn:aws:bedrock:us-east-1:123456789012:model-customization-job/*"
    condition = {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": source},
    }
    assert condition == statement["Condition"]  # type: ignore[index]
    assert {"Service": "bedrock.amazonaws.com"} == statement["Principal"]  # type: ignore[index]


def test_what_a_job_needs_more_is_added(aws: Bedrock, uploaded: UploadedDataset) -> None:
    """Teacher, grader, key and network each add their statement."""
    plan = aws.roles.plan(
        uploaded,
        teacher="nova-premier",
        grader="arn:aws:lambda:us-east-1:123456789012:function:grade",
        kms_key="arn:aws:kms:us-east-1:123456789012:key/1",
        vpc=True,
    )

    found = statements(plan.permissions)

    profile, models = found["InvokeModel"]["Resource"]  # type: ignore[misc]
    assert profile.endswith(":123456789012:inference-profile/us.amazon.nova-premier-v1:0")
    assert models == "arn:aws:bedrock:us-*::foundation-model/amazon.nova-premier-v1:0"
    assert {"InvokeGrader", "UseKey", "Network"} < set(found)
    assert "kms:ViaService" in json.dumps(found["UseKey"])


def test_planning_changes_nothing_and_applying_twice_changes_it_once(
    aws: Bedrock, uploaded: UploadedDataset
) -> None:
    """A plan reads; the second apply finds all in place."""
    plan = aws.roles.plan(uploaded)
    again = aws.roles.plan(uploaded)
    first, second = aws.roles.apply(plan), aws.roles.apply(plan)
    settled = aws.roles.plan(uploaded)

    assert plan == again
    assert ("create it", "set its permissions") == plan.changes
    assert plan.arn == first == second
    assert () == settled.changes
    assert json.dumps(plan.trust, indent=2) in str(plan)


def test_a_role_that_was_changed_is_put_right(
    aws: Bedrock, uploaded: UploadedDataset, local: LocalAWS
) -> None:
    """Drift is seen in the plan and corrected."""
    plan = aws.roles.plan(uploaded)
    aws.roles.apply(plan)
    iam = session().client("iam", endpoint_url=local.url)
    iam.delete_role_policy(RoleName=plan.name, PolicyName="novadoc")
    opened = json.dumps(plan.trust).replace("123456789012", "999999999999")
    iam.update_assume_role_policy(RoleName=plan.name, PolicyDocument=opened)

    drifted = aws.roles.plan(uploaded)
    aws.roles.apply(drifted)

    assert ("correct who may assume it", "set its permissions") == drifted.changes
    assert () == aws.roles.plan(uploaded).changes


def test_a_foreign_role_is_left_alone(
    aws: Bedrock, uploaded: UploadedDataset, local: LocalAWS
) -> None:
    """A role of the same name that was not made here is neither changed nor deleted."""
    iam = session().client("iam", endpoint_url=local.url)
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument="{}")

    with pytest.raises(ConflictError, match="theirs"):
        aws.roles.apply(aws.roles.plan(uploaded, name="theirs"))
    with pytest.raises(ConflictError, match="theirs"):
        aws.roles.delete("theirs")


def test_a_lost_answer_loses_no_role(aws: Bedrock, uploaded: UploadedDataset) -> None:
    """The retry meets what the first attempt did, made or deleted."""
    for operation in ("CreateRole", "DeleteRolePolicy", "DeleteRole"):
        lose_answer(aws._connection.iam, operation)
    plan = aws.roles.plan(uploaded)

    assert plan.arn == aws.roles.apply(plan)
    assert [plan.arn] == [arn for arn, _ in aws.roles.ours()]
    aws.roles.delete(plan.name)
    assert [] == list(aws.roles.ours())


def test_a_role_of_another_region_is_not_listed(
    aws: Bedrock, uploaded: UploadedDataset, local: LocalAWS
) -> None:
    """IAM is of all regions: cleaning up here must not take the role from a job there."""
    aws.roles.apply(aws.roles.plan(uploaded))
    there = Bedrock.connect(
        "eu-west-1", session=session(), endpoint_url=local.url, project="invoices"
    )

    assert [] == list(there.roles.ours())
    assert 1 == len(list(aws.roles.ours()))


def test_deleting_a_role_that_is_gone_is_no_error(aws: Bedrock) -> None:
    """Repeating it changes nothing."""
    aws.roles.delete("was-never-there")


def test_a_batch_role_may_call_its_model(aws: Bedrock) -> None:
    """It reads and writes its folders, invokes one model, and trusts batch jobs."""
    plan = aws.roles.plan_batch("s3://bucket-a/in/", "s3://bucket-a/out/", model="nova-lite")

    found = statements(plan.permissions)
    model = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"
    assert [model] == found["InvokeModel"]["Resource"]
    assert "model-invocation-job/*" in json.dumps(plan.trust)


def test_elsewhere_a_batch_role_may_call_the_profile(local: LocalAWS, clock: LocalClock) -> None:
    """Outside us-east-1 the model is called through its geography's profile, and so is allowed."""
    aws = Bedrock.connect(
        "ap-southeast-2", session=session(), endpoint_url=local.url, project="p", clock=clock
    )
    plan = aws.roles.plan_batch("s3://bucket-a/in/", "s3://bucket-a/out/", model="nova-lite")

    resources = plan.permissions["Statement"][-1]["Resource"]
    own = "arn:aws:bedrock:ap-southeast-2:123456789012:inference-profile"
    assert [
        f"{own}/apac.amazon.nova-lite-v1:0",
        "arn:aws:bedrock:ap-*::foundation-model/amazon.nova-lite-v1:0",
    ] == resources
    assert aws.model("nova-lite").model_id == "apac.amazon.nova-lite-v1:0"
    plan = aws.roles.plan_batch("s3://bucket-a/in/", "s3://bucket-a/out/", model="nova-2-lite")
    anywhere = "arn:aws:bedrock:*::foundation-model/amazon.nova-2-lite-v1:0"
    assert anywhere in plan.permissions["Statement"][-1]["Resource"]
