"""What came of one document: an extraction or a failure, with everything that was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar, Union

from novadoc import models
from novadoc._places import leaves
from novadoc.errors import NovadocError
from novadoc.prompts import AnswerMode, Usage
from novadoc.schema import Finding
from novadoc.types import JsonObject, JsonValue

if TYPE_CHECKING:
    from novadoc.extraction._values import Conflict, Evidence, Guess
    from novadoc.models import PriceBook

T = TypeVar("T")

AttemptKind = Literal["first", "retry", "again", "continue", "re-ask", "fallback", "vote"]
PromptCheck = Literal["same", "unverified", "different"]
FieldStatus = Literal["ok", "missing", "invalid", "disputed", "ungrounded"]


@dataclass(frozen=True)
class Attempt:
    """One call of the model, whatever came of it."""

    number: int
    """From 1, over everything asked for one document."""
    kind: AttemptKind
    """Why it was asked."""
    mode: AnswerMode
    started: datetime
    latency: timedelta
    usage: Usage = field(default_factory=Usage)
    """Zero when no answer came."""
    error: str | None = None
    """The error's class, as `ThrottledError`; `None` when an answer came."""
    stop_reason: str = ""
    request_id: str | None = None


@dataclass(frozen=True, init=False, repr=False, eq=False)  # never made itself
class OutcomeBase:
    """What an extraction and a failure have in common."""

    id: str
    """The sample's id, or the document's name."""
    source: str
    """Where the document came from: its path, or its name."""
    _: KW_ONLY
    model_id: str
    """What was called."""
    base_model: str | None = None
    """The base model's key, for prices."""
    expected: JsonObject | None = field(default=None, repr=False)
    """The sample's label, when a sample was given."""
    attempts: tuple[Attempt, ...] = field(default=(), repr=False)
    """Every call, in order."""
    pages: tuple[str, ...] = field(default=(), repr=False)
    """SHA-256 of each page image sent, in order."""
    prompt_check: PromptCheck = "unverified"
    """Whether the model was trained with this very prompt."""
    resumed: bool = False
    """Whether it was read from a journal instead of asked."""

    @property
    def usage(self) -> Usage:
        """Tokens of all attempts together."""
        total = Usage()
        for attempt in self.attempts:
            total = total + attempt.usage
        return total

    @property
    def latency(self) -> timedelta:
        """Time spent in calls, all attempts together, without waits between them."""
        return sum((attempt.latency for attempt in self.attempts), timedelta(0))

    @property
    def retries(self) -> int:
        """Calls beyond the first."""
        return max(0, len(self.attempts) - 1)

    def cost(self, prices: PriceBook | None = None) -> Decimal | None:
        """Return what the tokens of all attempts cost on demand, in US dollars.

        `None` when the base model is unknown or the book has no price for it.
        """
        prices = prices or models.PRICES
        if self.base_model is None or self.base_model not in prices.prices:
            return None
        return cost(self.usage, self.base_model, prices)


def cost(usage: Usage, base_model: str, prices: PriceBook | None = None) -> Decimal:
    """Return what tokens of a base model cost on demand, in US dollars.

    Raises:
        ConfigurationError: The book has no prices for the model.
    """
    price = (prices or models.PRICES).price(base_model)
    cached = price.cache_read_per_1k
    total = usage.input_tokens * price.input_per_1k + usage.output_tokens * price.output_per_1k
    total += usage.cache_read_tokens * (price.input_per_1k if cached is None else cached)
    return (total + usage.cache_write_tokens * price.input_per_1k) / 1000


@dataclass(frozen=True)
class Extraction(OutcomeBase, Generic[T]):
    """A document that was read.

    Holds no pixels; its `repr` shows no value, and no path: names in a map are read on the page.
    """

    value: T = field(kw_only=True, repr=False)
    """An instance of the user's class; a JSON object for raw schemas."""
    canonical: JsonObject = field(kw_only=True, repr=False)
    """The value's JSON form: fixed key order, nulls for what is absent or invalid."""
    stop_reason: str = field(default="", kw_only=True)
    """Why the model stopped, as the service says it."""
    repairs: tuple[str, ...] = field(default=(), kw_only=True)
    """Steps beyond strict JSON, as `surroundings`, `json_repair`, `continued`, `re-asked`."""
    findings: tuple[Finding, ...] = field(default=(), kw_only=True, repr=False)
    """What the schema normalised or found ambiguous."""
    violations: tuple[tuple[str, str], ...] = field(default=(), kw_only=True, repr=False)
    """(path, rule) of values that did not fit and are null; only with `strict=False`."""
    ungrounded: tuple[str, ...] = field(default=(), kw_only=True, repr=False)
    """Paths whose values were looked for on the pages and not found."""
    evidence: Mapping[str, Evidence] = field(
        default_factory=dict[str, "Evidence"], kw_only=True, repr=False
    )
    """Where values stand on the pages, by path; empty unless evidence was asked."""
    agreement: Mapping[str, float] = field(
        default_factory=dict[str, float], kw_only=True, repr=False
    )
    """Share of votes that agree with the value, by path; empty unless votes were asked. A list is
    named by itself when not all votes found as many rows."""
    alternatives: Mapping[str, tuple[JsonValue, ...]] = field(
        default_factory=dict[str, "tuple[JsonValue, ...]"], kw_only=True, repr=False
    )
    """What votes say instead of the value, by path: the most frequent first, each once; `None` for
    those that found nothing. A list of another length is given whole, under the list's path."""
    guesses: Mapping[str, tuple[Guess, ...]] = field(
        default_factory=dict[str, "tuple[Guess, ...]"], kw_only=True, repr=False
    )
    """The model's guesses, the most probable first, by path; the first one is the value. Empty
    unless guesses were asked."""
    conflicts: tuple[Conflict, ...] = field(default=(), kw_only=True, repr=False)
    """Values on which page windows disagreed."""
    origins: Mapping[str, tuple[int, ...]] = field(
        default_factory=dict[str, tuple[int, ...]], kw_only=True, repr=False
    )
    """Pages (from 1) of the window each value came from, by path; empty for a single window."""

    @cached_property
    def statuses(self) -> Mapping[str, FieldStatus]:
        """What is known against each leaf that is not simply `ok`, by its path."""
        found: dict[str, FieldStatus] = {
            path: "missing" for path, value in leaves(self.canonical) if value is None
        }
        found.update(dict.fromkeys(self.ungrounded, "ungrounded"))
        found.update({conflict.path: "disputed" for conflict in self.conflicts})
        found.update({path: "invalid" for path, _ in self.violations})
        return found

    def status(self, path: str) -> FieldStatus:
        """Return the status of one leaf, as `lines[2].amount`."""
        return self.statuses.get(path, "ok")

    def needs_review(self, threshold: float = 1.0) -> tuple[str, ...]:
        """Return the paths a person should look at, in order.

        A path is named when its status is not `ok` (missing values are not in doubt by
        themselves), when less than `threshold` of the votes agree, when its evidence is less alike
        than `threshold`, or when the model's best guess is less probable than that. The sources
        are compared one by one and never mixed.

        Args:
            threshold: From 0 to 1.
        """
        doubtful = {path for path, status in self.statuses.items() if status != "missing"}
        doubtful |= {path for path, share in self.agreement.items() if share < threshold}
        doubtful |= {path for path, one in self.evidence.items() if one.similarity < threshold}
        doubtful |= {
            path
            for path, said in self.guesses.items()
            if said and (said[0].probability is None or said[0].probability < threshold)
        }
        return tuple(sorted(doubtful))


@dataclass(frozen=True)
class ExtractionFailure(OutcomeBase):
    """A document that was not read, and why. Metrics count all its fields as missing."""

    error: NovadocError = field(kw_only=True)
    """What happened; its text holds no content of the document."""


Outcome: TypeAlias = Union[Extraction[T], ExtractionFailure]
"""What `extract_many` yields."""


def total_cost(
    outcomes: Sequence[Union[Extraction[T], ExtractionFailure]], prices: PriceBook | None = None
) -> Decimal:
    """Return what outcomes cost together, in US dollars; those without a price count nothing."""
    return sum((outcome.cost(prices) or Decimal(0) for outcome in outcomes), Decimal(0))
