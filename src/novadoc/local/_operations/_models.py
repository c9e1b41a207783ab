"""Custom models: get, list, delete."""

from __future__ import annotations

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._operations._common import Entry, find, listing
from novadoc.local._records import CustomModel, Deployment, ProvisionedModel
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.local._states import is_gone

__all__ = ["delete", "get", "list_all"]


def _base_arn(model: CustomModel) -> str:
    return f"arn:aws:bedrock:{model.place.region}::foundation-model/{model.base_model}"


def get(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """GetCustomModel."""
    model = find(bedrock, CustomModel, call, params["modelIdentifier"])
    request = model.request
    answer: Params = {
        "modelArn": model.arn,
        "modelName": model.name,
        "jobName": model.job_name,
        "jobArn": model.job_arn,
        "baseModelArn": _base_arn(model),
        "customizationType": model.kind,
        "hyperParameters": request.get("hyperParameters"),
        "trainingDataConfig": request["trainingDataConfig"],
        "validationDataConfig": request.get("validationDataConfig"),
        "outputDataConfig": request["outputDataConfig"],
        "customizationConfig": request.get("customizationConfig"),
        "creationTime": model.created,
        "modelStatus": "Active",
    }
    if model.training_loss is not None:
        answer["trainingMetrics"] = {"trainingLoss": model.training_loss}
    if model.validation_loss is not None:
        answer["validationMetrics"] = [{"validationLoss": model.validation_loss}]
    return answer


def _summary(model: CustomModel) -> Entry:
    summary: Params = {
        "modelArn": model.arn,
        "modelName": model.name,
        "creationTime": model.created,
        "baseModelArn": _base_arn(model),
        "baseModelName": model.base_model.partition(":")[0],
        "customizationType": model.kind,
        "ownerAccountId": model.place.account,
        "modelStatus": "Active",
    }
    return Entry(model.name, model.created, "Active", summary)


def list_all(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListCustomModels."""
    base = params.get("baseModelArnEquals", params.get("foundationModelArnEquals"))
    models = [
        model
        for model in bedrock.store.all(CustomModel, call.place)
        if base is None or base == _base_arn(model)
    ]
    owned = models if params.get("isOwned", True) else []
    return listing(bedrock, map(_summary, owned), params, "modelSummaries")


def delete(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """DeleteCustomModel."""
    with bedrock.lock:
        model = find(bedrock, CustomModel, call, params["modelIdentifier"])
        deployed = any(
            model.arn in {deployment.model_arn, deployment.next_model_arn}
            for deployment in bedrock.store.all(Deployment, call.place)
            if not is_gone(deployment, bedrock.facts, call.now)
        )
        provisioned = any(
            model.arn in {bought.model_arn, bought.next_model_arn}
            for bought in bedrock.store.all(ProvisionedModel, call.place)
        )
        if deployed or provisioned:
            text = "The custom model is in use. Delete its deployments first."
            raise Refusal(bedrock.facts.in_use, text)
        bedrock.store.remove(model)
        bedrock.store.remove_artefact(model.arn)
    return {}
