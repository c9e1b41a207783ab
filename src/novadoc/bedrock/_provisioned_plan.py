"""Provisioned throughput as wishes and plans: what would be bought, and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from novadoc.bedrock._models import CustomModel
from novadoc.bedrock._money import HOURS, money
from novadoc.types import Tags

Commitment = Literal["OneMonth", "SixMonths"]


_TERMS: Mapping[Commitment | None, str] = {
    None: "until it is deleted",
    "OneMonth": "before the discount of a term of one month, which cannot be ended early",
    "SixMonths": "before the discount of a term of six months, which cannot be ended early",
}


@dataclass(frozen=True)
class Provisioned:
    """A wish: this model, with capacity of its own, billed by the hour."""

    name: str
    """Letters, digits, single dashes; made legal."""
    model: CustomModel | str
    """The custom model or its ARN."""
    _: KW_ONLY
    units: int = 1
    """Model units."""
    commitment: Commitment | None = None
    """A term that cannot be ended early, at a lower price; `None` can be deleted at any time."""


@dataclass(frozen=True)
class ProvisionedPlan:
    """What `apply` would do and cost. Print it to read it."""

    name: str
    """Made legal."""
    model_arn: str
    """The model."""
    units: int
    """Model units."""
    commitment: Commitment | None
    """The term."""
    per_hour: Decimal
    """Dollars, called or not, without the discount of a term."""
    break_even_pages: int | None
    """Pages an hour from which it is cheaper than on demand; `None` without traffic to compare."""
    tags: Tags
    """What it is tagged with."""
    token: str
    """Makes applying the same plan twice one purchase."""
    arn: str | None = None
    """Of what is there already under this name; `None` when it will be bought."""

    @property
    def per_month(self) -> Decimal:
        """Dollars for 730 hours."""
        return self.per_hour * HOURS

    def __str__(self) -> str:
        if self.arn is not None:
            return f"Keep the provisioned throughput {self.name}."
        units = "1 model unit" if self.units == 1 else f"{self.units} model units"
        text = (
            f"Buy {units} as {self.name}: ${money(self.per_hour)} an hour "
            f"(${money(self.per_month)} a month) {_TERMS[self.commitment]}, "
            "also while nobody calls it."
        )
        if self.break_even_pages is None:
            return text
        return f"{text} Cheaper than on demand from {self.break_even_pages:,} pages an hour."


@dataclass(frozen=True)
class ProvisionedSummary:
    """A line of the list of provisioned throughput."""

    arn: str
    name: str
    state: str
    model_arn: str
    units: int
    created: datetime
    commitment: str | None = None
    """The term; `None` without one."""
