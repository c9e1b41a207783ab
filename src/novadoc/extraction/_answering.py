"""From a conversation to a reading: continued when cut, asked again when unusable or invalid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from novadoc._answer import json_lead, parse_answer
from novadoc.errors import AnswerError, ModelFaultError, ServiceError, TruncatedAnswerError
from novadoc.extraction import _branches
from novadoc.extraction._ask import Asker, Ledger
from novadoc.extraction._outcome import AttemptKind
from novadoc.extraction._retry import FAULTS, RetryPolicy
from novadoc.extraction._settings import Settings
from novadoc.extraction._windows import Window
from novadoc.prompts import Conversation, ExtractionPrompt, Reply
from novadoc.schema import FieldSpec, Reading
from novadoc.types import JsonObject

if TYPE_CHECKING:
    from novadoc.extraction._paths import Place
    from novadoc.extraction._values import Guess

T = TypeVar("T")


@dataclass(eq=False, repr=False)  # never compared or shown
class Read(Generic[T]):
    """What the schema made of a reply."""

    reading: Reading[T]
    reply: Reply
    notes: tuple[str, ...]
    guesses: Mapping[str, tuple[Guess, ...]] = field(default_factory=dict[str, "tuple[Guess, ...]"])


class _Parsed(NamedTuple):
    data: JsonObject
    reply: Reply
    notes: list[str]


class Answering(Generic[T]):
    """How one prompt is put to one model until something comes of it.

    Args:
        prompt: What is asked.
        spare: The same question in the other answer mode; `None` where falling back is no option.
        asker: The way to the model.
        settings: Continuations and re-asks.
        retry: Tries for answers that cannot be read.
    """

    def __init__(
        self,
        prompt: ExtractionPrompt[T],
        spare: ExtractionPrompt[T] | None,
        asker: Asker,
        *,
        settings: Settings,
        retry: RetryPolicy,
    ) -> None:
        self.prompt = prompt
        self._spare = spare
        self.asker = asker
        self._settings = settings
        self._retry = retry

    def read(self, window: Window, ledger: Ledger, *, temperature: float | None = None) -> Read[T]:
        """Ask about pages and read the answer leniently; values may still be invalid.

        Raises:
            AnswerError: No answer could be read.
            ServiceError: The service refused, or failed until the policy was used up.
        """
        conversation = window.question(self.prompt)
        kind: AttemptKind = "first" if temperature is None else "vote"
        if temperature is not None:
            sampling = replace(conversation.sampling, temperature=temperature, top_k=None)
            conversation = replace(conversation, sampling=sampling)
        return self.settle(
            window, conversation, ledger, lambda: self.asker.ask(conversation, ledger, kind)
        )

    def settle(
        self,
        window: Window,
        conversation: Conversation,
        ledger: Ledger,
        reply: Callable[[], Reply],
    ) -> Read[T]:
        """Read the reply to a question about a window, asking again where it is not usable.

        Raises:
            AnswerError: No answer could be read.
            ServiceError: The service refused, or failed until the policy was used up.
        """
        failure: AnswerError | ModelFaultError
        try:
            return self._resolved(self.prompt, conversation, reply(), ledger)
        except FAULTS as error:
            failure = error
        return self._read_again(conversation, window, ledger, failure)

    def _read_again(
        self,
        conversation: Conversation,
        window: Window,
        ledger: Ledger,
        failure: AnswerError | ModelFaultError,
    ) -> Read[T]:
        for _ in range(self._retry.answer_attempts - 1):
            read = self._attempted(conversation, ledger)
            if isinstance(read, Read):
                return read
            failure = read
        if self._spare is None:
            raise failure
        other = window.question(self._spare)
        read = self._read(self._spare, other, ledger, "fallback")
        return replace(read, notes=("fallback", *read.notes))

    def _attempted(
        self, conversation: Conversation, ledger: Ledger
    ) -> Read[T] | AnswerError | ModelFaultError:
        try:
            return self._read(self.prompt, conversation, ledger, "again")
        except FAULTS as error:
            return error

    def _read(
        self,
        prompt: ExtractionPrompt[T],
        conversation: Conversation,
        ledger: Ledger,
        kind: AttemptKind,
    ) -> Read[T]:
        reply = self.asker.ask(conversation, ledger, kind)
        return self._resolved(prompt, conversation, reply, ledger)

    def _resolved(
        self,
        prompt: ExtractionPrompt[T],
        conversation: Conversation,
        reply: Reply,
        ledger: Ledger,
    ) -> Read[T]:
        notes: list[str] = []
        try:
            data = parse_answer(reply, prompt.schema, lead=_lead(conversation), notes=notes)
            parsed = _Parsed(data, reply, notes)
        except TruncatedAnswerError as error:
            parsed = self._continued(prompt, conversation, reply, ledger, error)
        reading = prompt.schema.read(parsed.data)
        if reading.violations and self._settings.reask:
            return self._corrected(prompt, conversation, parsed, reading, ledger)
        return Read(reading, parsed.reply, tuple(parsed.notes))

    def _continued(
        self,
        prompt: ExtractionPrompt[T],
        conversation: Conversation,
        reply: Reply,
        ledger: Ledger,
        error: TruncatedAnswerError,
    ) -> _Parsed:
        if conversation.tool is not None or not reply.text:
            raise error
        text = reply.text
        for _ in range(self._settings.continuations):
            more = self.asker.ask(_branches.going_on(conversation, text), ledger, "continue")
            if not more.text:
                raise error
            again = _branches.said_again(_lead(conversation) + text, more.text)
            if again:
                # Gone on from before it, nothing has to be guessed.
                text = text[: -len(again)].rstrip()
                continue
            for whole, step in ((text + more.text, "continued"), (more.text, "restarted")):
                found = _parsed(prompt, conversation, replace(more, text=whole), step)
                if found is not None:
                    return found
            text += more.text
        # The pieces were joined, so more may be complete now than the first one held.
        parse_answer(replace(reply, text=text), prompt.schema, lead=_lead(conversation), notes=[])
        raise error

    def _corrected(
        self,
        prompt: ExtractionPrompt[T],
        conversation: Conversation,
        parsed: _Parsed,
        reading: Reading[T],
        ledger: Ledger,
    ) -> Read[T]:
        first = Read(reading, parsed.reply, tuple(parsed.notes))
        faults = _faults(reading, prompt.schema.root, parsed.data)
        said = parsed.reply.text or prompt.schema.canonical_text(reading.canonical)
        question = _branches.correction(
            conversation, said, [(place.text, rule) for place, rule in faults]
        )
        notes: list[str] = []
        try:
            reply = self.asker.ask(question, ledger, "re-ask")
            second = parse_answer(reply, prompt.schema, lead=_lead(question), notes=notes)
        except (AnswerError, ServiceError):
            return first  # which is paid for, and mostly valid
        better = prompt.schema.read(
            _branches.corrected(parsed.data, second, [one for one, _ in faults])
        )
        if len(better.violations) >= len(reading.violations):
            return first
        return Read(better, parsed.reply, (*parsed.notes, *notes, "re-asked"))


def _parsed(
    prompt: ExtractionPrompt[T], conversation: Conversation, reply: Reply, step: str
) -> _Parsed | None:
    """Read a joined answer by the strict rules only: mending a seam could invent a value."""
    notes = [step]
    # The last piece's stop reason decides; a restarted answer carries no lead of ours.
    lead = _lead(conversation) if step == "continued" else ""
    try:
        data = parse_answer(reply, prompt.schema, lead=lead, notes=notes)
    except AnswerError:
        return None
    return None if "json_repair" in notes else _Parsed(data, reply, notes)


def _faults(reading: Reading[T], root: FieldSpec, data: JsonObject) -> list[tuple[Place, str]]:
    return [(_branches.place(path, root, data), rule) for path, rule in reading.violations]


def _lead(conversation: Conversation) -> str:
    return json_lead(conversation.prefill)
