"""What is asked of a model, as values: prompts, conversations, and the seam to any backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

if TYPE_CHECKING:
    from novadoc.prompts._conversation import (
        AnswerMode,
        CachePoint,
        Conversation,
        Image,
        MediaFormat,
        Message,
        ModelBackend,
        Part,
        Reply,
        Sampling,
        StreamingBackend,
        Text,
        TextDelta,
        Tool,
        Usage,
    )
    from novadoc.prompts._example import Example
    from novadoc.prompts._framing import Framing
    from novadoc.prompts._languages import Language, wording
    from novadoc.prompts._prompt import ExtractionPrompt
    from novadoc.prompts._reserved import RESERVED, defuse, defuse_json, reserved_words
    from novadoc.prompts._room import pages_at_once
    from novadoc.prompts._spending import TokenBudget
    from novadoc.prompts._tokens import text_tokens
    from novadoc.prompts._wording import Wording
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._conversation": (
                "AnswerMode CachePoint Conversation Image MediaFormat Message ModelBackend "
                "Part Reply Sampling StreamingBackend Text TextDelta Tool Usage"
            ),
            "._example": "Example",
            "._framing": "Framing",
            "._languages": "Language wording",
            "._prompt": "ExtractionPrompt",
            "._reserved": "RESERVED defuse defuse_json reserved_words",
            "._room": "pages_at_once",
            "._spending": "TokenBudget",
            "._tokens": "text_tokens",
            "._wording": "Wording",
        },
    )

__all__ = [
    "RESERVED",
    "AnswerMode",
    "CachePoint",
    "Conversation",
    "Example",
    "ExtractionPrompt",
    "Framing",
    "Image",
    "Language",
    "MediaFormat",
    "Message",
    "ModelBackend",
    "Part",
    "Reply",
    "Sampling",
    "StreamingBackend",
    "Text",
    "TextDelta",
    "TokenBudget",
    "Tool",
    "Usage",
    "Wording",
    "defuse",
    "defuse_json",
    "pages_at_once",
    "reserved_words",
    "text_tokens",
    "wording",
]
