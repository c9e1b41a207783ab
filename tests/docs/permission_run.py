"""A project run through on the local AWS, each call recorded under the method that made it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
from pydantic import BaseModel

from novadoc import bedrock, datasets
from novadoc.bedrock import Bedrock, FineTuning, OnDemand, Provisioned
from novadoc.bedrock._item import ORDER
from novadoc.documents import Document
from novadoc.errors import IncompleteResponseError
from novadoc.local import FAST, EchoEngine, LocalAWS, LocalClock
from novadoc.prompts import ExtractionPrompt

# service-authorization reference of S3: where an action is not named like its operation.
ACTIONS = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "bedrock-runtime:Converse": "bedrock:InvokeModel",
    "bedrock-runtime:ConverseStream": "bedrock:InvokeModelWithResponseStream",
}
# AWS lets everybody ask who they are.
FREE = {"sts:GetCallerIdentity"}


class Slip(BaseModel):
    number: str | None = None


class Recorder:
    """What each method called."""

    def __init__(self, session: boto3.Session) -> None:
        self.found: dict[str, set[str]] = defaultdict(set)
        self._method = ""
        session.events.register("before-parameter-build", self._hear)

    @contextmanager
    def __call__(self, method: str) -> Iterator[None]:
        self._method = method
        self.found[method] |= set()
        yield
        self._method = ""

    def _hear(self, params: dict[str, Any], model: Any, **_: object) -> None:
        service = model.service_model.service_name
        called = f"{service}:{model.name}"
        heard = {ACTIONS.get(called, called.replace("service-quotas:", "servicequotas:"))}
        if called == "s3:DeleteObjects" and "VersionId" in str(params):
            heard = {"s3:DeleteObjectVersion"}
        if called == "s3:CopyObject":
            heard = {"s3:GetObject", "s3:PutObject"}
        if service == "bedrock" and {"roleArn"} & set(params):
            heard.add("iam:PassRole")
        if service == "bedrock" and {"tags", "jobTags"} & set(params):
            heard.add("bedrock:TagResource")
        if service == "iam" and "Tags" in params:
            heard.add("iam:TagRole")
        if "Tags" in params.get("CreateBucketConfiguration", ()):
            heard.add("s3:TagResource")
        self.found[self._method] |= heard - FREE


def page(shade: int) -> Document:
    return Document.open(b"P5 40 30 255 " + bytes([shade]) * 1200, name=f"{shade}.pgm")


PROMPT = ExtractionPrompt(Slip)


def store(aws: Bedrock, record: Recorder, folder: Path) -> bedrock.UploadedDataset:
    """Buckets and objects; returns what a job learns from."""
    samples = [datasets.Sample(str(n), page(n), {"number": str(n)}) for n in range(10)]
    manifest = datasets.write_sft(samples, prompt=PROMPT, folder=folder / "data")
    with record("storage.create_bucket"):
        root = aws.storage.create_bucket("first-bucket")
        aws.storage.create_bucket("first-bucket")
    with record("storage.upload"):
        data = aws.storage.upload(manifest, f"{root}slips/", progress=False)
        aws.storage.upload(manifest, f"{root}slips/", progress=False)
    with record("storage.refer"):
        aws.storage.refer(f"{root}slips/")
    with record("storage.write"):
        uri = aws.storage.write(f"{root}scans/a b.pgm", b"P5 1 1 255 x")
    with record("storage.read"):
        aws.storage.read(uri)
    with record("storage.lines"):
        list(aws.storage.lines(uri))
    with record("storage.open"):
        aws.storage.open(uri)
    with record("storage.list"):
        list(aws.storage.list(root))
    with record("storage.download"):
        aws.storage.download(f"{root}scans/", folder / "scans")
    with record("storage.delete"):
        aws.storage.delete(f"{root}scans/")
    with record("storage.delete_objects"):
        aws.storage.delete_objects([uri])
    aws.storage.create_bucket("second-bucket")
    aws.storage.write("s3://second-bucket/x", b"x")
    versions = {"Status": "Enabled"}
    aws._connection.s3.call(
        "PutBucketVersioning", Bucket="second-bucket", VersioningConfiguration=versions
    )
    with record("storage.delete_bucket"):
        aws.storage.delete_bucket("second-bucket")
    with record("storage.owned_by"):
        aws.storage.owned_by("123456789012")
    with record("storage.target"):
        aws.storage.target(root)
    return data


def permit(aws: Bedrock, record: Recorder, data: bedrock.UploadedDataset) -> FineTuning:
    """Roles; returns a request."""
    root = "s3://first-bucket/"
    with record("roles.plan"):
        plan = aws.roles.plan(data)
    with record("roles.plan_batch"):
        for_batch = aws.roles.plan_batch(root, root, model="nova-lite")
    other = replace(plan, trust=for_batch.trust)
    with record("roles.apply"):
        aws.roles.apply(other)
        role = aws.roles.apply(plan)
    aws.roles.apply(for_batch)
    with record("roles.plan"):
        assert not aws.roles.plan(data).changes
    with record("roles.plan_batch"):
        assert not aws.roles.plan_batch(root, root, model="nova-lite").changes
    with record("roles.ours"):
        assert role in {arn for arn, _ in aws.roles.ours()}
    spare = replace(plan, name="spare", arn=plan.arn.replace(plan.name, "spare"))
    aws.roles.apply(spare)
    with record("roles.delete"):
        aws.roles.delete("spare")
    return FineTuning("slips", data, role=role)


@contextmanager
def attached(iam: Any, role: str) -> Iterator[None]:
    """A policy of its own, attached to a role for a while."""
    allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    arn = iam.create_policy(PolicyName="more", PolicyDocument=document)["Policy"]["Arn"]
    name = role.rpartition("/")[2]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    yield
    iam.detach_role_policy(RoleName=name, PolicyArn=arn)


def train(aws: Bedrock, record: Recorder, local: LocalAWS, request: FineTuning) -> tuple[str, str]:
    """Two jobs; returns the ARNs of their models."""
    session = local.session()
    client = session.client("bedrock", endpoint_url=local.url)
    iam = session.client("iam", endpoint_url=local.url)
    with attached(iam, request.role), record("customization.preflight"):
        assert aws.customization.preflight(request).passed
    with record("customization.parameters"):
        parameters = aws.customization.parameters(request)
    # Somebody else's token under the same name: the conflict after a token was forgotten.
    client.create_model_customization_job(**{**parameters, "clientRequestToken": "other"})
    with record("customization.submit"):
        first = aws.customization.submit(request)
        second = aws.customization.submit(replace(request, attempt=2))
    with record("customization.get"):
        aws.customization.get(first.arn)
    with record("customization.list"):
        list(aws.customization.list())
    with record("Job.status"):
        first.status()
    with record("Job.watch"):
        list(first.watch())
    with record("Job.wait"):
        models = first.wait().arn, second.wait().arn
    with record("Job.training_curves"):
        assert first.training_curves().training
    with record("Job.stop"):
        first.stop()  # it has ended, and the refusal is looked into
    with record("models.get"):
        aws.models.get(models[0])
    with record("models.list"):
        list(aws.models.list())
    with record("models.tags"):
        aws.models.tags(models[0])
    with record("models.wait"):
        aws.models.wait(models[0])
    third = aws.customization.submit(replace(request, attempt=3)).wait()
    with record("models.delete"):
        aws.models.delete(third)
    return models


class Passed:
    passed = True


def deploy(aws: Bedrock, record: Recorder, models: tuple[str, str]) -> None:
    """Deployments and capacity, and questions to them."""
    old, new = models
    with record("deployments.plan"):
        plan = aws.deployments.plan(OnDemand("slips", old))
    with record("deployments.apply"):
        deployment = aws.deployments.apply(plan)
    with record("Deployment.status"):
        deployment.status()
    with record("Deployment.wait"):
        deployment.wait()
    update = aws.deployments.plan(OnDemand("slips", new))
    with record("deployments.apply"):
        aws.deployments.apply(update)
    with record("deployments.get"):
        aws.deployments.get("slips")
    with record("deployments.list"):
        list(aws.deployments.list())
    with record("deployments.promote"):
        aws.deployments.promote(deployment, old, Passed())
    with record("deployments.go_back"):
        aws.deployments.go_back(deployment)
    model = aws.model(deployment)
    with record("BedrockModel.trained_prompt"):
        model.trained_prompt()
    with record("BedrockModel.based_on"):
        model = model.based_on("nova-lite")
    with record("BedrockModel.converse"):
        model.converse(PROMPT.render(page(1)))
    with record("BedrockModel.stream"):
        list(model.stream(PROMPT.render(page(1))))
    with record("provisioned.plan"):
        bought = aws.provisioned.plan(Provisioned("owned", old))
    with record("provisioned.apply"):
        capacity = aws.provisioned.apply(bought, accept_idle_cost=True)
    with record("provisioned.get"):
        aws.provisioned.get("owned")
    with record("provisioned.list"):
        list(aws.provisioned.list())
    with record("ProvisionedModel.state"):
        capacity.state()
    with record("ProvisionedModel.wait"):
        capacity.wait()
    with record("ProvisionedModel.delete"):
        capacity.delete()
    for name in ("Deployment.delete", "deployments.delete"):
        gone = aws.deployments.apply(aws.deployments.plan(OnDemand("gone", old))).wait()
        with record(name):
            gone.delete() if name[0] == "D" else aws.deployments.delete(gone)


def batch(aws: Bedrock, record: Recorder) -> None:
    """A batch job from its documents to its results."""
    root = "s3://first-bucket/batch/"
    role = aws.roles.apply(aws.roles.plan_batch(root, root, model="nova-lite"))
    documents = [page(n) for n in range(3)]
    with record("batch.submit"):
        job = aws.batch.submit(documents, prompt=PROMPT, model="nova-lite", uri=root, role=role)
    with record("batch.get"):
        aws.batch.get(job.arn)
    with record("batch.list"):
        list(aws.batch.list())
    with record("BatchJob.status"):
        job.status()
    with record("BatchJob.watch"):
        list(job.watch())
    with record("BatchJob.wait"):
        job.wait()
    with record("BatchJob.results"):
        assert 3 == len(list(job.results(PROMPT)))
    with record("BatchJob.stop"):
        job.stop()
    nothing = IncompleteResponseError("no output for it.", operation="Converse")
    with record("batch.retry"):
        aws.batch.retry(job, [bedrock.BatchFailure("1.pgm", nothing)] * 2, fewest=1)


def clean(aws: Bedrock, record: Recorder, request: FineTuning, model: str) -> None:
    """All that is left, and running work of each kind with it."""
    plan = aws.provisioned.plan(Provisioned("owned", model))
    aws.provisioned.apply(plan, accept_idle_cost=True).wait()
    aws.customization.submit(replace(request, attempt=4))
    role = aws.roles.apply(
        aws.roles.plan_batch("s3://first-bucket/b/", "s3://first-bucket/b/", model="nova-lite")
    )
    aws.batch.submit(
        [page(n) for n in range(4)],
        prompt=PROMPT,
        model="nova-lite",
        uri="s3://first-bucket/b/",
        role=role,
    )
    with record("cleanup.inventory"):
        kinds = {item.kind for item in aws.cleanup.inventory()}
    assert kinds == set(ORDER)
    with record("cleanup.plan"):
        everything = aws.cleanup.plan()
    with record("cleanup.apply"):
        aws.cleanup.apply(everything)
    rest = aws.cleanup.plan()  # the job may have made its model before it was stopped
    with record("cleanup.apply"):
        report = aws.cleanup.apply(rest)
    assert report.is_clean, str(report)


def permissions_by_method(folder: Path) -> dict[str, set[str]]:
    """Run the whole project and return what each method needed."""
    clock = LocalClock(manual=True)
    facts = replace(FAST, batch_minimum_records=2)
    with LocalAWS(engine=EchoEngine(), clock=clock, facts=facts) as local:
        session = local.session()
        record = Recorder(session)
        aws = Bedrock.connect(session=session, endpoint_url=local.url, project="p", clock=clock)
        request = permit(aws, record, store(aws, record, folder))
        models = train(aws, record, local, request)
        deploy(aws, record, models)
        batch(aws, record)
        clean(aws, record, request, models[0])
    return {name: actions for name, actions in record.found.items() if name}
