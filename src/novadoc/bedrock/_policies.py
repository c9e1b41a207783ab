"""IAM policy documents for the roles that Bedrock assumes: least privilege, as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from novadoc.bedrock._geography import invocation_in, members_of, needs_profile
from novadoc.bedrock._names import S3Uri
from novadoc.models import BaseModel
from novadoc.types import JsonObject, JsonValue

Purpose = Literal["customization", "batch"]

# bedrock:model-customization-iam-role, bedrock:batch-iam-sr
_SOURCES: dict[Purpose, str] = {
    "customization": "model-customization-job",
    "batch": "model-invocation-job",
}


@dataclass(frozen=True)
class Place:
    """Where a role is for."""

    partition: str
    region: str
    account: str


def trust(place: Place, purpose: Purpose) -> JsonObject:
    """Let Bedrock, acting for this account and region only, assume the role."""
    source = f"arn:{place.partition}:bedrock:{place.region}:{place.account}:{_SOURCES[purpose]}/*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "bedrock.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": place.account},
                    "ArnLike": {"aws:SourceArn": source},
                },
            }
        ],
    }


def document(statements: Iterable[JsonObject]) -> JsonObject:
    """Put statements into a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def read_objects(place: Place, folders: Iterable[S3Uri], owner: str) -> list[JsonObject]:
    """Allow reading the objects below the folders, and listing these."""
    return _objects(place, folders, owner, sid="Read", actions=["s3:GetObject"])


def write_objects(place: Place, folders: Iterable[S3Uri], owner: str) -> list[JsonObject]:
    """Allow reading and writing objects below the folders, and listing these."""
    return _objects(place, folders, owner, sid="Write", actions=["s3:GetObject", "s3:PutObject"])


def _objects(
    place: Place, folders: Iterable[S3Uri], owner: str, *, sid: str, actions: list[JsonValue]
) -> list[JsonObject]:
    found = sorted(set(folders), key=lambda folder: folder.uri)
    buckets = sorted({folder.bucket for folder in found})
    same_owner: JsonObject = {"StringEquals": {"aws:ResourceAccount": owner}}
    statements: list[JsonObject] = [
        {
            "Sid": f"{sid}Objects",
            "Effect": "Allow",
            "Action": actions,
            "Resource": [_arn(place, f"{folder.bucket}/{folder.key}*") for folder in found],
            "Condition": same_owner,
        }
    ]
    for number, bucket in enumerate(buckets):
        prefixes: list[JsonValue] = [f"{f.key}*" for f in found if f.bucket == bucket]
        # If it exists: HeadBucket needs the same permission, and names no prefix.
        condition: JsonObject = {**same_owner, "StringLikeIfExists": {"s3:prefix": prefixes}}
        statements.append(
            {
                "Sid": f"{sid}List{number or ''}",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": _arn(place, bucket),
                "Condition": condition,
            }
        )
    return statements


def invoke_model(place: Place, model: BaseModel) -> JsonObject:
    """Allow invoking a base model: itself, or its profile and the model in each member region."""
    own = f"arn:{place.partition}:bedrock:{place.region}"
    resources: list[JsonValue] = [f"{own}::foundation-model/{model.invocation_id}"]
    if needs_profile(model, place.region):
        anywhere = f"arn:{place.partition}:bedrock:{members_of(model, place.region)}"
        resources = [
            f"{own}:{place.account}:inference-profile/{invocation_in(model, place.region)}",
            # The profile routes to any region of its geography.
            f"{anywhere}::foundation-model/{model.invocation_id}",
        ]
    return {
        "Sid": "InvokeModel",
        "Effect": "Allow",
        "Action": "bedrock:InvokeModel",
        "Resource": resources,
    }


def invoke_function(arn: str) -> JsonObject:
    """Allow calling the grader of reinforcement fine-tuning, in any version."""
    return {
        "Sid": "InvokeGrader",
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": [arn, f"{arn}:*"],
    }


def use_key(place: Place, key_arn: str) -> JsonObject:
    """Allow using a KMS key through Bedrock and S3 only (bedrock:encryption-custom-job)."""
    via: list[JsonValue] = [f"{name}.{place.region}.amazonaws.com" for name in ("bedrock", "s3")]
    return {
        "Sid": "UseKey",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"],
        "Resource": key_arn,
        "Condition": {"StringLike": {"kms:ViaService": via}},
    }


def network() -> JsonObject:
    """Allow a job in a VPC its network interfaces; EC2 knows no narrower resource for most."""
    return {
        "Sid": "Network",
        "Effect": "Allow",
        "Action": [
            "ec2:CreateNetworkInterface",
            "ec2:CreateNetworkInterfacePermission",
            "ec2:CreateTags",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        "Resource": "*",
    }


def _arn(place: Place, rest: str) -> str:
    return f"arn:{place.partition}:s3:::{rest}"
