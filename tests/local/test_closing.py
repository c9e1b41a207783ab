"""What happens at the edges: closing, clients that go away, engines that fail, packages missing."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from novadoc.errors import LocalAWSError, UnreadableDocumentError
from novadoc.local import EchoEngine, EngineRequest, LocalAWS
from novadoc.local._callers import Callers
from novadoc.local._keeper import Keeper
from novadoc.local._moto import Moto

from .kit import client, job_request, make_role, upload

ASK = {"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
SIGNED = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/{}/aws4_request, Signature=0"
ENGINE = ["numpy", "cv2", "onnxruntime", "pycrfsuite", "rapidocr"]
ACCOUNT = "123456789012"
MODEL = "amazon.nova-lite-v1:0"


def converse(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    headers = {"authorization": SIGNED.format("bedrock")}
    path = "/model/amazon.nova-lite-v1%3A0/converse"
    connection.request("POST", path, json.dumps(ASK), headers)
    return connection.getresponse()


class Waiting(EchoEngine):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.go = threading.Event()

    def answer(self, request: EngineRequest, artefact: bytes | None) -> str:
        self.asked.set()
        self.go.wait(20)
        return super().answer(request, artefact)


class Failing(EchoEngine):
    """Raises what it is given."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def answer(self, *_: Any) -> str:
        raise self.error

    def train(self, *_: Any, **__: Any) -> Any:
        raise self.error


def test_a_closed_server_answers_no_kept_alive_connection() -> None:
    """A client that kept its connection cannot go on talking to a server that is gone."""
    before = set(threading.enumerate())
    with LocalAWS(engine=EchoEngine()) as local:
        connection = http.client.HTTPConnection(local.url.removeprefix("http://"))
        answer = converse(connection)
        answer.read()
        assert answer.status == 200
        open_ = connection.sock
    assert open_.recv(1) == b""
    open_.close()
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if thread.name.startswith("novadoc-local-")]


def test_closing_lets_a_request_finish() -> None:
    """What was being answered when the server closed is answered; nobody sees half of it."""
    engine, statuses = Waiting(), []
    with LocalAWS(engine=engine) as local:
        host = local.url.removeprefix("http://")

        def ask() -> None:
            with closing(http.client.HTTPConnection(host)) as connection:
                answer = converse(connection)
                statuses.append((answer.status, "output" in json.loads(answer.read())))

        asking = threading.Thread(target=ask)
        asking.start()
        assert engine.asked.wait(20)
        threading.Timer(0.2, engine.go.set).start()
    asking.join(20)
    assert statuses == [(200, True)]


def test_half_an_upload_is_no_object(local: LocalAWS) -> None:
    """A client that dies in the middle of a PUT leaves nothing behind, as with S3."""
    s3 = client(local, "s3")
    s3.create_bucket(Bucket="halves")
    host, _, port = local.url.removeprefix("http://").partition(":")
    head = (
        f"PUT /halves/page.png HTTP/1.1\r\nhost: {host}\r\n"
        f"authorization: {SIGNED.format('s3')}\r\ncontent-length: 1000\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        raw.sendall(head.encode() + b"only this much")
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")
    assert s3.list_objects_v2(Bucket="halves")["KeyCount"] == 0


@pytest.mark.parametrize("size", [b"-5", b"zz", b""])
def test_a_chunk_of_no_size_is_refused_at_once(local: LocalAWS, size: bytes) -> None:
    """A malformed chunked body is 400, and does not hold the connection for its timeout."""
    host, _, port = local.url.removeprefix("http://").partition(":")
    head = b"POST /_local/clock HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n" + size + b"\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(head)
        assert raw.recv(100).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (
            UnreadableDocumentError("cut", document="image", remedy="?"),
            "ValidationException",
            "Could not process image",
        ),
        (LocalAWSError("No memory left."), "ModelErrorException", "No memory left"),
        (RuntimeError("a bug"), "InternalServerException", "standard error"),
    ],
)
def test_a_failing_engine_is_an_error_of_the_service(
    error: Exception, code: str, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever an engine raises, the client gets a modelled error; a bug shows its traceback."""
    with LocalAWS(engine=Failing(error)) as local:
        with pytest.raises(ClientError, match=words) as caught:
            client(local, "bedrock-runtime").converse(modelId=MODEL, **ASK)
        assert caught.value.response["Error"]["Code"] == code
    assert ("a bug" in capfd.readouterr().err) == (code == "InternalServerException")


def test_an_engine_that_cannot_train_says_why_in_the_job() -> None:
    """A known error of the engine becomes the job's failureMessage."""
    engine = Failing(LocalAWSError("No memory left."))
    with LocalAWS(engine=engine) as local:
        bedrock = client(local, "bedrock")
        data, role = upload(local), make_role(local)
        arn = bedrock.create_model_customization_job(**job_request(role, data))["jobArn"]
        for _ in range(200):
            job = bedrock.get_model_customization_job(jobIdentifier=arn)
            if job["status"] != "InProgress":
                break
            time.sleep(0.05)
    assert (job["status"], job["failureMessage"]) == ("Failed", "No memory left.")


@pytest.mark.skipif(
    any(find_spec(module) is None for module in ENGINE), reason="the engine is not installed"
)
@pytest.mark.parametrize("module", ENGINE)
def test_a_missing_package_is_named_before_anything_starts(module: str) -> None:
    """Each package of the engine is missed by name, with what installs it."""
    script = f"""
import sys
sys.modules[{module!r}] = None
from novadoc.errors import MissingExtraError
from novadoc.local import LocalAWS
for attempt in (LocalAWS().start, lambda: __import__("novadoc.local.engine")):
    try:
        attempt()
    except MissingExtraError as error:
        assert error.module == {module!r} and error.extra == "local", error
        assert "novadoc[local]" in str(error)
    else:
        raise SystemExit("nothing was missed")
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()


def test_deleting_while_it_is_saved_ends_no_saving(tmp_path: Path) -> None:
    """A bucket that goes while the state is written costs that save, and not all later ones."""
    moto = Moto.open()
    keeper = Keeper(
        moto, Callers(moto, ACCOUNT, "us-east-1"), tmp_path, every=timedelta(milliseconds=1)
    )
    keeper.start()
    s3 = moto.s3(ACCOUNT)
    for number in range(60):
        name = f"short-lived-{number % 3}"
        s3.create_bucket(Bucket=name)
        s3.delete_bucket(Bucket=name)
    s3.create_bucket(Bucket="kept")
    for _ in range(200):
        index = tmp_path / "aws.json"
        if index.exists() and "kept" in index.read_text():
            break
        time.sleep(0.05)
    saved = index.read_text()
    keeper.close()
    moto.close()
    assert "kept" in saved
