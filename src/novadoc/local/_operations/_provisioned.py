"""Provisioned throughput: buy, get, list, change, give back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from novadoc.local._bedrock import Bedrock, Call, new_id
from novadoc.local._operations._common import Entry, find, listing, replayed, tags_of
from novadoc.local._records import CustomModel, ProvisionedModel
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.local._states import provisioned_model, provisioned_status
from novadoc.models import CATALOGUE

__all__ = ["create", "delete", "get", "list_all", "update"]

_TERMS = {"OneMonth": timedelta(days=30), "SixMonths": timedelta(days=180)}


def _model_arn(bedrock: Bedrock, call: Call, identifier: str) -> str:
    for model in bedrock.store.all(CustomModel, call.place):
        if identifier in {model.arn, model.name}:
            return model.arn
    tail = identifier.rsplit("/", 1)[-1]
    if any(tail in {model.invocation_id, model.training_id} for model in CATALOGUE.values()):
        return f"arn:aws:bedrock:{call.place.region}::foundation-model/{tail}"
    raise Refusal.not_found(f"The provided model identifier {identifier} was not found.")


def _foundation_arn(bedrock: Bedrock, call: Call, arn: str) -> str:
    custom = next((m for m in bedrock.store.all(CustomModel, call.place) if m.arn == arn), None)
    if custom is None:
        return arn
    return f"arn:aws:bedrock:{call.place.region}::foundation-model/{custom.base_model}"


def create(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """CreateProvisionedModelThroughput."""
    with bedrock.lock:
        earlier = replayed(bedrock, ProvisionedModel, call, params)
        if earlier is not None:
            return {"provisionedModelArn": earlier.arn}
        name = params["provisionedModelName"]
        bought = bedrock.store.all(ProvisionedModel, call.place)
        if any(other.name == name for other in bought):
            text = f"A provisioned model named {name} already exists."
            raise Refusal(bedrock.facts.duplicate_provisioned, text)
        model_arn = _model_arn(bedrock, call, params["modelId"])
        units = params["modelUnits"]
        if sum(other.units for other in bought) + units > bedrock.facts.model_units:
            limit = bedrock.facts.model_units
            message = f"The account's quota of model units is {limit}."
            raise Refusal("ServiceQuotaExceededException", message)
        identity = new_id()
        model = ProvisionedModel(
            place=call.place,
            id=identity,
            arn=call.place.arn("provisioned-model", identity),
            name=name,
            created=call.now,
            token=params.get("clientRequestToken", ""),
            tags=tags_of(bedrock, params.get("tags")),
            model_arn=model_arn,
            units=units,
            commitment=params.get("commitmentDuration", ""),
        )
        bedrock.store.put(model)
    return {"provisionedModelArn": model.arn}


def _expires(model: ProvisionedModel) -> datetime | None:
    return model.created + _TERMS[model.commitment] if model.commitment else None


def _described(bedrock: Bedrock, call: Call, model: ProvisionedModel) -> Params:
    return {
        "modelUnits": model.units,
        "desiredModelUnits": model.units,
        "provisionedModelName": model.name,
        "provisionedModelArn": model.arn,
        "modelArn": model.model_arn,
        "desiredModelArn": model.next_model_arn or model.model_arn,
        "foundationModelArn": _foundation_arn(bedrock, call, model.model_arn),
        "status": provisioned_status(model, bedrock.facts, call.now),
        "creationTime": model.created,
        "lastModifiedTime": model.changed or model.created,
        "commitmentDuration": model.commitment or None,
        "commitmentExpirationTime": _expires(model),
    }


def _current(bedrock: Bedrock, call: Call, model: ProvisionedModel) -> ProvisionedModel:
    """Let a change that is through take effect."""
    answering = provisioned_model(model, bedrock.facts, call.now)
    if answering == model.model_arn:
        return model
    current = replace(model, model_arn=answering, next_model_arn="")
    bedrock.store.put(current)
    return current


def get(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """GetProvisionedModelThroughput."""
    model = find(bedrock, ProvisionedModel, call, params["provisionedModelId"])
    return _described(bedrock, call, _current(bedrock, call, model))


def list_all(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListProvisionedModelThroughputs."""
    entries: list[Entry] = []
    for model in bedrock.store.all(ProvisionedModel, call.place):
        summary = _described(bedrock, call, _current(bedrock, call, model))
        if params.get("modelArnEquals", summary["modelArn"]) == summary["modelArn"]:
            entries.append(Entry(model.name, model.created, summary["status"], summary))
    return listing(bedrock, entries, params, "provisionedModelSummaries")


def update(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """UpdateProvisionedModelThroughput."""
    with bedrock.lock:
        found = find(bedrock, ProvisionedModel, call, params["provisionedModelId"])
        model = _current(bedrock, call, found)
        if provisioned_status(model, bedrock.facts, call.now) != "InService":
            raise Refusal.invalid("The provisioned model cannot be changed in its present status.")
        if "desiredModelId" in params:
            wanted = _model_arn(bedrock, call, params["desiredModelId"])
            if _foundation_arn(bedrock, call, wanted) != _foundation_arn(
                bedrock, call, model.model_arn
            ):
                raise Refusal.invalid("The desired model has another base model.")
            model = replace(model, next_model_arn=wanted, changed=call.now)
        name = params.get("desiredProvisionedModelName", model.name)
        bedrock.store.put(replace(model, name=name))
    return {}


def delete(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """DeleteProvisionedModelThroughput."""
    with bedrock.lock:
        model = find(bedrock, ProvisionedModel, call, params["provisionedModelId"])
        expires = _expires(model)
        if expires is not None and call.now < expires:
            raise Refusal.conflict("The provisioned model cannot be deleted before its term ends.")
        bedrock.store.remove(model)
    return {}
