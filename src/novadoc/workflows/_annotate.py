"""Labels from a teacher: a larger model reads what nobody has labelled, as sure as its votes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TypeVar

from novadoc.datasets import Provenance, Rejected, Sample, SampleSet
from novadoc.documents import Document
from novadoc.errors import ConfigurationError, LabelError
from novadoc.extraction import Extraction, ExtractionFailure, Extractor
from novadoc.models import PRICES, PriceBook
from novadoc.workflows._budget import Budget, Outcome, Unlabelled

T = TypeVar("T")


@dataclass(frozen=True)
class Annotation:
    """What a teacher made of unlabelled documents.

    `datasets.write_sft` takes the samples as they are; of those in `doubtful`, people should see
    the fields named first. Each sample's provenance says what is not sure of it and what other
    votes say instead, so `review.write_review` shows both without being told.
    """

    samples: SampleSet
    """What the teacher labelled, in order. `.rejected` is what it refused, truncated or could not
    read, each with its reason."""
    confidence: Mapping[str, Mapping[str, float]] = field(repr=False)
    """By sample and path: the share of votes that agree with the label, 0 for a value that did not
    fit the schema, is not on the page, or differs between page windows. One vote says nothing."""
    agree: float
    """From which share on a field needs no second look."""
    failures: tuple[ExtractionFailure, ...] = field(repr=False)
    """The outcomes behind `samples.rejected`, for who wants the errors themselves."""
    cost: Decimal | None
    """US dollars for all that was asked, votes and failures included; `None` without a price."""
    resumed: int
    """Documents that were in the journal already: paid for by an earlier run."""
    complete: bool
    """Whether every document was asked; a limit may have ended the run before."""

    @property
    def doubtful(self) -> Mapping[str, tuple[str, ...]]:
        """Fields for people, the least certain first, by the sample's id."""
        found = {
            name: tuple(
                path
                for path, share in sorted(shares.items(), key=lambda entry: entry[1])
                if share < self.agree
            )
            for name, shares in self.confidence.items()
        }
        return {name: paths for name, paths in found.items() if paths}

    @property
    def settled(self) -> SampleSet:
        """The samples without a doubtful field."""
        doubtful = self.doubtful
        ids = enumerate(self.samples.ids)
        return self.samples.take(place for place, name in ids if name not in doubtful)

    def __str__(self) -> str:
        doubtful = self.doubtful
        fields = sum(map(len, doubtful.values()))
        cost = "" if self.cost is None else f", ${self.cost:.4f}"
        return (
            f"{len(self.samples)} labelled, {len(doubtful)} of them with {fields} fields for "
            f"people, {len(self.failures)} not labelled{cost}"
            f"{'' if self.complete else '; a limit ended the run'}"
        )


def annotate(  # noqa: PLR0913 - one plain setting each, all with a default
    documents: Iterable[Unlabelled],
    teacher: Extractor[T],
    *,
    votes: int | None = None,
    agree: float = 1.0,
    max_cost: Decimal | None = None,
    max_documents: int | None = None,
    journal: str | os.PathLike[str] | None = None,
    provenance: Provenance | None = None,
    prices: PriceBook = PRICES,
) -> Annotation:
    """Label documents with a larger model.

    A value is the greedy answer's; the other votes only say how sure it is. Labels are as good as
    the teacher: measure it on documents people labelled before training on what it says.

    Args:
        documents: What to label; drawn as they are needed.
        teacher: The larger model with its prompt, zero- or few-shot.
        votes: How often each document is asked; the teacher's own setting by default.
        agree: Fields of which a smaller share of the votes agrees are for people.
        max_cost: US dollars above 0, with what the journal has paid for: no document is begun that
            would exceed them at the highest cost of a document so far; the first one is asked
            whatever it costs. Needs a model with a known price.
        max_documents: Most documents to ask.
        journal: A file that remembers answers: a run that was killed goes on, and pays again only
            for what was in flight.
        provenance: Source, annotator and time to note on each sample; model, votes and what they
            say are filled in. The source is `teacher` by default.
        prices: What `max_cost` and the cost are counted with.

    Raises:
        ConfigurationError: `agree` is not from 0 to 1, `votes` below 1, `max_documents` below 0,
            or `max_cost` not above 0 or without a known price.
        PromptMismatchError: The teacher was trained with another prompt.
        JournalError: The journal is of another run, damaged, in use, or cannot be written.

    Example:
        >>> from pydantic import BaseModel
        >>> from novadoc.testing import ScriptedModel
        >>> class Bill(BaseModel):
        ...     total: int | None = None
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200), name="bill.pgm")
        >>> model = ScriptedModel(['{"total": 7}', '{"total": 7}', '{"total": 1}'])
        >>> found = annotate([page], Extractor(Bill, model=model), votes=3)
        >>> [sample.label for sample in found.samples], found.doubtful
        ([{'total': 7}], {'bill.pgm': ('total',)})
    """
    if not 0 <= agree <= 1:
        raise ConfigurationError(f"`agree` is {agree}, not from 0 to 1.")
    if max_documents is not None and max_documents < 0:
        raise ConfigurationError(f"`max_documents` is {max_documents}, below 0.")
    teacher = teacher if votes is None else teacher.with_votes(votes)
    budget = Budget(max_cost, teacher.model.base_model, prices)
    supply = iter(documents)
    asked = supply if max_documents is None else islice(supply, max_documents)
    made = _Made(teacher, provenance or Provenance("teacher"))
    for source, outcome in budget.spend(teacher, asked, journal=journal):
        made.take(source, outcome)
    return Annotation(
        samples=SampleSet(made.samples, rejected=made.rejected),
        confidence=made.confidence,
        agree=agree,
        failures=tuple(made.failures),
        cost=budget.spent,
        resumed=made.resumed,
        complete=next(supply, None) is None,
    )


class _Made:
    """Samples as they come in, each with an id of its own."""

    def __init__(self, teacher: Extractor[T], provenance: Provenance) -> None:
        self.samples: list[Sample] = []
        self.rejected: list[Rejected] = []
        self.failures: list[ExtractionFailure] = []
        self.confidence: dict[str, Mapping[str, float]] = {}
        self.resumed = 0
        self._schema = teacher.prompt.schema
        self._votes = teacher.settings.votes
        self._provenance = provenance
        self._names: Counter[str] = Counter()

    def take(self, source: Unlabelled, outcome: Outcome[T]) -> None:
        """Make a sample of an outcome, or note why there is none."""
        name = self._named(outcome.id)
        self.resumed += outcome.resumed
        if isinstance(outcome, ExtractionFailure):
            self.failures.append(outcome)
            reason = f"{type(outcome.error).__name__}: {outcome.error}"
            self.rejected.append(Rejected(name, reason, _path(source)))
            return
        try:
            label = self._schema.canonical(outcome.canonical)
        except LabelError as error:
            # Only a lenient teacher comes here: what did not fit is null where null is no answer.
            self.rejected.append(Rejected(name, str(error), _path(source), error.violations))
            return
        shares = confidence(outcome)
        provenance = replace(
            self._provenance,
            model_id=outcome.model_id,
            votes=self._votes,
            agreement=min(shares.values(), default=None),
            confidence={path: share for path, share in shares.items() if share < 1},
            alternatives=outcome.alternatives,
        )
        document = source if isinstance(source, Document) else Document.open(source)
        self.samples.append(Sample(name, document, label, provenance=provenance))
        if shares:
            self.confidence[name] = shares

    def _named(self, name: str) -> str:
        """Return the document's name; with a number, from the second of that name on."""
        self._names[name] += 1
        count = self._names[name]
        return name if count == 1 else self._named(f"{name}#{count}")


def confidence(outcome: Extraction[T]) -> dict[str, float]:
    """Return what is known for and against each value of an outcome, from 0 to 1."""
    found = dict(outcome.agreement)
    found.update({path: 0.0 for path, status in outcome.statuses.items() if status != "missing"})
    return found


def _path(source: Unlabelled) -> Path | None:
    return source.path if isinstance(source, Document) else Path(source)
