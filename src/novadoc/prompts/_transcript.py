"""A prompt as text for people."""

from __future__ import annotations

from collections.abc import Sequence

from novadoc.prompts._conversation import Conversation, Image, Part, Text
from novadoc.schema import to_json


def transcript(conversation: Conversation) -> str:
    """Write system text, turns and tool, each under its heading."""
    blocks: list[str] = []
    if conversation.system:
        blocks.append(_block("system", conversation.system))
    blocks.extend(_block(turn.role, turn.parts) for turn in conversation.messages)
    tool = conversation.tool
    if tool is not None:
        blocks.append(f"--- tool {tool.name} ---\n{tool.description}\n{to_json(tool.schema)}")
    return "\n\n".join(blocks)


def _block(role: str, parts: Sequence[Part]) -> str:
    return "\n".join([f"--- {role} ---", *map(_shown, parts)])


def _shown(part: Part) -> str:
    if isinstance(part, Text):
        return part.text
    if isinstance(part, Image):
        return f"[image {part.format}, {part.width}x{part.height}, {part.digest[:12]}]"
    return "[cache point]"
