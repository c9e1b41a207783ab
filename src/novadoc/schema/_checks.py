"""Rules over several fields, as methods of a pydantic class; they advise and never refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_F = TypeVar("_F", bound=Callable[..., object])
_CHECK = "__novadoc_check__"
STUMBLES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an author's own code may raise over a value it did not expect, as null."""


def check(message: str) -> Callable[[_F], _F]:
    """Make a method of a pydantic class an advisory check over its fields.

    The method takes `self` and returns whether the rule holds, or `None` where it cannot be said.
    A rule that does not hold becomes a finding of the reading; it never refuses a value.

    Args:
        message: The rule in words, as `"The lines add up to the total."`; without values.

    Example:
        >>> from pydantic import BaseModel
        >>> from novadoc.schema import DocumentSchema
        >>> class Span(BaseModel):
        ...     first: int | None = None
        ...     last: int | None = None
        ...
        ...     @check("The first is not after the last.")
        ...     def ordered(self) -> bool | None:
        ...         if self.first is None or self.last is None:
        ...             return None
        ...         return self.first <= self.last
        >>> [f.message for f in DocumentSchema(Span).read({"first": 2, "last": 1}).findings]
        ['The first is not after the last.']
    """

    def mark(method: _F) -> _F:
        setattr(method, _CHECK, message)
        return method

    return mark


def check_message(member: object) -> str | None:
    """The rule a class member carries as a check, if it is one."""
    message = getattr(member, _CHECK, None)
    return message if callable(member) and isinstance(message, str) else None
