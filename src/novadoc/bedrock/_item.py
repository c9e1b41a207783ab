"""One thing that was made in an account, and the order in which things go."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from novadoc.bedrock._money import money
from novadoc.types import Tags

Kind = Literal[
    "provisioned", "deployment", "job", "batch job", "model", "output", "data", "bucket", "role"
]

_ENDED = frozenset({"completed", "partiallycompleted", "failed", "stopped", "expired"})

ORDER: tuple[Kind, ...] = (
    "provisioned", "job", "batch job", "deployment", "model", "output", "data", "bucket", "role",
)  # fmt: skip
"""What has to go before what: a model in use cannot be deleted, a running job holds its role.

What is billed by the hour goes first, and what would make a new model next.
"""


def has_ended(state: str) -> bool:
    """Tell whether a job in this state, of either kind, does nothing any more."""
    return state.lower() in _ENDED


@dataclass(frozen=True)
class Item:
    """One thing that was made."""

    kind: Kind
    arn: str
    name: str
    state: str
    """As the service says; empty where it has none."""
    per_month: Decimal | None
    """Dollars while it is there; `None` when not known."""
    tags: Tags
    """What it is tagged with."""

    @property
    def has_unknown_price(self) -> bool:
        """Whether it is billed by the hour, at a price that the price book does not have."""
        return self.kind == "provisioned" and self.per_month is None

    def __str__(self) -> str:
        cost = "" if not self.per_month else f" (${money(self.per_month)} a month)"
        if self.has_unknown_price:
            cost = " (billed by the hour; the price is not known)"
        return f"{self.kind} {self.name} {self.state}".rstrip() + cost
