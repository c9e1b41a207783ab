"""What a comparator is, and those that decide by equality of a canonical form."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, cast, runtime_checkable

from novadoc.errors import MetricsError
from novadoc.metrics._normalise import exact_text, fold, number, truth
from novadoc.types import JsonScalar


@runtime_checkable
class Comparator(Protocol):
    """Judges one predicted leaf against the true one.

    Any object with this method fits. A leaf is right when the similarity reaches the object's
    `threshold` attribute, or 1.0 when it has none. Comparators are asked only when both sides
    hold a value, and should be total: an odd value is unlike, not an exception.
    """

    def similarity(self, expected: JsonScalar, actual: JsonScalar, /) -> float:
        """Return 0.0 (unlike) to 1.0 (the same)."""
        ...


@runtime_checkable
class Keyed(Protocol):
    """A comparator that says by which form of a value it judges, so that records match fast.

    Equal keys are always right. Where `decides` is true, unequal keys are always wrong.
    """

    @property
    def decides(self) -> bool:
        """Whether unequal keys are always wrong."""
        ...

    def key(self, value: JsonScalar, /) -> Hashable:
        """Return the canonical form of a leaf."""
        ...


def keyed(comparator: Comparator) -> Keyed | None:
    """Return the comparator as one with keys, if it is."""
    # An instance check against a Protocol costs microseconds; this is asked for every column.
    if hasattr(comparator, "key") and hasattr(comparator, "decides"):
        return cast("Keyed", comparator)
    return None


def checked(similarity: float, comparator: object, path: str) -> float:
    """Return a similarity that is one.

    Raises:
        MetricsError: It is not a number from 0 to 1.
    """
    if not 0 <= similarity <= 1:
        raise MetricsError(
            f"the comparator `{type(comparator).__name__}` returned {similarity!r}.",
            path=path,
            remedy="A similarity is a number from 0 to 1.",
        )
    return similarity


def threshold_of(comparator: object) -> float:
    """Return the similarity from which the comparator calls a leaf right."""
    return float(getattr(comparator, "threshold", 1.0))


@dataclass(frozen=True, slots=True)
class Exact:
    """The same text: Unicode composed, outer blanks dropped, leading zeros and case kept.

    Example:
        >>> Exact().similarity("00123", " 00123 "), Exact().similarity("00123", 123)
        (1.0, 0.0)
    """

    @property
    def decides(self) -> bool:
        """Unequal keys are wrong."""
        return True

    def key(self, value: object, /) -> Hashable:
        """Return the text compared."""
        return exact_text(value)

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 1.0 for the same text, else 0.0."""
        return float(self.key(expected) == self.key(actual))


@dataclass(frozen=True, slots=True)
class Identifier:
    """Codes and numbers of things: blanks, marks and case are ignored, zeros are not.

    Example:
        >>> Identifier().similarity("12-3456789", "12 3456789")
        1.0
        >>> Identifier().similarity("0123", "123")
        0.0
    """

    @property
    def decides(self) -> bool:
        """Unequal keys are wrong."""
        return True

    def key(self, value: object, /) -> Hashable:
        """Return letters and digits only; the folded text when there are none."""
        text = fold(value)
        return "".join(filter(str.isalnum, text)) or text

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 1.0 for the same letters and digits, else 0.0."""
        return float(self.key(expected) == self.key(actual))


@dataclass(frozen=True, slots=True)
class Bool:
    """Truth values and the ways people mark a box: yes/no, true/false, x, ☑/☐, 1/0.

    Example:
        >>> Bool().similarity(True, "X"), Bool().similarity(False, "yes")
        (1.0, 0.0)
    """

    @property
    def decides(self) -> bool:
        """Unequal keys are wrong."""
        return True

    def key(self, value: object, /) -> Hashable:
        """Return the truth value; the folded text when it is none."""
        known = truth(value)
        return fold(value) if known is None else known

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 1.0 for the same truth value, else 0.0."""
        return float(self.key(expected) == self.key(actual))


@dataclass(frozen=True, slots=True, init=False)
class OneOf:
    """A choice from a closed list, by any of its spellings.

    Args:
        choices: The values as the schema names them.
        spellings: Other spellings and the choice each stands for.

    Example:
        >>> currency = OneOf("USD", "EUR", spellings={"US dollar": "USD", "€": "EUR"})
        >>> currency.similarity("EUR", "€"), currency.similarity("USD", "EUR")
        (1.0, 0.0)
    """

    choices: tuple[JsonScalar, ...]
    """The values, in the order given."""
    _forms: tuple[tuple[str, str], ...] = field(repr=False)
    _canonical: Mapping[str, str] = field(repr=False, compare=False)

    def __init__(self, *choices: JsonScalar, spellings: Mapping[str, str] | None = None) -> None:
        forms = {fold(choice): exact_text(choice) for choice in choices}
        forms |= {fold(form): exact_text(choice) for form, choice in (spellings or {}).items()}
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "_forms", tuple(sorted(forms.items())))
        object.__setattr__(self, "_canonical", forms)

    @property
    def decides(self) -> bool:
        """Unequal keys are wrong."""
        return True

    def key(self, value: object, /) -> Hashable:
        """Return the choice a value stands for; the folded text when it is none of them."""
        text = fold(value)
        found = self._canonical.get(text)
        # A pair, so that an unknown text never equals a choice.
        return ("choice", found) if found is not None else text

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return 1.0 for the same choice, else 0.0."""
        return float(self.key(expected) == self.key(actual))


@dataclass(frozen=True, slots=True)
class ByType:
    """What is used where neither a marker nor a schema says more: the true value's type decides.

    Numbers compare as numbers, truth values as truth values, text exactly. Nothing is fuzzy by
    inference, so identifiers, dates and codes are safe.

    Example:
        >>> ByType().similarity(1234, "$1,234.00"), ByType().similarity("0012", "12")
        (1.0, 0.0)
    """

    def similarity(self, expected: object, actual: object, /) -> float:
        """Return the similarity by the comparator of `expected`'s type."""
        if isinstance(expected, bool):
            same = Bool().key(expected) == Bool().key(actual)
        elif isinstance(expected, (int, float, Decimal)):
            a, b = number(expected), number(actual)
            same = (
                a == b
                if a is not None and b is not None
                else exact_text(expected) == exact_text(actual)
            )
        else:
            same = Exact().key(expected) == Exact().key(actual)
        return float(same)
