"""An answer while it is being written: what is complete so far, then the reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from novadoc._answer import complete_part, json_lead
from novadoc.errors import MalformedAnswerError, NovadocError
from novadoc.extraction._answering import Answering, Read
from novadoc.extraction._ask import Ledger
from novadoc.extraction._retry import TRANSIENT
from novadoc.extraction._windows import Window
from novadoc.prompts import Reply, StreamingBackend, TextDelta
from novadoc.types import JsonObject

T = TypeVar("T")

_BROKEN: tuple[type[NovadocError], ...] = (*TRANSIENT, MalformedAnswerError)
_ENDS_A_VALUE = frozenset('",]}')


class AnswerStream(Generic[T]):
    """One streamed question about a window.

    Args:
        answering: Prompt and way to the model.
        window: The pages.
        ledger: Where calls are written down.
    """

    def __init__(self, answering: Answering[T], window: Window, ledger: Ledger) -> None:
        self._answering = answering
        self._window = window
        self._ledger = ledger
        self._conversation = window.question(answering.prompt)
        self._reply: Reply | None = None

    def parts(self, model: StreamingBackend) -> Iterator[JsonObject]:
        """Yield what is complete whenever that has become more.

        Raises:
            ServiceError: The service refused; what may pass ends the stream instead.
        """
        growing = _Growing(json_lead(self._conversation.prefill))
        pieces = self._answering.asker.stream(self._conversation, self._ledger, model)
        try:
            for piece in pieces:
                if isinstance(piece, TextDelta):
                    yield from growing.more(piece.text)
                else:
                    self._reply = piece
        except _BROKEN:
            self._reply = None

    def settled(self) -> Read[T]:
        """Return the reading, asking again, without a stream, where it broke or is not usable.

        Raises:
            AnswerError: No answer could be read.
            ServiceError: The service refused, or failed until the policy was used up.
        """
        return self._answering.settle(self._window, self._conversation, self._ledger, self._replied)

    def _replied(self) -> Reply:
        if self._reply is not None:
            return self._reply
        return self._answering.asker.ask(self._conversation, self._ledger, "retry")


class _Growing:
    """The text so far and what was complete in it."""

    def __init__(self, lead: str) -> None:
        self._text = lead
        self._known: JsonObject = {}

    def more(self, piece: str) -> Iterator[JsonObject]:
        self._text += piece
        if _ENDS_A_VALUE.isdisjoint(piece):
            return
        start = self._text.find("{")
        found = complete_part(self._text[start:]) if start >= 0 else {}
        if found and found != self._known:
            self._known = found
            yield found
