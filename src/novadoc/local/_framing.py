"""How a model's answer is cut to the request: prefill, stop sequences, length."""

from __future__ import annotations

from typing import NamedTuple

from novadoc.local._data import count_text, cut_text
from novadoc.local._engine import EngineRequest

__all__ = ["Framed", "frame"]

_FENCE = "```"


class Framed(NamedTuple):
    """Text as it goes out."""

    text: str
    stop_reason: str
    output_tokens: int


def _after_prefill(text: str, prefill: str) -> str:
    """Leave out what the prefill already says of the answer, white space aside."""
    said = prefill.rpartition(_FENCE)[2] if _FENCE in prefill else prefill
    said = "".join(said.removeprefix("json").split())
    place = 0
    for character in said:
        while place < len(text) and text[place].isspace():
            place += 1
        if place >= len(text) or text[place] != character:
            return text  # the prefill says something else: the answer follows it whole
        place += 1
    return text[place:]


def _stopped(text: str, stops: tuple[str, ...]) -> str | None:
    places = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return text[: min(places)] if places else None


def frame(answer: str, request: EngineRequest, bytes_per_token: float) -> Framed:
    r"""Apply prefill, stop sequences and the longest length, in the order a model meets them.

    Example:
        >>> request = EngineRequest((), "", "", None, "```json\n", ("\n```",), False, 100)
        >>> frame('{"a":1}', request, 4.0)
        Framed(text='{"a":1}', stop_reason='stop_sequence', output_tokens=2)
    """
    text = _after_prefill(answer, request.prefill)
    if request.prefill.count(_FENCE) % 2:
        text += f"\n{_FENCE}"  # a model closes the fence it was made to open
    cut = _stopped(text, request.stop)
    spoken = text if cut is None else cut
    tokens = max(1, count_text(spoken, bytes_per_token))
    if tokens > request.max_tokens:
        spoken = cut_text(spoken, request.max_tokens, bytes_per_token)
        return Framed(spoken, "max_tokens", request.max_tokens)
    return Framed(spoken, "end_turn" if cut is None else "stop_sequence", tokens)
