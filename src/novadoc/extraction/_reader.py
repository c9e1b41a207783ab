"""One document read, from its pages to its outcome: the way of every face of the extractor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Union

from novadoc._answer import judge
from novadoc.errors import (
    AnswerError,
    ConfigurationError,
    ContextExceededError,
    NovadocError,
    TruncatedAnswerError,
)
from novadoc.extraction import _branches
from novadoc.extraction._answering import Answering, Read
from novadoc.extraction._ask import Ledger
from novadoc.extraction._halt import Halt
from novadoc.extraction._outcome import Extraction, ExtractionFailure, PromptCheck
from novadoc.extraction._settings import Settings
from novadoc.extraction._tasks import Task
from novadoc.extraction._windows import Window, windows
from novadoc.prompts import ExtractionPrompt, ModelBackend, StreamingBackend, pages_at_once
from novadoc.schema import DocumentSchema, Reading
from novadoc.types import JsonObject

if TYPE_CHECKING:
    from novadoc.extraction._guesses import Guessing
    from novadoc.extraction._merge import Merged, PageAnswer
    from novadoc.extraction._values import Evidence

T = TypeVar("T")

_Piece: TypeAlias = "tuple[Window, Read[T]]"


class Reader(Generic[T]):
    """Reads one task after the other; holds no state of any of them.

    Args:
        schema: Of the values.
        answering: Prompt and way to the model.
        model: Names and limits of what is called.
        settings: Windows, votes, evidence.
        strict: Whether values that do not fit are an error.
        tuned: Whether the model is a customized one.
    """

    def __init__(
        self,
        schema: DocumentSchema[T],
        answering: Answering[T] | Guessing[T],
        model: ModelBackend,
        *,
        settings: Settings,
        strict: bool,
        tuned: bool,
    ) -> None:
        self._schema = schema
        self._answering = answering
        self._model = model
        self._settings = settings
        self._strict = strict
        self._tuned = tuned

    @cached_property
    def _size(self) -> int:
        """Pages of a window; not looked for before it is needed, as it prepares the examples."""
        prompt: ExtractionPrompt[Any] = self._answering.prompt
        most = self._settings.pages_per_request
        return most or pages_at_once(prompt, self._model.base_model, tuned=self._tuned)

    def outcome(
        self, task: Task, check: PromptCheck, halt: Halt | None = None
    ) -> Union[Extraction[T], ExtractionFailure]:
        """Read a task; what goes wrong with it is the outcome."""
        ledger = Ledger(task.id, halt)
        try:
            return self.read(task, check, ledger)
        except NovadocError as error:
            return ExtractionFailure(error=error, **self._common(task, check, ledger))

    def read(self, task: Task, check: PromptCheck, ledger: Ledger | None = None) -> Extraction[T]:
        """Read a task.

        Raises:
            DocumentError: A page cannot be read.
            AnswerError: No valid answer came.
            ServiceError: The service refused, or failed until the policy was used up.
        """
        ledger = ledger or Ledger(task.id)
        with ledger:
            cut = self._windows(task)
            first = next(cut, None) or Window(1, ())
            second = next(cut, None)
            pieces = self._pieces(first, ledger, partial(self._window, first, ledger))
            if second is None:
                return self._joined(task, check, ledger, pieces)
            return self._long(task, check, ledger, chain(pieces, self._rest(second, cut, ledger)))

    def stream(
        self, task: Task, check: PromptCheck, model: StreamingBackend
    ) -> Iterator[Union[JsonObject, Extraction[T]]]:
        """Yield what is complete so far as it grows, then the extraction.

        Raises:
            ConfigurationError: Guesses are asked for.
            NovadocError: As `read`.
        """
        answering = self._answering
        if not isinstance(answering, Answering):
            raise ConfigurationError(
                "An answer with several guesses per value is not shown while it grows.",
                remedy="Use `extract`, or leave `guesses` out.",
            )
        ledger = Ledger(task.id)
        with ledger:
            cut = self._windows(task)
            first, second = next(cut, None) or Window(1, ()), next(cut, None)
            if second is not None:
                read = self._pieces(first, ledger, partial(self._window, first, ledger))
                rest = self._rest(second, cut, ledger)
                yield self._long(task, check, ledger, chain(read, rest))
                return
            ledger.pages.extend(image.digest for image in first.images)
            stream = _branches.AnswerStream(answering, first, ledger)
            yield from stream.parts(model)
            pieces = self._pieces(first, ledger, stream.settled)
            yield self._joined(task, check, ledger, pieces)

    def _windows(self, task: Task) -> Iterator[Window]:
        prompt = self._answering.prompt
        if prompt.reads_text:
            # Text is short beside the context window: all pages go into one request.
            return iter((Window(1, (), task.texts()),))
        return windows(task.images(prompt.images), self._size, self._settings.overlap)

    def _window(self, window: Window, ledger: Ledger) -> Read[T]:
        ledger.pages.extend(image.digest for image in window.images)
        return self._answering.read(window, ledger)

    def _pieces(
        self, window: Window, ledger: Ledger, read: Callable[[], Read[T]]
    ) -> list[_Piece[T]]:
        """Read a window; as two of half the pages when its answer does not fit into one."""
        try:
            return [(window, read())]
        except (TruncatedAnswerError, ContextExceededError):
            halves = window.halves() if self._settings.continuations else ()
            if not halves:
                raise
        return [
            piece
            for half in halves
            for piece in self._pieces(half, ledger, partial(self._window, half, ledger))
        ]

    def _rest(self, second: Window, cut: Iterator[Window], ledger: Ledger) -> Iterator[_Piece[T]]:
        for window in chain((second,), cut):
            yield from self._pieces(window, ledger, partial(self._window, window, ledger))

    def _joined(
        self, task: Task, check: PromptCheck, ledger: Ledger, pieces: list[_Piece[T]]
    ) -> Extraction[T]:
        if len(pieces) > 1:
            return self._long(task, check, ledger, pieces)
        ((window, read),) = pieces
        value = judge(read.reading, read.reply, strict=self._strict)
        votes = self._votes(window, ledger) if self._settings.votes > 1 else ()
        return self._extraction(task, check, ledger, read, value=value, votes=votes)

    def _long(
        self, task: Task, check: PromptCheck, ledger: Ledger, pieces: Iterable[_Piece[T]]
    ) -> Extraction[T]:
        answers: list[PageAnswer] = []
        votes: list[list[PageAnswer]] = [[] for _ in range(self._settings.votes - 1)]
        notes: list[str] = []
        violations: list[tuple[str, str]] = []
        reply = None
        for window, read in pieces:
            answers.append(_branches.PageAnswer(window.pages, read.reading.canonical, read.guesses))
            for vote, said in zip(votes, self._votes(window, ledger), strict=True):
                vote.append(_branches.PageAnswer(window.pages, said))
            notes.extend(read.notes)
            violations.extend(read.reading.violations)
            reply = read.reply
        assert reply is not None
        merged, *others = (
            _branches.merge(one, rule=self._settings.merge) for one in (answers, *votes)
        )
        reading = _with_violations(self._schema.read(merged.value), violations, merged.origins)
        read = Read(reading, reply, (*notes, "windows"), merged.guesses)
        value = judge(reading, reply, strict=self._strict)
        rest = [other.value for other in others]
        return self._extraction(task, check, ledger, read, value=value, votes=rest, merged=merged)

    def _extraction(
        self,
        task: Task,
        check: PromptCheck,
        ledger: Ledger,
        read: Read[T],
        *,
        value: T,
        votes: Sequence[JsonObject],
        merged: Merged | None = None,
    ) -> Extraction[T]:
        reading = read.reading
        evidence, ungrounded = self._evidence(task, reading.canonical)
        return Extraction(
            value=value,
            canonical=reading.canonical,
            stop_reason=read.reply.stop_reason,
            repairs=tuple(dict.fromkeys(read.notes)) if read.notes else (),
            findings=reading.findings,
            violations=reading.violations,
            agreement=_branches.agreement(reading.canonical, votes) if votes else {},
            alternatives=_branches.alternatives(reading.canonical, votes) if votes else {},
            guesses=read.guesses,
            evidence=evidence,
            ungrounded=ungrounded,
            conflicts=() if merged is None else tuple(merged.conflicts),
            origins={} if merged is None else merged.origins,
            **self._common(task, check, ledger),
        )

    def _votes(self, window: Window, ledger: Ledger) -> list[JsonObject]:
        return [self._vote(window, ledger) for _ in range(self._settings.votes - 1)]

    def _vote(self, window: Window, ledger: Ledger) -> JsonObject:
        temperature = self._settings.vote_temperature
        try:
            return self._answering.read(window, ledger, temperature=temperature).reading.canonical
        except AnswerError:
            return {}  # an answer that cannot be read agrees with nothing

    def _evidence(
        self, task: Task, canonical: JsonObject
    ) -> tuple[Mapping[str, Evidence], tuple[str, ...]]:
        if not self._settings.evidence:
            return {}, ()
        prompt = self._answering.prompt
        pages = _branches.page_words(task, prompt.images, self._settings.word_reader)
        return _branches.find_evidence(canonical, pages)

    def _common(self, task: Task, check: PromptCheck, ledger: Ledger) -> dict[str, Any]:
        return {
            "id": task.id,
            "source": task.source,
            "expected": task.expected,
            "model_id": self._model.model_id,
            "base_model": self._model.base_model,
            "attempts": tuple(ledger.attempts),
            "pages": tuple(ledger.pages),
            "prompt_check": check,
        }


def _with_violations(
    reading: Reading[T],
    violations: Sequence[tuple[str, str]],
    origins: Mapping[str, tuple[int, ...]],
) -> Reading[T]:
    """Add what was invalid in a window, unless another window had the value.

    Rows are renumbered by the merge, so a row's violation is never taken for settled.
    """
    left = [(path, rule) for path, rule in violations if "[" in path or path not in origins]
    together = tuple(dict.fromkeys((*reading.violations, *left)))
    return replace(reading, violations=together)
