"""Whatever boto3 raises, as novadoc's errors: the only place that knows botocore's exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, NoReturn, cast

import botocore.eventstream
import botocore.exceptions as boto
import botocore.parsers
import urllib3.exceptions

from novadoc.errors import (
    AccessDeniedError,
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    IncompleteResponseError,
    InvalidRequestError,
    MalformedAnswerError,
    ModelFaultError,
    ModelNotReadyError,
    ModelTimeoutError,
    NotFoundError,
    NovadocError,
    QuotaExceededError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
)

RUNTIME_OPERATIONS = frozenset(
    {"Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream", "CountTokens"}
)
"""Operations whose requests carry documents: the service's text may quote them."""

# Codes as the service models of bedrock, bedrock-runtime, s3, iam, sts, lambda and service-quotas
# spell them (botocore 1.43), and the bare status numbers that HEAD requests of S3 come back with.
_CODES_BY_LEAF: Mapping[type[ServiceError], str] = {
    AccessDeniedError: """
        AccessDeniedException AccessDenied AllAccessDisabled Forbidden UnauthorizedOperation
        ExpiredToken ExpiredTokenException InvalidClientTokenId InvalidAccessKeyId
        SignatureDoesNotMatch UnrecognizedClientException 401 403
    """,
    NotFoundError: """
        ResourceNotFoundException NoSuchKey NoSuchBucket NoSuchEntity NoSuchEntityException
        NoSuchBucketPolicy NoSuchTagSet NoSuchResourceException NotFound 404
    """,
    ConflictError: """
        ConflictException ResourceInUseException ResourceConflictException BucketAlreadyExists
        BucketAlreadyOwnedByYou BucketNotEmpty EntityAlreadyExists EntityAlreadyExistsException
        DeleteConflict DeleteConflictException OperationAborted PreconditionFailed
        ConcurrentModification ConditionalRequestConflict 409 412
    """,
    InvalidRequestError: """
        ValidationException ValidationError InvalidRequest InvalidArgument InvalidInput
        MalformedPolicy MalformedPolicyDocument MalformedPolicyDocumentException
        InvalidBucketName TooManyTagsException IllegalLocationConstraintException 400
    """,
    QuotaExceededError: "ServiceQuotaExceededException LimitExceeded TooManyBuckets",
    ThrottledError: """
        ThrottlingException Throttling TooManyRequestsException RequestLimitExceeded SlowDown 429
    """,
    ModelNotReadyError: "ModelNotReadyException",
    ModelTimeoutError: "ModelTimeoutException RequestTimeout 408",
    ModelFaultError: "ModelErrorException ModelStreamErrorException 424",
    ServiceUnavailableError: """
        ServiceUnavailableException ServiceUnavailable InternalServerException InternalError
        ServiceFailure ServiceException 500 502 503 504
    """,
}
_CODES = {code: leaf for leaf, codes in _CODES_BY_LEAF.items() for code in codes.split()}

_REMEDIES: Mapping[type[ServiceError], str] = {
    AccessDeniedError: "Check the credentials, and that they allow this operation.",
    NotFoundError: "Check the name or ARN, the region and the account.",
    ConflictError: "See what has the name, or what still uses it.",
    InvalidRequestError: "Correct what the text names; the same request will be refused again.",
    ModelTimeoutError: "Ask again, about fewer pages at a time.",
    ModelFaultError: "Ask again, or allow the answer more tokens.",
    IncompleteResponseError: "Ask again; the answer was cut off on its way.",
    QuotaExceededError: "Ask for a higher quota in Service Quotas, or wait for the next period.",
    ThrottledError: "Send fewer requests at a time, or wait a minute.",
    ModelNotReadyError: "Wait until the deployment is active.",
    ServiceUnavailableError: "Try again later; the request itself was not refused.",
    ConnectionFailedError: "Check the network, the region and the endpoint.",
}

_CONNECTION = (
    boto.HTTPClientError,
    boto.ConnectionError,
    boto.EndpointConnectionError,
    urllib3.exceptions.HTTPError,
)
_BROKEN_STREAM = (
    boto.ResponseStreamingError,
    boto.IncompleteReadError,
    urllib3.exceptions.ProtocolError,
    botocore.eventstream.ParserError,
)
_WITHOUT_ANSWER = (boto.BotoCoreError, *_BROKEN_STREAM, *_CONNECTION)
UNREADABLE = (
    botocore.parsers.ResponseParserError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What botocore's parser raises over a response that has not the form of the operation's output."""
_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.SSOError,
    boto.TokenRetrievalError,
)
_SETTINGS = (
    boto.NoRegionError,
    boto.ProfileNotFound,
    boto.ConfigNotFound,
    boto.ConfigParseError,
    boto.InvalidConfigError,
    boto.InvalidRegionError,
    boto.UnknownEndpointError,
)


_TAKEN = re.compile(r"already|in use|not unique", re.IGNORECASE)


def is_name_taken(error: ServiceError) -> bool:
    """Tell whether a create was refused for its name: operations say so in one of two errors."""
    return isinstance(error, ConflictError) or (
        isinstance(error, InvalidRequestError) and bool(_TAKEN.search(str(error)))
    )


def service_errors(operation: str, *, arn: str | None = None) -> AbstractContextManager[None]:
    """Raise novadoc's error in place of any that boto3 raises inside the block.

    Args:
        operation: The API operation called, as `CreateModelCustomizationJob`.
        arn: What has already been created and would be lost from sight by the error.

    Raises:
        ServiceError: The service refused, failed or did not answer; the leaf says how.
        ConfigurationError: boto3 found no credentials or region, or cannot read its settings.
    """
    return _Translating(operation, arn)


class _Translating(AbstractContextManager[None]):
    def __init__(self, operation: str, arn: str | None) -> None:
        self._operation = operation
        self._arn = arn

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, boto.ClientError):
            raise from_client_error(error, self._operation, arn=self._arn) from error
        if isinstance(error, _WITHOUT_ANSWER):
            _raise_without_answer(error, self._operation, self._arn)


def from_client_error(
    error: boto.ClientError, operation: str, *, arn: str | None = None
) -> ServiceError:
    """Translate an error the service answered with, in a stream as in a response."""
    response = cast("Mapping[str, Mapping[str, object]]", error.response)
    details, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
    # Exceptions inside an event stream are named by their member: `throttlingException`.
    code = str(details.get("Code", ""))
    code = code[:1].upper() + code[1:]
    status = metadata.get("HTTPStatusCode")
    text = _without_content(str(details.get("Message", "")), operation) or "no reason was given."
    leaf = _leaf(code, status if isinstance(status, int) else None, text)
    request_id = metadata.get("RequestId")
    return leaf(
        text,
        operation=operation,
        code=code,
        request_id=None if request_id is None else str(request_id),
        status=status if isinstance(status, int) else None,
        arn=arn,
        remedy=_remedy(leaf, text),
    )


def unreadable(error: Exception, operation: str) -> NovadocError:
    """Return the error for a success that botocore cannot read; it holds no part of it."""
    if isinstance(error, RecursionError):
        return MalformedAnswerError("The answer is nested deeper than can be read.")
    return IncompleteResponseError(
        f"The response has not the form of {operation}'s ({type(error).__name__}).",
        operation=operation,
        status=200,
        remedy="Ask again; see whether a proxy answers in the service's place.",
    )


def raise_told(failed: Mapping[str, object], operation: str) -> NoReturn:
    """Raise an error that a successful answer tells of: an entry with `Code` and `Message`."""
    raise from_client_error(
        boto.ClientError(cast("Any", {"Error": failed}), operation), operation
    ) from None


def _leaf(code: str, status: int | None, text: str) -> type[ServiceError]:
    leaf = _CODES.get(code) or _CODES.get(str(status)) or ServiceError
    if leaf is ServiceError and status is not None and status >= 500:
        return ServiceUnavailableError
    # Seen in public issues: a daily quota is reported as throttling, and retrying is useless.
    if leaf is ThrottledError and "per day" in text.lower():
        return QuotaExceededError
    return leaf


def _remedy(leaf: type[ServiceError], text: str) -> str:
    if "could not assume" in text.lower():
        return "See that the role trusts `bedrock.amazonaws.com`; a new role needs some seconds."
    if "on-demand throughput" in text:
        return "Call the model through an inference profile, as `us.amazon.nova-lite-v1:0`."
    if "expired" in text.lower() and leaf is AccessDeniedError:
        return "Renew the credentials."
    return _REMEDIES.get(leaf, "")


_QUOTED = re.compile(r"Value '.*?' at '", re.DOTALL)
_GIVEN = re.compile(r", value: .*?, type:", re.DOTALL)


def _without_content(text: str, operation: str) -> str:
    if operation not in RUNTIME_OPERATIONS:
        return text
    return _GIVEN.sub(", type:", _QUOTED.sub("Value at '", text))


def _raise_without_answer(error: Exception, operation: str, arn: str | None) -> NoReturn:
    if isinstance(error, _CREDENTIALS):
        remedy = "Configure them as for the AWS CLI, or pass `session=` or `profile=`."
        raise ConfigurationError(f"{operation}: {error}.", remedy=remedy) from error
    if isinstance(error, _SETTINGS):
        raise ConfigurationError(f"{operation}: {error}") from error
    if isinstance(error, _BROKEN_STREAM):
        leaf: type[ServiceError] = IncompleteResponseError
    elif isinstance(error, _CONNECTION):
        leaf = ConnectionFailedError
    elif isinstance(error, boto.ParamValidationError):
        leaf = InvalidRequestError
    else:
        leaf = ServiceError
    text = _GIVEN.sub(", type:", str(error))
    raise leaf(text, operation=operation, arn=arn, remedy=_REMEDIES.get(leaf, "")) from error
