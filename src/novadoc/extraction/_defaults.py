"""What an extractor takes when it is not told: prompt, the other answer mode, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from novadoc.documents import NOVA_1, policy_for
from novadoc.errors import ConfigurationError
from novadoc.extraction import _branches
from novadoc.models import base_model, key_of
from novadoc.prompts import ExtractionPrompt, ModelBackend
from novadoc.schema import DocumentSchema

if TYPE_CHECKING:
    from novadoc.extraction._rates import RateLimits

T = TypeVar("T")


def prompt_for(
    given: ExtractionPrompt[T] | DocumentSchema[T] | type[T], model: ModelBackend
) -> ExtractionPrompt[T]:
    """Return the prompt given, or a schema's default one with pages as the model likes them.

    Raises:
        ConfigurationError: The model cannot be asked.
        SchemaError: The class is no schema.
    """
    if not hasattr(model, "converse"):
        raise ConfigurationError(
            f"What is of type `{type(model).__name__}` cannot be asked as a model.",
            remedy='Pass `aws.model("nova-lite")`, or anything with a `converse` method.',
        )
    if isinstance(given, ExtractionPrompt):
        return given
    images = NOVA_1 if model.base_model is None else policy_for(model.base_model)
    return ExtractionPrompt(given, images=images)


def other_answer(prompt: ExtractionPrompt[T]) -> ExtractionPrompt[T]:
    """Return the same question with the other way to answer it."""
    other: ExtractionPrompt[T] = ExtractionPrompt(
        prompt.schema,
        instructions=prompt.instructions,
        examples=prompt.examples,
        answer="tool" if prompt.answer == "json" else "json",
        images=prompt.images,
        framing=prompt.framing,
        max_tokens=prompt.max_tokens,
        wording=prompt.wording,
    )
    other = other.on_text() if prompt.reads_text else other
    return other.cached() if prompt.is_cached else other


def most_in_flight(workers: int, model: ModelBackend) -> int:
    """Return how many calls may be in flight: no more than the backend keeps connections for."""
    size = getattr(model, "max_in_flight", None)
    return min(workers, size) if isinstance(size, int) else workers


def rates_of(model: ModelBackend) -> RateLimits | None:
    """Return the published limits of a custom model's deployment; `None` where none are known."""
    # The catalogue's limits are those of one on-demand deployment of a custom model; a foundation
    # model's quotas differ by account and are found out by throttling.
    if model.base_model is None or key_of(model.model_id) is not None:
        return None
    limits = base_model(model.base_model)
    return _branches.RateLimits(
        requests_per_minute=limits.requests_per_minute,
        tokens_per_minute=limits.tokens_per_minute,
    )
