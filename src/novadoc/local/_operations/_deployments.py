"""On-demand deployments of custom models: create, get, list, update, delete."""

from __future__ import annotations

from dataclasses import replace

from novadoc.local._bedrock import Bedrock, Call, new_id
from novadoc.local._operations._common import Entry, find, listing, replayed, tags_of
from novadoc.local._records import CustomModel, Deployment
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.local._states import deployment_state, is_gone

__all__ = ["create", "delete", "find_deployment", "get", "list_all", "update"]


def _sweep(bedrock: Bedrock, call: Call) -> None:
    for deployment in bedrock.store.all(Deployment, call.place):
        if is_gone(deployment, bedrock.facts, call.now):
            bedrock.store.remove(deployment)


def find_deployment(bedrock: Bedrock, call: Call, identifier: str) -> Deployment:
    """Return a deployment that is there, if only to be deleted.

    Raises:
        Refusal: There is none (ResourceNotFoundException).
    """
    _sweep(bedrock, call)
    return find(bedrock, Deployment, call, identifier)


def _model(bedrock: Bedrock, call: Call, arn: str) -> CustomModel:
    if call.place.region not in bedrock.facts.deployable_regions:
        raise Refusal.invalid(f"On-demand deployment is not supported in {call.place.region}.")
    return find(bedrock, CustomModel, call, arn)


def create(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """CreateCustomModelDeployment."""
    with bedrock.lock:
        _sweep(bedrock, call)
        earlier = replayed(bedrock, Deployment, call, params)
        if earlier is not None:
            return {"customModelDeploymentArn": earlier.arn}
        model = _model(bedrock, call, params["modelArn"])
        name = params["modelDeploymentName"]
        others = bedrock.store.all(Deployment, call.place)
        if any(other.name == name for other in others):
            code = bedrock.facts.duplicate_deployment
            raise Refusal(code, f"A deployment named {name} already exists.")
        if len(others) >= bedrock.facts.maximum_deployments:
            raise Refusal("ServiceQuotaExceededException", "Too many custom model deployments.")
        identity = new_id()
        deployment = Deployment(
            place=call.place,
            id=identity,
            arn=call.place.arn("custom-model-deployment", identity),
            name=name,
            created=call.now,
            token=params.get("clientRequestToken", ""),
            tags=tags_of(bedrock, params.get("tags")),
            model_arn=model.arn,
            description=params.get("description", ""),
        )
        bedrock.store.put(deployment)
    return {"customModelDeploymentArn": deployment.arn}


def get(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """GetCustomModelDeployment."""
    deployment = find_deployment(bedrock, call, params["customModelDeploymentIdentifier"])
    state = deployment_state(deployment, bedrock.facts, call.now)
    answer: Params = {
        "customModelDeploymentArn": deployment.arn,
        "modelDeploymentName": deployment.name,
        "modelArn": state.model_arn,
        "createdAt": deployment.created,
        "lastUpdatedAt": state.changed,
        "status": state.status,
        "description": deployment.description or None,
    }
    if state.update:
        answer["updateDetails"] = {
            "modelArn": deployment.next_model_arn,
            "updateStatus": state.update,
        }
    return answer


def list_all(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListCustomModelDeployments."""
    _sweep(bedrock, call)
    entries: list[Entry] = []
    for deployment in bedrock.store.all(Deployment, call.place):
        state = deployment_state(deployment, bedrock.facts, call.now)
        if params.get("modelArnEquals", state.model_arn) != state.model_arn:
            continue
        summary: Params = {
            "customModelDeploymentArn": deployment.arn,
            "customModelDeploymentName": deployment.name,
            "modelArn": state.model_arn,
            "createdAt": deployment.created,
            "lastUpdatedAt": state.changed,
            "status": state.status,
        }
        entries.append(Entry(deployment.name, deployment.created, state.status, summary))
    return listing(bedrock, entries, params, "modelDeploymentSummaries")


def update(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """UpdateCustomModelDeployment."""
    with bedrock.lock:
        deployment = find_deployment(bedrock, call, params["customModelDeploymentIdentifier"])
        state = deployment_state(deployment, bedrock.facts, call.now)
        model = _model(bedrock, call, params["modelArn"])
        if state.status != "Active" or state.update == "Updating":
            raise Refusal.invalid("The deployment cannot be updated in its present status.")
        bedrock.store.put(
            replace(
                deployment,
                model_arn=state.model_arn,
                next_model_arn=model.arn,
                updated=call.now,
            )
        )
    return {"customModelDeploymentArn": deployment.arn}


def delete(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """DeleteCustomModelDeployment."""
    with bedrock.lock:
        deployment = find_deployment(bedrock, call, params["customModelDeploymentIdentifier"])
        status = deployment_state(deployment, bedrock.facts, call.now).status
        if status == "Creating":
            text = "The deployment cannot be deleted while it is being created."
            raise Refusal(bedrock.facts.in_use, text)
        if status != "Deleting":
            bedrock.store.put(replace(deployment, deleted=call.now))
    return {}
