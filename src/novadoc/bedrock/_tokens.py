"""Tokens of a request, estimated without the service (CountTokens does not know every Nova)."""

from __future__ import annotations

import json
import math

from novadoc.documents import image_tokens
from novadoc.prompts._conversation import Conversation, Image, Text

CHARACTERS_PER_TOKEN = 3.5
"""English and JSON together; labels of digits and codes take more tokens than prose."""


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text.

    Example:
        >>> text_tokens("Invoice number")
        4
    """
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


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
