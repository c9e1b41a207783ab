"""A conversation and its answer as one record of a supervised fine-tuning data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from novadoc._wire._request import Block, block, location
from novadoc.errors import PromptError
from novadoc.prompts._conversation import CachePoint, Conversation, Image, Part
from novadoc.types import JsonObject

RECORD_VERSION = "bedrock-conversation-2024"
"""The only `schemaVersion` that every validator of the service accepts."""


def to_record(conversation: Conversation, answer: str) -> JsonObject:
    """Return the training record: the question as at inference, the answer as the last turn.

    A prefill is no turn of its own in training: it is left out, and `answer` is expected to begin
    with it, as `ExtractionPrompt.answer_text` makes it. Images are given by location only.

    Raises:
        PromptError: An image has no location, or the answer is forced through a tool, which
            supervised fine-tuning does not support.

    Example:
        >>> from novadoc.prompts import Conversation, Message, Sampling, Text
        >>> ask = Conversation((Message("user", (Text("Total?"),)),), Sampling(max_tokens=9))
        >>> to_record(ask, "7")["messages"][-1]
        {'role': 'assistant', 'content': [{'text': '7'}]}
    """
    if conversation.tool is not None:
        raise PromptError(
            "Answers forced through a tool cannot be trained.",
            remedy='Use a prompt with `answer="json"` for training.',
        )
    turns = conversation.messages
    if turns[-1].role == "assistant":
        turns = turns[:-1]
    messages: list[Block] = [{"role": turn.role, "content": _blocks(turn.parts)} for turn in turns]
    messages.append({"role": "assistant", "content": [{"text": answer}]})
    record: Block = {"schemaVersion": RECORD_VERSION}
    if conversation.system:
        record["system"] = _blocks(conversation.system)
    record["messages"] = messages
    return cast("JsonObject", record)


def _blocks(parts: Sequence[Part]) -> list[Block]:
    # Cache points steer the service at inference; validators of training data refuse them.
    return [block(part, _stored) for part in parts if not isinstance(part, CachePoint)]


def _stored(image: Image) -> Block:
    if image.location is None:
        raise PromptError(
            f"The image {image.digest[:12]} has no location, and records hold no bytes.",
            remedy="Write the image to the data set's folder first.",
        )
    return {"s3Location": location(image.location, image.bucket_owner)}
