"""What accompanies requests to a model: guardrail, service tier, metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal


@dataclass(frozen=True)
class RequestOptions:
    """What accompanies every request without being part of the prompt.

    Example:
        >>> RequestOptions(service_tier="flex").members()
        {'serviceTier': {'type': 'flex'}}
    """

    _: KW_ONLY
    guardrail: str | None = None
    """Id or ARN of a guardrail."""
    guardrail_version: str = "DRAFT"
    """Its version: a number, or `DRAFT`."""
    service_tier: Literal["default", "priority", "flex", "reserved"] | None = None
    """Who is served first, at which price."""
    optimized_latency: bool = False
    """Whether to ask for `performanceConfig.latency` `optimized`."""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    """Up to 16 pairs that invocation logs show; never put document content here."""

    def members(self) -> dict[str, object]:
        """Return the options as members of a Converse request."""
        found: dict[str, object] = {}
        if self.guardrail is not None:
            found["guardrailConfig"] = {
                "guardrailIdentifier": self.guardrail,
                "guardrailVersion": self.guardrail_version,
            }
        if self.service_tier is not None:
            found["serviceTier"] = {"type": self.service_tier}
        if self.optimized_latency:
            found["performanceConfig"] = {"latency": "optimized"}
        if self.metadata:
            found["requestMetadata"] = dict(self.metadata)
        return found
