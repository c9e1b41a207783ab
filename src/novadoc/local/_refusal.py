"""How an operation says no: a modelled error, raised where it is found, serialised in one place."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818  (it is an answer of the service, not a fault of ours)
    """An error the service answers with.

    Args:
        code: As in the service's model, e.g. `ValidationException`.
        message: What the service says.
        status: HTTP status; `None` takes the one the service's model gives the code.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    @classmethod
    def invalid(cls, message: str) -> Refusal:
        """Make a ValidationException."""
        return cls("ValidationException", message)

    @classmethod
    def conflict(cls, message: str) -> Refusal:
        """Make a ConflictException."""
        return cls("ConflictException", message)

    @classmethod
    def not_found(cls, message: str) -> Refusal:
        """Make a ResourceNotFoundException."""
        return cls("ResourceNotFoundException", message)
