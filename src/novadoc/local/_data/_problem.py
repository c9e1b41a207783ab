"""What is wrong with a job's data."""

from __future__ import annotations

__all__ = ["DataProblem"]


class DataProblem(Exception):  # noqa: N818  (it becomes a job's failureMessage)
    """A rule of the service that the data breaks; the text names the place, never content."""

    def __init__(self, rule: str, *, line: int | None = None) -> None:
        super().__init__(rule if line is None else f"Line {line}: {rule}")
