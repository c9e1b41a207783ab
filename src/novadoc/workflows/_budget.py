"""Documents asked one after the other, as long as the money lasts."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias, TypeVar, Union

from novadoc.documents import Document
from novadoc.errors import ConfigurationError
from novadoc.extraction import Extraction, ExtractionFailure, Extractor
from novadoc.models import PriceBook

T = TypeVar("T")

Unlabelled: TypeAlias = Union[Document, str, "os.PathLike[str]"]
"""A document, or the path of one."""
Outcome: TypeAlias = Union[Extraction[T], ExtractionFailure]


class Budget:
    """What may be spent, and what was.

    Args:
        limit: US dollars; no limit when `None`.
        base_model: Whose prices count.
        prices: Where they are from.

    Raises:
        ConfigurationError: There is a limit, and no price is known, or it is no amount above 0.
    """

    def __init__(self, limit: Decimal | None, base_model: str | None, prices: PriceBook) -> None:
        require_limit(limit, base_model, prices)
        self.spent: Decimal | None = Decimal(0)
        """US dollars so far; `None` once something without a price was asked."""
        self._limit = limit
        self._prices = prices
        self._highest = Decimal(0)

    def spend(
        self,
        extractor: Extractor[T],
        documents: Iterator[Unlabelled],
        *,
        journal: str | os.PathLike[str] | None = None,
    ) -> Iterator[tuple[Unlabelled, Outcome[T]]]:
        """Yield documents with their outcomes, in order, until they or the money are used up.

        No more documents are taken from the iterator than are asked.

        Raises:
            PromptMismatchError: The model was trained with another prompt.
            JournalError: The journal is of another run, damaged, in use, or cannot be written.
        """
        waiting: deque[Unlabelled] = deque()
        round_is_empty = False
        # What is in flight is held against the limit at the highest cost so far. When it comes back
        # cheaper there is room for another round; rooms shrink fast, so rounds are few.
        while not round_is_empty and self._affords(1):
            round_is_empty = True
            admitted = self._admitted(documents, waiting)
            for outcome in extractor.extract_many(admitted, journal=journal):
                round_is_empty = False
                self._note(outcome.cost(self._prices))
                yield waiting.popleft(), outcome

    def _admitted(
        self, documents: Iterator[Unlabelled], waiting: deque[Unlabelled]
    ) -> Iterator[Unlabelled]:
        while self._affords(len(waiting) + 1):
            document = next(documents, None)
            if document is None:
                return
            waiting.append(document)
            yield document

    def _affords(self, count: int) -> bool:
        if self._limit is None:
            return True
        # Nothing is known of the first document's cost, so it goes alone.
        after = (self.spent or Decimal(0)) + count * self._highest
        return after <= self._limit if self._highest else count == 1

    def _note(self, cost: Decimal | None) -> None:
        self.spent = None if self.spent is None or cost is None else self.spent + cost
        self._highest = max(self._highest, cost or Decimal(0))


def require_limit(limit: Decimal | None, base_model: str | None, prices: PriceBook) -> None:
    """Refuse a limit that cannot be kept.

    Raises:
        ConfigurationError: No price is known, or it is no amount above 0.
    """
    if limit is None:
        return
    if base_model not in prices.prices:
        raise ConfigurationError(
            "A budget needs to know what the model costs.",
            remedy="Give the model's `base_model` and `prices` that have it, or no `max_cost`.",
        )
    # Nothing is known of what the first document costs, so that one is always asked.
    if not (Decimal(limit).is_finite() and limit > 0):
        raise ConfigurationError(
            f"`max_cost` is {limit}, no amount above 0.", remedy="Leave it out for no limit."
        )
