"""The local Bedrock's parts in one place, handed to every operation."""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from novadoc.local._callers import Caller
from novadoc.local._engine import Engine
from novadoc.local._facts import ServiceFacts
from novadoc.local._faults import Fault, Faults
from novadoc.local._moto import Moto
from novadoc.local._quotas import Quotas
from novadoc.local._records import Place
from novadoc.local._store import Store
from novadoc.local._time import LocalClock
from novadoc.local._workers import Workers
from novadoc.types import JsonObject

__all__ = ["Bedrock", "Call", "Grader", "new_id"]

Grader = Callable[[list[JsonObject]], list[JsonObject]]
"""A reward function as AWS Lambda would run it: samples with answers in, scores by id out."""

_ALPHABET = string.ascii_lowercase + string.digits


def new_id() -> str:
    """Make the twelve characters that end an ARN."""
    return "".join(random.choices(_ALPHABET, k=12))  # noqa: S311  (an id, not a secret)


@dataclass(frozen=True)
class Call:
    """What an operation is told beside its parameters."""

    caller: Caller
    now: datetime
    operation: str
    request_id: str
    fault: Fault | None = None
    """What goes wrong with this call, on order."""

    @property
    def place(self) -> Place:
        """Where the call acts."""
        return Place(self.caller.account, self.caller.region)


@dataclass(frozen=True)
class Bedrock:
    """State, clock, engine and neighbours."""

    facts: ServiceFacts
    clock: LocalClock
    store: Store
    engine: Engine
    moto: Moto
    faults: Faults
    quotas: Quotas
    workers: Workers
    iam_changes: dict[tuple[str, str], datetime] = field(
        default_factory=dict[tuple[str, str], datetime]
    )
    """When a role (by account and name) last changed; IAM takes a while to be seen."""
    pending: dict[str, Place] = field(default_factory=dict[str, Place])
    """Jobs, by id, whose files and model are still to be made."""
    graders: dict[str, Grader] = field(default_factory=dict[str, Grader])
    """What stands for the reward functions of reinforcement fine-tuning, by function name."""

    @property
    def lock(self) -> threading.RLock:
        """Held while a decision and the change that follows must be one."""
        return self.store.lock
