"""What goes wrong, by field and by kind of mistake, so that one knows what to fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from novadoc.metrics._normalise import exact_text
from novadoc.metrics._tables_text import markdown

if TYPE_CHECKING:
    from novadoc.metrics._causes import Cause
    from novadoc.metrics._errors import FieldError
    from novadoc.types import JsonObject

# Confusions are mostly unique; memory stays flat by forgetting those seen once.
_MOST_CONFUSIONS = 2_000
_LONGEST = 60


@dataclass(slots=True)
class FieldAnatomy:
    """The mistakes of one field."""

    errors: int = 0
    causes: Counter[Cause] = field(default_factory=Counter["Cause"])
    """Kind of mistake -> how often."""
    confusions: Counter[tuple[str, str]] = field(
        default_factory=Counter[tuple[str, str]], repr=False
    )
    """(expected, actual), cut to 60 characters -> how often; rare ones may be forgotten."""

    def add(self, error: FieldError) -> None:
        """Count an error."""
        self.errors += 1
        self.causes[error.cause] += 1
        if error.kind == "wrong":
            shown = exact_text(error.expected)[:_LONGEST], exact_text(error.actual)[:_LONGEST]
            self.confusions[shown] += 1
            if len(self.confusions) > _MOST_CONFUSIONS:
                self.confusions = Counter({k: n for k, n in self.confusions.items() if n > 1})


class Anatomy:
    """Collects errors by field and by kind of mistake.

    Pass `add` as `on_error` to see every error, or read a report's first ones by `of`.

    Example:
        >>> from novadoc.metrics import evaluate
        >>> anatomy = Anatomy()
        >>> report = evaluate([({"zip": "01234"}, {"zip": "O1234"})], on_error=anatomy.add)
        >>> anatomy.fields["zip"].causes
        Counter({'look-alike characters': 1})
    """

    def __init__(self) -> None:
        self._fields: dict[str, FieldAnatomy] = {}

    @classmethod
    def of(cls, errors: Iterable[FieldError]) -> Anatomy:
        """Collect errors, as a report's `errors`."""
        anatomy = cls()
        for error in errors:
            anatomy.add(error)
        return anatomy

    def add(self, error: FieldError) -> None:
        """Count an error."""
        self._fields.setdefault(error.path, FieldAnatomy()).add(error)

    @property
    def fields(self) -> Mapping[str, FieldAnatomy]:
        """Mistakes by path, most errors first."""
        return dict(sorted(self._fields.items(), key=lambda pair: -pair[1].errors))

    @property
    def causes(self) -> Counter[Cause]:
        """Mistakes of all fields by kind."""
        total: Counter[Cause] = Counter()
        for one in self._fields.values():
            total.update(one.causes)
        return total

    def to_markdown(self, *, top: int = 3) -> str:
        """Return a table of fields with their `top` kinds of mistake; no values are shown."""
        rows = (
            (path, _listed(one.causes.most_common(top)), str(one.errors))
            for path, one in self.fields.items()
        )
        return markdown(("Field", "What goes wrong", "Errors"), rows, left=2)

    def to_dict(self, *, top: int = 5) -> JsonObject:
        """Return kinds and the `top` confusions of each field; confusions hold values."""
        found: JsonObject = {}
        for path, one in self.fields.items():
            found[path] = {
                "errors": one.errors,
                "causes": {str(cause): count for cause, count in one.causes.most_common()},
                "confusions": [
                    {"expected": a, "actual": b, "count": count}
                    for (a, b), count in one.confusions.most_common(top)
                ],
            }
        return found


def _listed(causes: Iterable[tuple[Cause, int]]) -> str:
    return ", ".join(f"{cause} {count}" for cause, count in causes)
