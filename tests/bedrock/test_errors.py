"""Foreign errors become ours, once, with the facts attached."""

from __future__ import annotations

import botocore.exceptions as boto
import botocore.session
import pytest
import urllib3.exceptions

from novadoc import errors
from novadoc.bedrock import service_errors
from novadoc.bedrock._errors import raise_told


def client_error(code: str, message: str = "no", status: int = 400) -> boto.ClientError:
    metadata = {"HTTPStatusCode": status, "RequestId": "r-1"}
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}
    return boto.ClientError(response, "Anything")


def raised(error: Exception, operation: str = "Converse") -> errors.NovadocError:
    with pytest.raises(errors.NovadocError) as caught, service_errors(operation):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("code", "status", "leaf"),
    [
        ("ThrottlingException", 429, errors.ThrottledError),
        ("throttlingException", 200, errors.ThrottledError),
        ("AccessDeniedException", 403, errors.AccessDeniedError),
        ("ResourceNotFoundException", 404, errors.NotFoundError),
        ("404", 404, errors.NotFoundError),
        ("ConflictException", 400, errors.ConflictError),
        ("ValidationException", 400, errors.InvalidRequestError),
        ("ServiceQuotaExceededException", 400, errors.QuotaExceededError),
        ("ModelNotReadyException", 429, errors.ModelNotReadyError),
        ("ModelTimeoutException", 408, errors.ModelTimeoutError),
        ("ModelErrorException", 424, errors.ModelFaultError),
        ("InternalServerException", 500, errors.ServiceUnavailableError),
        ("SomethingNew", 503, errors.ServiceUnavailableError),
        ("SomethingNew", 404, errors.NotFoundError),
        ("SomethingNew", 418, errors.ServiceError),
    ],
)
def test_each_code_has_its_leaf(code: str, status: int, leaf: type[errors.ServiceError]) -> None:
    """A code becomes its leaf, with operation, code, status, request id and the next step."""
    error = raised(client_error(code, status=status))

    assert leaf is type(error)
    assert isinstance(error, errors.ServiceError)
    assert ("Converse", "r-1", status) == (error.operation, error.request_id, error.status)
    assert error.remedy or leaf is errors.ServiceError


def test_every_modelled_error_of_bedrock_is_mapped() -> None:
    """No error that Bedrock's own model declares falls through to the general leaf."""
    session = botocore.session.get_session()
    for service in ("bedrock", "bedrock-runtime"):
        model = session.get_service_model(service)
        for shape in model.error_shapes:
            status = shape.metadata.get("error", {}).get("httpStatusCode", 500)
            error = raised(client_error(shape.name, status=status))
            assert errors.ServiceError is not type(error), shape.name


def test_a_daily_quota_is_no_throttling() -> None:
    """What waiting a minute does not cure is not called throttling."""
    text = "Too many tokens per day, please wait before trying again."

    assert errors.QuotaExceededError is type(raised(client_error("ThrottlingException", text, 429)))


@pytest.mark.parametrize(
    ("error", "leaf"),
    [
        (boto.NoCredentialsError(), errors.ConfigurationError),
        (boto.NoRegionError(), errors.ConfigurationError),
        (boto.ProfileNotFound(profile="x"), errors.ConfigurationError),
        (boto.EndpointConnectionError(endpoint_url="http://x"), errors.ConnectionFailedError),
        (boto.ConnectTimeoutError(endpoint_url="http://x"), errors.ConnectionFailedError),
        (boto.ReadTimeoutError(endpoint_url="http://x"), errors.ConnectionFailedError),
        (boto.ConnectionClosedError(endpoint_url="http://x"), errors.ConnectionFailedError),
        (boto.ParamValidationError(report="bad"), errors.InvalidRequestError),
        (urllib3.exceptions.ProtocolError("cut"), errors.IncompleteResponseError),
        (
            boto.IncompleteReadError(actual_bytes=1, expected_bytes=2),
            errors.IncompleteResponseError,
        ),
        (boto.DataNotFoundError(data_path="x"), errors.ServiceError),
    ],
)
def test_silence_has_its_leaf(error: Exception, leaf: type[errors.NovadocError]) -> None:
    """What boto3 raises without an answer is told apart: settings, network, broken answer."""
    assert leaf is type(raised(error))


def test_requests_that_carry_documents_are_not_quoted() -> None:
    """The service's text may quote a request; of a Converse request nothing is passed on."""
    quoted = "Value 'SECRET\nNAME' at 'messages' failed to satisfy constraint"
    report = "Invalid type for parameter messages, value: SECRET, type: str, valid types: list"

    assert "SECRET" not in str(raised(client_error("ValidationException", quoted)))
    assert "SECRET" not in str(raised(boto.ParamValidationError(report=report)))


def test_what_was_created_is_kept_on_the_error() -> None:
    """An error after a creation names what is there now."""
    with pytest.raises(errors.ServiceError) as caught, service_errors("TagResource", arn="arn:x"):
        raise client_error("InternalServerException", status=500)

    assert "arn:x" == caught.value.arn


def test_an_error_inside_a_good_answer_has_its_leaf_too() -> None:
    """S3 tells of objects it did not delete in an answer of 200."""
    with pytest.raises(errors.AccessDeniedError, match="DeleteObjects"):
        raise_told({"Key": "k", "Code": "AccessDenied", "Message": "no"}, "DeleteObjects")


def test_other_exceptions_pass() -> None:
    """Nothing else is touched."""
    with pytest.raises(KeyError), service_errors("Converse"):
        raise KeyError("mine")
