"""A conversation as the keyword arguments of Converse and ConverseStream."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypedDict

from typing_extensions import Required

from novadoc.errors import PromptError
from novadoc.prompts._conversation import (
    CachePoint,
    Conversation,
    Image,
    Part,
    Sampling,
    Text,
    Tool,
)

Block: TypeAlias = "dict[str, object]"

ImageSource: TypeAlias = Callable[[Image], Block]
"""What stands for an image's pixels in a request: its `source` member."""


class ConverseRequest(TypedDict, total=False):
    """What a conversation decides of a Converse request; `modelId` is not among it."""

    messages: Required[list[Block]]
    system: list[Block]
    inferenceConfig: Block
    additionalModelRequestFields: Block
    toolConfig: Block


def image_source(image: Image) -> Block:
    """Return an image's bytes, or its location when it has one.

    Raises:
        PromptError: The image has neither.
    """
    if image.location is not None:
        return {"s3Location": location(image.location, image.bucket_owner)}
    if image.data is None:
        raise PromptError(
            f"The image {image.digest[:12]} has neither bytes nor a location.",
            remedy="Render the document again, or give the image's S3 location.",
        )
    return {"bytes": image.data}


def location(uri: str, owner: str | None) -> Block:
    """Return an `s3Location`; the owner only when known, as the service wants it."""
    return {"uri": uri} if owner is None else {"uri": uri, "bucketOwner": owner}


def to_converse(
    conversation: Conversation, *, source: ImageSource = image_source
) -> ConverseRequest:
    """Return the conversation as Converse's keyword arguments, without `modelId`.

    Args:
        conversation: What to ask.
        source: How an image's pixels are given; bytes or location by default.

    Raises:
        PromptError: An image has neither bytes nor a location.

    Example:
        >>> from novadoc.prompts import Conversation, Message, Sampling, Text
        >>> ask = Conversation((Message("user", (Text("Total?"),)),), Sampling(max_tokens=9))
        >>> to_converse(ask)["messages"]
        [{'role': 'user', 'content': [{'text': 'Total?'}]}]
    """
    sampling = conversation.sampling
    request: ConverseRequest = {
        "messages": [
            {"role": turn.role, "content": [block(part, source) for part in turn.parts]}
            for turn in conversation.messages
        ],
        "inferenceConfig": _inference(sampling),
    }
    if conversation.system:
        request["system"] = [block(part, source) for part in conversation.system]
    if sampling.top_k is not None:
        # nova:complete-request-schema; snake case or the top level is refused as extraneous.
        request["additionalModelRequestFields"] = {"inferenceConfig": {"topK": sampling.top_k}}
    if conversation.tool is not None:
        request["toolConfig"] = _tool_config(conversation.tool)
    return request


def block(part: Part, source: ImageSource) -> Block:
    """Return one content block."""
    if isinstance(part, Text):
        return {"text": part.text}
    if isinstance(part, CachePoint):
        return {"cachePoint": {"type": "default"}}
    return {"image": {"format": part.format, "source": source(part)}}


def _inference(sampling: Sampling) -> Block:
    config: Block = {"maxTokens": sampling.max_tokens}
    if sampling.temperature is not None:
        config["temperature"] = sampling.temperature
    if sampling.top_p is not None:
        config["topP"] = sampling.top_p
    if sampling.stop:
        config["stopSequences"] = list(sampling.stop)
    return config


def _tool_config(tool: Tool) -> Block:
    spec = {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": {"json": tool.schema},
    }
    return {"tools": [{"toolSpec": spec}], "toolChoice": {"tool": {"name": tool.name}}}
