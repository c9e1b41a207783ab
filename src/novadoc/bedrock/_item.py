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

    def __str__(self) -> str:
        cost = "" if not self.per_month else f" (${money(self.per_month)} a month)"
        return f"{self.kind} {self.name} {self.state}".rstrip() + cost
