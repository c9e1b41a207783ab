"""How many tokens text and pages cost, counted without a model."""

from __future__ import annotations

from math import ceil

from novadoc.local._data._pixels import ImageHead
from novadoc.models import BaseModel

__all__ = ["count_text", "image_tokens"]

# nova:prompting-multimodal-understanding: 900x450 costs about 800 tokens, 900x900 1,300, 1400x900
# 1,800, 1800x900 2,400; between them about 650 square pixels a token.
_AREA_PER_TOKEN = 650
_LEAST_TOKENS = 800


def count_text(text: str, bytes_per_token: float) -> int:
    """Estimate the tokens of a text.

    Example:
        >>> count_text("x" * 100, 4.0)
        25
    """
    return ceil(len(text.encode(errors="surrogatepass")) / bytes_per_token)


def image_tokens(head: ImageHead | None, model: BaseModel | None) -> int:
    """Estimate the tokens of an image: flat for Nova 2, by area for Nova 1."""
    if model is not None and model.image_tokens is not None:
        return model.image_tokens
    if head is None:
        return _LEAST_TOKENS
    return max(_LEAST_TOKENS, head.width * head.height // _AREA_PER_TOKEN)
