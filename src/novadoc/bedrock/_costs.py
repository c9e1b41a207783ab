"""What training and reading cost, in US dollars: before, and against what was really used."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from novadoc.bedrock._money import (
    HOURS,
    CostReport,
    InferenceCost,
    MonthlyComparison,
    MonthlyLine,
    Scenario,
    Traffic,
    TrainingCost,
    refuse_negative,
)
from novadoc.bedrock._tokens import input_tokens
from novadoc.documents import Document
from novadoc.errors import ConfigurationError
from novadoc.models import PRICES, PriceBook
from novadoc.prompts._conversation import Conversation, Usage
from novadoc.prompts._tokens import text_tokens
from novadoc.types import JsonObject


class PagePrompt(Protocol):
    """What is asked about a document: a `novadoc.prompts.ExtractionPrompt`, for one."""

    def render(self, document: Document, /) -> Conversation:
        """Return the request for a document."""
        ...

    def answer_text(self, label: JsonObject, /) -> str:
        """Return the answer as the model writes it."""
        ...


class Costs:
    """Estimates from a dated price book, which you can replace.

    Example:
        >>> costs = Costs()
        >>> print(costs.estimate_extraction("nova-lite", Traffic(2_300, 300), pages=10_000))
        $2.10 for 10,000 pages ($0.00021 a page)
    """

    def __init__(self, prices: PriceBook | None = None) -> None:
        self.prices: PriceBook = prices or PRICES
        """Where the prices come from."""

    def estimate_training(
        self, base_model: str, *, records: int, tokens_per_record: int, epochs: int = 2
    ) -> TrainingCost:
        """Estimate a fine-tuning job: tokens in the data set times epochs times the rate.

        Raises:
            ConfigurationError: The price book has no training price for the model, or a number is
                below 0.

        Example:
            >>> Costs().estimate_training(
            ...     "nova-micro", records=2_000, tokens_per_record=800, epochs=5).dollars
            Decimal('8.000')
        """
        refuse_negative(records=records, tokens_per_record=tokens_per_record, epochs=epochs)
        rate = self.prices.price(base_model).training_per_1k
        if rate is None:
            raise ConfigurationError(
                f"The price book of {self.prices.as_of} has no training price for {base_model!r}.",
                remedy="Pass a PriceBook that has it: `Bedrock.connect(prices=...)`.",
            )
        tokens = records * tokens_per_record * epochs
        return TrainingCost(tokens, rate * tokens / 1000, self.prices.storage_per_month)

    def estimate_extraction(
        self, base_model: str, traffic: Traffic, *, pages: int = 1, batch: bool = False
    ) -> InferenceCost:
        """Estimate reading pages on demand; a custom model on demand costs what its base does.

        Args:
            base_model: Key.
            traffic: Tokens of one page; `traffic(...)` estimates them from a prompt.
            pages: How many.
            batch: Through batch inference, which custom models do not have.

        Raises:
            ConfigurationError: The price book has no prices for the model, or `pages` is below 0.
        """
        refuse_negative(pages=pages)
        price = self.prices.price(base_model)
        cached = price.input_per_1k if price.cache_read_per_1k is None else price.cache_read_per_1k
        share = 1 - self.prices.batch_discount if batch else Decimal(1)
        fresh = traffic.input_tokens - traffic.cached_tokens
        one_in = (price.input_per_1k * fresh + cached * traffic.cached_tokens) / 1000
        one_out = price.output_per_1k * traffic.output_tokens / 1000
        return InferenceCost(pages, one_in * pages * share, one_out * pages * share)

    def traffic(
        self,
        prompt: PagePrompt,
        document: Document,
        *,
        answer: JsonObject,
        base_model: str = "nova-lite",
    ) -> Traffic:
        """Estimate the tokens of one page from the prompt and a typical document and answer.

        Images count by the model's rule for their size after the prompt's image policy, text by
        its length.

        Raises:
            DocumentError: The document cannot be read.
            LabelError: The answer does not fit the schema.
        """
        pages = max(1, document.page_count)
        asked = input_tokens(prompt.render(document), base_model)
        answered = text_tokens(prompt.answer_text(answer))
        return Traffic(round(asked / pages), round(answered / pages))

    def monthly(self, pages: int, scenarios: Iterable[Scenario]) -> MonthlyComparison:
        """Compare ways of reading `pages` a month side by side.

        Raises:
            ConfigurationError: A price is missing from the book, there is nothing to compare, or
                `pages` is below 0.
        """
        refuse_negative(pages=pages)
        lines = tuple(self._line(scenario) for scenario in scenarios)
        if not lines:
            raise ConfigurationError("There is no scenario to compare.")
        return MonthlyComparison(pages, lines)

    def report(
        self,
        usages: Iterable[Usage],
        *,
        base_model: str,
        pages: int,
        estimate: InferenceCost | None = None,
        batch: bool = False,
    ) -> CostReport:
        """Count what was really used, and hold it against an estimate.

        Args:
            usages: Of every request, as each outcome of an extractor or a batch carries one.
            base_model: Key.
            pages: Pages read.
            estimate: What had been expected.
            batch: They were read in a batch job.

        Raises:
            ConfigurationError: The price book has no prices for the model.
        """
        used = sum(usages, Usage())
        price = self.prices.price(base_model)
        # Converse counts cached tokens beside the input tokens; without a price they cost as much.
        cached = price.input_per_1k if price.cache_read_per_1k is None else price.cache_read_per_1k
        into = price.input_per_1k * (used.input_tokens + used.cache_write_tokens)
        into += cached * used.cache_read_tokens
        share = (1 - self.prices.batch_discount if batch else Decimal(1)) / 1000
        out = price.output_per_1k * used.output_tokens
        spent = InferenceCost(pages, into * share, out * share)
        return CostReport(used, spent, estimate)

    def _line(self, scenario: Scenario) -> MonthlyLine:
        one = self.estimate_extraction(scenario.base_model, scenario.traffic)
        monthly = Decimal(0)
        per_page = one.dollars
        if scenario.training is not None:
            monthly += scenario.training.storage_per_month
        if scenario.units:
            monthly += self.provisioned_per_hour(scenario.base_model) * scenario.units * HOURS
            per_page = Decimal(0)
        once = scenario.training.dollars if scenario.training else Decimal(0)
        return MonthlyLine(scenario.name, once=once, monthly=monthly, per_page=per_page)

    def provisioned_per_hour(self, base_model: str) -> Decimal:
        """Return the price of one model unit for an hour, without commitment.

        Raises:
            ConfigurationError: The price book does not have it.
        """
        rate = self.prices.price(base_model).provisioned_per_hour
        if rate is None:
            raise ConfigurationError(
                f"The price book of {self.prices.as_of} has no provisioned price for "
                f"{base_model!r}.",
                remedy="Pass a PriceBook that has it: `Bedrock.connect(prices=...)`.",
            )
        return rate
