"""InvokeModel with Nova's own request body, which is Converse's with a few other names."""

from __future__ import annotations

import json
from typing import Any, cast

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._operations._conversation import ask
from novadoc.local._operations._runtime import respond
from novadoc.local._operations._targets import resolve
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params, Received, answer, bedrock_routes, parse, validate

__all__ = ["invoke", "native_request", "native_to_converse"]

# nova:complete-request-schema; the older notebooks spell two of them with underscores.
_RENAMED = {"max_new_tokens": "maxTokens", "top_p": "topP", "stop_sequences": "stopSequences"}
_KNOWN = {"schemaVersion", "messages", "system", "inferenceConfig", "toolConfig"}
_SAMPLING = {"maxTokens", "temperature", "topP", "topK", "stopSequences"}


def _malformed(what: str) -> Refusal:
    return Refusal.invalid(
        f"Malformed input request: #: {what}, please reformat your input and try again."
    )


def native_to_converse(body: object) -> Params:
    """Turn Nova's own request into Converse's, undecoded.

    Raises:
        Refusal: It is no object, or has keys that Nova does not know.
    """
    if not isinstance(body, dict):
        raise _malformed("expected a JSON object")
    given = cast("Params", body)
    for key in given:
        if key not in _KNOWN:
            raise _malformed(f"extraneous key [{key}] is not permitted")
    config: Any = given.get("inferenceConfig", {})
    if not isinstance(config, dict):
        raise _malformed("inferenceConfig must be an object")
    sampling: Params = {
        _RENAMED.get(key, key): value for key, value in cast("Params", config).items()
    }
    for key in sampling:
        if key not in _SAMPLING:
            raise _malformed(f"extraneous key [{key}] is not permitted")
    more = {"topK": sampling.pop("topK")} if "topK" in sampling else {}
    request = {key: value for key, value in given.items() if key != "schemaVersion"}
    fields = {"additionalModelRequestFields": {"inferenceConfig": more}} if more else {}
    return {**request, "inferenceConfig": sampling, **fields}


def native_request(model: str, body: bytes) -> Params:
    """Read Nova's own request as a checked one of Converse.

    Raises:
        Refusal: It is not JSON, or no such request.
    """
    try:
        given: object = json.loads(body)
    except (ValueError, RecursionError):
        raise _malformed("the body is not JSON") from None
    operation = bedrock_routes()["Converse"].operation
    wire = json.dumps(native_to_converse(given)).encode()
    request = parse(operation, Received({"modelId": model}, "", {}, wire))
    validate(operation, request)
    return request


def invoke(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """InvokeModel."""
    target = resolve(bedrock, call, params["modelId"])
    request = native_request(params["modelId"], params.get("body") or b"")
    question = ask(bedrock, call, target, request)
    bedrock.quotas.take(target.resource, target.limits)
    result = respond(bedrock, call, target, question)
    bedrock.quotas.spend(target.resource, target.limits, result["usage"]["totalTokens"])
    sent = answer(bedrock_routes()["Converse"].operation, result).body
    assert isinstance(sent, bytes)
    document: Params = json.loads(sent)
    document.pop("metrics")
    return {"body": json.dumps(document).encode(), "contentType": "application/json"}
