"""A prompt as one value: the same question in training and at inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from novadoc.documents import NOVA_1, Document, ImagePolicy, image_tokens
from novadoc.errors import LabelError, PromptError
from novadoc.prompts import _branches
from novadoc.prompts._composition import Composition, Parts
from novadoc.prompts._conversation import AnswerMode, Conversation, Image, Text
from novadoc.prompts._framing import Framing
from novadoc.prompts._question import as_images, shown_pages, shown_texts
from novadoc.prompts._tokens import room_for
from novadoc.prompts._wording import Wording, worded
from novadoc.schema import DocumentSchema
from novadoc.types import JsonObject, JsonValue

if TYPE_CHECKING:
    from novadoc.prompts._example import Example
    from novadoc.prompts._languages import Language
    from novadoc.prompts._spending import TokenBudget

T = TypeVar("T")


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
        asked = DocumentSchema.of(schema)
        self._set(
            Parts(
                schema=asked,
                instructions=instructions,
                examples=tuple(examples),
                answer=answer,
                images=images,
                framing=framing or Framing(),
                max_tokens=max_tokens or room_for(asked.root),
                wording=worded(wording),
            )
        )

    def _set(self, parts: Parts[T]) -> None:
        self._parts = parts
        self._composed = Composition(parts)

    def _with(self, parts: Parts[T]) -> ExtractionPrompt[T]:
        made = copy(self)
        made._set(parts)  # noqa: SLF001  (its own)
        return made

    @property
    def schema(self) -> DocumentSchema[T]:
        """What is asked."""
        return self._parts.schema

    @property
    def instructions(self) -> str:
        """What the author added."""
        return self._parts.instructions

    @property
    def examples(self) -> tuple[Example[T], ...]:
        """Documents with answers, shown before the question."""
        return self._parts.examples

    @property
    def answer(self) -> AnswerMode:
        """How the model answers."""
        return self._parts.answer

    @property
    def images(self) -> ImagePolicy:
        """How pages become images."""
        return self._parts.images

    @property
    def framing(self) -> Framing:
        """What stands around the answer in `json` mode."""
        return self._parts.framing

    @property
    def max_tokens(self) -> int:
        """Longest answer, in tokens."""
        return self._parts.max_tokens

    @property
    def wording(self) -> Wording:
        """The sentences."""
        return self._parts.wording

    @property
    def reads_text(self) -> bool:
        """Whether pages are given as their text layer and not as images."""
        return self._parts.reads_text

    @property
    def is_cached(self) -> bool:
        """Whether the part before the question is marked for the service's prompt cache."""
        return self._parts.cached

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
        return self._with(replace(self._parts, reads_text=True))

    def cached(self) -> ExtractionPrompt[T]:
        """Return the prompt with a cache point before the question; the question is the same.

        What stands before it is the system text and the examples. The service caches from about
        1,000 tokens on (model cards), so without examples there is seldom anything to gain.
        """
        return self._with(replace(self._parts, cached=True))

    @property
    def system(self) -> str:
        """The system prompt's text."""
        return self._composed.system

    @property
    def task(self) -> str:
        """The user's text after the pages."""
        return self._composed.question.task.text

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of everything that reaches the model and of the image policy."""
        return self._composed.fingerprint

    def render(self, document: Document) -> Conversation:
        """Return the question about a document: pages, then the task, then the opened answer.

        Raises:
            DocumentError: A page cannot be read.
            PromptError: The prompt reads text and the document has none.
        """
        if not self.reads_text:
            return self.conversation(as_images(document.images(self.images)))
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
        if self.reads_text:
            return self._composed.question.about(shown_texts(texts, self.wording.text))
        return self._composed.question.about(shown_pages(images, self.wording.page))

    def answer_text(self, label: T | Mapping[str, JsonValue]) -> str:
        """Return the assistant's whole turn for a label, as it is trained.

        Reserved words inside values are escaped in a way that every JSON parser undoes. In `tool`
        mode it is the plain JSON.

        Raises:
            LabelError: The label does not fit the schema.
            PromptError: The framing's stop sequence is part of the answer's JSON.
        """
        return self._composed.answer_text(label)

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
            PromptError: There are fewer than no pages, or a page has no size.
        """
        if pages < 0 or min(size) < 1:
            raise PromptError(f"{pages} pages of {size[0]} by {size[1]} pixels cannot be counted.")
        page = image_tokens(*self.images.fit(*size), base_model)
        tokens = 0 if self.reads_text else pages * page
        return _branches.spending(self._composed, tokens, base_model)

    def to_dict(self) -> JsonObject:
        """Return the prompt as JSON, to be kept beside the model it trained.

        The schema is kept as the JSON Schema the model sees, examples with their images.
        """
        return _branches.to_dict(self._parts, self._composed.shots, self.fingerprint)

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue]) -> ExtractionPrompt[JsonObject]:
        """Rebuild a prompt from `to_dict`; it asks the same, and answers are plain JSON.

        Raises:
            PromptError: It is no stored prompt, or would ask something else than was stored.
        """
        parts = _branches.from_dict(data)
        try:
            made = ExtractionPrompt(parts.schema)._with(parts)  # noqa: SLF001  (its own)
        except LabelError as error:
            raise PromptError(f"A stored example does not fit its schema: {error}") from error
        _branches.verify(data, made.fingerprint)
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExtractionPrompt):
            return NotImplemented
        return (self.fingerprint, self.max_tokens, self.is_cached) == (
            other.fingerprint,
            other.max_tokens,
            other.is_cached,
        )

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __str__(self) -> str:
        """The whole prompt as text, images as placeholders."""
        asked = self._composed.question.about((Text("[the document]"),))
        return _branches.transcript(asked)

    def __repr__(self) -> str:
        # Examples' pages are not prepared only to be named.
        shots = len(self.examples)
        what = f"{shots} examples" if shots else self.fingerprint[:12]
        return f"ExtractionPrompt({self.schema.name}, {self.answer}, {what})"
