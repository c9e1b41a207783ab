"""Foundation models and inference profiles, from novadoc's catalogue of Nova."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._operations._common import Entry, listing
from novadoc.local._operations._targets import GEOGRAPHIES, profile_of
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.models import CATALOGUE, BaseModel

__all__ = ["get_model", "get_profile", "list_models", "list_profiles"]

_ALWAYS = datetime(2025, 1, 1, tzinfo=timezone.utc)  # system profiles are as old as one another


def _details(model: BaseModel, identifier: str, region: str) -> Params:
    tunable = identifier == model.training_id
    inference = [] if model.profile_only or tunable else ["ON_DEMAND"]
    return {
        "modelArn": f"arn:aws:bedrock:{region}::foundation-model/{identifier}",
        "modelId": identifier,
        "modelName": model.key.replace("-", " ").title(),
        "providerName": "Amazon",
        "inputModalities": ["TEXT", "IMAGE"] if model.reads_images else ["TEXT"],
        "outputModalities": ["TEXT"],
        "responseStreamingSupported": True,
        "customizationsSupported": ["FINE_TUNING", "DISTILLATION"] if tunable else [],
        "inferenceTypesSupported": ["PROVISIONED"] if tunable else inference,
        "modelLifecycle": {"status": "ACTIVE"},
    }


def _models(region: str) -> Iterator[Params]:
    for model in CATALOGUE.values():
        yield _details(model, model.invocation_id, region)
        if model.training_id is not None and region in model.customization_regions:
            yield _details(model, model.training_id, region)


def list_models(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListFoundationModels."""
    del bedrock
    filters = {
        "byOutputModality": "outputModalities",
        "byCustomizationType": "customizationsSupported",
        "byInferenceType": "inferenceTypesSupported",
    }
    kept = [
        model
        for model in _models(call.place.region)
        if params.get("byProvider", "Amazon").lower() == "amazon"
        and all(params.get(name) in {None, *model[member]} for name, member in filters.items())
    ]
    return {"modelSummaries": kept}


def get_model(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """GetFoundationModel."""
    del bedrock
    wanted = params["modelIdentifier"]
    for model in _models(call.place.region):
        if wanted in {model["modelId"], model["modelArn"]}:
            return {"modelDetails": model}
    raise Refusal.not_found("Could not resolve the foundation model from the provided identifier.")


def _profile(call: Call, identifier: str, model: BaseModel) -> Params:
    place = call.place
    model_arn = f"arn:aws:bedrock:{place.region}::foundation-model/{model.invocation_id}"
    return {
        "inferenceProfileName": f"{identifier.partition('.')[0].upper()} {model.key}",
        "inferenceProfileArn": place.arn("inference-profile", identifier),
        "inferenceProfileId": identifier,
        "models": [{"modelArn": model_arn}],
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }


def _profiles(call: Call) -> Iterator[Params]:
    for geography in GEOGRAPHIES:
        for model in CATALOGUE.values():
            identifier = f"{geography}.{model.profile_suffix}"
            if profile_of(identifier, call.place.region) is not None:
                yield _profile(call, identifier, model)


def list_profiles(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """ListInferenceProfiles."""
    wanted = params.get("typeEquals", "SYSTEM_DEFINED")
    profiles = (profile for profile in _profiles(call) if profile["type"] == wanted)
    entries = (Entry(p["inferenceProfileName"], _ALWAYS, "ACTIVE", p) for p in profiles)
    return listing(bedrock, entries, params, "inferenceProfileSummaries")


def get_profile(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """GetInferenceProfile."""
    del bedrock
    wanted = params["inferenceProfileIdentifier"]
    for profile in _profiles(call):
        if wanted in {profile["inferenceProfileId"], profile["inferenceProfileArn"]}:
            return profile
    raise Refusal.not_found("The provided inference profile was not found.")
