"""Requests nobody should send, and states nobody should find: each is answered, none ends it."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.kit import client
from novadoc.errors import LocalAWSError
from novadoc.local import EchoEngine, Fault, LocalAWS, LocalClock

SIGNED = (
    "authorization: AWS4-HMAC-SHA256 "
    "Credential={key}/20260101/us-east-1/{service}/aws4_request, Signature=0\r\n"
)
BEDROCK = SIGNED.format(key="local", service="bedrock")
MODEL = "amazon.nova-lite-v1:0"


def _raw(local: LocalAWS, data: bytes, *, ends: bool = True) -> bytes:
    """Send bytes, end the sending side when asked to, and return all that comes back."""
    host, _, port = local.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        raw.sendall(data)
        if ends:
            raw.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: raw.recv(65_536), b""))


def _status(answer: bytes) -> int:
    return int(answer.split(None, 2)[1])


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ("\r\n\r\n", 400),
        ("\x16\x03\x01\x02\x00", 400),
        ("GET / HTTP/2.0\r\n\r\n", 400),
        (f"GET /foundation-models HTTP/1.1\r\n{BEDROCK}", 400),
        (f"POST /model/a/converse HTTP/1.1\r\n{BEDROCK}content-length: 100\r\n\r\n{{}}", 400),
        (f"POST / HTTP/1.1\r\n{BEDROCK}content-length: -1\r\n\r\n", 400),
        (f"POST / HTTP/1.1\r\n{BEDROCK}transfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        ("GET / HTTP/1.1\r\nauthorization: AWS4-HMAC-SHA256 Credential=x\r\n\r\n", 400),
        ("FROB / HTTP/1.1\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\n\r\n", 200),
    ],
    ids=["blank", "tls", "http2", "head", "body", "length", "chunk", "scope", "method", "no-host"],
)
def test_what_is_no_request_is_told_so(local: LocalAWS, data: str, status: int) -> None:
    """Half requests and other protocols get an answer, not a closed connection."""
    assert _status(_raw(local, data.encode("latin-1"))) == status


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 1_000 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nx: " + b"a" * 3_000_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 3_000_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"PUT /b/k HTTP/1.1\r\ncontent-length: none\r\n\r\n" + b"x" * 3_000_000, 400),
    ],
    ids=["headers", "header", "line", "length"],
)
def test_a_refusal_reaches_a_client_that_is_still_sending(
    local: LocalAWS, data: bytes, status: int
) -> None:
    """The rest of a refused request is read, so that no reset overtakes the answer."""
    assert _status(_raw(local, data, ends=False)) == status


@pytest.mark.parametrize("key", ["AKIA\xff", "ASIA nope", "AKIAIOSFODNN7EXAMPLE", "LKIA"])
def test_any_access_key_is_somebodys(local: LocalAWS, key: str) -> None:
    """Keys that IAM never gave out, however odd, act for the default account."""
    head = "GET /foundation-models HTTP/1.1\r\n" + SIGNED.format(key=key, service="bedrock")
    assert _status(_raw(local, f"{head}\r\n".encode("latin-1"))) == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"messages": [{"role": "user", "content": [{"text": "\ud800"}]}]}, "Serialization"),
        ({"inferenceConfig": {"temperature": 10**400}}, "Serialization"),
        ({"inferenceConfig": {"stopSequences": ["\ud800"]}}, "Serialization"),
    ],
    ids=["surrogate", "huge", "stop"],
)
def test_values_no_service_can_hold_are_refused(
    local: LocalAWS, changes: dict[str, Any], code: str
) -> None:
    """JSON can spell half a character and endless numbers; neither is a fault of the server."""
    hello = [{"role": "user", "content": [{"text": "Hello"}]}]
    body = json.dumps({"messages": hello, **changes}).encode()
    head = f"POST /model/{MODEL}/converse HTTP/1.1\r\n{BEDROCK}content-length: {len(body)}\r\n\r\n"
    answer = _raw(local, head.encode() + body)
    assert _status(answer) == 400
    assert f"x-amzn-errortype: {code}".encode() in answer


def test_an_arn_cut_short_is_no_model(local: LocalAWS) -> None:
    """An ARN without its last parts is an unknown model, told as such."""
    body = b'{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}'
    path = "/model/arn%3Aaws%3Abedrock/converse"
    head = f"POST {path} HTTP/1.1\r\n{BEDROCK}content-length: {len(body)}\r\n\r\n"
    assert b"ValidationException" in _raw(local, head.encode() + body)


@pytest.mark.parametrize(
    ("service", "call", "name"),
    [
        ("iam", lambda c: c.get_context_keys_for_custom_policy(PolicyInputList=["{}"]), "iam:Get"),
        ("sts", lambda c: c.decode_authorization_message(EncodedMessage="x"), "sts:Decode"),
        ("dynamodb", lambda c: c.list_tables(), "dynamodb:ListTables"),
        ("lambda", lambda c: c.list_functions(), "GET /2015-03-31/functions of lambda"),
        ("service-quotas", lambda c: c.list_services(), "servicequotas:ListServices"),
        ("bedrock", lambda c: c.list_guardrails(), "ListGuardrails"),
    ],
    ids=["iam", "sts", "dynamodb", "lambda", "quotas", "bedrock"],
)
def test_what_is_not_here_answers_501_with_its_name(
    local: LocalAWS, service: str, call: Callable[[Any], Any], name: str
) -> None:
    """Other services, and operations moto has not, are refused in their own protocol."""
    with pytest.raises(ClientError, match="is not part of the local AWS") as refused:
        call(client(local, service))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert name in str(refused.value)


def test_a_bucket_may_be_called_model(local: LocalAWS) -> None:
    """What is signed for S3 is S3's, although Bedrock's own paths begin so too."""
    s3 = client(local, "s3")
    s3.create_bucket(Bucket="model")
    s3.put_object(Bucket="model", Key="a", Body=b"page")
    assert s3.get_object(Bucket="model", Key="a")["Body"].read() == b"page"


def test_a_header_chosen_by_the_client_reaches_it(local: LocalAWS) -> None:
    """S3 sends back a file name it was given, in letters that HTTP has not, as far as it can."""
    s3 = client(local, "s3")
    s3.create_bucket(Bucket="names")
    s3.put_object(Bucket="names", Key="a", Body=b"page")
    named = s3.get_object(Bucket="names", Key="a", ResponseContentDisposition='filename="\u6f22"')
    assert named["Body"].read() == b"page"


def test_writers_of_one_key_do_not_trip_over_each_other(local: LocalAWS) -> None:
    """Eight threads write, list and delete the same two keys; every call is answered."""
    s3 = client(local, "s3")
    s3.create_bucket(Bucket="crowd")
    failed: list[Exception] = []

    def work(number: int) -> None:
        key = f"k{number % 2}"
        try:
            for _ in range(5):
                s3.put_object(Bucket="crowd", Key=key, Body=b"x" * 5_000)
                s3.list_objects_v2(Bucket="crowd")
                s3.delete_object(Bucket="crowd", Key=key)
        except ClientError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_a_deleted_users_keys_are_nobodys(local: LocalAWS) -> None:
    """A key that was known and whose user is gone is refused as the service does."""
    iam = client(local, "iam")
    iam.create_user(UserName="passing")
    key = iam.create_access_key(UserName="passing")["AccessKey"]["AccessKeyId"]
    head = "GET /foundation-models HTTP/1.1\r\n" + SIGNED.format(key=key, service="bedrock")
    before = _raw(local, f"{head}\r\n".encode())
    iam.delete_access_key(UserName="passing", AccessKeyId=key)
    iam.delete_user(UserName="passing")
    after = _raw(local, f"{head}\r\n".encode())
    assert b"AccessDeniedException" in before
    assert (_status(after), b"UnrecognizedClientException" in after) == (403, True)


@pytest.mark.parametrize(
    "rule",
    [
        {"operation": "Convers"},
        {"status": "abc"},
        {"status": 99},
        {"code": "a\r\nb: c"},
        {"message": {"a": 1}},
        {"delay": -1},
        {"delay": 1e300},
        {"every": "x"},
    ],
    ids=str,
)
def test_a_rule_that_cannot_strike_is_refused(local: LocalAWS, rule: dict[str, Any]) -> None:
    """A fault with a misspelt operation would let a test pass that tests nothing."""
    body = json.dumps({"rules": [{"kind": "error", **rule}]}).encode()
    head = f"POST /_local/faults HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n"
    assert _status(_raw(local, head.encode() + body)) == 400
    assert local.faults.rules == ()


def test_a_misspelt_operation_is_named() -> None:
    """The message says what was not found."""
    with pytest.raises(LocalAWSError, match="'converse' is no operation of Bedrock"):
        Fault("throttle", operation="converse")


def test_the_clock_stays_within_the_calendar(local: LocalAWS) -> None:
    """A jump beyond what dates can say is refused, over HTTP too, and time goes on."""
    before = local.clock.now()
    with pytest.raises(LocalAWSError, match="beyond the year"):
        local.clock.advance(timedelta(days=365 * 7_500))
    for body in (b'{"advance":1e300}', b"[" * 100_000):
        head = f"POST /_local/clock HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n"
        assert _status(_raw(local, head.encode() + body)) == 400
    assert local.clock.now() == before
    with pytest.raises(LocalAWSError, match="finite"):
        LocalClock(speed=float("inf"))


def _write_index(text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / "aws.json").write_text(text)

    return change


def _sql(statement: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "bedrock.sqlite")) as database, database:
            database.execute(statement)

    return change


@pytest.mark.parametrize(
    "damage",
    [
        _write_index("{"),
        _write_index('{"format":1,"accounts":{"123456789012":{}}}'),
        _write_index('{"format":1,"accounts":[]}'),
        _write_index('{"format":9,"accounts":{}}'),
        lambda folder: shutil.rmtree(folder / "objects"),
        _sql("insert into records values ('Nothing', '1', '{}')"),
        _sql("pragma user_version = 9"),
    ],
    ids=["json", "shape", "list", "version", "objects", "record", "database-version"],
)
def test_a_damaged_folder_is_named_each_time(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """No damage is taken for an empty state, at the first start or the second."""
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as local:
        s3 = client(local, "s3")
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="a", Body=b"page")
    damage(tmp_path)
    for _ in range(2):
        with pytest.raises(LocalAWSError, match=r"damaged|another version|cannot be used"):
            LocalAWS(engine=EchoEngine(), folder=tmp_path).start()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"folder": __file__}, "cannot be used"),
        ({"folder": f"{__file__}/below"}, "cannot be used"),
        ({"port": 70_000}, "between 0 and 65535"),
        ({"account": "12"}, "twelve digits"),
    ],
    ids=["file", "below-a-file", "port", "account"],
)
def test_what_it_cannot_start_with_is_named(options: dict[str, Any], problem: str) -> None:
    """A wrong argument is a LocalAWSError, and nothing is left running."""
    with pytest.raises(LocalAWSError, match=problem):
        LocalAWS(engine=EchoEngine(), **options).start()


def test_a_restart_keeps_whose_a_bucket_is(local: LocalAWS, tmp_path: Path) -> None:
    """Tags and policy of a bucket are there again, as its objects are; none are made up."""
    policy = {"Version": "2012-10-17", "Statement": []}
    tags = {"TagSet": [{"Key": "project", "Value": "w2"}]}
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as first:
        s3 = client(first, "s3")
        s3.create_bucket(Bucket="plain")
        s3.create_bucket(Bucket="owned")
        s3.put_bucket_tagging(Bucket="owned", Tagging=tags)
        s3.put_bucket_policy(Bucket="owned", Policy=json.dumps(policy))
    local.reset()  # as the end of a process does
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as second:
        s3 = client(second, "s3")
        assert s3.get_bucket_tagging(Bucket="owned")["TagSet"] == tags["TagSet"]
        assert json.loads(s3.get_bucket_policy(Bucket="owned")["Policy"]) == policy
        with pytest.raises(ClientError, match="NoSuchTagSet"):
            s3.get_bucket_tagging(Bucket="plain")
