"""A model that says what the test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, Union, cast

from novadoc.errors import ConfigurationError, NovadocError
from novadoc.prompts import Conversation, Reply, Text, TextDelta, Usage
from novadoc.types import JsonValue

Answer: TypeAlias = Union[str, Reply, NovadocError]
"""What a scripted model gives: text, a whole reply, or an error to raise."""


class ScriptedModel:
    """A model backend that answers from a script, in order; the last answer is repeated.

    Text is given as a model would: after the prefill, up to the stop sequence, or as the forced
    tool's input. Safe under threads.

    Args:
        script: Answers in order, or a function from the conversation to its answer.
        model_id: What it is called.
        base_model: The base model it passes for.

    Raises:
        ConfigurationError: The script holds no answer.

    Example:
        >>> from novadoc.prompts import Message, Sampling
        >>> model = ScriptedModel(['{"total": 7}'])
        >>> ask = Conversation((Message("user", (Text("Total?"),)),), Sampling(max_tokens=9))
        >>> model.converse(ask).text, len(model.conversations)
        ('{"total": 7}', 1)
    """

    def __init__(
        self,
        script: Union[Iterable[Answer], Callable[[Conversation], Answer]],
        *,
        model_id: str = "amazon.nova-lite-v1:0",
        base_model: str | None = "nova-lite",
    ) -> None:
        self._answers = None if callable(script) else list(script)
        self._function = script if callable(script) else None
        if self._answers == []:
            raise ConfigurationError("The script holds no answer.")
        self._lock = threading.Lock()
        self._model_id = model_id
        self._base_model = base_model
        self.conversations: list[Conversation] = []
        """What it was asked, in order."""

    @property
    def model_id(self) -> str:
        """What it is called."""
        return self._model_id

    @property
    def base_model(self) -> str | None:
        """The base model it passes for."""
        return self._base_model

    def converse(self, conversation: Conversation, /) -> Reply:
        """Give the next answer.

        Raises:
            NovadocError: The script says so.
        """
        answer = self._next(conversation)
        if isinstance(answer, NovadocError):
            raise answer
        return answer if isinstance(answer, Reply) else as_reply(answer, conversation)

    def stream(self, conversation: Conversation, /) -> Iterator[Union[TextDelta, Reply]]:
        """Give the next answer in pieces of seven characters, then whole.

        Raises:
            NovadocError: The script says so.
        """
        reply = self.converse(conversation)
        for start in range(0, len(reply.text), 7):
            yield TextDelta(reply.text[start : start + 7])
        yield reply

    def _next(self, conversation: Conversation) -> Answer:
        with self._lock:
            self.conversations.append(conversation)
            if self._answers is not None:
                return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        assert self._function is not None
        return self._function(conversation)


def as_reply(text: str, conversation: Conversation) -> Reply:
    """Return a whole JSON answer as a model would give it in this conversation."""
    usage = Usage(input_tokens=_tokens(_said(conversation)), output_tokens=_tokens(text))
    if conversation.tool is not None:
        return Reply("", "tool_use", usage, tool_input=_input(text))
    if conversation.prefill and text.startswith(conversation.prefill):
        text = text[len(conversation.prefill) :]
    for stop in conversation.sampling.stop:
        if stop in text:
            return Reply(text.partition(stop)[0], "stop_sequence", usage)
    return Reply(text, "stop_sequence" if conversation.sampling.stop else "end_turn", usage)


def _input(text: str) -> JsonValue:
    try:
        return cast("JsonValue", json.loads(text))
    except ValueError:
        return text


def _said(conversation: Conversation) -> str:
    return "".join(
        part.text
        for message in conversation.messages
        for part in message.parts
        if isinstance(part, Text)
    )


def _tokens(text: str) -> int:
    # Four characters a token is the usual rule of thumb; a test wants a number, not the truth.
    return max(1, len(text) // 4)
