"""What of a question is the same for every document, and how pages are set into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from novadoc.documents import PageImage
from novadoc.errors import PromptError
from novadoc.prompts._conversation import (
    CachePoint,
    Conversation,
    Image,
    Message,
    Part,
    Sampling,
    Text,
    Tool,
)
from novadoc.prompts._reserved import defuse, defuse_json
from novadoc.schema import to_json
from novadoc.types import JsonValue


class Question(NamedTuple):
    """A conversation that only lacks its document."""

    system: tuple[Text | CachePoint, ...]
    before: tuple[Message, ...]
    """The turns of the examples."""
    task: Text
    """What follows the pages in the user's turn."""
    after: tuple[Message, ...]
    """The opened answer, if it is opened."""
    sampling: Sampling
    tool: Tool | None

    def about(self, pages: tuple[Part, ...]) -> Conversation:
        """Ask about a document."""
        # nova:prompting-vision-prompting: media first, then the text.
        turn = Message("user", (*pages, self.task))
        turns = (*self.before, turn, *self.after)
        return Conversation(turns, self.sampling, self.system, self.tool)

    def cached(self) -> Question:
        """With a cache point at the end of what stands before the document."""
        system, before = self.system, self.before
        if before:
            last = before[-1]
            before = (*before[:-1], Message(last.role, (*last.parts, CachePoint())))
        elif system:
            system = (*system, CachePoint())
        return Question(system, before, self.task, self.after, self.sampling, self.tool)


def as_images(prepared: Iterable[PageImage]) -> tuple[Image, ...]:
    """Pages as parts of a conversation."""
    return tuple(
        Image(page.format, page.width, page.height, page.digest, page.data) for page in prepared
    )


def shown_pages(images: Sequence[Image], label: str) -> tuple[Part, ...]:
    """Pages as parts of a turn, labelled when there are several.

    Raises:
        PromptError: There is no page.
    """
    if len(images) == 1:
        return (images[0],)
    if not images:
        raise PromptError("A question needs at least one page.")
    parts: list[Part] = []
    for number, image in enumerate(images, 1):
        if label:
            parts.append(Text(numbered(label, number)))
        parts.append(image)
    return tuple(parts)


def shown_texts(texts: Iterable[str], label: str) -> tuple[Part, ...]:
    """The texts of pages as parts of a turn.

    They stand as JSON strings: whatever a page says, it cannot end its own part of the prompt.

    Raises:
        PromptError: There is no page.
    """
    parts = tuple(
        Text(f"{numbered(label, number)}\n{defuse_json(to_json(text))}")
        for number, text in enumerate(texts, 1)
    )
    if not parts:
        raise PromptError("A question needs at least one page.")
    return parts


def numbered(label: str, number: int) -> str:
    """The label of one page."""
    return defuse(label.replace("{number}", str(number)))


def digest(message: Message) -> list[JsonValue]:
    """A turn as a fingerprint sees it: images by their digest."""
    return [
        part.digest if isinstance(part, Image) else part.text
        for part in message.parts
        if not isinstance(part, CachePoint)
    ]
