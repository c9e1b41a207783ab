"""Which documents to label next: where the answers waver, and what looks like nothing labelled."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

from pydantic import BaseModel

from novadoc.documents import Document
from novadoc.errors import ConfigurationError, DocumentError
from novadoc.extraction import Extraction, ExtractionFailure, Extractor
from novadoc.metrics import leaves
from novadoc.workflows._annotate import confidence
from novadoc.workflows._budget import Outcome, Unlabelled
from novadoc.workflows._looks import Looks, looks_of, unlikeness

T = TypeVar("T")


@dataclass(frozen=True)
class Suggestion:
    """A document worth labelling, and why. Every figure is from 0 to 1."""

    document: Document
    wavering: float
    """Mean share of the votes that contradict a value; 1 for a document that could not be read."""
    disagreement: float
    """Share of values that two runs read differently, records matched; 0 without a second run."""
    rarity: float
    """How little it looks like what is labelled or suggested before it; 1 when nothing is."""
    fields: tuple[str, ...] = field(repr=False)
    """Where votes or runs differ, in order."""
    unread: bool = False
    """Whether the model gave no answer that could be read."""

    @property
    def score(self) -> float:
        """The larger doubt plus the rarity: what the order is by, from 0 to 2."""
        return max(self.wavering, self.disagreement) + self.rarity

    @property
    def reason(self) -> str:
        """Why, in words without values."""
        votes = f"votes contradict {self.wavering:.0%} of the values"
        known = [
            (self.wavering, "the model gave no answer" if self.unread else votes),
            (self.disagreement, f"two runs differ in {self.disagreement:.0%} of the values"),
            (self.rarity, f"{self.rarity:.0%} unlike any page labelled or chosen before"),
        ]
        return "; ".join(words for share, words in known if share >= 0.005) or "nothing special"


def suggest(
    documents: Iterable[Unlabelled],
    predictions: Extractor[T] | Iterable[Outcome[T]],
    n: int,
    *,
    other: Iterable[Outcome[T]] | None = None,
    labelled: Iterable[Document] = (),
    votes: int = 3,
    journal: str | os.PathLike[str] | None = None,
) -> tuple[Suggestion, ...]:
    """Choose the documents where labels help most, the best first.

    Chosen one by one: each looks as little as possible like what is labelled or chosen before it,
    so that a hundred pages of one unsettled form do not crowd out the others.

    Args:
        documents: What could be labelled; files that cannot be read are left out.
        predictions: An extractor to ask, or outcomes that are there already: those of
            `extract_many` with votes. Documents without an outcome count by their looks alone.
        n: How many to suggest.
        other: Outcomes of a second run over the same documents, as of the tuned model beside the
            base model's.
        labelled: What is labelled already.
        votes: How often an extractor is asked about each document; it costs that much.
        journal: Where the extractor's answers are kept.

    Raises:
        ConfigurationError: `n` is below 1, or `votes` below 2.
        PromptMismatchError: The model was trained with another prompt.
        JournalError: The journal is of another run, damaged, in use, or cannot be written.
        DocumentError: A labelled document cannot be read.

    Example:
        >>> from pydantic import BaseModel
        >>> from novadoc.testing import ScriptedModel
        >>> class Bill(BaseModel):
        ...     total: int | None = None
        >>> pages = [Document.open(b"P5 40 30 255 " + bytes(1200), name=name) for name in "ab"]
        >>> model = ScriptedModel(['{"total": 7}', '{"total": 7}', '{"total": 7}', '{"total": 8}'])
        >>> from novadoc.extraction import Settings
        >>> reader = Extractor(Bill, model=model, settings=Settings(workers=1))
        >>> (best,) = suggest(pages, reader, 1, votes=2)
        >>> best.document.name, best.wavering, best.fields
        ('b', 0.5, ('total',))
    """
    if n < 1:
        raise ConfigurationError(f"`n` is {n}, below 1.")
    looks = dict(_readable(documents))
    opened = list(looks)
    if isinstance(predictions, Extractor):
        if votes < 2:
            raise ConfigurationError("One vote cannot waver.", remedy="Ask with `votes=3`.")
        predictions = predictions.with_votes(votes).extract_many(opened, journal=journal)
    first, second = _Run(predictions), _Run(other or ())
    pool = [
        _candidate(document, seen, first.outcome(document), second.outcome(document))
        for document, seen in looks.items()
    ]
    return tuple(_chosen(pool, [looks_of(document) for document in labelled], n))


class _Run:
    """Outcomes by their source; of several with one source, each is handed out once, in order."""

    def __init__(self, outcomes: Iterable[Outcome[Any]]) -> None:
        self._outcomes: defaultdict[str, deque[Outcome[Any]]] = defaultdict(deque)
        for outcome in outcomes:
            self._outcomes[outcome.source].append(outcome)

    def outcome(self, document: Document) -> Outcome[Any] | None:
        """Return what came of a document."""
        source = document.name if document.path is None else str(document.path)
        found = self._outcomes.get(source)
        return found.popleft() if found else None


@dataclass(frozen=True)
class _Candidate:
    """A document with its doubts, before it is known what it stands beside."""

    suggestion: Suggestion
    looks: Looks


def _readable(documents: Iterable[Unlabelled]) -> Iterator[tuple[Document, Looks]]:
    for given in documents:
        try:
            document = given if isinstance(given, Document) else Document.open(given)
            looks = looks_of(document)
        except DocumentError:
            continue  # what nobody can open nobody can label
        yield document, looks


def _candidate(
    document: Document, looks: Looks, one: Outcome[Any] | None, two: Outcome[Any] | None
) -> _Candidate:
    wavering, doubted = _wavering(one)
    disagreement, disputed = _disagreement(one, two)
    fields = tuple(sorted({*doubted, *disputed}))
    unread = isinstance(one, ExtractionFailure)
    suggestion = Suggestion(document, wavering, disagreement, 1.0, fields, unread)
    return _Candidate(suggestion, looks)


def _wavering(outcome: Outcome[Any] | None) -> tuple[float, list[str]]:
    if outcome is None:
        return 0.0, []
    if isinstance(outcome, ExtractionFailure):
        return 1.0, []
    shares = confidence(outcome)
    doubted = [path for path, share in shares.items() if share < 1]
    return (1 - sum(shares.values()) / len(shares) if shares else 0.0), doubted


def _disagreement(one: Outcome[Any] | None, two: Outcome[Any] | None) -> tuple[float, list[str]]:
    if one is None or two is None:
        return 0.0, []
    read = [outcome for outcome in (one, two) if isinstance(outcome, Extraction)]
    if len(read) < 2:
        return float(len(read)), []  # read by one of them only, or by none
    schema = type(read[0].value) if isinstance(read[0].value, BaseModel) else None
    found = leaves(read[0].canonical, read[1].canonical, schema)
    differing = [leaf.place for leaf in found if leaf.outcome not in _AGREED]
    filled = [leaf for leaf in found if leaf.outcome != "empty"]
    return (len(differing) / len(filled) if filled else 0.0), differing


_AGREED = ("hit", "empty")


def _chosen(pool: list[_Candidate], labelled: Sequence[Looks], n: int) -> Iterator[Suggestion]:
    """Yield the best candidate again and again, each rated beside those before it."""
    compared = list(labelled)
    # Ratings only fall as more is chosen, so an old one is a bound: whoever is still on top when
    # its rating is brought up to date is the best, and most are never compared again.
    queue = [(-each.suggestion.score, place, 0) for place, each in enumerate(pool)]
    rated = {place: each.suggestion for place, each in enumerate(pool)}
    heapify(queue)
    while queue and n > 0:
        _, place, known = heappop(queue)
        if known == len(compared):
            yield rated[place]
            compared.append(pool[place].looks)
            n -= 1
            continue
        near = (unlikeness(pool[place].looks, other) for other in compared[known:])
        one = rated[place]
        rated[place] = replace(one, rarity=min(one.rarity, *near))
        heappush(queue, (-rated[place].score, place, len(compared)))
