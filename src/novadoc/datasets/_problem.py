"""What is wrong with a data set, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Literal, TypeAlias

Severity = Literal["error", "warning"]
Report: TypeAlias = Callable[[str, str, str], None]
"""Takes a rule, a JSON path and a message."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong at one place. Its text never holds content of a document.

    Example:
        >>> print(Problem("roles", "error", "The first turn is not the user's.", line=3))
        line 3: error [roles] The first turn is not the user's.
    """

    rule: str
    """The rule's id, as `reserved-word`; see `novadoc.datasets.RULES`."""
    severity: Severity
    """`error`: the service refuses the data or training suffers for certain; else `warning`."""
    message: str
    """What is wrong, in a sentence."""
    _: KW_ONLY
    remedy: str = ""
    """What to do next."""
    file: str = ""
    """File name in the data set's folder; empty when the whole set is meant."""
    line: int | None = None
    """Line in the file, from 1; `None` when the whole file is meant."""
    path: str = ""
    """JSON path in the record, as `$.messages[0].content[1].text`; `$answer` begins a label's."""

    fixed: bool = False
    """Whether `check(..., fix=True)` repaired it: the file no longer has it."""

    def __str__(self) -> str:
        place = self.file or "data set" if self.line is None else f"{self.file} line {self.line}"
        where = f"{place.strip()}, {self.path}" if self.path else place.strip()
        state = "fixed" if self.fixed else self.severity
        return f"{where}: {state} [{self.rule}] {self.message} {self.remedy}".strip()
