"""What the tests of the local AWS share: buckets, roles, data files, tiny images."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from novadoc.local import LocalAWS

BASE = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k"
BUCKET = "pages"
SCHEMA = {"type": "object", "properties": {"number": {"type": ["string", "null"]}}}
PROMPT = f"Read the page. Answer as this JSON Schema says:\n{json.dumps(SCHEMA)}"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
S3_RIGHTS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
            "Resource": "*",
        }
    ],
}


def needs(operation: str, member: str = "") -> pytest.MarkDecorator:
    """Skip where the installed botocore is older than an operation or one of its members."""
    session = botocore.session.get_session()
    there = False
    for service in ("bedrock", "bedrock-runtime"):
        model = session.get_service_model(service)
        if operation in model.operation_names:
            shape = model.operation_model(operation).input_shape
            there = not member or member in shape.members
    return pytest.mark.skipif(
        not there, reason=f"this botocore has no {operation} {member}".strip()
    )


NEW_JOBS = needs("UpdateCustomModelDeployment")
"""Skips where botocore is older than reinforcement fine-tuning, which came with updates."""


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 64, height: int = 48) -> bytes:
    """Make a white PNG."""
    rows = (b"\x00" + b"\xff" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


_clients: dict[Any, Any] = {}


def client(local: LocalAWS, service: str, **where: Any) -> Any:
    """Return a client of the local AWS that does not retry; making one takes 0.2 s."""
    key = (local.url, service, *sorted(where.items()))
    if key not in _clients:
        _clients[key] = local.session(**where).client(
            service,
            endpoint_url=local.url,
            config=Config(retries={"total_max_attempts": 1}, read_timeout=20),
        )
    return _clients[key]


def record(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Make a good training record."""
    image = {
        "format": "png",
        "source": {"s3Location": {"uri": f"s3://{BUCKET}/data/page.png"}},
    }
    turn = {"role": "user", "content": [{"image": image}, {"text": PROMPT}]}
    answer = f'```json\n{{"number":"N{number}"}}\n```'
    good = {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "You read documents."}],
        "messages": [turn, {"role": "assistant", "content": [{"text": answer}]}],
    }
    return {**good, **changes}


def jsonl(records: list[Any]) -> bytes:
    """Write records, one a line."""
    return "".join(json.dumps(item) + "\n" for item in records).encode()


def make_role(
    local: LocalAWS,
    name: str = "trainer",
    *,
    trust: dict[str, Any] = TRUST,
    rights: dict[str, Any] | None = S3_RIGHTS,
) -> str:
    """Make a role and return its ARN."""
    iam = client(local, "iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    if rights is not None:
        iam.put_role_policy(RoleName=name, PolicyName="s3", PolicyDocument=json.dumps(rights))
    return str(made["Role"]["Arn"])


def upload(local: LocalAWS, records: list[Any] | None = None, key: str = "data/train.jsonl") -> str:
    """Make the bucket and put a page and a data file into it; return the file's URI."""
    s3 = client(local, "s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="data/page.png", Body=png())
    lines = [record(number) for number in range(10)] if records is None else records
    s3.put_object(Bucket=BUCKET, Key=key, Body=jsonl(lines))
    return f"s3://{BUCKET}/{key}"


def job_request(role: str, data: str, name: str = "job-1", **changes: Any) -> dict[str, Any]:
    """Make the parameters of a good CreateModelCustomizationJob."""
    return {
        "jobName": name,
        "customModelName": f"{name}-model",
        "roleArn": role,
        "baseModelIdentifier": BASE,
        "trainingDataConfig": {"s3Uri": data},
        "outputDataConfig": {"s3Uri": f"s3://{BUCKET}/out"},
        "hyperParameters": {"epochCount": "3"},
        **changes,
    }
