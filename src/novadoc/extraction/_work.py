"""What all calls of one extractor share: the limits, the identity check, the way to an outcome."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Generic, TypeVar, Union

from novadoc.errors import ConfigurationError, DocumentError
from novadoc.extraction import _branches
from novadoc.extraction._answering import Answering
from novadoc.extraction._ask import Asker
from novadoc.extraction._defaults import most_in_flight, other_answer, rates_of
from novadoc.extraction._halt import Halt
from novadoc.extraction._identity import Identity
from novadoc.extraction._limiter import Limiter
from novadoc.extraction._outcome import Extraction, ExtractionFailure
from novadoc.extraction._reader import Reader
from novadoc.extraction._retry import Retrier, RetryPolicy
from novadoc.extraction._settings import Settings, workers_of
from novadoc.extraction._tasks import Source, Task
from novadoc.models import key_of
from novadoc.prompts import ExtractionPrompt, ModelBackend
from novadoc.types import Clock

if TYPE_CHECKING:
    from novadoc.extraction._guesses import Guessing
    from novadoc.extraction._journal import Journal

T = TypeVar("T")


class Work(Generic[T]):
    """One prompt at work on one model; safe under threads.

    Args:
        prompt: What is asked.
        model: Whom to ask.
        settings: Concurrency, page windows, votes, guesses, evidence, hooks.
        retry: When transient failures are retried.
        identity: Whether the model is asked what it was trained with.
        strict: Whether values that do not fit are an error.
        tuned: Whether the model is a customized one.
        clock: Measures and waits.
    """

    def __init__(
        self,
        prompt: ExtractionPrompt[T],
        model: ModelBackend,
        *,
        settings: Settings,
        retry: RetryPolicy,
        identity: Identity,
        strict: bool,
        tuned: bool,
        clock: Clock,
    ) -> None:
        self.identity = identity
        self._prompt = prompt
        self._model = model
        self._settings = settings
        self._strict = strict
        self._limiter = Limiter(
            most_in_flight(settings.workers, model), clock, settings.rates or rates_of(model)
        )
        asker = Asker(
            model,
            retrier=Retrier(retry, clock),
            limiter=self._limiter,
            clock=clock,
            hooks=settings.hooks,
        )
        answering: Answering[T] | Guessing[T]
        if settings.guesses == 1:
            answering = _answering(prompt, asker, settings, retry, tuned=tuned)
        elif tuned:
            raise ConfigurationError(
                "A tuned model answers as it was trained, without guesses.",
                remedy="Use `votes`, or ask a foundation model.",
            )
        else:
            asked = _branches.guessing_prompt(prompt, settings.guesses)
            answering = _branches.Guessing(
                _answering(asked, asker, settings, retry, tuned=False), prompt.schema
            )
        self.reader = Reader(
            prompt.schema, answering, model, settings=settings, strict=strict, tuned=tuned
        )

    def admit(self, workers: int | None) -> int:
        """Return how many workers a run has, and let as many calls be in flight.

        Raises:
            ConfigurationError: Fewer than one.
        """
        workers = workers_of(workers, self._settings)
        self._limiter.admit(most_in_flight(workers, self._model))
        return workers

    def journal(
        self, path: str | os.PathLike[str] | None
    ) -> AbstractContextManager[Journal | None]:
        """Open a run's journal, if it has one.

        Raises:
            JournalError: It is of another run, damaged, in use, or cannot be written.
        """
        if path is None:
            return nullcontext()
        asked = {"prompt": self._prompt.fingerprint, "model": self._model.model_id}
        return _branches.Journal(path, {**asked, "strict": self._strict, **self._settings.decisive})

    def outcome(
        self, source: Union[Source, ExtractionFailure], *, halt: Halt, journal: Journal | None
    ) -> Union[Extraction[T], ExtractionFailure]:
        """Read a source, or take what a journal has of it; what goes wrong is the outcome."""
        halt.check()
        if isinstance(source, ExtractionFailure):
            return source  # of a step before this one
        task = Task(source)
        check = self.identity.check()
        if journal is None:
            return self.reader.outcome(task, check, halt)
        try:
            key, record = journal.take(task.key())
        except DocumentError:
            return self.reader.outcome(task, check, halt)  # says what is wrong with the file
        if record is not None:
            return _branches.from_record(
                record,
                task,
                self._prompt.schema,
                model_id=self._model.model_id,
                base_model=self._model.base_model,
            )
        journal.begin(key)
        outcome = self.reader.outcome(task, check, halt)
        if isinstance(outcome, Extraction):
            journal.finish(key, _branches.to_record(outcome))
        return outcome


def is_tuned(model: ModelBackend) -> bool:
    """Whether a model is, or may be, a customized one: nothing says that it is a foundation's."""
    return key_of(model.model_id) is None


def _answering(
    prompt: ExtractionPrompt[T],
    asker: Asker,
    settings: Settings,
    retry: RetryPolicy,
    *,
    tuned: bool,
) -> Answering[T]:
    spare = other_answer(prompt) if settings.fallback and not tuned else None
    return Answering(prompt, spare, asker, settings=settings, retry=retry)
