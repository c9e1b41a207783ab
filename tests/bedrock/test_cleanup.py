"""Clean-up: everything of ours, nothing of others, in the right order, as often as one likes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from novadoc.bedrock import Bedrock, FineTuning, OnDemand, Provisioned
from novadoc.documents import Document
from novadoc.errors import AccessDeniedError
from novadoc.local import FAST, EchoEngine, Fault, LocalAWS, LocalClock
from novadoc.models import PRICES
from novadoc.prompts import ExtractionPrompt
from novadoc.schema import DocumentSchema

from .conftest import SCHEMA, connect, png, session, write_dataset


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
    assert {"output", "model"} >= {item.kind for item, _ in report.remaining}  # of the last job
    assert aws.cleanup.apply(aws.cleanup.plan()).is_clean
    assert "Nothing" in str(aws.cleanup.plan())


def test_what_a_job_left_meanwhile_is_reported(aws: Bedrock, request_: FineTuning) -> None:
    """A model that was made after the plan is billed: "clean" would be a lie."""
    job = aws.customization.submit(request_)
    plan = aws.cleanup.plan(keep={"bucket", "role"})
    job.wait()

    report = aws.cleanup.apply(plan)

    assert ["job"] == [item.kind for item in report.deleted]
    assert ["model", "output", "data"] == [item.kind for item, _ in report.remaining]
    assert "Plan and apply again" in str(report)
    assert aws.cleanup.apply(aws.cleanup.plan()).is_clean


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


def test_what_batch_jobs_read_and_wrote_goes_too(
    aws: Bedrock, local: LocalAWS, tmp_path: Path
) -> None:
    """Pages and answers of ended jobs are found by the jobs' tags, in any bucket."""
    session().client("s3", endpoint_url=local.url).create_bucket(Bucket="their-bucket")
    root = "s3://their-bucket/teacher/"
    aws.storage.write(f"{root}batch/theirs.txt", b"x")
    role = aws.roles.apply(aws.roles.plan_batch(root, root, model="nova-lite"))
    pages = [Document.open(png(shade), name=f"{shade}.png") for shade in range(3)]
    prompt = ExtractionPrompt(DocumentSchema.from_json_schema(SCHEMA))
    aws.batch.submit(pages, prompt=prompt, model="nova-lite", uri=root, role=role).wait()

    plan = aws.cleanup.plan()
    report = aws.cleanup.apply(plan)

    assert ["output", "role"] == [item.kind for item in plan.items]
    assert report.is_clean, str(report)
    assert [f"{root}batch/theirs.txt"] == [found.uri for found in aws.storage.list(root)]


def _deny(aws: Bedrock, *, operation: str, bucket: str) -> None:
    """Close a bucket to the caller, as its owner's policy does: moto has no such policies."""

    def refuse(model: Any, params: dict[str, Any], **_: object) -> None:
        if model.name == operation and bucket in params["url"]:
            error = {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}
            raise ClientError(error, operation)

    aws._connection.s3.client.meta.events.register("before-call.s3", refuse)


def test_a_bucket_closed_to_the_caller_stops_no_inventory(
    aws: Bedrock, local: LocalAWS, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named in a warning; when no bucket at all can be read, that is an error."""
    session().client("s3", endpoint_url=local.url).create_bucket(Bucket="closed")
    _deny(aws, operation="GetBucketTagging", bucket="closed")
    with pytest.raises(AccessDeniedError):
        aws.cleanup.inventory()
    aws.storage.create_bucket("ours-bucket")

    assert ["bucket"] == [item.kind for item in aws.cleanup.inventory()]
    assert "closed" in caplog.text


def test_what_may_not_be_listed_can_be_gone_without(aws: Bedrock, request_: FineTuning) -> None:
    """A bank lets few list its roles: what bills by the hour still goes."""
    _everything(aws, request_)

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no."}}, "ListRoles")

    aws._connection.iam.client.meta.events.register("before-call.iam.ListRoles", refuse)
    with pytest.raises(AccessDeniedError, match=r"keep=\{'role'\}"):
        aws.cleanup.plan()

    plan = aws.cleanup.plan(keep={"role"})

    assert "provisioned" in {item.kind for item in plan.items}
    assert "provisioned" in {item.kind for item in aws.cleanup.apply(plan).deleted}


def test_a_price_that_is_not_known_is_not_nothing(
    aws: Bedrock, request_: FineTuning, local: LocalAWS, clock: LocalClock
) -> None:
    """Capacity without a price in the book is said to be billed, and the sum to be the least."""
    model = aws.customization.submit(request_).wait()
    plan = aws.provisioned.plan(Provisioned("owned", model))
    aws.provisioned.apply(plan, accept_idle_cost=True)
    lite = replace(PRICES.price("nova-lite"), provisioned_per_hour=None)
    prices = replace(PRICES, prices={**PRICES.prices, "nova-lite": lite})
    later = Bedrock.connect(
        session=session(), endpoint_url=local.url, project="invoices", clock=clock, prices=prices
    )

    shown = str(later.cleanup.plan())

    assert "(at least $1.95 a month)" in shown
    assert "provisioned owned Creating (billed by the hour; the price is not known)" in shown


def test_a_job_that_does_not_stop_holds_nothing_up(clock: LocalClock, tmp_path: Path) -> None:
    """It remains, with the reason, and the rest goes."""
    facts = replace(FAST, job_stopping=timedelta(days=1))
    with LocalAWS(engine=EchoEngine(), clock=clock, facts=facts) as local:
        aws = connect(local, clock)
        data = aws.storage.upload(write_dataset(tmp_path), aws.storage.create_bucket("data-bucket"))
        role = aws.roles.apply(aws.roles.plan(data))
        aws.customization.submit(FineTuning("stuck", data, role=role))

        report = aws.cleanup.apply(aws.cleanup.plan())

    assert ["job"] == [item.kind for item, _ in report.remaining]
    assert "has not stopped" in str(report)
    assert {"bucket", "role"} == {item.kind for item in report.deleted}


def test_a_folder_that_cannot_be_looked_into_is_listed(aws: Bedrock, request_: FineTuning) -> None:
    """Not being allowed to look is never the same as nothing being there."""
    aws.customization.submit(request_).wait()
    _deny(aws, operation="ListObjectsV2", bucket="invoices-bucket")

    states = {item.kind: item.state for item in aws.cleanup.inventory()}

    assert ("unreadable", "unreadable") == (states["output"], states["data"])


def test_a_neighbour_that_cannot_be_read_keeps_the_images(
    aws: Bedrock, request_: FineTuning
) -> None:
    """Which images it names is not known, so none is deleted, and the reason is told."""
    aws.customization.submit(request_).wait()
    aws.storage.write("s3://invoices-bucket/invoices/datasets/other/train.jsonl", b"no JSON\n")

    report = aws.cleanup.apply(aws.cleanup.plan(keep={"bucket"}))

    assert ["data"] == [item.kind for item, _ in report.remaining]
    assert "no JSON" in str(report)
    images = aws.storage.list("s3://invoices-bucket/invoices/images/")
    assert 10 == len(list(images))
