"""What a model behind the local AWS is: the Protocol its engines implement, and its values.

An engine knows pages, fields and words. It is told nothing of HTTP or AWS, and it sees only what
arrived on the wire: the bytes of the pages, the text of the prompt, the schema found in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from novadoc.types import JsonObject

__all__ = [
    "Engine",
    "EngineRequest",
    "StepLoss",
    "TrainingRecord",
    "TrainingRun",
]


class StepLoss(NamedTuple):
    """One row of a loss curve."""

    step: int
    """Optimizer step, from 0."""
    epoch: int
    """Epoch the step belongs to, from 0."""
    loss: float
    """Mean loss, at least 0 and finite."""


class TrainingRecord(NamedTuple):
    """One sample as it stood in the JSONL file, its media read from S3."""

    images: tuple[bytes, ...]
    """Encoded pages in the order of the user turn."""
    system: str
    """System text; empty when there was none."""
    prompt: str
    """All text of the user turn, blocks joined by a newline."""
    schema: JsonObject | None
    """The first JSON Schema object in the prompt or system text; `None` when there is none."""
    answer: str
    """The trained assistant turn, exactly as in the file (prefill and stop sequence included)."""


class TrainingRun(NamedTuple):
    """What a training gives back."""

    artefact: bytes
    """The tuned model, opaque to the server; handed back with each `answer`."""
    losses: list[StepLoss]
    """Training loss, ordered by step."""
    validation: list[StepLoss]
    """Validation loss, one row per epoch; empty without a validation set."""
    notices: tuple[str, ...] = ()
    """What the engine ignored or could not use, for the log; no document content."""


class EngineRequest(NamedTuple):
    """One question to a model."""

    images: tuple[bytes, ...]
    """Encoded pages of the last user turn, in order."""
    system: str
    """System text; empty when there was none."""
    text: str
    """All text of the last user turn, blocks joined by a newline."""
    schema: JsonObject | None
    """From the tool's specification, else the first JSON Schema object in the text."""
    prefill: str
    """What the answer is made to start with; empty when nothing."""
    stop: tuple[str, ...]
    """Stop sequences."""
    tool: bool
    """Whether the answer is forced through a tool."""
    max_tokens: int
    """Most tokens of the answer; the server cuts there."""
    examples: tuple[tuple[tuple[bytes, ...], str], ...] = ()
    """Earlier turns as (images, assistant text), for few-shot prompts."""


class Engine(Protocol):
    """A model that can be asked and tuned. Called from several threads at once."""

    def train(
        self,
        records: Sequence[TrainingRecord],
        validation: Sequence[TrainingRecord],
        hyperparameters: Mapping[str, str],
        *,
        cancelled: Callable[[], bool],
    ) -> TrainingRun:
        """Learn from records; return early, with what there is, once `cancelled()` is true.

        Raises:
            ValueError: The records cannot be learnt from; the text becomes the job's
                `failureMessage`, so it holds no document content.
            NovadocError: Something else is in the way; its text goes there too.
        """
        ...

    def answer(self, request: EngineRequest, artefact: bytes | None) -> str:
        """Answer a request; `artefact` is the tuned model, `None` the base model.

        The answer is the full JSON object as text, or prose when no schema was found. The server
        applies prefill, stop sequences and length, and counts the tokens.

        Raises:
            UnreadableDocumentError: An image cannot be decoded (ValidationException).
            NovadocError: The model cannot answer (ModelErrorException, with its text). Anything
                else it raises is a 500, and its traceback goes to standard error.
        """
        ...
