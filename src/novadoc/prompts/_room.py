"""How many pages one question has room for, the same in training and at inference."""

from __future__ import annotations

import sys
from typing import TypeVar

from novadoc.errors import PromptError
from novadoc.models import most_images
from novadoc.prompts._conversation import Image
from novadoc.prompts._prompt import ExtractionPrompt

T = TypeVar("T")

_PAGE = Image("png", 1, 1, "", location="images/page.png")


def pages_at_once(
    prompt: ExtractionPrompt[T],
    base_model: str | None = None,
    *,
    tuned: bool = True,
    referenced: bool = False,
) -> int:
    """Return how many pages one request has room for: what the model takes less the examples'.

    Training records, windows and the extractor keep to it, so a model is asked about as many pages
    as it was trained on. A prompt that reads text takes any number.

    Args:
        prompt: Whose examples' images count.
        base_model: Key of the model; without one, what every model takes.
        tuned: Whether the model is trained, and limited by what a training record takes.
        referenced: Whether pages are named by their location on S3 and not sent along.

    Raises:
        ConfigurationError: No base model has this key.
        DocumentError: An example's page cannot be read.
        PromptError: The examples leave no room for a page.

    Example:
        >>> from pydantic import BaseModel
        >>> class Receipt(BaseModel):
        ...     total: float | None = None
        >>> prompt = ExtractionPrompt(Receipt)
        >>> [pages_at_once(prompt, key) for key in ("nova-lite", "nova-2-lite")]
        [10, 5]
    """
    if prompt.reads_text:
        return sys.maxsize
    parts = (part for turn in prompt.conversation([_PAGE]).messages for part in turn.parts)
    shown = sum(isinstance(part, Image) for part in parts) - 1
    most = most_images(base_model, tuned=tuned, referenced=referenced)
    if shown >= most:
        raise PromptError(
            f"The prompt's examples show {shown} images, and one request takes {most}.",
            remedy="Give fewer examples, or examples of fewer pages.",
        )
    return most - shown
