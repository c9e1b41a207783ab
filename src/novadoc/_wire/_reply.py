"""What Converse and ConverseStream answered, as a reply; incomplete answers are errors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Union, cast

from novadoc.errors import IncompleteResponseError
from novadoc.prompts._conversation import Reply, TextDelta, Usage
from novadoc.types import JsonValue


def from_converse(
    response: Mapping[str, object],
    *,
    latency: timedelta = timedelta(0),
    request_id: str | None = None,
) -> Reply:
    """Read a Converse response.

    Reasoning, citations and the service's own tool calls are left out; text blocks are joined.

    Args:
        response: The response body, as boto3 or a batch output gives it.
        latency: From request to complete response, as the caller measured it.
        request_id: Taken from `ResponseMetadata` when not given.

    Raises:
        IncompleteResponseError: `output.message`, `stopReason` or `usage` is missing: some versions
            of botocore return a truncated body as a success.

    Example:
        >>> reply = from_converse({
        ...     "output": {"message": {"role": "assistant", "content": [{"text": "{}"}]}},
        ...     "stopReason": "end_turn",
        ...     "usage": {"inputTokens": 7, "outputTokens": 2, "totalTokens": 9},
        ... })
        >>> reply.usage.total_tokens
        9
    """
    if request_id is None:
        request_id = _request_id(response)
    message = _mapping(_mapping(response.get("output")).get("message"))
    content = message.get("content")
    stop_reason = response.get("stopReason")
    usage = response.get("usage")
    if not (
        isinstance(content, Sequence)
        and isinstance(stop_reason, str)
        and isinstance(usage, Mapping)
    ):
        raise _incomplete("Converse", request_id)
    text, tool_input = _content(cast("Sequence[object]", content))
    return Reply(
        text=text,
        stop_reason=stop_reason,
        usage=_usage(cast("Mapping[str, object]", usage)),
        tool_input=tool_input,
        latency=latency,
        request_id=request_id,
    )


def from_events(
    events: Iterable[Mapping[str, object]], *, request_id: str | None = None
) -> Iterator[Union[TextDelta, Reply]]:
    """Read a ConverseStream: text as it comes, then one reply with the whole.

    The reply's latency is zero; the caller knows when it asked.

    Raises:
        IncompleteResponseError: The stream ended without `messageStop`: botocore's iterator stops
            silently when the connection does.
    """
    texts: list[str] = []
    tool: list[str] = []
    stop_reason: str | None = None
    usage = Usage()
    for event in events:
        if "contentBlockDelta" in event:
            delta = _mapping(_mapping(event["contentBlockDelta"]).get("delta"))
            piece = delta.get("text")
            if isinstance(piece, str):
                texts.append(piece)
                yield TextDelta(piece)
            elif "toolUse" in delta:
                tool.append(str(_mapping(delta["toolUse"]).get("input", "")))
        elif "messageStop" in event:
            said = _mapping(event["messageStop"]).get("stopReason")
            stop_reason = said if isinstance(said, str) else None
        elif "metadata" in event:
            usage = _usage(_mapping(_mapping(event["metadata"]).get("usage")))
    if stop_reason is None:
        raise _incomplete("ConverseStream", request_id)
    reply = Reply("".join(texts), stop_reason, usage, request_id=request_id)
    yield replace(reply, tool_input=_streamed_input("".join(tool))) if tool else reply


def _streamed_input(text: str) -> JsonValue:
    # What is cut or nested too deep stays text: the reader of answers knows what to do with it.
    try:
        return cast("JsonValue", json.loads(text))
    except (ValueError, RecursionError):
        return text


def _content(blocks: Sequence[object]) -> tuple[str, JsonValue]:
    texts: list[str] = []
    tool_input: JsonValue = None
    for item in blocks:
        block = _mapping(item)
        text = block.get("text")
        if isinstance(text, str):
            texts.append(text)
            continue
        use = _mapping(block.get("toolUse"))
        # `server_tool_use` is the service's own tool (code interpreter, grounding), not our answer.
        if "input" in use and use.get("type") != "server_tool_use" and tool_input is None:
            tool_input = cast("JsonValue", use["input"])
    return "".join(texts), tool_input


def _usage(usage: Mapping[str, object]) -> Usage:
    return Usage(
        input_tokens=_count(usage, "inputTokens"),
        output_tokens=_count(usage, "outputTokens"),
        cache_read_tokens=_count(usage, "cacheReadInputTokens"),
        cache_write_tokens=_count(usage, "cacheWriteInputTokens"),
    )


def _count(usage: Mapping[str, object], key: str) -> int:
    value = usage.get(key)
    return max(0, value) if isinstance(value, int) else 0


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _request_id(response: Mapping[str, object]) -> str | None:
    found = _mapping(response.get("ResponseMetadata")).get("RequestId")
    return found if isinstance(found, str) else None


def _incomplete(operation: str, request_id: str | None) -> IncompleteResponseError:
    return IncompleteResponseError(
        "The response ended before the whole answer had come.",
        operation=operation,
        request_id=request_id,
        status=200,
        remedy="Ask again; nothing of it was used.",
    )
