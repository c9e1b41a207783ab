"""Questions that go on from an answer: continued where it stopped, corrected where it is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from novadoc._answer import unfinished
from novadoc.prompts import Conversation, Message, Text


def going_on(conversation: Conversation, text: str) -> Conversation:
    """Return the question with an answer that was cut as the beginning of the next one."""
    so_far = Message("assistant", (Text(conversation.prefill + text),))
    return replace(conversation, messages=(*_turns(conversation), so_far))


def said_again(text: str, more: str) -> str:
    """Return the value in which an answer was cut if what goes on begins with it once more.

    After `12` comes `12.50`: the number may be 1212.50 or 12.50, and neither is to be invented.
    """
    cut = unfinished(text)
    said = cut.removeprefix('"')
    return cut if said and more.lstrip().startswith((cut, said)) else ""


def correction(
    conversation: Conversation, said: str, faults: Iterable[tuple[str, str]]
) -> Conversation:
    """Return the question for an answer once more, with what was wrong.

    Args:
        conversation: What was asked.
        said: The answer.
        faults: Places as the model is told them, and the rules they break.
    """
    rules = "\n".join(f"- `{text or '$'}`: {rule}" for text, rule in faults)
    ask = (
        f"These fields of your answer do not fit the schema:\n{rules}\n"
        "Look at the pages again and answer with the whole object once more, with these fields "
        "corrected. Use null for a field the pages do not show."
    )
    turns = (
        *_turns(conversation),
        Message("assistant", (Text(conversation.prefill + said),)),
        Message("user", (Text(ask),)),
    )
    if conversation.prefill:
        turns = (*turns, Message("assistant", (Text(conversation.prefill),)))
    return replace(conversation, messages=turns)


def _turns(conversation: Conversation) -> tuple[Message, ...]:
    turns = conversation.messages
    return turns[:-1] if turns[-1].role == "assistant" else turns
