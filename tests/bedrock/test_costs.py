"""Costs: golden figures that were published, and the arithmetic around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from novadoc.bedrock import Costs, MonthlyLine, Scenario, Traffic
from novadoc.documents import Document
from novadoc.errors import ConfigurationError
from novadoc.extraction import cost
from novadoc.models import PRICES, Price
from novadoc.prompts import ExtractionPrompt, Usage

from .conftest import png

COSTS = Costs()


@given(st.integers(0, 875))
def test_a_page_of_the_published_tokens_costs_the_published_price(output: int) -> None:
    """Nova Lite: wherever input + 4 x output is 3,500 tokens, a page costs $0.00021."""
    page = COSTS.estimate_extraction("nova-lite", Traffic(3_500 - 4 * output, output))

    assert Decimal("0.00021") == page.dollars


def test_the_published_monthly_bill_of_nova_micro() -> None:
    """22,000 queries of 800 + 60 tokens: $0.616 and $0.185 (printed as 0.184), $0.80 in all."""
    month = COSTS.estimate_extraction("nova-micro", Traffic(800, 60), pages=22_000)

    assert Decimal("0.616") == month.input_dollars
    assert Decimal("0.1848") == month.output_dollars
    assert Decimal("0.80") == month.dollars.quantize(Decimal("0.01"))


def test_the_published_training_bill_of_nova_micro() -> None:
    """2,000 examples of 800 tokens, five epochs: $8.00."""
    cost = COSTS.estimate_training("nova-micro", records=2_000, tokens_per_record=800, epochs=5)

    assert (8_000_000, Decimal(8)) == (cost.tokens, cost.dollars)
    assert "$8.00 for 8,000,000 tokens, then $1.95 a month" == str(cost)


def test_batch_halves_and_the_cache_lowers_the_price() -> None:
    """Discounts come from the price book."""
    full = COSTS.estimate_extraction("nova-lite", Traffic(1_000, 100))
    half = COSTS.estimate_extraction("nova-lite", Traffic(1_000, 100), batch=True)
    cached = COSTS.estimate_extraction("nova-lite", Traffic(1_000, 100, cached_tokens=1_000))

    assert full.dollars / 2 == half.dollars
    assert full.input_dollars / 4 == cached.input_dollars


@pytest.mark.parametrize(("asked", "answered", "cached"), [(-1, 0, 0), (1, -1, 0), (1, 0, 2)])
def test_traffic_that_cannot_be_is_refused(asked: int, answered: int, cached: int) -> None:
    """No page earns money."""
    with pytest.raises(ConfigurationError, match=r"below 0|okens are c"):
        Traffic(asked, answered, cached_tokens=cached)


@pytest.mark.parametrize(
    "cost",
    [
        lambda: COSTS.estimate_training("nova-lite", records=-1, tokens_per_record=1),
        lambda: COSTS.estimate_training("nova-lite", records=1, tokens_per_record=1, epochs=-2),
        lambda: COSTS.estimate_extraction("nova-lite", Traffic(1, 1), pages=-1),
        lambda: COSTS.monthly(-1, [Scenario("a", "nova-lite", Traffic(1, 1))]),
        lambda: Scenario("a", "nova-lite", Traffic(1, 1), units=-1),
    ],
)
def test_nobody_is_paid_for_reading(cost: Callable[[], object]) -> None:
    """A negative number is a slip, and no negative price."""
    with pytest.raises(ConfigurationError, match="below 0"):
        cost()


def test_nothing_is_not_compared() -> None:
    """There is no cheapest of no ways."""
    with pytest.raises(ConfigurationError, match="no scenario"):
        COSTS.monthly(10, [])


def test_ways_side_by_side_with_break_even() -> None:
    """Zero-shot, few-shot, tuned and provisioned: what a month costs and who wins from where."""
    training = COSTS.estimate_training("nova-lite", records=500, tokens_per_record=2_500)
    zero = Scenario("zero-shot", "nova-lite", Traffic(2_300, 300))
    few = Scenario("few-shot", "nova-lite", Traffic(9_300, 300))
    tuned = replace(zero, name="tuned", training=training)
    owned = replace(tuned, name="provisioned", units=1)

    month = COSTS.monthly(10_000, [few, zero, tuned, owned])

    few_line, zero_line, tuned_line, owned_line = month.lines
    assert "zero-shot" == month.cheapest.name
    assert Decimal("2.1") == zero_line.cost(10_000)
    assert Decimal("1.95") == tuned_line.cost(10_000) - zero_line.cost(10_000)
    assert tuned_line.cost(4_643) < few_line.cost(4_643)
    assert 4_643 == tuned_line.break_even(few_line)
    assert zero_line.break_even(tuned_line) == 0
    assert owned_line.cost(10**6) == owned_line.cost(0) > 78_000
    assert 3 == tuned_line.recovered_after(few_line, pages=10_000)
    assert "| few-shot | $0.00 | $6.30 | $0.00063 |  |" in month.to_markdown()


money_ = st.decimals(0, 100, places=4)


@given(money_, money_, money_, money_)
def test_break_even_is_where_the_lines_cross(
    a: Decimal, b: Decimal, c: Decimal, d: Decimal
) -> None:
    """From the point on the one way costs no more, and one page earlier it costs more."""
    one = MonthlyLine("one", Decimal(0), a, b)
    two = MonthlyLine("two", Decimal(0), c, d)

    point = one.break_even(two)

    if point is None:
        assert one.cost(10**9) > two.cost(10**9)
    else:
        assert all(one.cost(point + more) <= two.cost(point + more) for more in (0, 1, 10**9))
        assert point == 0 or one.cost(point - 1) > two.cost(point - 1)


def test_a_price_that_nobody_knows_is_asked_for() -> None:
    """No figure is invented; the remedy is to pass one."""
    with pytest.raises(ConfigurationError, match="PriceBook"):
        COSTS.estimate_training("nova-2-lite", records=1, tokens_per_record=1)
    with pytest.raises(ConfigurationError, match="PriceBook"):
        COSTS.provisioned_per_hour("nova-pro")


def test_better_prices_can_be_given() -> None:
    """Whoever has a contract brings its book."""
    own = {"nova-2-lite": Price(Decimal(1), Decimal(2), training_per_1k=Decimal(3))}
    costs = Costs(replace(PRICES, prices=own))

    assert (
        Decimal(3)
        == costs.estimate_training(
            "nova-2-lite", records=1, tokens_per_record=500, epochs=2
        ).dollars
    )


class Receipt(BaseModel):
    total: float | None = None


def test_tokens_come_from_the_prompt_and_the_image_policy() -> None:
    """Nova 1 counts images by size, Nova 2 by number: the prompt's text is the same."""
    prompt = ExtractionPrompt(Receipt)
    page = Document.open(png(1), name="page.png")

    one = COSTS.traffic(prompt, page, answer={"total": 1.5})
    two = COSTS.traffic(prompt, page, answer={"total": 1.5}, base_model="nova-2-lite")

    assert 800 - 230 == one.input_tokens - two.input_tokens
    assert one.output_tokens == two.output_tokens > 0


def test_what_was_used_is_held_against_what_was_expected() -> None:
    """After a run the estimate is checked."""
    estimate = COSTS.estimate_extraction("nova-lite", Traffic(2_300, 300), pages=2)
    used = [Usage(2_300, 300), Usage(4_600, 600)]

    report = COSTS.report(used, base_model="nova-lite", pages=2, estimate=estimate)

    assert 1.5 == report.ratio
    assert Usage(6_900, 900) == report.usage
    assert "1.50 times the estimate" in str(report)


def test_a_report_knows_batches_and_caches() -> None:
    """A batch is billed half; cached tokens cost what the book says, and the full price without."""
    used = [Usage(1_000, 100, cache_read_tokens=1_000)]
    full = COSTS.report(used, base_model="nova-lite", pages=1).spent
    half = COSTS.report(used, base_model="nova-lite", pages=1, batch=True).spent
    micro = COSTS.report(used, base_model="nova-micro", pages=1).spent

    assert full.dollars / 2 == half.dollars
    assert Decimal("0.000075") == full.input_dollars
    assert Decimal("0.00007") == micro.input_dollars


def test_a_report_agrees_with_what_its_outcomes_cost() -> None:
    """One run has one price, whoever adds it up: what was written to a cache was read as well."""
    used = Usage(1_000, 100, cache_read_tokens=500, cache_write_tokens=2_000)

    spent = COSTS.report([used], base_model="nova-lite", pages=1).spent

    assert cost(used, "nova-lite") == spent.dollars
