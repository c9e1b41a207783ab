"""What a hook is told of every call of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from novadoc.extraction._outcome import Attempt


@dataclass(frozen=True)
class AttemptEvent:
    """What a hook is told after each call: figures, never content."""

    id: str
    """Of the outcome."""
    model_id: str
    base_model: str | None
    attempt: Attempt


Hook: TypeAlias = Callable[[AttemptEvent], None]
"""Called after each call of the model, in the thread that made it; it must not raise."""
