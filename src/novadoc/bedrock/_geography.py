"""Which id a base model is called by in a region: its own, or its geography's profile."""

from __future__ import annotations

from novadoc.models import BaseModel

# Model cards: profiles spell the regions' `ap` otherwise, and Nova 2 has those of three
# geographies only; from elsewhere it is called through the global one.
_NOVA_1 = {"ap": "apac"}
_NOVA_2 = {
    **dict.fromkeys(("ap-northeast-1", "ap-northeast-3"), "jp"),
    **{continent: continent for continent in ("us", "us-gov", "eu")},
}


def needs_profile(model: BaseModel, region: str) -> bool:
    """Tell whether a model is called through a profile: in-region AWS has it in us-east-1 only."""
    return model.profile_only or region != "us-east-1"


def invocation_in(model: BaseModel, region: str) -> str:
    """Return the id to call a model by in a region.

    Example:
        >>> from novadoc.models import base_model
        >>> invocation_in(base_model("nova-lite"), "us-east-1")
        'amazon.nova-lite-v1:0'
        >>> invocation_in(base_model("nova-lite"), "ap-southeast-2")
        'apac.amazon.nova-lite-v1:0'
        >>> invocation_in(base_model("nova-2-lite"), "ap-southeast-2")
        'global.amazon.nova-2-lite-v1:0'
    """
    return model.invocation(_geography(model, region) if needs_profile(model, region) else None)


def members_of(model: BaseModel, region: str) -> str:
    """Return the regions that a model's profile routes to, as a pattern: `us-*` in us-east-1."""
    if _geography(model, region) == "global":
        return "*"
    return f"{_continent(region)}-*"


def _geography(model: BaseModel, region: str) -> str:
    continent = _continent(region)
    if model.generation == 1:
        return _NOVA_1.get(continent, continent)
    return _NOVA_2.get(region) or _NOVA_2.get(continent, "global")


def _continent(region: str) -> str:
    # GovCloud is a partition of its own, and no profile leads out of one.
    return "us-gov" if region.startswith("us-gov-") else region.partition("-")[0]
