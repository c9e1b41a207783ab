"""How many tokens a text costs, counted without a model: for limits, usage and CountTokens."""

from __future__ import annotations

from itertools import accumulate
from math import ceil

__all__ = ["count_text", "cut_text"]


def count_text(text: str, bytes_per_token: float) -> int:
    """Estimate the tokens of a text.

    Example:
        >>> count_text("x" * 100, 4.0)
        25
    """
    return ceil(_size(text) / bytes_per_token)


def cut_text(text: str, tokens: int, bytes_per_token: float) -> str:
    """Return the start of a text that costs at most `tokens`.

    Example:
        >>> cut_text("0123456789", 2, 4.0)
        '01234567'
    """
    room = tokens * bytes_per_token
    return text[: sum(size <= room for size in accumulate(map(_size, text)))]


def _size(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
