"""Packets: files in which several documents follow one another, split before they are read."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias, Union

from pydantic import BaseModel

from novadoc._clock import SystemClock
from novadoc.documents import NOVA_1, Document, ImagePolicy, policy_for
from novadoc.errors import ConfigurationError, NovadocError
from novadoc.extraction._ask import Ledger
from novadoc.extraction._halt import Halt
from novadoc.extraction._identity import Identity
from novadoc.extraction._many import map_ordered, progress_of
from novadoc.extraction._outcome import ExtractionFailure, OutcomeBase
from novadoc.extraction._packet_prompt import packet_prompt
from novadoc.extraction._retry import RetryPolicy
from novadoc.extraction._settings import Settings, workers_of
from novadoc.extraction._tasks import Pages, Task
from novadoc.extraction._windows import Window, windows
from novadoc.extraction._work import Work, is_tuned
from novadoc.models import most_images
from novadoc.prompts import ModelBackend
from novadoc.types import Clock, JsonObject

PacketSource: TypeAlias = Union[Document, str, "os.PathLike[str]"]


@dataclass(frozen=True)
class Part:
    """One document of a packet; extractors read it as any other source."""

    id: str
    """The packet's name and the pages, as `loan.pdf#3-4`."""
    document: Document
    """The pages."""
    _: KW_ONLY
    kind: str | None = None
    """Which of the kinds asked for it is; `None` for none of them."""
    pages: tuple[int, ...]
    """Page numbers in the packet, from 1."""
    doubtful: bool = False
    """Whether its beginning or kind is in doubt: votes differ, or its pages are of two kinds."""


@dataclass(frozen=True)
class Packet(OutcomeBase):
    """A file that was split: every page is in exactly one part."""

    parts: tuple[Part, ...] = field(kw_only=True)
    """In the order of the pages."""


@dataclass
class _Sheet:
    """What is known of one page."""

    starts: bool
    kind: str | None
    doubtful: bool


class PacketSplitter:
    """Finds out where the documents of a packet begin, and of which kind they are.

    The model sees all pages, as many at a time as one request takes; each further request also
    shows the last page of the one before. A page of which the model does not say whether a
    document begins there makes the packet a failure: no page is lost, none is in two parts. A
    packet of one page is not asked about unless there are kinds.

    Args:
        model: Whom to ask; a foundation model.
        kinds: Kinds of documents, each with a description; without them only the beginnings are
            asked for.
        images: How pages become images; beginnings are also seen on small ones, which cost less.
        retry: When transient failures are retried.
        settings: Concurrency, pages in one request, votes, hooks.
        clock: Measures and waits.

    Example:
        >>> from novadoc.testing import ScriptedModel
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200), name="scan.pgm")
        >>> model = ScriptedModel(['{"page_1": {"starts": true, "kind": "W-2"}}'])
        >>> splitter = PacketSplitter(model, kinds={"W-2": "Wage and tax statement."})
        >>> [(part.id, part.kind) for part in splitter.split(page).parts]
        [('scan.pgm#1', 'W-2')]
    """

    def __init__(
        self,
        model: ModelBackend,
        *,
        kinds: Mapping[str, str] | None = None,
        images: ImagePolicy | None = None,
        retry: RetryPolicy | None = None,
        settings: Settings | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.model = model
        # What is asked here has no place on a page, needs no second guess (votes say enough), and
        # is short: a cut answer is a fault, and half the pages would be another question.
        given = settings or Settings()
        self.settings = replace(given, evidence=False, guesses=1, continuations=0)
        self._kinds = dict(kinds or {})
        base = model.base_model
        self._images = images or (NOVA_1 if base is None else policy_for(base))
        self._retry = retry or RetryPolicy()
        self._clock = clock or SystemClock()
        if is_tuned(model):
            raise ConfigurationError(
                "A tuned model answers as it was trained, and splits no packets.",
                remedy="Split with a foundation model.",
            )
        self._size = self.settings.pages_per_request or most_images(base, tuned=False)
        self._lock = threading.Lock()
        self._works: dict[int, Work[BaseModel]] = {}

    def split(self, source: PacketSource) -> Packet:
        """Split one file.

        Raises:
            DocumentError: A page cannot be read.
            AnswerError: No valid answer came.
            ServiceError: The service refused, or failed until the retry policy was used up.
        """
        task = Task(source)
        return self._split(task, Ledger(task.id))

    def split_many(
        self,
        sources: Iterable[PacketSource],
        *,
        workers: int | None = None,
        progress: bool | None = None,
    ) -> Iterator[Union[Packet, ExtractionFailure]]:
        """Split files, several at a time, in their order; what goes wrong is the outcome.

        Args:
            sources: Documents or paths; drawn as they are needed.
            workers: Files split at once; `settings.workers` by default.
            progress: Shows a bar; only on a terminal when `None`.

        Raises:
            ConfigurationError: Fewer than one worker, or a source that is no document.
        """
        count = workers_of(workers, self.settings)
        halt = Halt()
        work = partial(self._outcome, halt=halt)
        with progress_of(sources, shown=progress) as bar:
            for outcome in map_ordered(work, sources, workers=count, halt=halt):
                bar.advance()
                yield outcome

    def parts(
        self, sources: Iterable[PacketSource], *, workers: int | None = None
    ) -> Iterator[Union[Part, ExtractionFailure]]:
        """Yield the documents of all packets, for `Extractor.extract_many`.

        A packet that could not be split is yielded as its failure, which `extract_many` hands on.

        Args:
            sources: Documents or paths; drawn as they are needed.
            workers: Files split at once; `settings.workers` by default.

        Raises:
            ConfigurationError: Fewer than one worker, or a source that is no document.
        """
        for outcome in self.split_many(sources, workers=workers, progress=False):
            if isinstance(outcome, ExtractionFailure):
                yield outcome
            else:
                yield from outcome.parts

    def _outcome(self, source: PacketSource, *, halt: Halt) -> Union[Packet, ExtractionFailure]:
        halt.check()
        task = Task(source)
        ledger = Ledger(task.id, halt)
        try:
            return self._split(task, ledger)
        except NovadocError as error:
            return ExtractionFailure(error=error, **self._common(task, ledger))

    def _split(self, task: Task, ledger: Ledger) -> Packet:
        count = task.document.page_count
        sheets: list[_Sheet] = []
        if count == 1 and not self._kinds:
            sheets.append(_Sheet(starts=True, kind=None, doubtful=False))
        else:
            for window in windows(task.images(self._images), self._size, min(1, self._size - 1)):
                sheets.extend(self._sheets(window, ledger)[len(sheets) - window.first + 1 :])
        sheets[0].starts = True  # whatever the model thinks: something begins a file
        return Packet(parts=tuple(_parts(task, sheets)), **self._common(task, ledger))

    def _sheets(self, window: Window, ledger: Ledger) -> list[_Sheet]:
        work = self._work(len(window.images))
        found = work.reader.read(
            Task(Pages(ledger.id, window.images)), work.identity.check(), ledger
        )
        doubtful = {path.partition(".")[0] for path in found.needs_review()}
        return [
            _Sheet(bool(said["starts"]), said.get("kind"), name in doubtful)
            for name, said in _objects(found.canonical)
        ]

    def _work(self, size: int) -> Work[BaseModel]:
        with self._lock:
            if size not in self._works:
                prompt = packet_prompt(size, self._kinds, self._images)
                identity = Identity(
                    prompt.fingerprint, self.model, trained_with=None, allow_mismatch=False
                )
                self._works[size] = Work(
                    prompt,
                    self.model,
                    settings=self.settings,
                    retry=self._retry,
                    identity=identity,
                    strict=True,
                    tuned=False,
                    clock=self._clock,
                )
            return self._works[size]

    def _common(self, task: Task, ledger: Ledger) -> dict[str, Any]:
        return {
            "id": task.id,
            "source": task.source,
            "model_id": self.model.model_id,
            "base_model": self.model.base_model,
            "attempts": tuple(ledger.attempts),
            "pages": tuple(ledger.pages),
        }


def _objects(answer: JsonObject) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, said in answer.items():
        if isinstance(said, dict):
            yield name, said


def _parts(task: Task, sheets: list[_Sheet]) -> Iterator[Part]:
    begins = [at for at, sheet in enumerate(sheets) if sheet.starts]
    for begin, end in zip(begins, [*begins[1:], len(sheets)], strict=True):
        own = sheets[begin:end]
        numbers = tuple(range(begin + 1, end + 1))
        span = f"{begin + 1}" if end - begin == 1 else f"{begin + 1}-{end}"
        # A page that may begin a document also puts the end of the one before it in doubt.
        after = end < len(sheets) and sheets[end].doubtful
        yield Part(
            f"{task.id}#{span}",
            task.document.take(*numbers),
            kind=own[0].kind,
            pages=numbers,
            doubtful=after
            or any(sheet.doubtful for sheet in own)
            or len({sheet.kind for sheet in own}) > 1,
        )
