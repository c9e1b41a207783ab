"""What the Nova models cost, as dated data with sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from novadoc.errors import ConfigurationError


@dataclass(frozen=True)
class Price:
    """Prices of one base model in US dollars, each `None` when not known."""

    input_per_1k: Decimal
    """On-demand input tokens, per 1,000; a custom model on demand costs the same."""
    output_per_1k: Decimal
    """On-demand output tokens, per 1,000."""
    cache_read_per_1k: Decimal | None = None
    """Input tokens read from the prompt cache, per 1,000."""
    training_per_1k: Decimal | None = None
    """Tokens in the data set times epochs, per 1,000."""
    provisioned_per_hour: Decimal | None = None
    """One model unit without commitment, per hour."""
    source: str = ""
    """Where the figures come from, and when."""


@dataclass(frozen=True)
class PriceBook:
    """Dated prices, to be overridden by whoever has better ones.

    Example:
        >>> PRICES.price("nova-lite").input_per_1k
        Decimal('0.00006')
    """

    region: str
    """The AWS region the prices hold for."""
    as_of: date
    """When the figures were collected."""
    prices: Mapping[str, Price] = field(repr=False)
    """By base-model key."""
    storage_per_month: Decimal
    """One custom model, per month."""
    batch_discount: Decimal = Decimal("0.5")
    """What batch inference saves, as a fraction of the on-demand price."""

    def price(self, key: str) -> Price:
        """Return the prices of a base model.

        Raises:
            ConfigurationError: The book has no prices for `key`.
        """
        try:
            return self.prices[key]
        except KeyError:
            raise ConfigurationError(
                f"The price book of {self.as_of} has no prices for {key!r}.",
                remedy="Pass a PriceBook that has them.",
            ) from None


PRICES = PriceBook(
    region="us-east-1",
    as_of=date(2026, 9, 1),
    prices={
        "nova-micro": Price(
            Decimal("0.000035"),
            Decimal("0.00014"),
            training_per_1k=Decimal("0.001"),
            source="Third-party listings 2025-2026; training derived from AWS's text-to-SQL post.",
        ),
        "nova-lite": Price(
            Decimal("0.00006"),
            Decimal("0.00024"),
            cache_read_per_1k=Decimal("0.000015"),
            training_per_1k=Decimal("0.002"),
            provisioned_per_hour=Decimal("108.15"),
            source=(
                "AWS IDP accelerator's price list 2025-06; training unverified, consistent with a "
                "published run (900 images for about $7.50); provisioned from one cost report."
            ),
        ),
        "nova-pro": Price(
            Decimal("0.0008"),
            Decimal("0.0032"),
            cache_read_per_1k=Decimal("0.0002"),
            training_per_1k=Decimal("0.008"),
            source="AWS IDP accelerator's price list 2025-06; training unverified.",
        ),
        "nova-premier": Price(
            Decimal("0.0025"),
            Decimal("0.0125"),
            source="AWS IDP accelerator's price list 2025-06.",
        ),
        "nova-2-lite": Price(
            Decimal("0.00033"),
            Decimal("0.00275"),
            source="Third-party gateway listing 2026, likely the US geographic rate.",
        ),
    },
    storage_per_month=Decimal("1.95"),
)
"""Prices in us-east-1 as far as they could be found; see each entry's `source`."""
