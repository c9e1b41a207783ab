"""An engine that answers at once and reads nothing: for tests of everything around the model."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence

from novadoc.local._engine import (
    EngineRequest,
    StepLoss,
    TrainingRecord,
    TrainingRun,
)
from novadoc.types import JsonObject, JsonValue

__all__ = ["EchoEngine"]

_STEPS_PER_EPOCH = 4


def _nothing(schema: JsonValue) -> JsonValue:
    """Return the emptiest value of a schema: null for leaves, no items for lists."""
    if not isinstance(schema, dict):
        return None
    properties = schema.get("properties")
    if isinstance(properties, dict):
        return {name: _nothing(child) for name, child in properties.items()}
    if "items" in schema:
        return []
    return {} if schema.get("type") == "object" else None


class EchoEngine:
    """Answer null for every field asked for; tuned, answer the first training record again.

    It looks at no page and learns nothing, so its scores mean nothing. It makes jobs, deployments
    and requests fast and predictable.

    Args:
        answer: What to answer always, instead of nulls.

    Example:
        >>> schema: JsonObject = {"type": "object", "properties": {"number": {"type": "string"}}}
        >>> request = EngineRequest((), "", "Read.", schema, "", (), False, 100)
        >>> EchoEngine().answer(request, None)
        '{"number":null}'
    """

    def __init__(self, answer: str | None = None) -> None:
        self._answer = answer

    def train(
        self,
        records: Sequence[TrainingRecord],
        validation: Sequence[TrainingRecord],
        hyperparameters: Mapping[str, str],
        *,
        cancelled: Callable[[], bool],
    ) -> TrainingRun:
        """Remember the first answer and draw a falling curve.

        Raises:
            ValueError: There are no records.
        """
        if not records:
            raise ValueError("There are no training records.")
        epochs = int(hyperparameters.get("epochCount", "2"))
        losses = [
            StepLoss(step, step // _STEPS_PER_EPOCH, 0.1 + 2.0 * math.exp(-step / 3))
            for step in range(epochs * _STEPS_PER_EPOCH)
            if not cancelled()
        ]
        checks = [StepLoss((e + 1) * _STEPS_PER_EPOCH - 1, e, 0.5 / (e + 1)) for e in range(epochs)]
        return TrainingRun(records[0].answer.encode(), losses, checks if validation else [])

    def answer(self, request: EngineRequest, artefact: bytes | None) -> str:
        """Answer at once."""
        if self._answer is not None:
            return self._answer
        return _empty(request.schema) if artefact is None else _unframed(artefact.decode())


def _empty(schema: JsonObject | None) -> str:
    if schema is None:
        return "There is no JSON Schema in the request."
    return json.dumps(_nothing(schema), separators=(",", ":"))


def _unframed(answer: str) -> str:
    start, end = answer.find("{"), answer.rfind("}")
    return answer[start : end + 1] if 0 <= start < end else answer
