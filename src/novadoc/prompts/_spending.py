"""What a prompt spends, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from novadoc.documents import image_tokens
from novadoc.prompts._composition import Composition
from novadoc.prompts._conversation import Image, Message, Text
from novadoc.prompts._tokens import text_tokens
from novadoc.schema import to_json

T = TypeVar("T")


@dataclass(frozen=True)
class TokenBudget:
    """What one question spends, in estimated tokens.

    Example:
        >>> budget = TokenBudget((("system", 20), ("schema", 80)), answer=50)
        >>> budget.input, budget.total
        (100, 150)
    """

    parts: tuple[tuple[str, int], ...]
    """(part, tokens) of the input, in order."""
    answer: int
    """A full answer."""

    @property
    def input(self) -> int:
        """All input tokens."""
        return sum(tokens for _, tokens in self.parts)

    @property
    def total(self) -> int:
        """Input and answer: what counts against the 32k tokens of a training record."""
        return self.input + self.answer

    def __str__(self) -> str:
        rows = [*self.parts, ("answer", self.answer), ("total", self.total)]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}} {tokens:>7,}" for name, tokens in rows)


def spending(prompt: Composition[T], pages: int, base_model: str) -> TokenBudget:
    """Estimate the tokens of one question whose document costs `pages` tokens."""
    parts = [("system", text_tokens(prompt.system))]
    parts += [(part.name, text_tokens(part.text)) for part in prompt.sections]
    if prompt.tool is not None:
        tool = to_json(prompt.tool.schema) + prompt.tool.description
        parts.append(("tool", text_tokens(tool)))
    if prompt.turns:
        parts.append(("examples", sum(_spent(turn, base_model) for turn in prompt.turns)))
    if pages:
        parts.append(("pages", pages))
    return TokenBudget(tuple(parts), prompt.answer_tokens)


def _spent(message: Message, base_model: str) -> int:
    """Estimate the tokens of a turn."""
    tokens = 0
    for part in message.parts:
        if isinstance(part, Image):
            tokens += image_tokens(part.width, part.height, base_model)
        elif isinstance(part, Text):
            tokens += text_tokens(part.text)
    return tokens
