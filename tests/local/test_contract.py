"""The wire, against botocore's own models: routes, patterns, errors, fuzzed requests."""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import string
import time
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, urlencode

import botocore.session
import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.kit import client, make_role, upload
from novadoc.local import LocalAWS
from novadoc.local._operations import OPERATIONS
from novadoc.local._refusal import Refusal
from novadoc.local._rest import Received, answer, bedrock_routes, parse, safe_pattern, validate

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/bedrock/aws4_request, Signature=0"


def _operations() -> list[Any]:
    session = botocore.session.get_session()
    models = [session.get_service_model(name) for name in ("bedrock", "bedrock-runtime")]
    return [model.operation_model(name) for model in models for name in model.operation_names]


def _path(operation: Any) -> str:
    uri = operation.http["requestUri"].partition("?")[0]
    return "/".join("abc" if part.startswith("{") else part for part in uri.split("/"))


def test_every_operation_has_its_own_route() -> None:
    """No path of one operation is taken for another's."""
    routes = bedrock_routes()
    for operation in _operations():
        found, _ = routes.match(operation.http["method"], _path(operation))
        assert found.operation.name == operation.name


def test_an_arn_in_the_path_is_one_label() -> None:
    """`%2F` stays inside its label, `%3A` is unquoted."""
    arn = "arn:aws:bedrock:us-east-1:1:custom-model/amazon.x:0:300k/abcdefghijkl"
    _, labels = bedrock_routes().match("GET", f"/custom-models/{quote(arn, safe='')}")

    assert labels == {"modelIdentifier": arn}


def test_all_implemented_operations_exist() -> None:
    """The table names operations of botocore; two came after the oldest we support."""
    missing = set(OPERATIONS) - {operation.name for operation in _operations()}

    assert missing <= {"UpdateCustomModelDeployment", "CountTokens"}


def _patterns(shape: Any, seen: set[str]) -> set[str]:
    if shape is None or shape.name in seen:
        return set()
    seen.add(shape.name)
    found = {shape.metadata["pattern"]} if "pattern" in shape.metadata else set()
    parts = list(getattr(shape, "members", {}).values())
    parts += [getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)]
    for part in parts:
        found |= _patterns(part, seen)
    return found


def test_no_pattern_runs_away() -> None:
    """Each pattern of both models decides hostile texts in no time."""
    patterns: set[str] = set()
    for operation in _operations():
        patterns |= _patterns(operation.input_shape, set())
    hostile = ["a" + "-" * 60 + "!", "a-" * 30 + "!", "a" * 63 + "!", "a." * 31 + "!", "0_" * 40]
    hostile.append("arn:aws:bedrock:us-east-1:123456789012:custom-model/" + "a-" * 90 + "!")
    for pattern in patterns:
        began = time.perf_counter()
        for text in hostile:
            safe_pattern(pattern).fullmatch(text)
        assert time.perf_counter() - began < 0.5, pattern


@given(st.text(alphabet="aZ0-+._! ", max_size=18))
def test_the_safe_pattern_means_the_same(text: str) -> None:
    """The rewritten job-name pattern accepts exactly what the original accepts."""
    original = r"[a-zA-Z0-9](-*[a-zA-Z0-9\+\-\.])*"

    assert bool(safe_pattern(original).fullmatch(text)) == bool(re.fullmatch(original, text))


# ------------------------------------------------------------------ fuzz

_ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
_TEXTS = ("us.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "s3://bucket/key.jsonl", "a-name")


def _string(shape: Any) -> st.SearchStrategy[Any]:
    if shape.enum:
        return st.sampled_from(list(shape.enum))
    base = "amazon.nova-lite-v1:0:300k"
    texts = st.one_of(
        st.sampled_from([*_TEXTS, base, "arn:aws:iam::123456789012:role/trainer"]),
        st.text(alphabet=string.printable, max_size=12),
    )
    pattern = shape.metadata.get("pattern")
    if not pattern or len(pattern) > 120:
        return texts
    return st.one_of(texts, st.from_regex(safe_pattern(pattern), fullmatch=True))


_LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-2, 200),
    "long": st.integers(-2, 200),
    "float": st.floats(-1, 2),
    "double": st.floats(-1, 2),
    "boolean": st.booleans(),
    "blob": st.sampled_from(["", "AAAA", "!!", "iVBORw0KGgo="]),
    "timestamp": st.sampled_from(["2026-01-01T00:00:00Z", "soon", "0001-01-01", 0, 1e20]),
}


def _leaf(shape: Any) -> st.SearchStrategy[Any]:
    return _string(shape) if shape.type_name == "string" else _LEAVES[shape.type_name]


def _values(shape: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    kind = shape.type_name
    if depth > 7 or getattr(shape, "is_document_type", False):
        return _ODD
    if kind == "structure":
        needed = {n: _values(shape.members[n], depth + 1) for n in shape.required_members}
        spare = {str(n): _values(m, depth + 1) for n, m in shape.members.items() if n not in needed}
        return st.fixed_dictionaries(needed, optional=spare)
    if kind == "list":
        return st.lists(_values(shape.member, depth + 1), max_size=2)
    if kind == "map":
        return st.dictionaries(
            st.text(string.ascii_letters, max_size=5), _values(shape.value, depth + 1), max_size=2
        )
    return st.one_of(_leaf(shape), _leaf(shape), _leaf(shape), _ODD)


def _request(operation: Any, params: dict[str, Any]) -> tuple[str, bytes]:
    """Lay parameters out as a client would, right or wrong."""
    path, query, body = operation.http["requestUri"].partition("?")[0], {}, {}
    for name, member in operation.input_shape.members.items() if operation.input_shape else ():
        if name not in params:
            continue
        wire = member.serialization.get("name", name)
        location = member.serialization.get("location")
        if location == "uri":
            text = quote(str(params[name]), safe="") or "%20"
            path = path.replace(f"{{{wire}}}", text).replace(f"{{{wire}+}}", text)
        elif location == "querystring":
            query[wire] = str(params[name])
        elif location is None:
            body[wire] = params[name]
    path = path.replace("{", "").replace("}", "")
    return path + ("?" + urlencode(query) if query else ""), json.dumps(body).encode()


@pytest.fixture(scope="module")
def connection(_running: LocalAWS) -> Any:
    host = _running.url.removeprefix("http://")
    opened = http.client.HTTPConnection(host, timeout=20)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) & {o.name for o in _operations()}))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_no_request_is_a_server_error(connection: Any, name: str, data: st.DataObject) -> None:
    """Requests drawn from the shapes, good or bad, get an answer or a modelled error."""
    operation = bedrock_routes()[name].operation
    shape: Any = operation.input_shape
    params = data.draw(_values(shape)) if shape is not None else {}
    target, body = _request(operation, params)
    headers = {"authorization": SIGNED, "content-type": "application/json"}
    connection.request(operation.http["method"], target, body, headers)
    response = connection.getresponse()
    content = response.read()

    assert response.status < 500, content
    if response.status >= 400:
        code = response.headers["x-amzn-errortype"].partition(":")[0]
        modelled = {error.name for error in operation.error_shapes}
        common = {"SerializationException", "UnknownOperationException"}
        assert code in modelled | common, (code, content)


@given(st.binary(max_size=60))
def test_no_body_breaks_the_parser(body: bytes) -> None:
    """Any bytes are parsed, or refused with a modelled error."""
    operation = bedrock_routes()["Converse"].operation
    code = _refusal(operation, body)

    assert code in {"", "SerializationException", "ValidationException"}


def _refusal(operation: Any, body: bytes) -> str:
    try:
        validate(operation, parse(operation, Received({"modelId": "x"}, "", {}, body)))
    except Refusal as refusal:
        return refusal.code
    return ""


def test_deep_json_is_refused() -> None:
    """Nesting beyond reason is an error of the request and not of the server."""
    operation = bedrock_routes()["Converse"].operation
    for body in (b'{"a":' * 100_000, b"[" * 100_000):
        with pytest.raises(Refusal):
            parse(operation, Received({"modelId": "x"}, "", {}, body))


# ------------------------------------------------------------------ shapes out


def test_times_are_written_as_the_shapes_say() -> None:
    """Bedrock's timestamps are ISO 8601 with milliseconds and Z."""
    operation = bedrock_routes()["GetModelInvocationJob"].operation
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=timezone.utc)
    result = {
        "jobArn": "a",
        "modelId": "m",
        "roleArn": "r",
        "submitTime": moment,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://b/k"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/k"}},
    }
    sent = answer(operation, result).body
    assert isinstance(sent, bytes)

    assert json.loads(sent)["submitTime"] == "2026-01-02T03:04:05.678Z"


def test_an_incomplete_answer_is_our_bug() -> None:
    """An answer without a member that the service always sends is caught here, not by users."""
    with pytest.raises(AssertionError, match="submitTime"):
        answer(bedrock_routes()["GetModelInvocationJob"].operation, {"jobArn": "a"})


def test_constraints_are_told_all_at_once() -> None:
    """Every violation is listed, with its path and the service's wording."""
    operation = bedrock_routes()["CreateCustomModelDeployment"].operation
    with pytest.raises(Refusal) as caught:
        validate(operation, {"modelDeploymentName": "a b", "tags": [{"key": ""}]})

    assert caught.value.message.startswith("4 validation errors detected: ")
    for words in (
        "Value null at 'modelArn' failed to satisfy constraint: Member must not be null",
        "Value 'a b' at 'modelDeploymentName' failed to satisfy constraint",
        "'tags.1.member.key' failed to satisfy constraint: Member must have length greater than",
        "Value null at 'tags.1.member.value'",
    ):
        assert words in caught.value.message


def test_two_members_of_a_union_are_refused() -> None:
    """A tagged union has exactly one member set."""
    operation = bedrock_routes()["Converse"].operation
    block = {"text": "a", "cachePoint": {"type": "default"}}
    params = {"modelId": "abc", "messages": [{"role": "user", "content": [block]}]}

    with pytest.raises(Refusal, match="exactly one member set"):
        validate(operation, params)


def test_unsigned_and_unknown_requests_are_refused(connection: Any) -> None:
    """Without a signature 403; with one, a path of no operation is 404."""
    seen = []
    for headers in ({}, {"authorization": SIGNED}):
        connection.request("POST", "/model/x/nothing", b"", headers)
        response = connection.getresponse()
        response.read()
        seen.append((response.status, response.headers["x-amzn-errortype"].partition(":")[0]))

    assert seen == [
        (403, "MissingAuthenticationTokenException"),
        (404, "UnknownOperationException"),
    ]


def test_a_bearer_key_reaches_bedrock(connection: Any) -> None:
    """Bedrock API keys are not signed, and go to Bedrock all the same."""
    connection.request("GET", "/custom-models", headers={"authorization": "Bearer abc"})
    response = connection.getresponse()

    assert json.loads(response.read()) == {"modelSummaries": []}


# ------------------------------------------------------------------ recorded traffic


def _beyond(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Name what our answer has and the recorded one has not, or has with another type."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        missing = [f"{path}.{key}" for key in ours.keys() - theirs.keys()]
        shared = ours.keys() & theirs.keys()
        return missing + [x for k in shared for x in _beyond(ours[k], theirs[k], f"{path}.{k}")]
    return [] if type(ours) is type(theirs) else [path]


def _recorded(real_data: Any, operation: str) -> list[dict[str, Any]]:
    lines = (real_data / "llm" / "bedrock_wire.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    return [e for e in entries if e["operation"] == operation and "amazon.nova" in e["model"]]


def _sent(connection: Any, entry: dict[str, Any]) -> Any:
    headers = {"authorization": SIGNED, "content-type": "application/json"}
    path = f"/model/{quote(entry['model'], safe='')}/{entry['operation']}"
    connection.request("POST", path, json.dumps(entry["request"]), headers)
    return connection.getresponse()


def test_recorded_requests_get_answers_of_the_recorded_shape(
    connection: Any, real_data: Any
) -> None:
    """Real Nova requests recorded on AWS are accepted, and ours has no member theirs has not."""
    compared = 0
    for entry in _recorded(real_data, "converse"):
        text = json.dumps(entry["request"])
        unread = any(word in text for word in ('"document"', '"video"', '"image"', "systemTool"))
        if entry["status"] != 200 or unread:
            continue
        response = _sent(connection, entry)
        ours, theirs = json.loads(response.read()), entry["response"]
        assert response.status == 200, (entry["id"], ours)
        assert _beyond(ours, theirs) == []
        assert set(theirs["usage"]) >= set(ours["usage"])
        compared += 1

    assert compared >= 10


def test_our_stream_has_the_events_of_recorded_ones(connection: Any, real_data: Any) -> None:
    """Event types come in the recorded order, with no member AWS does not send."""
    compared = 0
    for entry in _recorded(real_data, "converse-stream"):
        response = _sent(connection, entry)
        assert response.status == 200, response.read()
        ours = _events(response.read())
        theirs = _events(base64.b64decode(entry["response_base64"]))

        assert response.headers["content-type"] == entry["content_type"]
        assert [ours[0][0], ours[-2][0], ours[-1][0]] == [
            theirs[0][0],
            theirs[-2][0],
            theirs[-1][0],
        ]
        for name, payload in ours:
            like = [other for kind, other in theirs if kind == name]
            assert not like or any(_beyond(payload, other) == [] for other in like), payload
        compared += 1

    assert compared > 0


def _events(stream: bytes) -> list[tuple[str, Any]]:
    buffer = EventStreamBuffer()
    buffer.add_data(stream)
    return [(event.headers[":event-type"], json.loads(event.payload)) for event in buffer]


def test_recorded_errors_have_our_shape(connection: Any, real_data: Any) -> None:
    """The error that AWS gave for a mistyped model id is the one we give."""
    recorded = [entry for entry in _recorded(real_data, "converse") if entry["status"] == 400]
    assert recorded
    for entry in recorded:
        response = _sent(connection, entry)
        assert json.loads(response.read()) == entry["response"]
        assert response.status == entry["status"]
        assert response.headers["content-type"] == entry["content_type"]


def test_moto_answers_beside_us(local: LocalAWS) -> None:
    """S3, IAM and STS come through the same endpoint: unicode keys, ranges, conditional puts."""
    s3 = client(local, "s3")
    upload(local)
    s3.put_object(Bucket="pages", Key="ü/ß a+b.txt", Body=b"0123456789", IfNoneMatch="*")
    part = s3.get_object(Bucket="pages", Key="ü/ß a+b.txt", Range="bytes=2-4")["Body"].read()
    role = make_role(local)

    assert part == b"234"
    assert client(local, "sts").get_caller_identity()["Account"] == "123456789012"
    assert client(local, "iam").get_role(RoleName="trainer")["Role"]["Arn"] == role
    with pytest.raises(s3.exceptions.ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket="pages", Key="ü/ß a+b.txt", Body=b"", IfNoneMatch="*")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GARBAGE\r\n\r\n", b"400", id="line"),
        pytest.param(b"GET / SPDY/9\r\n\r\n", b"400", id="version"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"431", id="headers"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400", id="length"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400", id="negative"),
        pytest.param(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400", id="chunk"
        ),
        pytest.param(b"BREW /pot HTTP/1.1\r\n\r\n", b"501", id="method"),
    ],
)
def test_what_is_not_http_is_refused(local: LocalAWS, sent: bytes, status: bytes) -> None:
    """Broken requests get a status and a closed connection; the server goes on."""
    host, _, port = local.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(sent)
        answer = raw.makefile("rb").read()

    assert answer.split()[1] == status
    assert client(local, "bedrock").list_custom_models()["modelSummaries"] == []
