"""Inference: Converse and ConverseStream."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, cast

from novadoc.errors import NovadocError, UnreadableDocumentError
from novadoc.local._bedrock import Bedrock, Call, new_id
from novadoc.local._data import count_text
from novadoc.local._framing import Framed, frame
from novadoc.local._operations._conversation import Question, Tool, ask
from novadoc.local._operations._targets import Target, resolve
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Params

__all__ = ["converse", "respond", "stream_events"]

_PIECE = 24  # characters of one streamed delta
_THOUGHT = "<thinking> The tool can answer this. </thinking>\n"


def _spoil(answer: str, call: Call) -> str:
    """Break the answer's JSON when a fault says so."""
    if call.fault is None or call.fault.kind != "malformed_answer":
        return answer
    return answer.rstrip().rstrip("}") + ',, "'


def _cut(framed: Framed, call: Call) -> Framed:
    if call.fault is None or call.fault.kind != "truncated_answer":
        return framed
    half = len(framed.text) // 2
    return Framed(framed.text[:half], "max_tokens", max(1, framed.output_tokens // 2))


def _tool_content(answer: str, tokens: int, question: Question, tool: Tool) -> Params:
    if "-" in tool.name or tokens > question.request.max_tokens:
        # A hyphen in the name, or an answer beyond maxTokens: Nova's tool use breaks off.
        raise Refusal("ModelErrorException", "Model produced invalid sequence as part of ToolUse.")
    try:
        given: object = json.loads(answer)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return {"stopReason": "malformed_tool_use", "content": [{"text": answer}]}
    use = {
        "toolUseId": f"tooluse_{new_id()}{new_id()}"[:30],
        "name": tool.name,
        "input": cast("Params", given),
    }
    thought = [] if tool.forced else [{"text": _THOUGHT}]
    return {"stopReason": "tool_use", "content": [*thought, {"toolUse": use}]}


def converse(bedrock: Bedrock, call: Call, params: Params) -> Params:
    """Converse, and what ConverseStream sends in pieces."""
    target = resolve(bedrock, call, params["modelId"])
    question = ask(bedrock, call, target, params)
    bedrock.quotas.take(target.resource, target.limits)
    result = respond(bedrock, call, target, question)
    bedrock.quotas.spend(target.resource, target.limits, result["usage"]["totalTokens"])
    for echoed in ("performanceConfig", "serviceTier"):
        if echoed in params:
            result[echoed] = params[echoed]
    return result


def respond(bedrock: Bedrock, call: Call, target: Target, question: Question) -> Params:
    """Let the engine answer a checked question, in Converse's shape; no quota is counted."""
    began = time.perf_counter()
    answer = _spoil(_asked(bedrock, target, question), call)
    per_token = bedrock.facts.bytes_per_token
    if question.tool is not None:
        tokens = count_text(answer, per_token)
        spoken = _tool_content(answer, tokens, question, question.tool)
    else:
        framed = _cut(frame(answer, question.request, per_token), call)
        spoken = {"stopReason": framed.stop_reason, "content": [{"text": framed.text}]}
        tokens = framed.output_tokens
    return {
        "output": {"message": {"role": "assistant", "content": spoken["content"]}},
        "stopReason": spoken["stopReason"],
        "usage": {
            "inputTokens": question.input_tokens,
            "outputTokens": tokens,
            "totalTokens": question.input_tokens + tokens,
        },
        "metrics": {"latencyMs": round((time.perf_counter() - began) * 1000)},
    }


def _asked(bedrock: Bedrock, target: Target, question: Question) -> str:
    try:
        return bedrock.engine.answer(question.request, target.artefact)
    except UnreadableDocumentError:
        raise Refusal.invalid("Could not process image.") from None
    except NovadocError as error:
        # The code that boto3 does not try again: what an engine lacks it will lack next time too.
        raise Refusal("ModelErrorException", str(error)) from error


def _block_events(place: int, block: Params) -> Iterator[tuple[str, dict[str, Any]]]:
    use = cast("Params | None", block.get("toolUse"))
    if use is not None:
        start = {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"]}}
        yield "contentBlockStart", {"contentBlockIndex": place, "start": start}
    text: str = block["text"] if use is None else json.dumps(use["input"], separators=(",", ":"))
    for begin in range(0, len(text), _PIECE):
        piece = text[begin : begin + _PIECE]
        delta = {"text": piece} if use is None else {"toolUse": {"input": piece}}
        yield "contentBlockDelta", {"contentBlockIndex": place, "delta": delta}
    yield "contentBlockStop", {"contentBlockIndex": place}


def stream_events(result: Params) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the events that tell a Converse result in pieces."""
    yield "messageStart", {"role": "assistant"}
    for place, block in enumerate(result["output"]["message"]["content"]):
        yield from _block_events(place, block)
    yield "messageStop", {"stopReason": result["stopReason"]}
    yield "metadata", {"usage": result["usage"], "metrics": result["metrics"]}
