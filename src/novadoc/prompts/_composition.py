"""A prompt's parts, put together once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from novadoc.documents import ImagePolicy
from novadoc.errors import PromptError
from novadoc.prompts import _composed
from novadoc.prompts._conversation import AnswerMode, Image, Message, Sampling, Text, Tool
from novadoc.prompts._framing import Framing
from novadoc.prompts._question import Question, digest, numbered, shown_pages
from novadoc.prompts._reserved import defuse, defuse_json, reserved_words, without_stop
from novadoc.prompts._tokens import answer_tokens
from novadoc.prompts._wording import Wording
from novadoc.schema import DocumentSchema, to_json
from novadoc.schema._json_text import is_text
from novadoc.types import JsonObject, JsonValue

if TYPE_CHECKING:
    from novadoc.prompts._example import Example

T = TypeVar("T")

_FORMAT = 1
"""Raised whenever equal parts would be asked in other words than before."""
# Nova fails on a hyphen in a tool's name: "invalid sequence as part of ToolUse".
_TOOL_NAME = "record_document"
_TOOL_DESCRIPTION = "Records what is printed on the document."


@dataclass(eq=False, repr=False)  # never compared or shown
class Parts(Generic[T]):
    """The settings of one prompt."""

    schema: DocumentSchema[T]
    instructions: str
    examples: tuple[Example[T], ...]
    answer: AnswerMode
    images: ImagePolicy
    framing: Framing
    max_tokens: int
    wording: Wording
    reads_text: bool = False
    cached: bool = False


class Composition(Generic[T]):
    """The texts, turns and the fingerprint that follow from a prompt's parts.

    Examples' answers are checked at once; their pages are prepared when first needed.

    Raises:
        LabelError: An example's answer does not fit the schema.
        PromptError: A tool's keys or choices hold a reserved word, or a text half a character.
    """

    def __init__(self, parts: Parts[T]) -> None:
        self._parts = parts
        if not is_text("".join((parts.instructions, *astuple(parts.wording)))):
            raise PromptError(
                "The instructions or the wording hold half a character (a lone surrogate).",
                remedy="Write the whole character; it was cut or escaped wrongly.",
            )
        self.tool = self._tool()
        self._labels = tuple(parts.schema.canonical(each.answer) for each in parts.examples)

    @cached_property
    def system(self) -> str:
        """The system prompt's text."""
        return defuse(self._parts.wording.system)

    @cached_property
    def sections(self) -> tuple[_composed.Section, ...]:
        """The user's text after the pages, in parts."""
        parts = self._parts
        schema = parts.schema
        return _composed.task(
            schema.root, schema.prompt_schema, parts.wording, parts.instructions, parts.answer
        )

    def _tool(self) -> Tool | None:
        """The tool the answer is forced through, in `tool` mode."""
        schema = self._parts.schema
        if self._parts.answer == "json":
            return None
        description = defuse(schema.description) or _TOOL_DESCRIPTION
        asked = cast("JsonObject", _composed.defused(schema.tool_schema))
        words = reserved_words(to_json(asked))
        if words:
            raise PromptError(
                f"A key or choice of `{schema.name}` holds the reserved word {words[0]!r}.",
                remedy='Rename it, or use `answer="json"`, where it is escaped.',
            )
        return Tool(_TOOL_NAME, description, asked)

    @cached_property
    def shots(self) -> tuple[tuple[tuple[Image, ...], JsonObject], ...]:
        """The examples' pages and answers."""
        pages = (each.pages(self._parts.images) for each in self._parts.examples)
        return tuple(zip(pages, self._labels, strict=True))

    @cached_property
    def turns(self) -> tuple[Message, ...]:
        """The turns of the examples."""
        wording = self._parts.wording
        request = Text(defuse(wording.example))
        turns: list[Message] = []
        for images, label in self.shots:
            turns.append(Message("user", (*shown_pages(images, wording.page), request)))
            turns.append(Message("assistant", (Text(self._framed(to_json(label))),)))
        return tuple(turns)

    @cached_property
    def question(self) -> Question:
        """Everything of a question that is the same for every document."""
        parts = self._parts
        framing = parts.framing if parts.answer == "json" else Framing("", "", "")
        opened = (Message("assistant", (Text(framing.prefill),)),) if framing.prefill else ()
        question = Question(
            system=(Text(self.system),) if self.system else (),
            before=self.turns,
            task=Text(_composed.joined(self.sections)),
            after=opened,
            # nova:prompting-vision-prompting and tool-choice: greedy, temperature 0 and topK 1.
            sampling=Sampling(parts.max_tokens, stop=(framing.stop,) if framing.stop else ()),
            tool=self.tool,
        )
        return question.cached() if parts.cached else question

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of everything that reaches the model and of the image policy."""
        parts, tool = self._parts, self.tool
        framing = parts.framing
        label = parts.wording.text if parts.reads_text else parts.wording.page
        asked: JsonObject = {
            "format": _FORMAT,
            "system": self.system,
            "task": self.question.task.text,
            "page": numbered(label, 1),
            "reads_text": parts.reads_text,
            "framing": [framing.prefill, framing.lead, framing.stop],
            "tool": None if tool is None else [tool.name, tool.description, tool.schema],
            "images": parts.images.fingerprint,
            "examples": [digest(turn) for turn in self.turns],
        }
        return hashlib.sha256(to_json(asked).encode()).hexdigest()

    @property
    def answer_tokens(self) -> int:
        """Estimated tokens of a long answer."""
        return answer_tokens(self._parts.schema.root)

    def answer_text(self, label: T | Mapping[str, JsonValue]) -> str:
        """The assistant's whole turn for a label.

        Raises:
            LabelError: The label does not fit the schema.
            PromptError: The stop sequence is in every way of writing the answer.
        """
        return self._framed(self._parts.schema.canonical_text(label))

    def _framed(self, answer: str) -> str:
        text = defuse_json(answer)
        if self._parts.answer == "tool":
            return text
        framing = self._parts.framing
        return framing.wrap(without_stop(text, framing.stop))
