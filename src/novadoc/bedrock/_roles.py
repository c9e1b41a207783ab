"""Service roles: planned from the data, printed for who may not create them, applied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote

from novadoc.bedrock import _policies, _tags
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._manifest import TrainingData
from novadoc.bedrock._names import S3Uri, digest, legal_name
from novadoc.errors import ConflictError
from novadoc.models import base_model
from novadoc.types import JsonObject, Tags

_POLICY = "novadoc"
_PATH = "/novadoc/"


@dataclass(frozen=True)
class RolePlan:
    """A role as it should be, and what has to be done for it. `print` it to read the JSON."""

    name: str
    """Role name."""
    arn: str
    """The role's ARN once it is there."""
    trust: JsonObject = field(repr=False)
    """Who may assume it."""
    permissions: JsonObject = field(repr=False)
    """What it may do."""
    tags: Tags = field(repr=False)
    """What it is tagged with."""
    changes: tuple[str, ...]
    """What `apply` would do, in words; empty when all is in place."""

    def __str__(self) -> str:
        todo = "; ".join(self.changes) or "nothing to do"
        return "\n".join(
            (
                f"Role {self.name}: {todo}.",
                "Trust policy:",
                json.dumps(self.trust, indent=2),
                f"Permissions (inline policy `{_POLICY}`):",
                json.dumps(self.permissions, indent=2),
            )
        )


class Roles:
    """Least-privilege service roles for customization and batch jobs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(
        self,
        data: TrainingData,
        *,
        name: str | None = None,
        teacher: str | None = None,
        grader: str | None = None,
        kms_key: str | None = None,
        vpc: bool = False,
    ) -> RolePlan:
        """Plan the role of a customization job over `data`; reads IAM, writes nothing.

        Needs `iam:GetRole` and `iam:GetRolePolicy`.

        Args:
            data: What the job reads and where it writes.
            name: Role name; made of the project and the data's place otherwise.
            teacher: Key of a distillation's teacher, which the role then may invoke.
            grader: ARN of the Lambda function of reinforcement fine-tuning.
            kms_key: ARN of the key that encrypts the model or the data.
            vpc: The job runs in a VPC.

        Raises:
            ServiceError: IAM cannot be read.
        """
        place, owner = self._place(), data.bucket_owner or self._place().account
        statements = [
            *_policies.read_objects(place, [_root(data)], owner),
            *_policies.write_objects(place, [S3Uri.parse(data.output_uri).folder()], owner),
        ]
        if teacher:
            statements.append(_policies.invoke_model(place, base_model(teacher)))
        if grader:
            statements.append(_policies.invoke_function(grader))
        if kms_key:
            statements.append(_policies.use_key(place, kms_key))
        if vpc:
            statements.append(_policies.network())
        return self._plan("customization", statements, name)

    def plan_batch(
        self, input_uri: str, output_uri: str, *, model: str, name: str | None = None
    ) -> RolePlan:
        """Plan the role of a batch job; reads IAM, writes nothing.

        Needs `iam:GetRole` and `iam:GetRolePolicy`.

        Args:
            input_uri: Folder of the records.
            output_uri: Folder of the results.
            model: Key of the base model.
            name: Role name; made of the project and the places otherwise.

        Raises:
            ServiceError: IAM cannot be read.
        """
        place = self._place()
        folders = [S3Uri.parse(input_uri).folder(), S3Uri.parse(output_uri).folder()]
        statements = [
            *_policies.write_objects(place, folders, place.account),
            _policies.invoke_model(place, base_model(model)),
        ]
        return self._plan("batch", statements, name)

    def apply(self, plan: RolePlan) -> str:
        """Create or correct the planned role; return its ARN. Repeating it changes nothing.

        A role made a moment ago cannot be assumed for some seconds: `submit` waits for it.

        Needs `iam:GetRole`, `iam:GetRolePolicy`, `iam:CreateRole`, `iam:TagRole` and
        `iam:PutRolePolicy`; for a role that is there `iam:ListRoleTags`, and
        `iam:UpdateAssumeRolePolicy` to correct who may assume it.

        Raises:
            ConflictError: A role of this name is there that was not made for this project.
            ServiceError: IAM refused or failed.
        """
        iam, trust = self._connection.iam, json.dumps(plan.trust)
        found = iam.find("GetRole", RoleName=plan.name)
        if found is None:
            self._create(plan, trust)
        else:
            self._refuse_foreign(plan.name)
            if read_document(found["Role"]["AssumeRolePolicyDocument"]) != plan.trust:
                iam.call("UpdateAssumeRolePolicy", RoleName=plan.name, PolicyDocument=trust)
        if self._permissions(plan.name) != plan.permissions:
            document = json.dumps(plan.permissions)
            iam.call(
                "PutRolePolicy", RoleName=plan.name, PolicyName=_POLICY, PolicyDocument=document
            )
        return plan.arn

    def delete(self, name: str) -> None:
        """Delete a role of ours with its inline policies; nothing happens when it is gone.

        Needs `iam:GetRole`, `iam:ListRoleTags`, `iam:ListRolePolicies`, `iam:DeleteRolePolicy`
        and `iam:DeleteRole`.

        Raises:
            ConflictError: The role was not made for this project, or somebody attached a policy.
            ServiceError: IAM refused or failed.
        """
        iam = self._connection.iam
        if iam.find("GetRole", RoleName=name) is None:
            return
        self._refuse_foreign(name)
        # Found or not: when an answer was lost, the retry finds nothing.
        for policy in list(iam.pages("ListRolePolicies", "PolicyNames", RoleName=name)):
            iam.find("DeleteRolePolicy", RoleName=name, PolicyName=policy)
        iam.find("DeleteRole", RoleName=name)

    def ours(self) -> Iterator[tuple[str, Tags]]:
        """Yield the ARN and tags of each role made for this project and region.

        Needs `iam:ListRoles` and `iam:ListRoleTags`.

        Raises:
            ServiceError: IAM cannot be read.
        """
        iam = self._connection.iam
        # Reading tags costs a request for each role: the path leaves only those made here.
        for role in iam.pages("ListRoles", "Roles", PathPrefix=_PATH):
            tags = self._tags(str(role["RoleName"]))
            here = self._connection.region
            if self._connection.owns(tags) and tags.get(_tags.REGION, here) == here:
                yield str(role["Arn"]), tags

    def _plan(
        self, purpose: _policies.Purpose, statements: list[JsonObject], name: str | None
    ) -> RolePlan:
        place, permissions = self._place(), _policies.document(statements)
        trust = _policies.trust(place, purpose)
        project = self._connection.project or ""
        mark = digest([place.region, purpose, permissions])[:8]
        called = name or legal_name(f"{project} {purpose}", suffix=mark)
        tags = self._connection.tags({_tags.REQUEST: mark, _tags.REGION: place.region})
        return RolePlan(
            name=called,
            arn=f"arn:{place.partition}:iam::{place.account}:role{_PATH}{called}",
            trust=trust,
            permissions=permissions,
            tags=tags,
            changes=tuple(self._changes(called, trust, permissions)),
        )

    def _create(self, plan: RolePlan, trust: str) -> None:
        try:
            self._connection.iam.call(
                "CreateRole",
                RoleName=plan.name,
                Path=_PATH,
                AssumeRolePolicyDocument=trust,
                Description="Assumed by Amazon Bedrock for jobs of novadoc.",
                Tags=_tags.upper(plan.tags),
            )
        except ConflictError:
            # An answer was lost and the retry met the role, or another process was faster.
            self._refuse_foreign(plan.name)

    def _changes(self, name: str, trust: JsonObject, permissions: JsonObject) -> Iterator[str]:
        found = self._connection.iam.find("GetRole", RoleName=name)
        if found is None:
            yield "create it"
        elif read_document(found["Role"]["AssumeRolePolicyDocument"]) != trust:
            yield "correct who may assume it"
        if found is None or self._permissions(name) != permissions:
            yield "set its permissions"

    def _permissions(self, name: str) -> JsonObject | None:
        found = self._connection.iam.find("GetRolePolicy", RoleName=name, PolicyName=_POLICY)
        return None if found is None else read_document(found["PolicyDocument"])

    def _refuse_foreign(self, name: str) -> None:
        if not self._connection.owns(self._tags(name)):
            raise ConflictError(
                f"the role `{name}` is there and was not made for this project.",
                operation="CreateRole",
                remedy="Pass its ARN to the request, or plan with another name.",
            )

    def _tags(self, name: str) -> dict[str, str]:
        return _tags.read(self._connection.iam.pages("ListRoleTags", "Tags", RoleName=name))

    def _place(self) -> _policies.Place:
        identity = self._connection.identity()
        return _policies.Place(identity.partition, self._connection.region, identity.account)


def _root(data: TrainingData) -> S3Uri:
    if data.root_uri:
        return S3Uri.parse(data.root_uri).folder()
    return S3Uri(data.bucket, "")


def documents_of(connection: Connection, name: str) -> Iterator[JsonObject]:
    """Yield the permission policies of a role, inline and attached.

    Raises:
        ServiceError: They cannot be read.
    """
    iam = connection.iam
    for inline in iam.pages("ListRolePolicies", "PolicyNames", RoleName=name):
        found = iam.call("GetRolePolicy", RoleName=name, PolicyName=inline)
        yield read_document(found["PolicyDocument"])
    for attached in iam.pages("ListAttachedRolePolicies", "AttachedPolicies", RoleName=name):
        arn = attached["PolicyArn"]
        version = iam.call("GetPolicy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = iam.call("GetPolicyVersion", PolicyArn=arn, VersionId=version)
        yield read_document(found["PolicyVersion"]["Document"])


def read_document(value: object) -> JsonObject:
    """Read a policy document as boto3 gives it, decoded or still quoted."""
    if isinstance(value, str):
        decoded: JsonObject = json.loads(unquote(value))
        return decoded
    return cast("JsonObject", value)
