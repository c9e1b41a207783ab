"""Compare the local AWS with the real one, by calls that are refused and cost nothing.

    python examples/record_service_behaviour.py --local              # what the stand-in says
    python examples/record_service_behaviour.py --region us-east-1 --record aws.json
    python examples/record_service_behaviour.py --compare aws.json   # differences to --local

Without `--local` it uses the AWS account that boto3 finds. Every call names things that do not
exist or breaks a rule, so nothing is created and no model answers; it still needs permission to
call Bedrock. Account numbers and ids are taken out of what is recorded.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from novadoc.local import EchoEngine, LocalAWS

BASE = "amazon.nova-lite-v1:0"
NOBODY = "arn:aws:iam::{account}:role/novadoc-nobody"
DEPLOYMENT = "arn:aws:bedrock:{region}:{account}:custom-model-deployment/abcdefghijkl"
MODEL = "arn:aws:bedrock:{region}:{account}:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"
HELLO = [{"role": "user", "content": [{"text": "Hello"}]}]


def job(**changes: Any) -> dict[str, Any]:
    return {
        "jobName": "novadoc-probe",
        "customModelName": "novadoc-probe",
        "roleArn": NOBODY,
        "baseModelIdentifier": f"{BASE}:300k",
        "trainingDataConfig": {"s3Uri": "s3://novadoc-no-such-bucket/train.jsonl"},
        "outputDataConfig": {"s3Uri": "s3://novadoc-no-such-bucket/out"},
        **changes,
    }


PROBES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "job: missing role": ("bedrock", "create_model_customization_job", job()),
    "job: bad name": ("bedrock", "create_model_customization_job", job(jobName="under_score")),
    "job: base without context": (
        "bedrock",
        "create_model_customization_job",
        job(baseModelIdentifier=BASE),
    ),
    "job: six epochs": (
        "bedrock",
        "create_model_customization_job",
        job(hyperParameters={"epochCount": "6"}),
    ),
    "job: unknown hyperparameter": (
        "bedrock",
        "create_model_customization_job",
        job(hyperParameters={"dropout": "0.1"}),
    ),
    "job: get unknown": (
        "bedrock",
        "get_model_customization_job",
        {"jobIdentifier": "novadoc-none"},
    ),
    "job: stop unknown": (
        "bedrock",
        "stop_model_customization_job",
        {"jobIdentifier": "novadoc-none"},
    ),
    "job: bogus token": ("bedrock", "list_model_customization_jobs", {"nextToken": "bogus"}),
    "model: get unknown": ("bedrock", "get_custom_model", {"modelIdentifier": MODEL}),
    "model: delete unknown": ("bedrock", "delete_custom_model", {"modelIdentifier": MODEL}),
    "deployment: of an unknown model": (
        "bedrock",
        "create_custom_model_deployment",
        {"modelDeploymentName": "novadoc-probe", "modelArn": MODEL},
    ),
    "deployment: get unknown": (
        "bedrock",
        "get_custom_model_deployment",
        {"customModelDeploymentIdentifier": DEPLOYMENT},
    ),
    "converse: unknown model": (
        "bedrock-runtime",
        "converse",
        {"modelId": "amazon.nova-none-v1:0", "messages": HELLO},
    ),
    "converse: training id": (
        "bedrock-runtime",
        "converse",
        {"modelId": f"{BASE}:300k", "messages": HELLO},
    ),
    "converse: unknown deployment": (
        "bedrock-runtime",
        "converse",
        {"modelId": DEPLOYMENT, "messages": HELLO},
    ),
    "converse: assistant first": (
        "bedrock-runtime",
        "converse",
        {"modelId": BASE, "messages": [{"role": "assistant", "content": [{"text": "Hi"}]}]},
    ),
    "converse: blank text": (
        "bedrock-runtime",
        "converse",
        {"modelId": BASE, "messages": [{"role": "user", "content": [{"text": " "}]}]},
    ),
    "converse: no image": (
        "bedrock-runtime",
        "converse",
        {
            "modelId": BASE,
            "messages": [
                {
                    "role": "user",
                    "content": [{"image": {"format": "png", "source": {"bytes": b"none"}}}],
                }
            ],
        },
    ),
    "converse: extraneous key": (
        "bedrock-runtime",
        "converse",
        {"modelId": BASE, "messages": HELLO, "additionalModelRequestFields": {"top_k": 1}},
    ),
}


def filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**names) if "{" in value else value
    if isinstance(value, dict):
        return {key: filled(part, names) for key, part in value.items()}
    return [filled(part, names) for part in value] if isinstance(value, list) else value


def masked(text: str) -> str:
    return re.sub(r"\b\d{12}\b", "<account>", text)


def record(session: boto3.Session, endpoint: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what each probe was answered with."""
    account = session.client("sts", endpoint_url=endpoint).get_caller_identity()["Account"]
    names = {"account": account, "region": str(session.region_name)}
    services = ("bedrock", "bedrock-runtime")
    clients: dict[str, Any] = {
        name: session.client(name, endpoint_url=endpoint)  # type: ignore[call-overload]
        for name in services
    }
    for title, (service, method, parameters) in PROBES.items():
        call = getattr(clients[service], method)
        yield title, outcome(call, filled(parameters, names))


def outcome(call: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        call(**parameters)
    except ClientError as error:
        response: Any = error.response
        return {
            "status": response["ResponseMetadata"]["HTTPStatusCode"],
            "code": response["Error"]["Code"],
            "message": masked(response["Error"]["Message"]),
        }
    return {"status": 200, "code": "", "message": ""}


def record_local() -> dict[str, Any]:
    with LocalAWS(engine=EchoEngine()) as local:
        return dict(record(local.session(), local.url))


def differences(theirs: dict[str, Any], ours: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each member that differs."""
    for title in PROBES:
        for member in ("status", "code", "message"):
            one = theirs.get(title, {}).get(member)
            other = ours[title][member]
            if one != other:
                yield f"{title}: {member}\n  AWS:   {one}\n  local: {other}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--local", action="store_true", help="ask the local AWS")
    parser.add_argument("--region")
    parser.add_argument("--profile")
    parser.add_argument("--record", type=Path, help="write the answers to this file")
    parser.add_argument("--compare", type=Path, help="compare this file with the local AWS")
    options = parser.parse_args()
    if options.compare:
        found = list(differences(json.loads(options.compare.read_text()), record_local()))
        print("\n".join(found) or "No differences.")
        return 1 if found else 0
    session = boto3.Session(profile_name=options.profile, region_name=options.region)
    answers = record_local() if options.local else dict(record(session, None))
    text = json.dumps(answers, indent=1)
    if options.record:
        options.record.write_text(text + "\n")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
