"""The extractor: documents in, validated objects out."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, aclosing, closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar, Union, cast

from typing_extensions import Self

from novadoc._clock import SystemClock
from novadoc.errors import ConfigurationError
from novadoc.extraction import _branches
from novadoc.extraction._ask import Ledger
from novadoc.extraction._defaults import prompt_for
from novadoc.extraction._halt import Halt
from novadoc.extraction._identity import Identity, TrainedWith, informed
from novadoc.extraction._outcome import Extraction, ExtractionFailure
from novadoc.extraction._retry import RetryPolicy
from novadoc.extraction._settings import Settings
from novadoc.extraction._tasks import Source, Task
from novadoc.extraction._work import Work, is_tuned
from novadoc.prompts import ExtractionPrompt, ModelBackend, StreamingBackend
from novadoc.schema import DocumentSchema
from novadoc.types import Clock, JsonObject

if TYPE_CHECKING:
    from novadoc.extraction._threads import Threads

T = TypeVar("T")


class Extractor(Generic[T]):
    """Reads documents with one prompt and one model. Safe under threads and tasks.

    Args:
        prompt: What to ask; a schema or a pydantic class means its default prompt.
        model: Whom to ask: `aws.model(...)`, or anything with its methods.
        strict: Whether a value that does not fit the schema is an error. Otherwise it is null,
            and its status `invalid`.
        retry: When transient failures are retried, and how long to wait.
        settings: Concurrency, page windows, votes, evidence, hooks.
        trained_with: What the model was trained with, as the data set's manifest, which also
            tells the base model of a deployment. Read from the model's tags when not given.
        allow_mismatch: Whether a model trained with another prompt is asked all the same.
        clock: Measures and waits.

    Raises:
        ConfigurationError: The model cannot be asked, or is a tuned one and guesses are.
        SchemaError: The class is no schema.

    Example:
        >>> from pydantic import BaseModel
        >>> from novadoc.documents import Document
        >>> from novadoc.testing import ScriptedModel
        >>> class Bill(BaseModel):
        ...     total: float | None = None
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200), name="bill.pgm")
        >>> Extractor(Bill, model=ScriptedModel(['{"total": 7}'])).extract(page).value
        Bill(total=7.0)
    """

    def __init__(
        self,
        prompt: ExtractionPrompt[T] | DocumentSchema[T] | type[T],
        *,
        model: ModelBackend,
        strict: bool = True,
        retry: RetryPolicy | None = None,
        settings: Settings | None = None,
        trained_with: TrainedWith | None = None,
        allow_mismatch: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.model = model = informed(model, trained_with)
        self.prompt: ExtractionPrompt[T] = prompt_for(prompt, model)
        clock = clock or SystemClock()
        retry = retry or RetryPolicy()
        self._again = partial(
            Extractor[T],
            self.prompt,
            model=model,
            strict=strict,
            retry=retry,
            trained_with=trained_with,
            allow_mismatch=allow_mismatch,
            clock=clock,
        )
        identity = Identity(
            self.prompt.fingerprint,
            model,
            trained_with=trained_with,
            allow_mismatch=allow_mismatch,
        )
        self._work = Work(
            self.prompt,
            model,
            settings=self.settings,
            retry=retry,
            identity=identity,
            strict=strict,
            tuned=is_tuned(model) or trained_with is not None,
            clock=clock,
        )
        self._threads: Threads | None = None
        self._opening = threading.Lock()

    def extract(self, source: Source) -> Extraction[T]:
        """Read one document.

        Args:
            source: A document, a path, a sample, a packet's part, or prepared pages.

        Raises:
            ConfigurationError: The source is no document.
            DocumentError: A page cannot be read.
            TruncatedAnswerError: The answer was cut and could not be continued.
            AnswerError: No valid answer came; the leaf says how.
            ServiceError: The service refused, or failed until the retry policy was used up.
            PromptMismatchError: The model was trained with another prompt.
        """
        return self._read(source, Halt())

    def _read(self, source: Source, halt: Halt) -> Extraction[T]:
        task = Task(source)
        return self._work.reader.read(task, self._work.identity.check(), Ledger(task.id, halt))

    def extract_many(
        self,
        sources: Iterable[Union[Source, ExtractionFailure]],
        *,
        workers: int | None = None,
        ordered: bool = True,
        journal: str | os.PathLike[str] | None = None,
        progress: bool | None = None,
    ) -> Iterator[Union[Extraction[T], ExtractionFailure]]:
        """Read documents, several at a time; yield what came of each.

        What goes wrong with a document is its outcome. Sources are drawn as they are needed and
        outcomes are not kept, so both may be endless. Ending the iteration early starts nothing
        new and waits for what is in flight.

        Args:
            sources: Documents, paths, samples, parts of packets or prepared pages. A failure among
                them, of a packet that could not be split, is handed on as it is.
            workers: Documents read at once; `settings.workers` by default.
            ordered: Whether outcomes come in the order of their sources, or as they are done.
            journal: A file that remembers outcomes: a run that was killed goes on behind what it
                has. Failures are asked again.
            progress: Shows a bar; only on a terminal when `None`.

        Raises:
            ConfigurationError: Fewer than one worker, or a source that is no document.
            PromptMismatchError: The model was trained with another prompt.
            JournalError: The journal is of another run, damaged, in use, or cannot be written.
        """
        workers = self._work.admit(workers)
        self._work.identity.check()
        halt = Halt()
        mapped = _branches.map_ordered if ordered else _branches.map_completed
        with (
            self._work.journal(journal) as log,
            _branches.progress_of(sources, shown=progress) as bar,
        ):
            work = partial(self._work.outcome, halt=halt, journal=log)
            with closing(mapped(work, sources, workers=workers, halt=halt)) as outcomes:
                for outcome in outcomes:
                    bar.advance()
                    yield outcome

    def with_votes(self, votes: int) -> Extractor[T]:
        """Return an extractor like this one that asks every page `votes` times.

        Raises:
            ConfigurationError: `votes` is below 1.
        """
        return self._again(settings=replace(self.settings, votes=votes))

    def stream(self, source: Source) -> Iterator[Union[JsonObject, Extraction[T]]]:
        """Read one document, and show the answer while it is being written.

        Yields JSON objects that hold what is complete so far, each with more than the one before,
        and at last the extraction. A stream that breaks is asked for again as a whole; a document
        of several windows yields only the extraction.

        Args:
            source: A document, a path, a sample, a packet's part, or prepared pages.

        Raises:
            ConfigurationError: The model cannot stream, or guesses are asked for.
            NovadocError: As `extract`.
        """
        model = self.model
        if not hasattr(model, "stream"):
            raise ConfigurationError(
                f"`{type(model).__name__}` cannot stream.", remedy="Use `extract`."
            )
        check = self._work.identity.check()
        yield from self._work.reader.stream(Task(source), check, cast("StreamingBackend", model))

    async def aextract(self, source: Source) -> Extraction[T]:
        """Read one document without blocking the event loop.

        A task that is cancelled asks nothing more; what is under way then is not waited for.

        Raises:
            ConfigurationError: The extractor was closed in the meantime.
            NovadocError: As `extract`.
        """
        with self._opening:  # loops of several threads may share one extractor
            if self._threads is None:
                self._threads = _branches.Threads(self.settings.workers)
        return await self._threads.run(partial(self._read, source))

    async def aextract_many(
        self,
        sources: Iterable[Union[Source, ExtractionFailure]],
        *,
        workers: int | None = None,
        ordered: bool = True,
        journal: str | os.PathLike[str] | None = None,
        progress: bool | None = None,
    ) -> AsyncIterator[Union[Extraction[T], ExtractionFailure]]:
        """Read documents as `extract_many`, without blocking the event loop.

        Close the iterator (`contextlib.aclosing`) when leaving it early.

        Raises:
            ConfigurationError: Fewer than one worker, or a source that is no document.
            PromptMismatchError: The model was trained with another prompt.
            JournalError: The journal is of another run, damaged, in use, or cannot be written.
        """
        import asyncio

        workers = self._work.admit(workers)
        halt = Halt()
        await asyncio.to_thread(self._work.identity.check)
        opened = await asyncio.to_thread(self._work.journal, journal)
        end = ExitStack()
        work = partial(self._work.outcome, halt=halt, journal=end.enter_context(opened))
        mapped = _branches.map_async(
            work, sources, workers=workers, halt=halt, ordered=ordered, at_end=end.close
        )
        async with aclosing(mapped) as outcomes:
            with _branches.progress_of(sources, shown=progress) as bar:
                async for outcome in outcomes:
                    bar.advance()
                    yield outcome

    def close(self) -> None:
        """Give the threads of `aextract` free.

        Waits for the calls that are under way. What would need another call, or has not begun, ends
        as `ConfigurationError` where it is awaited.
        """
        if self._threads is not None:
            self._threads.close()

    async def aclose(self) -> None:
        """Close without blocking the event loop."""
        import asyncio

        await asyncio.to_thread(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
