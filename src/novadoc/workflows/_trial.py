"""Several prompts over the same labelled documents, before anything is trained."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TypeAlias, TypeVar, Union

from novadoc._output import make_folder
from novadoc.datasets import Sample
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, PromptError
from novadoc.extraction import Extraction, ExtractionFailure, Extractor, RetryPolicy, Settings
from novadoc.metrics import Comparison, Report, compare_reports, evaluate
from novadoc.models import PRICES, PriceBook
from novadoc.prompts import ExtractionPrompt, ModelBackend
from novadoc.types import JsonObject
from novadoc.workflows._budget import require_limit

T = TypeVar("T")

Outcome: TypeAlias = Union[Extraction[T], ExtractionFailure]

_BATCH = 8
"""Documents every prompt is asked about before the next ones."""


@dataclass(frozen=True)
class Entry:
    """One prompt's place on the leaderboard."""

    name: str
    fingerprint: str
    """Of the prompt."""
    report: Report = field(repr=False)
    failures: int
    """Documents without an answer; each counts all its fields as missing."""
    cost: Decimal | None
    """US dollars for all its documents, every attempt counted; `None` without a price."""
    latency: timedelta
    """Mean time in calls for one document."""
    behind: Comparison | None = field(repr=False)
    """This prompt (as base) against the best one, over the same documents; `None` for the best."""
    wins: tuple[str, ...]
    """Fields in which no other prompt is as accurate."""


@dataclass(frozen=True)
class Leaderboard:
    """Prompts from the most accurate to the least, all over the same documents."""

    entries: tuple[Entry, ...]
    documents: int
    """Documents every prompt was asked about."""
    complete: bool
    """Whether these are all that were given; the budget may have ended the trial before."""

    @property
    def best(self) -> Entry:
        """The most accurate prompt; the cheaper one of equals."""
        return self.entries[0]

    def to_markdown(self) -> str:
        """Return a table: accuracy, distance to the best with its interval, cost, latency, wins."""
        lines = [
            "| prompt | accuracy | behind the best | failures | cost | latency | wins |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines.extend(_line(entry) for entry in self.entries)
        return "\n".join(lines) + "\n"


def trial(
    prompts: Mapping[str, ExtractionPrompt[T]],
    samples: Iterable[Sample],
    *,
    model: ModelBackend,
    max_cost: Decimal | None = None,
    folder: str | os.PathLike[str] | None = None,
    settings: Settings | None = None,
    retry: RetryPolicy | None = None,
    prices: PriceBook = PRICES,
) -> Leaderboard:
    """Ask several prompts about the same samples and rank them.

    Prompts take turns over batches of documents, so that a trial that the budget ends has still
    asked all of them about the same documents.

    Args:
        prompts: By name; at least two, with one schema.
        samples: Labelled documents to score on; examples of the prompts must not be among them.
        model: Whom to ask.
        max_cost: US dollars above 0: the trial ends before documents that would exceed them at the
            highest cost of a document so far; the first one is asked whatever it costs. Needs a
            model with a known price.
        folder: Where each prompt's journal is kept, so that a trial can go on; made if missing.
        settings: How the extractors work.
        retry: How transient failures are retried.
        prices: What `max_cost` and the costs are counted with.

    Raises:
        ConfigurationError: Fewer than two prompts, no sample, or a budget that is not above 0 or
            without a known price.
        PromptError: A prompt shows one of the documents it would be scored on.
    """
    if len(prompts) < 2:
        raise ConfigurationError(
            "A trial compares at least two prompts.",
            remedy="Give each its own name: of two keys that are equal one is left.",
        )
    require_limit(max_cost, model.base_model, prices)
    runs = {
        name: _Run(
            name,
            Extractor(prompt, model=model, strict=False, settings=settings, retry=retry),
            folder,
            prices,
        )
        for name, prompt in prompts.items()
    }
    scored = list(samples)
    _refuse_shown(prompts, scored)  # before anything is paid for
    complete = True
    for batch in _batches(scored):
        if max_cost is not None and _would_cost(runs.values(), len(batch)) > max_cost:
            complete = False
            break
        for run in runs.values():
            run.ask(batch)
    return _ranked(list(runs.values()), complete=complete)


class _Run:
    """One prompt's outcomes so far."""

    def __init__(
        self,
        name: str,
        extractor: Extractor[T],
        folder: str | os.PathLike[str] | None,
        prices: PriceBook,
    ) -> None:
        self.name = name
        self.extractor = extractor
        self.pairs: list[tuple[JsonObject, JsonObject | None]] = []
        self.ids: list[str] = []
        self.cost: Decimal | None = Decimal(0)
        self.highest = Decimal(0)
        self.latency = timedelta(0)
        self._prices = prices
        self._folder = None if folder is None else Path(folder)
        if self._folder is not None:
            make_folder(self._folder)

    @property
    def failures(self) -> int:
        """Documents without an answer."""
        return sum(actual is None for _, actual in self.pairs)

    def ask(self, batch: Sequence[Sample]) -> None:
        """Read some samples."""
        journal = None if self._folder is None else self._folder / self._file()
        for sample, outcome in zip(
            batch, self.extractor.extract_many(batch, journal=journal, progress=False), strict=True
        ):
            actual = outcome.canonical if isinstance(outcome, Extraction) else None
            self.pairs.append((sample.label, actual))
            self.ids.append(sample.id)
            self.latency += outcome.latency
            spent = outcome.cost(self._prices)
            self.highest = max(self.highest, spent or Decimal(0))
            self.cost = None if self.cost is None or spent is None else self.cost + spent

    def _file(self) -> str:
        return f"{self.extractor.prompt.fingerprint[:16]}.jsonl"


def _batches(samples: Iterable[Sample]) -> Iterator[list[Sample]]:
    supply = iter(samples)
    # One document first: it tells what a document costs.
    yield from ([first] for first in islice(supply, 1))
    while batch := list(islice(supply, _BATCH)):
        yield batch


def _refuse_shown(prompts: Mapping[str, ExtractionPrompt[T]], samples: Sequence[Sample]) -> None:
    scored = {sample.document.digest: sample.id for sample in samples}
    for name, prompt in prompts.items():
        for example in prompt.examples:
            shown = example.document
            if isinstance(shown, Document) and shown.digest in scored:
                raise PromptError(
                    f"The prompt {name!r} shows the document of sample "
                    f"{scored[shown.digest]!r}, on which it would be scored.",
                    remedy="Choose examples among the training samples.",
                )


def _would_cost(runs: Iterable[_Run], count: int) -> Decimal:
    """Return the dollars spent after another batch, at the highest cost of a document so far."""
    return sum(((run.cost or Decimal(0)) + run.highest * count for run in runs), Decimal(0))


def _ranked(runs: list[_Run], *, complete: bool) -> Leaderboard:
    if not runs[0].pairs:
        raise ConfigurationError(
            "There is no sample to score on.",
            remedy="Give samples with labels, and a `max_cost` that pays for one.",
        )
    reports = {
        run.name: evaluate(run.pairs, run.extractor.prompt.schema, ids=run.ids) for run in runs
    }
    runs = sorted(runs, key=lambda run: (-_accuracy(reports[run.name]), run.cost or Decimal(0)))
    best = reports[runs[0].name]
    entries = tuple(
        Entry(
            name=run.name,
            fingerprint=run.extractor.prompt.fingerprint,
            report=reports[run.name],
            failures=run.failures,
            cost=run.cost,
            latency=run.latency / max(1, len(run.pairs)),
            behind=None if run is runs[0] else compare_reports(reports[run.name], best),
            wins=_wins(run.name, reports),
        )
        for run in runs
    )
    return Leaderboard(entries, len(runs[0].pairs), complete)


def _accuracy(report: Report) -> float:
    return report.overall.accuracy or 0.0


def _wins(name: str, reports: Mapping[str, Report]) -> tuple[str, ...]:
    own = reports[name].fields
    return tuple(
        path
        for path, score in own.items()
        if all(
            (score.accuracy or 0.0) > (_field_accuracy(report, path))
            for other, report in reports.items()
            if other != name
        )
    )


def _field_accuracy(report: Report, path: str) -> float:
    score = report.fields.get(path)
    return 0.0 if score is None else score.accuracy or 0.0


def _line(entry: Entry) -> str:
    behind = "best"
    if entry.behind is not None:
        gain = entry.behind.overall.gains["accuracy"]
        interval = gain.interval
        span = (
            "" if interval is None else f" ({_percent(interval.low)} to {_percent(interval.high)})"
        )
        behind = "-" if gain.change is None else f"{_percent(gain.change)}{span}"
    cost = "-" if entry.cost is None else f"${entry.cost:.6f}"
    return (
        f"| {entry.name} | {_percent(_accuracy(entry.report))} | {behind} | {entry.failures} | "
        f"{cost} | {entry.latency.total_seconds():.2f} s | {', '.join(entry.wins) or '-'} |"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
