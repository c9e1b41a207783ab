"""Comparators of numbers, amounts and dates."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Context, Decimal
from math import inf

from novadoc.errors import MetricsError
from novadoc.metrics._dates import iso_date
from novadoc.metrics._normalise import DecimalMark, exact_text, fold, number
from novadoc.schema._conventions import DateOrder, spelled

# An own context: the caller's may trap inexact results, and 28 digits round long amounts.
_CONTEXT = Context(prec=60, traps=[])

_WIDER = 1.000001
# Of both numbers, and of their difference, to floats.
_ROUNDING = 1e-15
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class Number:
    """Numbers by value, however they are printed: `1234`, `"1,234.00"`, `"(1 234,00)"`.

    A bool is no number. NaN and infinities equal only their own print. What is no number on either
    side is compared as text.

    Args:
        relative: Largest difference that is still right, as a share of the true value.
        absolute: Largest difference that is still right; the larger of both allowances counts.
        decimal_mark: `"."` or `","`; by default read off each value, where `1,234` is a thousand.

    Example:
        >>> Number().similarity(1234, "1.234,00"), Number().similarity(1, True)
        (1.0, 0.0)
        >>> Number(relative=0.001).similarity(1000, 1000.9)
        1.0
    """

    relative: float | Decimal = 0
    absolute: float | Decimal = 0
    decimal_mark: DecimalMark | None = None
    _relative: Decimal = field(init=False, repr=False, compare=False)
    _absolute: Decimal = field(init=False, repr=False, compare=False)
    reach: tuple[float, float] = field(init=False, repr=False, compare=False)
    """Difference of floats, fixed and as a share, surely no smaller than what is still right."""

    def __post_init__(self) -> None:
        for name in ("relative", "absolute"):
            if number(getattr(self, name)) is None or getattr(self, name) < 0:
                raise MetricsError(
                    f"`{name}` must be a number of at least 0.", remedy="Use 0 for exact equality."
                )
        object.__setattr__(self, "_relative", _decimal(self.relative))
        object.__setattr__(self, "_absolute", _decimal(self.absolute))
        least, share = as_float(self.absolute), as_float(self.relative)
        object.__setattr__(self, "reach", (_WIDER * least + _SMALLEST, _WIDER * share + _ROUNDING))

    @property
    def decides(self) -> bool:
        """Unequal numbers are wrong unless a tolerance is set."""
        return not self.relative and not self.absolute

    def key(self, value: object, /) -> Hashable:
        """Return the number; the text where there is none."""
        found = number(value, self.decimal_mark)
        if found is not None:
            return found
        return exact_text(value)

    def is_near(self, expected: float | Decimal, actual: float | Decimal) -> bool:
        """Return whether a number is within the tolerance of the true one, in exact decimals."""
        if expected == actual:
            return True
        middle = as_float(expected)
        least, share = self.reach
        if abs(middle - as_float(actual)) > least + share * abs(middle):
            return False
        a, b = _decimal(expected), _decimal(actual)
        allowance = max(self._absolute, _CONTEXT.multiply(self._relative, a.copy_abs()))
        return _CONTEXT.subtract(a, b).copy_abs() <= allowance

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 1.0 within the tolerance, else 0.0."""
        a, b = number(expected, self.decimal_mark), number(actual, self.decimal_mark)
        if a is None or b is None:
            return float(a is b and exact_text(expected) == exact_text(actual))
        return float(a == b if self.decides else self.is_near(a, b))


def as_float(value: float | Decimal) -> float:
    """Return the nearest float; infinite where the number is beyond them."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def _decimal(value: float | Decimal) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


@dataclass(frozen=True, slots=True)
class Money(Number):
    """Amounts of money: as `Number`, with currency signs and accounting brackets.

    Example:
        >>> Money().similarity(-1234.5, "($1,234.50)")
        1.0
        >>> Money(absolute=0.01).similarity("10.00", "10.01")
        1.0
    """


@dataclass(frozen=True, slots=True)
class Date:
    """Dates by the day they name: `2024-01-05`, `01/05/2024`, `5 Jan 2024`.

    The same printed text always matches, whether or not it can be read as a date.

    Args:
        order: How to read digits that leave a choice, as 01/05/2024: `"MDY"`, `"DMY"` or `"YMD"`.

    Example:
        >>> Date().similarity("2024-01-05", "Jan 5, 2024")
        1.0
        >>> Date(order="DMY").similarity("2024-01-05", "05.01.2024")
        1.0
    """

    order: DateOrder = "MDY"

    def __post_init__(self) -> None:
        order = spelled(self.order)
        if order is None:
            raise MetricsError(
                f"{self.order!r} is no order of dates.", remedy='Use "DMY", "MDY" or "YMD".'
            )
        object.__setattr__(self, "order", order)

    @property
    def decides(self) -> bool:
        """Unequal days are wrong."""
        return True

    def key(self, value: object, /) -> Hashable:
        """Return the ISO date; the folded text where there is none."""
        return iso_date(value, self.order) or fold(value)

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 1.0 for the same day, else 0.0."""
        return float(self.key(expected) == self.key(actual))
