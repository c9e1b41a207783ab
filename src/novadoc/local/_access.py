"""Who may do what: the caller's rights, the role's trust, the role's rights on S3."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import unquote

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._policy import Shared, allows, trusts
from novadoc.local._reader import Allowed
from novadoc.local._records import Place
from novadoc.local._refusal import Refusal

__all__ = ["check_caller", "check_pass_role", "check_role", "role_allows"]

_SERVICE = "bedrock.amazonaws.com"


def _document(source: object) -> Mapping[str, Any]:
    """Read a policy document as IAM hands it out: a dict, or JSON, percent-encoded or not.

    IAM refuses a document that is no policy; moto keeps some, and then it grants nothing.
    """
    try:
        document: object = json.loads(unquote(source)) if isinstance(source, str) else source
    except (ValueError, RecursionError):
        return {}
    return cast("Mapping[str, Any]", document) if isinstance(document, dict) else {}


def _is_missing(error: Any) -> bool:
    return error.response["Error"]["Code"] in {"NoSuchEntity", "404"}


def _role(bedrock: Bedrock, account: str, name: str) -> Mapping[str, Any] | None:
    try:
        answer = bedrock.moto.iam(account).get_role(RoleName=name)
    except bedrock.moto.client_error as error:
        if _is_missing(error):
            return None
        raise
    return cast("Mapping[str, Any]", answer["Role"])


def _refused_role(bedrock: Bedrock) -> Refusal:
    return Refusal.invalid(bedrock.facts.role_refused)


def check_role(bedrock: Bedrock, call: Call, role_arn: str, source_arn: str) -> None:
    """Check that Bedrock can assume a role, as the service does when a job is created.

    Raises:
        Refusal: The role is missing, in another account, does not trust Bedrock for this source,
            or changed too short ago for IAM to show it. One text for all, as the service has.
    """
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    if account != call.caller.account:
        raise _refused_role(bedrock)
    role = _role(bedrock, account, name)
    if role is None or role["Arn"] != role_arn:
        raise _refused_role(bedrock)
    context = {"aws:SourceAccount": account, "aws:SourceArn": source_arn}
    if not trusts(_document(role["AssumeRolePolicyDocument"]), _SERVICE, context):
        raise _refused_role(bedrock)
    changed = bedrock.iam_changes.get((account, name))
    if changed is not None and call.now < changed + bedrock.facts.iam_delay:
        raise _refused_role(bedrock)


def _inline(iam: Any, kind: str, name: str) -> Iterator[Mapping[str, Any]]:
    key = {f"{kind.capitalize()}Name": name}
    listed = getattr(iam, f"list_{kind}_policies")(**key)["PolicyNames"]
    for policy in listed:
        answer = getattr(iam, f"get_{kind}_policy")(**key, PolicyName=policy)
        yield _document(answer["PolicyDocument"])


def _attached(iam: Any, kind: str, name: str) -> Iterator[Mapping[str, Any]]:
    listed = getattr(iam, f"list_attached_{kind}_policies")(**{f"{kind.capitalize()}Name": name})
    for policy in listed["AttachedPolicies"]:
        arn = policy["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        yield _document(answer["PolicyVersion"]["Document"])


def _policies(bedrock: Bedrock, account: str, kind: str, name: str) -> list[Mapping[str, Any]]:
    iam = bedrock.moto.iam(account)
    return [*_inline(iam, kind, name), *_attached(iam, kind, name)]


def _kept_policies(
    bedrock: Bedrock, account: str, kind: str, name: str
) -> list[Mapping[str, Any]] | None:
    """Return a principal's policies; `None` when it was deleted meanwhile."""
    try:
        return _policies(bedrock, account, kind, name)
    except bedrock.moto.client_error as error:
        if _is_missing(error):
            return None
        raise


def role_allows(bedrock: Bedrock, place: Place, role_arn: str) -> Allowed:
    """Return a function (action, resource, prefix) for a role's policies as they are now.

    A role that is gone may do nothing.
    """
    if not bedrock.facts.checks_permissions:
        return lambda *_: True
    documents = _kept_policies(bedrock, place.account, "role", role_arn.rsplit("/", 1)[-1])
    if documents is None:
        return lambda *_: False

    @functools.cache
    def shared(bucket: str) -> Shared:
        return _shared(bedrock, place.account, role_arn, bucket)

    def allowed(action: str, resource: str, prefix: str | None = None) -> bool:
        context = {"aws:SecureTransport": "true"}
        if prefix is not None:
            context["s3:prefix"] = prefix
        _, is_of_s3, rest = resource.partition(":s3:::")
        if not is_of_s3:
            return allows(documents, action, resource, context)
        policy = shared(rest.partition("/")[0])
        if policy.is_own:
            context |= dict.fromkeys(("aws:ResourceAccount", "s3:ResourceAccount"), place.account)
        return policy.allows(documents, action, resource, context)

    return allowed


def _shared(bedrock: Bedrock, account: str, role_arn: str, bucket: str) -> Shared:
    """What a bucket says of a role; moto refuses by itself what is denied to anybody."""
    moto = bedrock.moto
    # One that is not there is told by who reads it.
    is_own = moto.owns(account, bucket) or not moto.has_bucket(bucket, account)
    try:
        document = _document(moto.s3(account).get_bucket_policy(Bucket=bucket)["Policy"])
    except moto.client_error:  # it has none
        document = {}
    return Shared(document, role_arn, is_own)


def _caller_policies(bedrock: Bedrock, call: Call) -> list[Mapping[str, Any]]:
    kind, _, rest = call.caller.arn.rsplit(":", 1)[-1].partition("/")
    role = kind == "assumed-role"
    name = rest.split("/")[0] if role else rest.rsplit("/", 1)[-1]
    kept = _kept_policies(bedrock, call.caller.account, "role" if role else "user", name)
    if kept is None:
        message = "The security token included in the request is invalid."
        raise Refusal("UnrecognizedClientException", message, 403)
    return kept


def _require(bedrock: Bedrock, call: Call, action: str, resource: str) -> None:
    if not call.caller.arn or not bedrock.facts.checks_permissions:
        return
    context = {"iam:PassedToService": _SERVICE, "aws:RequestedRegion": call.caller.region}
    if not allows(_caller_policies(bedrock, call), action, resource, context):
        raise Refusal(
            "AccessDeniedException",
            f"User: {call.caller.arn} is not authorized to perform: {action} on resource: "
            f"{resource} because no identity-based policy allows the {action} action",
            403,
        )


_ACTIONS = {"Converse": "InvokeModel", "ConverseStream": "InvokeModelWithResponseStream"}


def check_caller(bedrock: Bedrock, call: Call, resource: str = "*") -> None:
    """Check the caller's own right to call the operation.

    Raises:
        Refusal: No policy of the principal allows it (AccessDeniedException).
    """
    action = _ACTIONS.get(call.operation, call.operation)
    _require(bedrock, call, f"bedrock:{action}", resource)


def check_pass_role(bedrock: Bedrock, call: Call, role_arn: str) -> None:
    """Check that the caller may hand the role to Bedrock.

    Raises:
        Refusal: No policy of the principal allows `iam:PassRole` on it (AccessDeniedException).
    """
    _require(bedrock, call, "iam:PassRole", role_arn)
