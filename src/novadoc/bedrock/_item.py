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

ORDER: tuple[Kind, ...] = (
    "provisioned", "deployment", "job", "batch job", "model", "output", "data", "bucket", "role",
)  # fmt: skip
"""What has to go before what: a model in use cannot be deleted, a running job holds its role."""


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
    def is_running(self) -> bool:
        """Whether it is a job that has not ended."""
        ended = {"completed", "partiallycompleted", "failed", "stopped", "expired"}
        return self.kind in {"job", "batch job"} and self.state.lower() not in ended

    def __str__(self) -> str:
        cost = "" if not self.per_month else f" (${money(self.per_month)} a month)"
        return f"{self.kind} {self.name} {self.state}".rstrip() + cost
