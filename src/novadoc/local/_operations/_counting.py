"""CountTokens: what a request would cost, counted in the place that also fills `usage`."""

from __future__ import annotations

from typing import cast

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._operations._conversation import ask
from novadoc.local._operations._invoke import native_request
from novadoc.local._operations._targets import resolve
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params

__all__ = ["count"]


def count(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """CountTokens."""
    if not bedrock.facts.counts_nova_tokens:
        raise Refusal.invalid("The provided model doesn't support counting tokens.")
    target = resolve(bedrock, call, params["modelId"])
    given = params["input"]
    request = cast("Params | None", given.get("converse"))
    if request is None:
        request = native_request(params["modelId"], given["invokeModel"]["body"])
    return {"inputTokens": ask(bedrock, call, target, request).input_tokens}
