"""Costs as values: of a page, a job, a month; printed in dollars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from decimal import ROUND_CEILING, Decimal

from novadoc.errors import ConfigurationError
from novadoc.prompts._conversation import Usage

HOURS = 730
"""Of a month, on average."""


def money(dollars: Decimal) -> str:
    """Spell an amount: cents from a cent on, two significant digits below.

    Example:
        >>> money(Decimal("2.1")), money(Decimal("0.00021"))
        ('2.10', '0.00021')
    """
    if dollars and abs(dollars) < Decimal("0.01"):
        return format(dollars.quantize(Decimal(1).scaleb(dollars.adjusted() - 1)).normalize(), "f")
    return f"{dollars:,.2f}"


def refuse_negative(**counts: int) -> None:
    """Refuse what cannot be counted.

    Raises:
        ConfigurationError: A count is below 0.
    """
    for name, count in counts.items():
        if count < 0:
            raise ConfigurationError(f"`{name}` is {count}, below 0.")


@dataclass(frozen=True)
class Traffic:
    """Tokens one page takes.

    Raises:
        ConfigurationError: A count is negative, or more is cached than there is.
    """

    input_tokens: int
    """Prompt and image."""
    output_tokens: int
    """The answer."""
    _: KW_ONLY
    cached_tokens: int = 0
    """Of the input tokens, those read from the prompt cache."""

    def __post_init__(self) -> None:
        refuse_negative(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cached_tokens=self.cached_tokens,
        )
        if self.cached_tokens > self.input_tokens:
            raise ConfigurationError("More tokens are cached than there are input tokens.")


@dataclass(frozen=True)
class InferenceCost:
    """What reading pages costs."""

    pages: int
    """Pages read."""
    input_dollars: Decimal
    """For input tokens, cached ones included."""
    output_dollars: Decimal
    """For output tokens."""

    @property
    def dollars(self) -> Decimal:
        """Input and output together."""
        return self.input_dollars + self.output_dollars

    @property
    def per_page(self) -> Decimal:
        """One page; 0 for no pages."""
        return self.dollars / self.pages if self.pages else Decimal(0)

    def __str__(self) -> str:
        if self.pages == 1:
            return f"${money(self.dollars)} for a page"
        return f"${money(self.dollars)} for {self.pages:,} pages (${money(self.per_page)} a page)"


@dataclass(frozen=True)
class TrainingCost:
    """What a customization job costs."""

    tokens: int
    """Tokens in the data set, times epochs: what is billed."""
    dollars: Decimal
    """Once."""
    storage_per_month: Decimal
    """For keeping the model."""

    def __str__(self) -> str:
        storage = money(self.storage_per_month)
        return f"${money(self.dollars)} for {self.tokens:,} tokens, then ${storage} a month"


@dataclass(frozen=True)
class Scenario:
    """A way of reading pages: zero-shot, few-shot, tuned on demand, tuned and provisioned.

    Raises:
        ConfigurationError: `units` is below 0.
    """

    name: str
    """What it is called in the comparison."""
    base_model: str
    """Key."""
    traffic: Traffic
    """Tokens of one page this way; few-shot examples make them many."""
    _: KW_ONLY
    training: TrainingCost | None = None
    """Of a tuned model; `None` for a base model."""
    units: int = 0
    """Model units of provisioned throughput, billed by the hour; 0 is on demand."""

    def __post_init__(self) -> None:
        refuse_negative(units=self.units)


@dataclass(frozen=True)
class MonthlyLine:
    """What one way costs, as a line in the number of pages."""

    name: str
    """The scenario's."""
    once: Decimal
    """Dollars before the first page."""
    monthly: Decimal
    """Dollars a month, pages or not."""
    per_page: Decimal
    """Dollars a page."""

    def cost(self, pages: int) -> Decimal:
        """Return the dollars of a month with so many pages, without what is paid once."""
        return self.monthly + self.per_page * pages

    def break_even(self, other: MonthlyLine) -> int | None:
        """Return from how many pages a month on this way costs no more than the other.

        `None` when there is no such number. What is paid once is left out.

        Example:
            >>> tuned = MonthlyLine("tuned", Decimal(8), Decimal(2), Decimal("0.0002"))
            >>> tuned.break_even(MonthlyLine("few-shot", Decimal(0), Decimal(0), Decimal("0.0010")))
            2500
        """
        saved, extra = other.per_page - self.per_page, self.monthly - other.monthly
        if saved == 0:
            return 0 if extra <= 0 else None
        if saved < 0:
            return None
        return max(0, int((extra / saved).to_integral_value(ROUND_CEILING)))

    def recovered_after(self, other: MonthlyLine, *, pages: int) -> int | None:
        """Return after how many months what was paid once is saved; `None` for never."""
        saved = other.cost(pages) - self.cost(pages)
        more = self.once - other.once
        if more <= 0:
            return 0
        return int((more / saved).to_integral_value(ROUND_CEILING)) if saved > 0 else None


@dataclass(frozen=True)
class MonthlyComparison:
    """Ways of reading the same pages, side by side."""

    pages: int
    """A month."""
    lines: tuple[MonthlyLine, ...]
    """In the order given."""

    @property
    def cheapest(self) -> MonthlyLine:
        """The way whose month costs least, what is paid once left out."""
        return min(self.lines, key=lambda line: line.cost(self.pages))

    def to_markdown(self) -> str:
        """Return a table, with each way's break-even against the first."""
        rows = [
            "| way | once | a month | a page | from pages a month |",
            "|:--|--:|--:|--:|--:|",
            *self._rows(),
        ]
        return "\n".join(rows) + "\n"

    def _rows(self) -> Iterator[str]:
        first = self.lines[0] if self.lines else None
        for line in self.lines:
            point = None if first is None or line is first else line.break_even(first)
            shown = "" if line is first else ("never" if point is None else f"{point:,}")
            month = money(line.cost(self.pages))
            page = money(line.per_page)
            yield f"| {line.name} | ${money(line.once)} | ${month} | ${page} | {shown} |"


@dataclass(frozen=True)
class CostReport:
    """What a run really used, against what was expected."""

    usage: Usage
    """All requests together, retries included."""
    spent: InferenceCost
    """At the price book's prices."""
    estimate: InferenceCost | None = None
    """What had been expected for the same pages."""

    @property
    def ratio(self) -> float | None:
        """Spent by estimated, a page; `None` without an estimate."""
        if self.estimate is None or not self.estimate.per_page:
            return None
        return float(self.spent.per_page / self.estimate.per_page)

    def __str__(self) -> str:
        expected = "" if self.ratio is None else f", {self.ratio:.2f} times the estimate"
        return f"{self.spent}{expected}"
