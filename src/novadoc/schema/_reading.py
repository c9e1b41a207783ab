"""What came of reading an answer or a label, besides the value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

from novadoc.types import JsonObject

T = TypeVar("T")

FindingKind = Literal[
    "normalised",
    "ambiguous",
    "absent",
    "unknown_key",
    "missing_key",
    "renamed_key",
    "reshaped",
    "check",
]
Violation = tuple[str, str]
"""(path, rule), without values."""
UNKNOWN_KEY = "the schema has no such key"
"""The rule a label breaks with a key that its schema does not have."""


@dataclass(frozen=True)
class Finding:
    """Something a reader should know about a value that was read.

    Example:
        >>> from pydantic import BaseModel
        >>> from novadoc.schema import DocumentSchema
        >>> class Bill(BaseModel):
        ...     total: float | None = None
        >>> print(DocumentSchema(Bill).read({"total": "$1,234.50"}).findings[0])
        total: normalised: an amount written as text
    """

    path: str
    """Where, as `lines[2].amount`."""
    kind: FindingKind
    """What was done: read in another form, guessed between two readings, left out, ..."""
    message: str
    """In words, without the value."""

    def __str__(self) -> str:
        return f"{self.path or '(document)'}: {self.kind}: {self.message}"


@dataclass(frozen=True)
class Reading(Generic[T]):
    """An answer, read leniently and checked exactly."""

    value: T | None = field(repr=False)
    """The object; `None` when the violations leave none, even with nulls in their places."""
    canonical: JsonObject = field(repr=False)
    """What could be read, normalised; null where it could not."""
    violations: tuple[Violation, ...] = ()
    """(path, rule) of every value that does not fit, without the values."""
    findings: tuple[Finding, ...] = ()
    """What was normalised, ambiguous, missing or odd."""

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.violations


class Fault(NamedTuple):
    """A value that validation refuses."""

    place: tuple[str | int, ...]
    """Keys and indices that lead to it in the data."""
    rule: str
    """What it breaks, without the value."""


class Notebook:
    """Where violations and findings are written down while reading."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.findings: list[Finding] = []

    def violate(self, path: str, rule: str) -> None:
        """Note a value that does not fit."""
        if (path, rule) not in self.violations:
            self.violations.append((path, rule))

    def find(self, path: str, kind: FindingKind, message: str) -> None:
        """Note something worth knowing."""
        self.findings.append(Finding(path, kind, message))
