"""Every exception novadoc raises.

    NovadocError
    ├── MissingExtraError (ImportError)      an optional dependency is not installed
    ├── ConfigurationError                   region, credentials or settings missing or at odds
    ├── SchemaError (TypeError)              a class or JSON Schema cannot be asked of a model
    ├── LabelError (ValueError)              a label does not fit its schema
    ├── PromptError (ValueError)             a prompt cannot be built or rendered
    │   └── PromptMismatchError              the model was trained with another prompt
    ├── DocumentError                        a file or page cannot be used
    │   ├── UnreadableDocumentError          damaged, truncated, or not what its name says
    │   ├── UnsupportedDocumentError         a format this installation does not read
    │   ├── EncryptedDocumentError           a password is missing or wrong
    │   └── DocumentLimitError               too large, too many pages or pixels
    ├── DatasetError                         a data set cannot be read, split, written or used
    │   └── DatasetProblemsError             the checks found problems (all of them, as `.problems`)
    ├── OutputError (OSError)                a file cannot be written: no right, no room, no place
    ├── ServiceError                         AWS answered with an error, or did not answer
    │   ├── AccessDeniedError                a permission is missing
    │   ├── NotFoundError (LookupError)      the named resource does not exist
    │   ├── ConflictError                    the name is taken or the resource is in use
    │   ├── InvalidRequestError (ValueError) the service refused the request's content
    │   ├── QuotaExceededError               a quota is used up; waiting minutes does not help
    │   ├── ThrottledError                   too many requests or tokens a minute
    │   ├── ModelNotReadyError               the model or deployment is still being prepared
    │   ├── ModelTimeoutError (TimeoutError) the model took too long
    │   ├── ModelFaultError                  the model failed on this request
    │   ├── ServiceUnavailableError          the service failed (5xx)
    │   ├── IncompleteResponseError          a success without content, a stream without end
    │   └── ConnectionFailedError            no answer: refused, reset, timed out
    ├── JobFailedError                       a customization or batch job ended in failure
    ├── JobStoppedError                      a job was stopped
    ├── DeploymentFailedError                a deployment ended in failure
    ├── WaitTimeoutError (TimeoutError)      a wait ended early; nothing was stopped
    ├── AnswerError                          the model's answer is not a result
    │   ├── TruncatedAnswerError             cut off; the complete part is attached
    │   ├── MalformedAnswerError             no JSON object can be read from it
    │   ├── InvalidAnswerError               read, but values do not fit the schema
    │   ├── EmptyAnswerError                 no text and no tool input
    │   ├── RefusedAnswerError               prose instead of an answer
    │   ├── ContentFilteredError             blocked by a guardrail or the service's filter
    │   └── ContextExceededError             the request did not fit the model's context
    ├── JournalError                         a run's journal cannot be used
    ├── MetricsError (ValueError)            values or reports cannot be scored or compared
    └── LocalAWSError                        the local AWS could not start or was misused

An exception's text names the situation and the next step. It never holds content of a document
or of an answer: that is on attributes, for callers who ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

_E = TypeVar("_E", bound="NovadocError")


def _rebuild(cls: type[_E], args: tuple[object, ...], state: dict[str, object]) -> _E:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class NovadocError(Exception):
    """The root of all novadoc exceptions.

    Args:
        message: The situation, in one sentence.
        remedy: What to do next, in one sentence; appended to the message.
    """

    remedy: str
    """What to do next; empty when nothing sensible can be said."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.remedy = remedy

    def __reduce__(
        self,
    ) -> tuple[Callable[..., NovadocError], tuple[object, ...]]:
        # Keyword-only arguments do not survive the default pickling of exceptions, and errors
        # cross process boundaries (worker pools, journals of other systems).
        return (_rebuild, (type(self), self.args, dict(self.__dict__)))


class MissingExtraError(NovadocError, ImportError):
    """An optional dependency is not installed."""

    extra: str
    """The extra that brings it, as in `pip install "novadoc[pdf]"`."""

    def __init__(self, extra: str, *, feature: str, module: str) -> None:
        super().__init__(
            f"{feature} needs the package `{module}`, which is not installed.",
            remedy=f'Install it with `pip install "novadoc[{extra}]"`.',
        )
        self.extra = extra
        self.module = module


class ConfigurationError(NovadocError):
    """Region, credentials or settings are missing or contradict each other."""


class _PathError(NovadocError):
    """An error at a place inside a structure."""

    path: str
    """Where, as `lines[2].amount`; empty for the whole."""

    def __init__(self, message: str, *, path: str = "", remedy: str = "") -> None:
        super().__init__(f"`{path}`: {message}" if path else message, remedy=remedy)
        self.path = path


class SchemaError(_PathError, TypeError):
    """A class or JSON Schema holds something that cannot be asked of a model."""


class LabelError(_PathError, ValueError):
    """A label does not fit its schema.

    `violations` lists every offending path with its rule, never a value.
    """

    violations: tuple[tuple[str, str], ...]
    """(path, rule) pairs."""

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        violations: Sequence[tuple[str, str]] = (),
        remedy: str = "",
    ) -> None:
        super().__init__(message, path=path, remedy=remedy)
        self.violations = tuple(violations)


class PromptError(NovadocError, ValueError):
    """A prompt cannot be built or rendered."""


class PromptMismatchError(PromptError):
    """The model was trained with another prompt than the one it would be asked."""

    expected: str
    """Fingerprint the model was trained with."""
    actual: str
    """Fingerprint of the prompt in hand."""

    def __init__(self, message: str, *, expected: str, actual: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.expected = expected
        self.actual = actual


class DocumentError(NovadocError):
    """A file or one of its pages cannot be used."""

    document: str
    """The document's name: the file's name, or what the caller gave for bytes."""
    page: int | None
    """The page, from 1; `None` when the whole file is meant."""

    def __init__(
        self, message: str, *, document: str, page: int | None = None, remedy: str = ""
    ) -> None:
        place = f"`{document}`" if page is None else f"`{document}`, page {page}"
        super().__init__(f"{place}: {message}", remedy=remedy)
        self.document = document
        self.page = page


class UnreadableDocumentError(DocumentError):
    """The file is damaged, truncated, or not what its name says."""


class UnsupportedDocumentError(DocumentError):
    """The file's format is one this installation does not read."""


class EncryptedDocumentError(DocumentError):
    """The file needs a password, or another one."""


class DocumentLimitError(DocumentError):
    """The file or page is too large: bytes, pixels, or number of pages."""


class DatasetError(NovadocError):
    """A data set cannot be read, split, written or used."""


class DatasetProblemsError(DatasetError):
    """The checks found problems; all are in `problems`."""

    problems: tuple[object, ...]
    """Every `novadoc.datasets.Problem` found."""

    def __init__(self, message: str, *, problems: Sequence[object], remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.problems = tuple(problems)


class OutputError(NovadocError, OSError):
    """A file or folder cannot be written: the right, the room or the place is missing."""


class ServiceError(NovadocError):
    """AWS answered with an error, or did not answer.

    Args:
        message: The service's own text, or ours when there was no answer.
        operation: The API operation, as `CreateModelCustomizationJob`.
        code: The service's error code, as `ThrottlingException`; empty when there was no answer.
        request_id: For AWS support; `None` when there was no answer.
        status: The HTTP status; `None` when there was no answer.
        arn: What had already been created when the error came, if anything.
        remedy: What to do next.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str,
        code: str = "",
        request_id: str | None = None,
        status: int | None = None,
        arn: str | None = None,
        remedy: str = "",
    ) -> None:
        what = f"{operation} failed ({code}): {message}" if code else f"{operation}: {message}"
        super().__init__(what, remedy=remedy)
        self.operation = operation
        self.code = code
        self.request_id = request_id
        self.status = status
        self.arn = arn
        self.usage: object | None = None
        """Tokens of the calls that had been answered (`novadoc.prompts.Usage`), of an extractor."""


class AccessDeniedError(ServiceError):
    """A permission is missing."""


class NotFoundError(ServiceError, LookupError):
    """The named resource does not exist."""


class ConflictError(ServiceError):
    """The name is taken, or the resource is in use."""


class InvalidRequestError(ServiceError, ValueError):
    """The service refused the request's content."""


class QuotaExceededError(ServiceError):
    """A quota is used up; retrying within minutes does not help."""


class ThrottledError(ServiceError):
    """Too many requests or tokens a minute."""


class ModelNotReadyError(ServiceError):
    """The model or deployment is still being prepared."""


class ModelTimeoutError(ServiceError, TimeoutError):
    """The model took too long."""


class ModelFaultError(ServiceError):
    """The model failed on this request (HTTP 424)."""


class ServiceUnavailableError(ServiceError):
    """The service failed (HTTP 5xx)."""


class IncompleteResponseError(ServiceError):
    """A success without its content, or a stream that ended before `messageStop`."""


class ConnectionFailedError(ServiceError):
    """No answer came: refused, reset or timed out."""


class _ResourceError(NovadocError):
    arn: str
    """The resource's ARN."""

    def __init__(self, message: str, *, arn: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.arn = arn


class JobFailedError(_ResourceError):
    """A customization or batch job ended in failure; the text holds the service's reason."""


class JobStoppedError(_ResourceError):
    """A job was stopped before it ended."""


class DeploymentFailedError(_ResourceError):
    """A deployment ended in failure; the text holds the service's reason."""


class WaitTimeoutError(_ResourceError, TimeoutError):
    """A wait ended before what it waited for; nothing was stopped."""


class AnswerError(NovadocError):
    """The model's answer is not a result.

    Args:
        message: The situation, without content of the answer.
        stop_reason: Converse's `stopReason`, or empty.
        usage: Tokens used so far (`novadoc.prompts.Usage`), all attempts together.
        text: The raw answer, for callers who ask for it; never part of `str()`.
        partial: What could be read and was complete, as a JSON object; never part of `str()`.
        violations: (path, rule) pairs, without values.
        remedy: What to do next.
    """

    def __init__(
        self,
        message: str,
        *,
        stop_reason: str = "",
        usage: object | None = None,
        text: str = "",
        partial: object | None = None,
        violations: Sequence[tuple[str, str]] = (),
        remedy: str = "",
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.stop_reason = stop_reason
        self.usage = usage
        self.text = text
        self.partial = partial
        self.violations = tuple(violations)


class TruncatedAnswerError(AnswerError):
    """The answer was cut off; `partial` holds the part that was complete."""


class MalformedAnswerError(AnswerError):
    """No JSON object can be read from the answer."""


class InvalidAnswerError(AnswerError):
    """The answer was read, but some values do not fit the schema: see `violations`."""


class EmptyAnswerError(AnswerError):
    """The answer holds no text and no tool input."""


class RefusedAnswerError(AnswerError):
    """The model wrote prose instead of an answer."""


class ContentFilteredError(AnswerError):
    """A guardrail or the service's own filter blocked the answer."""


class ContextExceededError(AnswerError):
    """The request did not fit the model's context window."""


class JournalError(NovadocError):
    """A run's journal cannot be used: damaged, or of another prompt or model."""


class MetricsError(_PathError, ValueError):
    """Values or reports cannot be scored or compared."""


class LocalAWSError(NovadocError):
    """The local AWS could not start or was misused."""
