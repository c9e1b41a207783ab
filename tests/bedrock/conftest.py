"""The local AWS over HTTP, a door to it, and a small data set as `write_sft` writes one."""

from __future__ import annotations

import functools
import gc
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError

from novadoc.bedrock import Bedrock, FineTuning, UploadedDataset
from novadoc.bedrock._api import Service
from novadoc.local import FAST, EchoEngine, LocalAWS, LocalClock
from novadoc.types import Clock, JsonObject

HOUR = timedelta(hours=1)
SCHEMA: JsonObject = {
    "type": "object",
    "title": "Invoice",
    "properties": {"number": {"type": ["string", "null"], "description": "As printed."}},
    "required": ["number"],
}


@dataclass(frozen=True)
class WrittenFile:
    name: str
    records: int
    sha256: str


@dataclass(frozen=True)
class WrittenManifest:
    """A manifest of our own: `upload` takes anything of this shape."""

    folder: Path
    files: dict[str, WrittenFile]
    base_model: str = "nova-lite"
    dataset_hash: str = "d" * 64
    prompt_fingerprint: str = "p" * 64
    image_fingerprint: str = "i" * 64
    schema: JsonObject = field(default_factory=lambda: SCHEMA)


def png(shade: int) -> bytes:
    """A small page whose bytes depend on the shade."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (64, 64), shade).save(out, "PNG")
    return out.getvalue()


def record(image: str, answer: str) -> str:
    """One line of a training file."""
    location = {"s3Location": {"uri": image}}
    text = f"Read the page. Schema: {json.dumps(SCHEMA)}"
    user = [{"image": {"format": "png", "source": location}}, {"text": text}]
    messages = [
        {"role": "user", "content": user},
        {"role": "assistant", "content": [{"text": answer}]},
    ]
    return json.dumps({"schemaVersion": "bedrock-conversation-2024", "messages": messages})


def write_dataset(folder: Path, *, train: int = 10, validation: int = 0) -> WrittenManifest:
    """Write a data set to disk as the dataset writers do: images by digest, relative URIs."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    files = {}
    for part, count in (("train", train), ("validation", validation), ("test", 1)):
        lines = []
        for number in range(count):
            data = png(number % 200)
            name = f"images/{hashlib.sha256(data).hexdigest()}.png"
            (folder / name).write_bytes(data)
            answer = json.dumps({"number": f"{part}-{number}"})
            lines.append(record(name, f"```json\n{answer}\n```"))
        if not lines:
            continue
        body = "".join(f"{line}\n" for line in lines).encode()
        (folder / f"{part}.jsonl").write_bytes(body)
        files[part] = WrittenFile(f"{part}.jsonl", count, hashlib.sha256(body).hexdigest())
    (folder / "manifest.json").write_text("{}")
    digest = hashlib.sha256("".join(file.sha256 for file in files.values()).encode()).hexdigest()
    return WrittenManifest(folder, files, dataset_hash=digest)


@functools.cache
def session() -> boto3.Session:
    """One session for all tests: it keeps the service models, which take long to load."""
    return boto3.Session(
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
        region_name="us-east-1",
    )


@pytest.fixture(autouse=True, scope="module")
def _collect_rarely() -> Iterator[None]:
    """Each test makes clients, which are many objects: collecting them was a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    yield
    gc.set_threshold(*before)


def connect(local: LocalAWS, clock: Clock, *, project: str = "invoices") -> Bedrock:
    """A door to a local AWS."""
    return Bedrock.connect(session=session(), endpoint_url=local.url, project=project, clock=clock)


def lose_answer(service: Service, operation: str) -> None:
    """Let the next call take effect and its answer be lost, as a dropped connection does."""
    left = [ConnectionClosedError(endpoint_url=service.client.meta.endpoint_url)]

    def drop(**_: object) -> None:
        if left:
            raise left.pop()

    events = service.client.meta.events
    events.register(f"after-call.*.{operation}", drop)


@pytest.fixture
def clock() -> LocalClock:
    """Time that moves only when somebody waits."""
    return LocalClock(manual=True)


@pytest.fixture
def local(clock: LocalClock) -> Iterator[LocalAWS]:
    """An AWS of this test's own."""
    facts = replace(FAST, batch_minimum_records=2)
    with LocalAWS(engine=EchoEngine(), clock=clock, facts=facts) as local:
        yield local


@pytest.fixture
def aws(local: LocalAWS, clock: LocalClock) -> Bedrock:
    """The door to it."""
    return connect(local, clock)


@pytest.fixture
def uploaded(aws: Bedrock, tmp_path: Path) -> UploadedDataset:
    """A data set in a private bucket."""
    uri = aws.storage.create_bucket("invoices-bucket")
    return aws.storage.upload(write_dataset(tmp_path / "data"), f"{uri}invoices/")


@pytest.fixture
def request_(aws: Bedrock, uploaded: UploadedDataset) -> FineTuning:
    """A request the service accepts."""
    role = aws.roles.apply(aws.roles.plan(uploaded))
    return FineTuning("invoices-1", uploaded, role=role, epochs=2)
