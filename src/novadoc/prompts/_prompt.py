"""A prompt as one value: the same question in training and at inference."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Generic, TypeVar, cast

from novadoc.documents import NOVA_1, Document, ImagePolicy, image_tokens
from novadoc.errors import PromptError
from novadoc.prompts import _composed, _stored, _tokens
from novadoc.prompts._conversation import (
    AnswerMode,
    CachePoint,
    Conversation,
    Image,
    Message,
    Part,
    Sampling,
    Text,
    Tool,
)
from novadoc.prompts._example import Example, pages
from novadoc.prompts._framing import Framing
from novadoc.prompts._languages import Language, wording
from novadoc.prompts._reserved import defuse, defuse_json
from novadoc.prompts._tokens import TokenBudget
from novadoc.prompts._transcript import transcript
from novadoc.prompts._wording import Wording
from novadoc.schema import DocumentSchema, to_json
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

_FORMAT = 1
"""Raised whenever equal parts would be asked in other words than before."""
# Nova fails on a hyphen in a tool's name: "invalid sequence as part of ToolUse".
_TOOL_NAME = "record_document"
_TOOL_DESCRIPTION = "Records what is printed on the document."


class ExtractionPrompt(Generic[T]):
    r"""Schema, instructions, examples and image policy, composed into the question for a model.

    Immutable; its parts are put together once, so that asking for another document costs
    microseconds. Follows Nova's published advice for vision: media first, then the task in the
    user's turn; the role alone in the system prompt; several pages labelled; greedy decoding.

    Args:
        schema: What is asked: a schema, or a pydantic class.
        instructions: What the author wants to add, after the rules.
        examples: Documents with right answers, shown as turns before the question.
        answer: `json` opens the answer for the model and stops it; `tool` forces a tool.
        images: How pages become images.
        framing: What stands around the answer in `json` mode.
        max_tokens: Longest answer; by default sized by the schema, at most 5,000.
        wording: The sentences, or the language they are taken from.

    Raises:
        SchemaError: The class holds something that cannot be asked of a model.
        LabelError: An example's answer does not fit the schema.
        PromptError: A setting is out of range.

    Example:
        >>> from pydantic import BaseModel
        >>> class Receipt(BaseModel):
        ...     total: float | None = None
        >>> prompt = ExtractionPrompt(Receipt, instructions="Totals include tax.")
        >>> prompt.answer_text({"total": 12.50})
        '```json\n{"total":12.5}\n```'
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200), name="page.pgm")
        >>> [message.role for message in prompt.render(page).messages]
        ['user', 'assistant']
    """

    def __init__(
        self,
        schema: DocumentSchema[T] | type[T],
        *,
        instructions: str = "",
        examples: Sequence[Example[T]] = (),
        answer: AnswerMode = "json",
        images: ImagePolicy = NOVA_1,
        framing: Framing | None = None,
        max_tokens: int | None = None,
        wording: Wording | Language = "en",
    ) -> None:
        if answer not in {"json", "tool"}:
            raise PromptError(
                f"There is no answer mode {answer!r}.", remedy='Use "json" or "tool".'
            )
        if max_tokens is not None and max_tokens < 1:
            raise PromptError(f"An answer of at most {max_tokens} tokens is none.")
        self._schema = DocumentSchema.of(schema)
        self._instructions = instructions
        self._examples = tuple(examples)
        self._answer: AnswerMode = answer
        self._images = images
        self._framing = framing or Framing()
        self._max_tokens = max_tokens or _tokens.room_for(self._schema.root)
        self._wording = _worded(wording)
        self._reads_text = False
        self._cached = False
        self._answers = tuple(self._json(example.answer) for example in self._examples)

    @property
    def schema(self) -> DocumentSchema[T]:
        """What is asked."""
        return self._schema

    @property
    def instructions(self) -> str:
        """What the author added."""
        return self._instructions

    @property
    def examples(self) -> tuple[Example[T], ...]:
        """Documents with answers, shown before the question."""
        return self._examples

    @property
    def answer(self) -> AnswerMode:
        """How the model answers."""
        return self._answer

    @property
    def images(self) -> ImagePolicy:
        """How pages become images."""
        return self._images

    @property
    def framing(self) -> Framing:
        """What stands around the answer in `json` mode."""
        return self._framing

    @property
    def max_tokens(self) -> int:
        """Longest answer, in tokens."""
        return self._max_tokens

    @property
    def wording(self) -> Wording:
        """The sentences."""
        return self._wording

    @property
    def reads_text(self) -> bool:
        """Whether pages are given as their text layer and not as images."""
        return self._reads_text

    @property
    def is_cached(self) -> bool:
        """Whether the part before the question is marked for the service's prompt cache."""
        return self._cached

    def on_text(self) -> ExtractionPrompt[T]:
        r"""Return the prompt that gives pages as text, for Nova Micro and text layers.

        Example:
            >>> from pydantic import BaseModel
            >>> class Receipt(BaseModel):
            ...     total: float | None = None
            >>> asked = ExtractionPrompt(Receipt).on_text().conversation((), texts=["Total 12.50"])
            >>> asked.messages[0].parts[0].text
            'Text of page 1, as a JSON string:\n"Total 12.50"'
        """
        return self._with("_reads_text")

    def cached(self) -> ExtractionPrompt[T]:
        """Return the prompt with a cache point before the question; the question is the same.

        What stands before it is the system text and the examples. The service caches from about
        1,000 tokens on (model cards), so without examples there is seldom anything to gain.
        """
        return self._with("_cached")

    def _with(self, flag: str) -> ExtractionPrompt[T]:
        made = copy(self)
        for name in ("_shots", "_fixed", "fingerprint"):
            made.__dict__.pop(name, None)
        made.__dict__[flag] = True
        return made

    @cached_property
    def system(self) -> str:
        """The system prompt's text."""
        return defuse(self._wording.system)

    @cached_property
    def task(self) -> str:
        """The user's text after the pages."""
        return _composed.joined(self._sections)

    @cached_property
    def _sections(self) -> tuple[_composed.Section, ...]:
        return _composed.task(
            self._schema.root,
            self._schema.prompt_schema,
            self._wording,
            self._instructions,
            self._answer,
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of everything that reaches the model and of the image policy."""
        tool = self._tool
        parts: JsonObject = {
            "format": _FORMAT,
            "system": self.system,
            "task": self.task,
            "page": self._label(1, self._wording.text if self._reads_text else self._wording.page),
            "reads_text": self._reads_text,
            "framing": [self._framing.prefill, self._framing.lead, self._framing.stop],
            "tool": None if tool is None else [tool.name, tool.description, tool.schema],
            "images": self._images.fingerprint,
            "examples": [_digest(message) for message in self._shots],
        }
        return hashlib.sha256(to_json(parts).encode()).hexdigest()

    def render(self, document: Document) -> Conversation:
        """Return the question about a document: pages, then the task, then the opened answer.

        Raises:
            DocumentError: A page cannot be read.
            PromptError: The prompt reads text and the document has none.
        """
        if not self._reads_text:
            return self.conversation(pages(document.images(self._images)))
        texts = [document.text(number) for number in range(1, document.page_count + 1)]
        if not any(text.strip() for text in texts):
            raise PromptError(
                f"`{document.name}` has no text layer, and this prompt reads text.",
                remedy="Ask with images, or give the text to `conversation`.",
            )
        return self.conversation((), texts=texts)

    def conversation(self, images: Sequence[Image], *, texts: Sequence[str] = ()) -> Conversation:
        """Return the question about prepared pages.

        Args:
            images: The pages.
            texts: The pages' texts, for a prompt that reads text.

        Raises:
            PromptError: There is no page.
        """
        shown = self._texts(texts) if self._reads_text else self._pages(images)
        before, task, after, sampling, system, tool = self._fixed
        turns = (*before, Message("user", (*shown, task)), *after)
        return Conversation(turns, sampling, system, tool)

    def answer_text(self, label: T | Mapping[str, JsonValue]) -> str:
        """Return the assistant's whole turn for a label, as it is trained.

        Reserved words inside values are escaped in a way that every JSON parser undoes. In `tool`
        mode it is the plain JSON.

        Raises:
            LabelError: The label does not fit the schema.
        """
        return self._framed(self._json(label))

    def budget(
        self, base_model: str = "nova-lite", *, pages: int = 1, size: tuple[int, int] = (1700, 2200)
    ) -> TokenBudget:
        """Estimate what one question spends, and where.

        Args:
            base_model: Whose images are counted.
            pages: Pages of the document.
            size: A page's width and height in pixels, before the image policy.

        Raises:
            ConfigurationError: No base model has this key.
        """
        page = image_tokens(*self._images.fit(*size), base_model)
        tool = self._tool
        parts = [("system", _tokens.text_tokens(self.system))]
        parts += [(part.name, _tokens.text_tokens(part.text)) for part in self._sections]
        if tool is not None:
            parts.append(("tool", _tokens.text_tokens(to_json(tool.schema) + tool.description)))
        if self._examples:
            parts.append(("examples", sum(_spent(turn, base_model) for turn in self._shots)))
        if not self._reads_text:
            parts.append(("pages", pages * page))
        return TokenBudget(tuple(parts), _tokens.answer_tokens(self._schema.root))

    def to_dict(self) -> JsonObject:
        """Return the prompt as JSON, to be kept beside the model it trained.

        The schema is kept as the JSON Schema the model sees, examples with their images.
        """
        return _stored.to_dict(
            _stored.Parts(
                schema=cast("DocumentSchema[object]", self._schema),
                instructions=self._instructions,
                examples=self._prepared,
                answer=self._answer,
                images=self._images,
                framing=self._framing,
                max_tokens=self._max_tokens,
                wording=self._wording,
                reads_text=self._reads_text,
                cached=self._cached,
            ),
            self.fingerprint,
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue]) -> ExtractionPrompt[JsonObject]:
        """Rebuild a prompt from `to_dict`; it asks the same, and answers are plain JSON.

        Raises:
            PromptError: It is no stored prompt, or would ask something else than was stored.
        """
        parts = _stored.from_dict(data)
        made = ExtractionPrompt(
            parts.schema,
            instructions=parts.instructions,
            examples=[Example(images, answer) for images, answer in parts.examples],
            answer=parts.answer,
            images=parts.images,
            framing=parts.framing,
            max_tokens=parts.max_tokens,
            wording=parts.wording,
        )
        made = made.on_text() if parts.reads_text else made
        made = made.cached() if parts.cached else made
        _stored.verify(data, made.fingerprint)
        return made

    @cached_property
    def _prepared(self) -> tuple[tuple[tuple[Image, ...], JsonObject], ...]:
        return tuple(
            (example.pages(self._images), self._schema.canonical(example.answer))
            for example in self._examples
        )

    @cached_property
    def _shots(self) -> tuple[Message, ...]:
        """The turns of the examples."""
        request = Text(defuse(self._wording.example))
        turns: list[Message] = []
        for (images, _), answer in zip(self._prepared, self._answers, strict=True):
            turns.append(Message("user", (*self._pages(images), request)))
            turns.append(Message("assistant", (Text(self._framed(answer)),)))
        return tuple(turns)

    @cached_property
    def _fixed(
        self,
    ) -> tuple[
        tuple[Message, ...],
        Text,
        tuple[Message, ...],
        Sampling,
        tuple[Text | CachePoint, ...],
        Tool | None,
    ]:
        """Everything of a question that is the same for every document."""
        opened = self._answer == "json" and self._framing.prefill
        after = (Message("assistant", (Text(self._framing.prefill),)),) if opened else ()
        stop = (self._framing.stop,) if self._answer == "json" and self._framing.stop else ()
        system: tuple[Text | CachePoint, ...] = (Text(self.system),) if self.system else ()
        before = self._shots
        if self._cached and before:
            last = before[-1]
            before = (*before[:-1], Message(last.role, (*last.parts, CachePoint())))
        elif self._cached and system:
            system = (*system, CachePoint())
        # nova:prompting-vision-prompting and tool-choice: greedy, temperature 0 and topK 1.
        sampling = Sampling(self._max_tokens, stop=stop)
        return before, Text(self.task), after, sampling, system, self._tool

    @cached_property
    def _tool(self) -> Tool | None:
        if self._answer == "json":
            return None
        description = defuse(self._schema.description) or _TOOL_DESCRIPTION
        return Tool(_TOOL_NAME, description, self._schema.tool_schema)

    def _pages(self, images: Sequence[Image]) -> tuple[Part, ...]:
        if len(images) == 1:
            return (images[0],)
        if not images:
            raise PromptError("A question needs at least one page.")
        parts: list[Part] = []
        for number, image in enumerate(images, 1):
            if self._wording.page:
                parts.append(Text(self._label(number, self._wording.page)))
            parts.append(image)
        return tuple(parts)

    def _texts(self, texts: Iterable[str]) -> tuple[Part, ...]:
        # As JSON strings: whatever a page says, it cannot end its own part of the prompt.
        parts = tuple(
            Text(f"{self._label(number, self._wording.text)}\n{defuse_json(to_json(text))}")
            for number, text in enumerate(texts, 1)
        )
        if not parts:
            raise PromptError("A question needs at least one page.")
        return parts

    def _label(self, number: int, template: str) -> str:
        return defuse(template.replace("{number}", str(number)))

    def _json(self, label: T | Mapping[str, JsonValue]) -> str:
        return defuse_json(self._schema.canonical_text(label))

    def _framed(self, answer: str) -> str:
        return self._framing.wrap(answer) if self._answer == "json" else answer

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExtractionPrompt):
            return NotImplemented
        return (self.fingerprint, self._max_tokens, self._cached) == (
            other.fingerprint,
            other.max_tokens,
            other.is_cached,
        )

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __str__(self) -> str:
        """The whole prompt as text, images as placeholders."""
        before, task, after, _, system, tool = self._fixed
        page = Text("[the document]")
        turns = (*before, Message("user", (page, task)), *after)
        return transcript(system, turns, tool)

    def __repr__(self) -> str:
        shots = f", {len(self._examples)} examples" if self._examples else ""
        return (
            f"ExtractionPrompt({self._schema.name}, {self._answer}{shots}, {self.fingerprint[:12]})"
        )


def _worded(chosen: Wording | Language) -> Wording:
    return chosen if isinstance(chosen, Wording) else wording(chosen)


def _digest(message: Message) -> list[JsonValue]:
    return [
        part.digest if isinstance(part, Image) else part.text
        for part in message.parts
        if not isinstance(part, CachePoint)
    ]


def _spent(message: Message, base_model: str) -> int:
    tokens = 0
    for part in message.parts:
        if isinstance(part, Image):
            tokens += image_tokens(part.width, part.height, base_model)
        elif isinstance(part, Text):
            tokens += _tokens.text_tokens(part.text)
    return tokens
