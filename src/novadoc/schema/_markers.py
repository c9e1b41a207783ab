"""What a schema's author writes beside pydantic's own `Field`: plain values for `Annotated`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from novadoc.types import JsonValue

_F = TypeVar("_F", bound=Callable[..., object])
_CHECK = "__novadoc_check__"
STUMBLES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an author's own code may raise over a value it did not expect, as null."""


@dataclass(frozen=True)
class Category:
    """The group a field is scored in; what stands below it inherits the group.

    Example:
        >>> from typing import Annotated
        >>> from pydantic import create_model
        >>> from novadoc.schema import DocumentSchema
        >>> Slip = create_model("Slip", wages=(Annotated[str, Category("Earnings")], ""))
        >>> DocumentSchema(Slip).field("wages").category
        'Earnings'
    """

    name: str
    """As it shows in reports."""


@dataclass(frozen=True)
class Printed:
    """The label a form prints beside the field, word for word.

    It reaches the model: tell it what the page says, and keep `description` for what is meant.

    Example:
        >>> Printed("Wages, tips, other compensation", box="1").words
        '1 Wages, tips, other compensation'
    """

    text: str
    """The printed label."""
    box: str = ""
    """The box's number or letter, when the form has boxes."""

    @property
    def words(self) -> str:
        """Box and label as one text, as a form prints them."""
        return f"{self.box} {self.text}".strip()


@dataclass(frozen=True, init=False)
class Absent:
    """How an empty box looks on this form, when it is not simply empty.

    The forms are told to the model, and an answer that repeats one is read as null.

    Example:
        >>> Absent("N/A", "0.00").forms
        ('N/A', '0.00')
    """

    forms: tuple[str, ...]
    """What is printed when there is no value."""

    def __init__(self, *forms: str) -> None:
        object.__setattr__(self, "forms", forms)


@dataclass(frozen=True)
class Sensitive:
    """Marks a field (and what stands below it) whose values reports leave out by default."""


@runtime_checkable
class Normaliser(Protocol):
    """Any object that turns what a model writes into what is meant.

    It is asked before novadoc's own rules, for labels and for answers, with one JSON value; it
    must leave alone what is already right.
    """

    def normalise(self, value: JsonValue, /) -> JsonValue:
        """Return the value as it should be read, or `value` itself."""
        ...


@dataclass(frozen=True)
class Normalise:
    """A function as a normaliser.

    Example:
        >>> Normalise(lambda value: value.strip() if isinstance(value, str) else value).normalise(
        ...     " 7 "
        ... )
        '7'
    """

    function: Callable[[JsonValue], JsonValue]
    """Takes and returns one JSON value."""

    def normalise(self, value: JsonValue, /) -> JsonValue:
        """Apply the function."""
        return self.function(value)


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
