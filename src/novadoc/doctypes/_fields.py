"""Kinds of fields that ready-made schemas share, each with the comparator that suits it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from novadoc.metrics import Address, Bool, Date, Identifier, Money, Number, Text

__all__ = [
    "Amount",
    "Code",
    "Day",
    "Name",
    "Place",
    "Quantity",
    "Tick",
    "Words",
    "adds_up",
    "share",
]

Amount = Annotated[Decimal | None, Money()]
"""An amount of money; null where none is printed."""

Quantity = Annotated[Decimal | None, Number()]
"""A number of things."""

Code = Annotated[str | None, Identifier()]
"""A number or code of a thing: blanks, dashes and case do not matter, zeros do."""

Name = Annotated[str | None, Text(threshold=0.9)]
"""The name of a person, a company or a place."""

Words = Annotated[str | None, Text(threshold=0.8)]
"""A description in words."""

Place = Annotated[str | None, Address()]
"""A postal address, its printed lines joined by `", "`."""

Day = Annotated[date | None, Date()]
"""A day."""

Tick = Annotated[bool | None, Bool()]
"""A box that is ticked or not."""


def adds_up(
    parts: Iterable[Decimal | None], total: Decimal | None, *, slack: str = "0.02"
) -> bool | None:
    """Return whether the parts that are there give the total; None when there is too little."""
    known = [part for part in parts if part is not None]
    if total is None or not known:
        return None
    return abs(sum(known, Decimal(0)) - total) <= Decimal(slack)


_CENTS, _TEN_THOUSANDTH = Decimal("0.02"), Decimal("0.0001")


def share(part: Decimal | None, whole: Decimal | None, rate: Decimal) -> bool | None:
    """Return whether `part` is `rate` of `whole`, to a cent and a ten thousandth."""
    if part is None or whole is None:
        return None
    return abs(part - whole * rate) <= _CENTS + abs(whole) * _TEN_THOUSANDTH
