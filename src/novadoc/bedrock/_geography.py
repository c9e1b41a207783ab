"""Which id a base model is called by in a region: its own, or its geography's profile."""

from __future__ import annotations

from novadoc.models import BaseModel

# Profiles spell the regions' `ap` otherwise (model cards).
_PREFIXES = {"ap": "apac"}


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
    """
    continent = continent_of(region)
    prefix = _PREFIXES.get(continent, continent)
    return model.invocation(prefix if needs_profile(model, region) else None)


def continent_of(region: str) -> str:
    """Return what the regions that a profile routes to have in common: `us` of `us-east-1`."""
    return region.partition("-")[0]
