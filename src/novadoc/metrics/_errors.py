"""One leaf that is not right, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from novadoc.metrics._counts import EXTRA, MISSING, WRONG

if TYPE_CHECKING:
    from novadoc.metrics._causes import Cause
    from novadoc.types import JsonObject, JsonValue

Kind = Literal["wrong", "missing", "extra"]
KINDS: dict[int, Kind] = {WRONG: "wrong", MISSING: "missing", EXTRA: "extra"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """A leaf that is not right. Its `repr` hides the values, which may be private."""

    document: str
    """The document's id."""
    kind: Kind
    """What went wrong: `wrong`, `missing` or `extra`."""
    path: str
    """The field's path; `[]` stands for any row."""
    expected: JsonValue = field(repr=False)
    """The true value; `None` where it is extra."""
    actual: JsonValue = field(repr=False)
    """The predicted value; `None` where it is missing."""
    cause: Cause
    """What kind of mistake it is, as far as the two values and the document tell."""

    def to_dict(self) -> JsonObject:
        """Return the error as JSON, values included."""
        return {
            "document": self.document,
            "kind": self.kind,
            "path": self.path,
            "expected": self.expected,
            "actual": self.actual,
            "cause": self.cause,
        }
