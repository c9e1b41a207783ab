"""Every operation once on a real account. Off by default: it needs an account and costs money.

    NOVADOC_LIVE=read  AWS_PROFILE=... AWS_REGION=us-east-1 pytest -m live tests/bedrock
    NOVADOC_LIVE=train ...    also trains two models, deploys, asks and starts batch jobs: hours
    NOVADOC_LIVE=buy   ...    also buys provisioned throughput, and deletes it: an hour's price

What it will cost is printed first, and everything it made is deleted at the end, also after a
failure. `NOVADOC_LIVE_ENDPOINT` runs it on a local AWS, which is how it is itself kept working.
"""

# ruff: noqa: T201  (who pays wants to see what for)
from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from pydantic import BaseModel

from novadoc import bedrock
from novadoc.bedrock import (
    BatchFailure,
    Bedrock,
    CustomModel,
    FineTuning,
    OnDemand,
    Provisioned,
    Traffic,
    UploadedDataset,
)
from novadoc.documents import Document
from novadoc.errors import (
    ConfigurationError,
    DeploymentFailedError,
    InvalidRequestError,
    NotFoundError,
)
from novadoc.prompts import ExtractionPrompt

from .conftest import png, write_dataset

LEVELS = ("", "read", "train", "buy")
LEVEL = LEVELS.index(os.environ.get("NOVADOC_LIVE", ""))
EVERY = timedelta(seconds=float(os.environ.get("NOVADOC_LIVE_EVERY", "60")))
# Taken before the tests' environment is swept clean of the caller's configuration.
CALLER = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
PROJECT = f"novadoc-live-{uuid.uuid4().hex[:8]}"
CALLED: set[str] = set()
# The fewest records that a fine-tuning job and a batch job take.
RECORDS, BATCH = 8, 100
# Left out on plain HTTP, where the policy would shut the caller out.
UNLIKE_HERE = {"GetBucketPolicy", "PutBucketPolicy"}
# By the first level that calls them.
ABOVE = {
    "train": (
        "CreateCustomModelDeployment DeleteCustomModelDeployment UpdateCustomModelDeployment "
        "GetCustomModelDeployment GetCustomModel DeleteCustomModel TagResource CopyObject "
        "CreateModelInvocationJob GetModelInvocationJob StopModelInvocationJob "
        "GetModelCustomizationJob StopModelCustomizationJob ListTagsForResource "
        "Converse ConverseStream"
    ),
    "buy": (
        "CreateProvisionedModelThroughput GetProvisionedModelThroughput "
        "DeleteProvisionedModelThroughput"
    ),
}

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not LEVEL, reason="NOVADOC_LIVE is not set"),
]
training = pytest.mark.skipif(LEVEL < 2, reason="NOVADOC_LIVE is not `train`")
buying = pytest.mark.skipif(LEVEL < 3, reason="NOVADOC_LIVE is not `buy`")


class Invoice(BaseModel):
    number: str | None = None


PROMPT = ExtractionPrompt(Invoice)


def _cost(aws: Bedrock) -> Decimal:
    """At most what the level costs, at the price book's prices."""
    costs = aws.costs
    one = costs.estimate_training("nova-lite", records=RECORDS, tokens_per_record=1_500, epochs=1)
    asked = costs.estimate_extraction("nova-lite", Traffic(1_500, 50), pages=2 * BATCH + 2)
    # Two models, kept for less than a month; a stopped third job may have begun.
    trained = 3 * one.dollars + 2 * one.storage_per_month + asked.dollars
    bought = costs.provisioned_per_hour("nova-lite")
    return (Decimal(0), Decimal(0), trained, trained + bought)[LEVEL]


@pytest.fixture(scope="module")
def live(pytestconfig: pytest.Config) -> Iterator[Bedrock]:
    """A door with a project of its own, which is emptied in the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED"):
            patch.delenv(name, raising=False)
        for name, value in CALLER.items():
            patch.setenv(name, value)
        session = boto3.Session()
        session.get_credentials()  # found now: each test sweeps the environment
        session.events.register("before-parameter-build", _remember)
        endpoint = os.environ.get("NOVADOC_LIVE_ENDPOINT")
        aws = Bedrock.connect(session=session, endpoint_url=endpoint, project=PROJECT)
        # Past pytest's capture: it has to be seen before, and not with a failure.
        capture = pytestconfig.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print(f"\n{PROJECT} in {aws.region} will cost at most ${_cost(aws):.2f}.")
        try:
            yield aws
        finally:
            report = aws.cleanup.apply(aws.cleanup.plan(), every=EVERY)
            with capture.global_and_fixture_disabled():
                print(f"\n{PROJECT}: {report}")
        assert report.is_clean, str(report)
        assert () == aws.cleanup.inventory()
        _assert_all_called()


def _remember(model: Any, **_: object) -> None:
    CALLED.add(model.name)


def _assert_all_called() -> None:
    """Every operation that the sources name was called, up to the level chosen."""
    folder = Path(str(bedrock.__file__)).parent
    words = {
        word
        for file in folder.glob("*.py")
        for word in re.findall(r'"([A-Z]\w+)"', file.read_text(encoding="utf-8"))
    }
    session = botocore.session.get_session()
    known = {
        operation
        for service in ("bedrock", "bedrock-runtime", "s3", "iam", "sts", "service-quotas")
        for operation in session.get_service_model(service).operation_names
    }
    above = {name for level in LEVELS[LEVEL + 1 :] for name in ABOVE.get(level, "").split()}
    runtime = {"InvokeModel", "InvokeModelWithResponseStream", "CountTokens"}  # named, not called
    # Only where somebody attached a policy to a role, changed who may assume it, or let a bucket
    # keep versions; and where buckets are made without their tags.
    changed = {"GetPolicy", "GetPolicyVersion", "UpdateAssumeRolePolicy", "ListObjectVersions"}
    changed |= {"PutBucketTagging"}
    missing = (words & known) - CALLED - above - runtime - changed
    assert missing <= (UNLIKE_HERE if os.environ.get("NOVADOC_LIVE_ENDPOINT") else set()), missing


@dataclass(frozen=True)
class Ready:
    bucket: str
    data: UploadedDataset
    request: FineTuning


@pytest.fixture(scope="module")
def ready(live: Bedrock, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Bucket, data set and role, as every job needs them."""
    bucket = live.storage.create_bucket(f"novadoc-live-{uuid.uuid4().hex[:12]}")
    manifest = write_dataset(tmp_path_factory.mktemp("data"), train=RECORDS, validation=RECORDS)
    data = live.storage.upload(manifest, f"{bucket}forms/")
    role = live.roles.apply(live.roles.plan(data))
    return Ready(bucket, data, FineTuning("live", data, role=role, epochs=1))


def test_the_account_can_be_read(live: Bedrock) -> None:
    """Every list answers, and a name that is not there is told from one that may not be read."""
    for listing in (
        live.customization.list(),
        live.models.list(),
        live.deployments.list(),
        live.provisioned.list(),
        live.batch.list(),
    ):
        next(iter(listing), None)
    with pytest.raises(NotFoundError):
        live.customization.get("novadoc-there-is-no-such-job")
    with pytest.raises(NotFoundError):
        live.models.get("novadoc-there-is-no-such-model")
    assert () == live.cleanup.inventory()


def test_objects_come_and_go(live: Bedrock, ready: Ready, tmp_path: Path) -> None:
    """What is uploaded is not sent again; what is written is read back, and goes."""
    manifest = ready.data.manifest
    assert manifest is not None
    assert 0 == live.storage.upload(manifest, f"{ready.bucket}forms/").uploaded
    uri = live.storage.write(f"{ready.bucket}notes/page.png", png(3))
    assert png(3) == live.storage.read(uri)
    assert [tmp_path / "page.png"] == list(live.storage.download(f"{ready.bucket}notes/", tmp_path))
    assert 1 == live.storage.delete(f"{ready.bucket}notes/")


def test_a_request_is_looked_at_and_refused(live: Bedrock, ready: Ready) -> None:
    """Preflight finds all in place; a role that is not there is the service's own refusal."""
    assert () == live.roles.plan(ready.data).changes
    found = live.customization.preflight(ready.request)
    print(found)
    assert found.passed, str(found)
    wrong = replace(ready.request, role=f"{ready.request.role}-is-not-there")
    with pytest.raises(InvalidRequestError):
        live.customization.submit(wrong, patience=timedelta(0))


@pytest.fixture(scope="module")
def models(live: Bedrock, ready: Ready) -> tuple[CustomModel, CustomModel]:
    """Two models of the same data, trained at once, each submitted twice."""
    jobs = [live.customization.submit(replace(ready.request, attempt=number)) for number in (1, 2)]
    assert jobs[0].arn == live.customization.submit(ready.request).arn
    for status in jobs[0].watch(every=EVERY):
        print(status)
    first, second = (job.wait(every=EVERY, timeout=timedelta(hours=6)) for job in jobs)
    print(jobs[0].training_curves().to_markdown())
    return first, second


@training
def test_a_job_is_stopped(live: Bedrock, ready: Ready) -> None:
    """Stopping ends it, and stopping again is no error."""
    job = live.customization.submit(replace(ready.request, attempt=3))
    job.stop()
    states = [status.state for status in job.watch(every=EVERY)]
    job.stop()

    # The local AWS may have trained it by then.
    assert states[-1] in {"Stopped", "Completed"}


@training
def test_a_model_is_deployed_asked_and_replaced(
    live: Bedrock, models: tuple[CustomModel, CustomModel]
) -> None:
    """One deployment however often it is applied; it answers, and serves the other model then."""
    plan = live.deployments.plan(OnDemand(PROJECT, models[0]))
    deployment = live.deployments.apply(plan)
    assert deployment.arn == live.deployments.apply(plan).arn
    deployment.wait(every=EVERY)
    asked = live.model(deployment)
    question = PROMPT.render(Document.open(png(3), name="page.png"))
    assert asked.converse(question).usage.output_tokens > 0
    assert list(asked.stream(question))
    assert "p" * 64 == asked.trained_prompt()

    class Gate:
        passed = True

    try:
        print(live.deployments.promote(deployment, models[1], Gate(), every=EVERY))
        print(live.deployments.go_back(deployment, every=EVERY))
    except DeploymentFailedError as refused:
        # The API has the operation; whether it works for Nova is not documented.
        print(refused)
        assert models[0].arn == deployment.status().model_arn


@training
def test_a_batch_is_started_stopped_and_asked_again(live: Bedrock, ready: Ready) -> None:
    """A stopped job has no results, and all its records can be asked again."""
    root = f"{ready.bucket}batch/"
    role = live.roles.apply(live.roles.plan_batch(root, root, model="nova-lite"))
    pages = [Document.open(png(3), name="page.png") for _ in range(BATCH)]
    job = live.batch.submit(pages, prompt=PROMPT, model="nova-lite", uri=root, role=role)
    job.stop()
    assert list(job.watch(every=EVERY))[-1].is_terminal
    failures = [BatchFailure(one.id, one.error) for one in job.results(PROMPT) if _failed(one)]
    if len(failures) == BATCH:
        again = live.batch.retry(job, failures)
        again.stop()
        assert list(again.watch(every=EVERY))[-1].is_terminal


def _failed(outcome: object) -> bool:
    return isinstance(outcome, BatchFailure)


@training
def test_nothing_is_bought_by_accident(
    live: Bedrock, models: tuple[CustomModel, CustomModel]
) -> None:
    """Without consent the plan is all there is."""
    plan = live.provisioned.plan(Provisioned(PROJECT, models[0]), traffic=Traffic(2_300, 300))
    print(plan)
    with pytest.raises(ConfigurationError):
        live.provisioned.apply(plan)


@buying
def test_capacity_is_bought_and_deleted(
    live: Bedrock, models: tuple[CustomModel, CustomModel]
) -> None:
    """Billed by the hour from here to its deletion."""
    plan = live.provisioned.plan(Provisioned(PROJECT, models[0]))
    capacity = live.provisioned.apply(plan, accept_idle_cost=True)
    try:
        capacity.wait(every=EVERY)
    finally:
        capacity.delete(every=EVERY)
