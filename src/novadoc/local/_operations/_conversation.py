"""A Converse request, checked by the service's rules and turned into a question to an engine."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._data import Location, count_text
from novadoc.local._data._pixels import ImageHead, read_head
from novadoc.local._engine import EngineRequest
from novadoc.local._facts import ServiceFacts
from novadoc.local._operations._targets import Target
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params
from novadoc.local._schema_text import find_schema
from novadoc.types import JsonObject

__all__ = ["Question", "Tool", "ask"]

_MALFORMED = "Malformed input request: {}, please reformat your input and try again."
_IN_MODEL = "The model returned the following errors: "
_MOST_TOP_K = 128  # nova:complete-request-schema
_FIELDS = {1: {"inferenceConfig"}, 2: {"inferenceConfig", "reasoningConfig"}}


class Tool(NamedTuple):
    """The tool an answer goes through."""

    name: str
    schema: JsonObject
    forced: bool


class Question(NamedTuple):
    """What the engine is asked, and what the server needs to answer for it."""

    request: EngineRequest
    tool: Tool | None
    input_tokens: int
    """What the request costs, for limits, `usage` and CountTokens alike."""


def _refuse_unless(claim: object, message: str) -> None:
    if not claim:
        raise Refusal.invalid(message)


def _check_roles(messages: Sequence[Mapping[str, Any]]) -> None:
    _refuse_unless(
        messages and messages[0]["role"] == "user",
        "A conversation must start with a user message. Try again with a conversation that starts "
        "with a user message.",
    )
    roles = [message["role"] for message in messages]
    _refuse_unless(
        all(one != other for one, other in itertools.pairwise(roles)),
        "A conversation must alternate between user and assistant roles. Make sure the "
        "conversation alternates between user and assistant roles and try again.",
    )


def _check_blocks(facts: ServiceFacts, place: int, message: Mapping[str, Any]) -> None:
    where = f"messages.{place}.content"
    _refuse_unless(
        message["content"], f"The content field in the Message object at {where} is empty."
    )
    for number, block in enumerate(message["content"]):
        if "text" in block:
            _refuse_unless(
                block["text"].strip(),
                f"The text field in the ContentBlock object at {where}.{number} is blank. Add text "
                "to the text field, and try again.",
            )
        if message["role"] == "assistant":
            _refuse_unless(
                not block.keys() & {"image", "document", "video"},
                f"Media is not supported in an assistant message at {where}.{number}.",
            )
        for kind in facts.unread_content:
            _refuse_unless(
                kind not in block,
                f"The local AWS does not read content of kind {kind} (at {where}.{number}). Send "
                "pages as images.",
            )
        inside = block.get("toolResult", {}).get("content", ())
        problem = (
            f"#/messages/{place}/content/{number}: extraneous key [toolResult] is not permitted"
        )
        _refuse_unless(
            not any(part.keys() & {"document", "video"} for part in inside),
            _IN_MODEL + _MALFORMED.format(problem),
        )


def _image(bedrock: Bedrock, call: Call, block: Mapping[str, Any]) -> bytes:
    source = block["source"]
    if "bytes" in source:
        return bytes(source["bytes"])
    location = Location.parse(source["s3Location"]["uri"])
    data = bedrock.moto.read(location.bucket, location.key, call.caller.account)
    if data is None:
        raise Refusal.invalid(f"Unable to read s3://{location.bucket}/{location.key}.")
    return data


def _check_image(bedrock: Bedrock, target: Target, kind: str, data: bytes) -> ImageHead:
    facts = bedrock.facts
    _refuse_unless(target.model.reads_images, "The model does not support image input.")
    _refuse_unless(kind in target.model.inference_formats, f"The format {kind} is not supported.")
    _refuse_unless(
        len(data) <= facts.image_bytes, f"An image is larger than {facts.image_bytes} bytes."
    )
    head = read_head(data)
    if head is None or head.format != kind:
        raise Refusal.invalid("Could not process image. The data does not fit its format.")
    _refuse_unless(
        max(head.width, head.height) <= facts.image_side,
        f"An image is larger than {facts.image_side} pixels on a side.",
    )
    return head


class _Turn(NamedTuple):
    role: str
    text: str
    images: tuple[bytes, ...]
    embedded: int
    tokens: int


def _turn(bedrock: Bedrock, call: Call, target: Target, message: Mapping[str, Any]) -> _Turn:
    images: list[bytes] = []
    tokens = 0
    for block in message["content"]:
        if "image" in block:
            data = _image(bedrock, call, block["image"])
            head = _check_image(bedrock, target, block["image"]["format"], data)
            tokens += target.model.tokens_of_image(head.width, head.height)
            images.append(data)
    text = "\n".join(_text(block) for block in message["content"] if _text(block))
    tokens += count_text(text, bedrock.facts.bytes_per_token)
    embedded = sum(
        "bytes" in block.get("image", {}).get("source", ()) for block in message["content"]
    )
    return _Turn(message["role"], text, tuple(images), embedded, tokens)


def _check_count(limit: int, count: int) -> None:
    _refuse_unless(count <= limit, f"A request can have at most {limit} images.")


def _text(block: Mapping[str, Any]) -> str:
    if "text" in block:
        return str(block["text"])
    if "toolUse" in block:
        return json.dumps(block["toolUse"]["input"])
    if "toolResult" in block:
        parts = block["toolResult"]["content"]
        return "\n".join(str(p.get("text") or json.dumps(p.get("json", ""))) for p in parts)
    return ""


def _tool(bedrock: Bedrock, params: Params) -> Tool | None:
    config = params.get("toolConfig")
    if config is None:
        return None
    specs = {spec["name"]: spec for tool in config["tools"] if (spec := tool.get("toolSpec"))}
    for place, spec in enumerate(specs.values()):
        _refuse_unless(
            _input_schema(spec).get("type") == "object",
            f"The value at toolConfig.tools.{place}.toolSpec.inputSchema.json.type must be one of "
            "the following: object.",
        )
        for key in bedrock.facts.refused_tool_keys:
            problem = f"extraneous key [{key}] is not permitted"
            _refuse_unless(
                key not in _input_schema(spec),
                _IN_MODEL + _MALFORMED.format(f"#/toolConfig/tools: {problem}"),
            )
    choice = config.get("toolChoice", {"auto": {}})
    wanted = choice.get("tool", {}).get("name")
    _refuse_unless(wanted is None or wanted in specs, f"The tool {wanted} is not in toolConfig.")
    if not specs:
        return None
    name = wanted or next(iter(specs))
    return Tool(name, _input_schema(specs[name]), "auto" not in choice)


def _input_schema(spec: Params) -> JsonObject:
    schema: object = spec["inputSchema"].get("json")
    _refuse_unless(isinstance(schema, dict), "A tool's inputSchema.json must be an object.")
    return cast("JsonObject", schema)


def _check_parameters(facts: ServiceFacts, target: Target, params: Params) -> None:
    limit = target.model.max_output_tokens
    _refuse_unless(
        params.get("inferenceConfig", {}).get("maxTokens", 1) <= limit,
        f"The maximum tokens you requested exceeds the model limit of {limit}. Try again with a "
        f"maximum tokens value that is lower than {limit}.",
    )
    extra: object = params.get("additionalModelRequestFields", {})
    _refuse_unless(isinstance(extra, dict), "additionalModelRequestFields must be an object.")
    for key in cast("Params", extra):
        _refuse_unless(
            key in _FIELDS[target.model.generation],
            _MALFORMED.format(f"#: extraneous key [{key}] is not permitted"),
        )
    _check_sampling(cast("Params", extra).get("inferenceConfig", {}))
    _refuse_unless("outputConfig" not in params, "outputConfig is not supported by this model.")
    _refuse_unless("guardrailConfig" not in params, facts.guardrail_refused)


def _check_sampling(config: object) -> None:
    """Check what Nova takes beyond Converse's own parameters (nova:complete-request-schema)."""
    _refuse_unless(
        isinstance(config, dict), _MALFORMED.format("#/inferenceConfig: expected type: JSONObject")
    )
    given = cast("Params", config)
    for key in given:
        problem = f"#/inferenceConfig: extraneous key [{key}] is not permitted"
        _refuse_unless(key == "topK", _MALFORMED.format(problem))
    top_k: object = given.get("topK", 0)
    whole = isinstance(top_k, int) and not isinstance(top_k, bool)
    problem = f"#/inferenceConfig/topK: expected type: Integer, found: {type(top_k).__name__}"
    _refuse_unless(whole, _MALFORMED.format(problem))
    problem = f"#/inferenceConfig/topK: {top_k} is not between 0 and {_MOST_TOP_K}"
    _refuse_unless(0 <= cast("int", top_k) <= _MOST_TOP_K, _MALFORMED.format(problem))


def _schema(tool: Tool | None, turns: Sequence[_Turn], system: str) -> JsonObject | None:
    if tool is not None:
        return tool.schema
    for text in (*(turn.text for turn in reversed(turns) if turn.role == "user"), system):
        found = find_schema(text)
        if found is not None:
            return found
    return None


def _examples(turns: Sequence[_Turn]) -> tuple[tuple[tuple[bytes, ...], str], ...]:
    pairs = zip(turns[::2], turns[1::2], strict=False)
    return tuple((user.images, assistant.text) for user, assistant in pairs)


def ask(bedrock: Bedrock, call: Call, target: Target, params: Params) -> Question:
    """Check a request and say what the engine is asked.

    Raises:
        Refusal: The first rule it breaks (ValidationException).
    """
    messages: list[Params] = params.get("messages", [])
    _check_roles(messages)
    for place, message in enumerate(messages):
        _check_blocks(bedrock.facts, place, message)
    _check_parameters(bedrock.facts, target, params)
    tool = _tool(bedrock, params)
    turns = [_turn(bedrock, call, target, message) for message in messages]
    _check_count(target.model.images_by_location, sum(len(turn.images) for turn in turns))
    _check_count(target.model.images_per_request, sum(turn.embedded for turn in turns))
    system = "\n".join(block["text"] for block in params.get("system", ()) if "text" in block)
    told = json.dumps(params["toolConfig"]["tools"]) if "toolConfig" in params else ""
    tokens = count_text(system + told, bedrock.facts.bytes_per_token)
    tokens += sum(turn.tokens for turn in turns)
    _refuse_unless(tokens <= target.model.context_tokens, "Input is too long for requested model.")
    prefill = turns.pop().text if turns[-1].role == "assistant" else ""
    config = params.get("inferenceConfig", {})
    returned = any("toolResult" in block for block in messages[-1]["content"])
    answered = tool is not None and not tool.forced and returned
    request = EngineRequest(
        images=turns[-1].images,
        system=system,
        text=turns[-1].text,
        schema=None if answered else _schema(tool, turns, system),
        prefill=prefill,
        stop=tuple(config.get("stopSequences", ())),
        tool=tool is not None and not answered,
        max_tokens=config.get("maxTokens", target.model.max_output_tokens),
        examples=_examples(turns[:-1]),
    )
    return Question(request, None if answered else tool, tokens)
