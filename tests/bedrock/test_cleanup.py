"""Clean-up: everything of ours, nothing of others, in the right order, as often as one likes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from novadoc.bedrock import Bedrock, FineTuning, OnDemand, Provisioned
from novadoc.local import Fault, LocalAWS, LocalClock

from .conftest import connect, session, write_dataset


def _everything(aws: Bedrock, request: FineTuning) -> None:
    model = aws.customization.submit(request).wait()
    aws.deployments.apply(aws.deployments.plan(OnDemand("invoices", model))).wait()
    plan = aws.provisioned.plan(Provisioned("owned", model))
    aws.provisioned.apply(plan, accept_idle_cost=True)
    aws.customization.submit(FineTuning("second", request.data, role=request.role))


def test_everything_goes_in_an_order_that_works(aws: Bedrock, request_: FineTuning) -> None:
    """What is in use goes before what it uses; the plan says what it saves."""
    _everything(aws, request_)

    plan = aws.cleanup.plan()
    report = aws.cleanup.apply(plan)

    kinds = [item.kind for item in plan.items if item.kind != "job"]
    assert [
        "provisioned", "deployment", "model", "output", "data", "bucket", "role"
    ] == list(dict.fromkeys(kinds))  # fmt: skip
    assert plan.per_month >= Decimal("108.15") * 730
    assert "deployment invoices Active" in str(plan)
    assert report.is_clean, str(report)
    left = aws.cleanup.apply(aws.cleanup.plan())
    assert left.is_clean
    assert "Nothing" in str(aws.cleanup.plan())


def test_applying_the_same_plan_again_is_no_error(aws: Bedrock, request_: FineTuning) -> None:
    """What is gone counts as deleted."""
    plan = aws.cleanup.plan()

    first, second = aws.cleanup.apply(plan), aws.cleanup.apply(plan)

    assert first.is_clean
    assert plan.items == second.deleted


def test_other_projects_are_left_alone(
    aws: Bedrock, request_: FineTuning, local: LocalAWS, clock: LocalClock
) -> None:
    """Another project's things are neither listed nor deleted, even when a plan names them."""
    other = connect(local, clock, project="theirs")
    theirs = other.storage.create_bucket("their-bucket")
    aws.customization.submit(request_).wait()

    assert ["bucket"] == [item.kind for item in other.cleanup.inventory()]
    assert "their-bucket" not in str(aws.cleanup.plan())
    report = other.cleanup.apply(aws.cleanup.plan())
    assert () == report.deleted
    assert {"model", "output", "data", "bucket", "role"} == {
        item.kind for item, _ in report.remaining
    }
    assert [] == list(other.storage.list(theirs))


def test_what_cannot_be_deleted_is_reported_and_stops_nothing(
    aws: Bedrock, request_: FineTuning, local: LocalAWS
) -> None:
    """The rest goes; what remains is named with its reason."""
    aws.customization.submit(request_).wait()
    denied = Fault("error", operation="DeleteCustomModel", code="AccessDeniedException")
    local.faults.add(denied)

    report = aws.cleanup.apply(aws.cleanup.plan())

    ((item, error),) = report.remaining
    assert "model" == item.kind
    assert "AccessDenied" in str(error)
    assert {"output", "data", "bucket", "role"} == {gone.kind for gone in report.deleted}
    assert "1 remain" in str(report)


def test_kinds_can_be_kept(aws: Bedrock, request_: FineTuning) -> None:
    """Data may stay where the model goes."""
    kinds = {item.kind for item in aws.cleanup.plan(keep={"bucket"}).items}

    assert {"role"} == kinds


def test_a_bucket_of_somebody_else_keeps_what_is_theirs(
    aws: Bedrock, local: LocalAWS, tmp_path: Path
) -> None:
    """Outputs and data sets of our jobs go, with the images no other data set names."""
    session().client("s3", endpoint_url=local.url).create_bucket(Bucket="shared-bucket")
    root = "s3://shared-bucket/forms/"
    aws.storage.write(f"{root}theirs.txt", b"x")
    data = aws.storage.upload(write_dataset(tmp_path / "a", train=12), root)
    kept = aws.storage.upload(write_dataset(tmp_path / "b", train=9), root)
    role = aws.roles.apply(aws.roles.plan(data))
    aws.customization.submit(FineTuning("one", data, role=role)).wait()

    report = aws.cleanup.apply(aws.cleanup.plan())

    assert report.is_clean, str(report)
    left = {found.uri for found in aws.storage.list(root)}
    assert f"{root}theirs.txt" in left
    assert kept.train_uri in left
    assert 9 == sum("/images/" in uri for uri in left)
    assert not [uri for uri in left if "/output/" in uri or uri.startswith(data.train_uri)]
    assert () == aws.cleanup.inventory()
