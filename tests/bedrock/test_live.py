"""Every operation once on a real account. Off by default: it needs an account and costs money.

    NOVADOC_LIVE=read  AWS_PROFILE=... AWS_REGION=us-east-1 pytest -m live -s tests/bedrock
    NOVADOC_LIVE=train ...    also trains, deploys and asks (some dollars, two to four hours)

What it will cost is printed first, and everything it made is deleted at the end, also after a
failure. `NOVADOC_LIVE_ENDPOINT` runs it on a local AWS, which is how it is itself kept working.
"""

# ruff: noqa: T201  (who pays wants to see what for)
from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from novadoc.bedrock import Bedrock, FineTuning, OnDemand, Provisioned, Traffic
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, InvalidRequestError, NotFoundError
from novadoc.prompts import ExtractionPrompt

from .conftest import png, write_dataset

LEVEL = os.environ.get("NOVADOC_LIVE", "")
# Taken before the tests' environment is swept clean of the caller's configuration.
CALLER = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not LEVEL, reason="NOVADOC_LIVE is not set"),
]
training = pytest.mark.skipif(LEVEL != "train", reason="NOVADOC_LIVE is not `train`")


class Invoice(BaseModel):
    number: str | None = None


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bedrock]:
    """A door with a project of its own, which is emptied in the end."""
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in CALLER.items():
        monkeypatch.setenv(name, value)
    endpoint = os.environ.get("NOVADOC_LIVE_ENDPOINT")
    aws = Bedrock.connect(endpoint_url=endpoint, project=f"novadoc-live-{uuid.uuid4().hex[:8]}")
    yield aws
    report = aws.cleanup.apply(aws.cleanup.plan())
    print(report)
    assert report.is_clean, str(report)


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
    assert () == live.cleanup.inventory()


def test_data_and_roles_come_and_go(live: Bedrock, tmp_path: Path) -> None:
    """Bucket, upload, role, preflight; a request with a role that is not there is refused."""
    bucket = live.storage.create_bucket(f"novadoc-live-{uuid.uuid4().hex[:12]}")
    manifest = write_dataset(tmp_path / "data", train=10)
    data = live.storage.upload(manifest, f"{bucket}forms/")
    again = live.storage.upload(manifest, f"{bucket}forms/")
    role = live.roles.apply(live.roles.plan(data))
    found = live.customization.preflight(FineTuning("live", data, role=role))
    print(found)

    assert 0 == again.uploaded
    assert found.passed, str(found)
    wrong = FineTuning("live", data, role=f"{role}-is-not-there")
    with pytest.raises(InvalidRequestError):
        live.customization.submit(wrong, patience=timedelta(0))


@training
def test_the_whole_road(live: Bedrock, tmp_path: Path) -> None:
    """Train once however often it is submitted, deploy, ask, buy nothing, leave nothing."""
    cost = live.costs.estimate_training("nova-lite", records=100, tokens_per_record=1_500)
    print(f"This will cost {cost}, and a few cents for questions.")
    bucket = live.storage.create_bucket(f"novadoc-live-{uuid.uuid4().hex[:12]}")
    data = live.storage.upload(write_dataset(tmp_path, train=100, validation=10), f"{bucket}forms/")
    role = live.roles.apply(live.roles.plan(data))
    request = FineTuning("live", data, role=role, epochs=1)
    job = live.customization.submit(request)
    assert job.arn == live.customization.submit(request).arn
    for status in job.watch():
        print(status)
    model = job.wait(timeout=timedelta(hours=6))
    print(job.training_curves().to_markdown())

    plan = live.deployments.plan(OnDemand(f"live-{uuid.uuid4().hex[:8]}", model))
    deployment = live.deployments.apply(plan).wait()
    prompt = ExtractionPrompt(Invoice)
    reply = live.model(deployment).converse(prompt.render(Document.open(png(3), name="page.png")))

    assert reply.usage.output_tokens > 0
    assert "p" * 64 == live.model(deployment).trained_prompt()
    owned = live.provisioned.plan(Provisioned("live", model), traffic=Traffic(2_300, 300))
    print(owned)
    with pytest.raises(ConfigurationError):
        live.provisioned.apply(owned)
