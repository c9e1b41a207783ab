"""Which model a `modelId` means, and what it may be asked in a minute."""

from __future__ import annotations

import re
from typing import NamedTuple

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._operations._common import find
from novadoc.local._operations._deployments import find_deployment
from novadoc.local._quotas import Limits
from novadoc.local._records import CustomModel, ProvisionedModel
from novadoc.local._refusal import Refusal
from novadoc.local._states import deployment_state, provisioned_model, provisioned_status
from novadoc.models import CATALOGUE, BaseModel

__all__ = ["GEOGRAPHIES", "Target", "profile_of", "resolve"]

GEOGRAPHIES = {"us": "us-", "eu": "eu-", "apac": "ap-", "jp": "ap-northeast-", "global": ""}
"""The regions that a geography's inference profiles can be used from, by how their names begin."""
_PROFILE = re.compile(rf"({'|'.join(GEOGRAPHIES)})\.(.+)")


class Target(NamedTuple):
    """What answers."""

    model: BaseModel
    artefact: bytes | None
    """The tuned model; `None` for the base model."""
    resource: str
    """What quotas are counted for."""
    limits: Limits


def profile_of(identifier: str, region: str) -> BaseModel | None:
    """Return the model behind an inference profile's id that can be used from a region."""
    found = _PROFILE.fullmatch(identifier)
    if found is None or not region.startswith(GEOGRAPHIES[found.group(1)]):
        return None
    return next((m for m in CATALOGUE.values() if m.profile_suffix == found.group(2)), None)


def _invalid() -> Refusal:
    return Refusal.invalid("The provided model identifier is invalid.")


def _behind(bedrock: Bedrock, call: Call, model_arn: str, resource: str) -> Target:
    """Return what units or a deployment of a custom model, or units of a base model, mean."""
    artefact = None
    identifier = model_arn.rsplit("/", 1)[-1]
    if model_arn.split(":", 5)[5].startswith("custom-model/"):
        model = find(bedrock, CustomModel, call, model_arn)
        artefact, identifier = bedrock.store.artefact(model.arn), model.base_model
    # Units are bought for a training id as well as for one that is invoked on demand.
    base_model = next(
        m for m in CATALOGUE.values() if identifier in {m.training_id, m.invocation_id}
    )
    limits = Limits(
        base_model.requests_per_minute or bedrock.facts.base_requests_per_minute,
        base_model.tokens_per_minute or bedrock.facts.base_tokens_per_minute,
    )
    return Target(base_model, artefact, resource, limits)


def _deployed(bedrock: Bedrock, call: Call, arn: str) -> Target:
    deployment = find_deployment(bedrock, call, arn)
    state = deployment_state(deployment, bedrock.facts, call.now)
    if state.status != "Active":
        raise Refusal(bedrock.facts.not_ready_code, "The model is not ready for inference.")
    return _behind(bedrock, call, state.model_arn, deployment.arn)


def _provisioned(bedrock: Bedrock, call: Call, arn: str) -> Target:
    bought = find(bedrock, ProvisionedModel, call, arn)
    if provisioned_status(bought, bedrock.facts, call.now) == "Creating":
        raise Refusal(bedrock.facts.not_ready_code, "The model is not ready for inference.")
    answering = provisioned_model(bought, bedrock.facts, call.now)
    return _behind(bedrock, call, answering, bought.arn)


def _foundation(bedrock: Bedrock, call: Call, identifier: str) -> Target:
    facts = bedrock.facts
    limits = Limits(facts.base_requests_per_minute, facts.base_tokens_per_minute)
    resource = f"{call.place.account}/{call.place.region}/{identifier}"
    profile = profile_of(identifier, call.place.region)
    if profile is not None:
        return Target(profile, None, resource, limits)
    for model in CATALOGUE.values():
        if identifier == model.invocation_id and not model.profile_only:
            return Target(model, None, resource, limits)
        if identifier in {model.invocation_id, model.training_id}:
            raise Refusal.invalid(
                f"Invocation of model ID {identifier} with on-demand throughput isn't supported. "
                "Retry your request with the ID or ARN of an inference profile that contains "
                "this model."
            )
    raise _invalid()


def _arn_parts(call: Call, arn: str) -> tuple[str, str]:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[3] != call.place.region or parts[4] not in {"", call.place.account}:
        raise _invalid()
    kind, _, rest = parts[5].partition("/")
    return kind, rest


def resolve(bedrock: Bedrock, call: Call, identifier: str) -> Target:
    """Return what a model id, profile, deployment or provisioned ARN means.

    Raises:
        Refusal: It means nothing here (ValidationException), or is not ready yet.
    """
    if not identifier.startswith("arn:"):
        return _foundation(bedrock, call, identifier)
    kind, rest = _arn_parts(call, identifier)
    if kind == "custom-model-deployment":
        return _deployed(bedrock, call, identifier)
    if kind == "provisioned-model":
        return _provisioned(bedrock, call, identifier)
    if kind in {"foundation-model", "inference-profile"}:
        return _foundation(bedrock, call, rest)
    raise _invalid()
