"""Tokens of a request, estimated without the service (CountTokens does not know every Nova)."""

from __future__ import annotations

import json

from novadoc.documents import image_tokens
from novadoc.prompts._conversation import Conversation, Image, Text
from novadoc.prompts._tokens import text_tokens


def input_tokens(conversation: Conversation, base_model: str) -> int:
    """Estimate the input tokens of a request: text by its length, images by the model's rule."""
    total = sum(text_tokens(part.text) for part in conversation.system if isinstance(part, Text))
    for message in conversation.messages:
        for part in message.parts:
            if isinstance(part, Text):
                total += text_tokens(part.text)
            elif isinstance(part, Image):
                total += image_tokens(part.width, part.height, base_model)
    if conversation.tool is not None:
        total += text_tokens(json.dumps(conversation.tool.schema))
    return total
