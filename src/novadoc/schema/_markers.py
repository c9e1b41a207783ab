"""What a schema's author writes beside pydantic's own `Field`: plain values for `Annotated`."""

from __future__ import annotations

from dataclasses import dataclass


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
