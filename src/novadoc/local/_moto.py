"""moto's S3, IAM and STS behind its WSGI application: the one file that knows moto.

Of moto only `moto.server.DomainDispatcherApplication` and `create_backend_app` are used, which have
kept still from 5.0.28 on. Its state is one per process: every LocalAWS of a process sees the same
buckets and roles, as different users of one AWS do.
"""

from __future__ import annotations

import importlib
import io
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote, unquote

from novadoc._extras import require
from novadoc.local._http import HttpRequest
from novadoc.local._rest import Answer
from novadoc.local._unserved import fault, unserved

__all__ = ["Moto"]

_FEATURE = "The local AWS"
_CRASHES = (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What moto raises over requests it did not foresee."""
_Wsgi = Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]


class _Users:
    """How many use moto, whose state is the process's and not ours."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_users = _Users()
_owners: dict[str, str] = {}
"""Accounts by bucket, as far as looked for; asking moto for each object would double its work."""
_turn = threading.RLock()
"""Held while moto answers: its state is plain dicts, in which two writers of one key, or a writer
and a list, trip over each other. Its work is Python's own, so taking turns costs little."""


class Moto:
    """S3, IAM and STS in this process; `open` one, and `close` it.

    Raises:
        MissingExtraError: moto or flask is not installed.
    """

    @classmethod
    def open(cls) -> Moto:
        """Return the way in; the first to open finds moto empty.

        Raises:
            MissingExtraError: moto or flask is not installed.
        """
        moto = cls()
        with _users:
            if _users.count == 0:
                moto.reset()
            _users.count += 1
        return moto

    def close(self) -> None:
        """Go; the last to go empties moto."""
        with _users:
            _users.count -= 1
            if _users.count == 0:
                self.reset()

    def __init__(self) -> None:
        require("flask", extra="local", feature=_FEATURE)
        require("flask_cors", extra="local", feature=_FEATURE)
        server: Any = require("moto.server", extra="local", feature=_FEATURE)
        self._app: _Wsgi = server.DomainDispatcherApplication(server.create_backend_app)
        self._clients: dict[tuple[str, str], Any] = {}
        self.changes = 0
        """Counts requests that may have changed something."""

    def send(self, request: HttpRequest, account: str) -> Answer:
        """Answer a request in the name of an account; 501 for an operation moto has not."""
        try:
            with _turn:
                return self._send(request, account)
        except NotImplementedError:
            return unserved(request)
        except _CRASHES as error:
            problem = f"moto could not answer this request ({type(error).__name__})."
            return fault(request, 500, "InternalError", problem)

    def _send(self, request: HttpRequest, account: str) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            self.changes += 1
        if request.method == "DELETE":
            _owners.clear()
        started: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            started.update(status=int(status.split(maxsplit=1)[0]), headers=headers)

        body = b"".join(self._app(_environ(request, account), start))
        headers = {name.lower(): value for name, value in started["headers"]}
        return Answer(started["status"], headers, body)

    def reset(self) -> None:
        """Forget all buckets, roles and users of this process."""
        self.send(HttpRequest("POST", "/moto-api/reset", "", {"host": "localhost"}, b""), "")
        _owners.clear()

    def read(self, bucket: str, key: str, account: str) -> bytes | None:
        """Return an object, or `None` when it or its bucket is not there."""
        answer = self.send(_s3("GET", bucket, key), account)
        assert isinstance(answer.body, bytes)
        return answer.body if answer.status == 200 else None

    def write(self, bucket: str, key: str, data: bytes, account: str) -> bool:
        """Write an object; `False` when the bucket is not there."""
        return self.send(_s3("PUT", bucket, key, data), account).status == 200

    def has_bucket(self, bucket: str, account: str) -> bool:
        """Whether a bucket exists."""
        return self.send(_s3("HEAD", bucket, ""), account).status == 200

    def owns(self, account: str, bucket: str) -> bool:
        """Whether an account has a bucket."""
        with _turn:
            if bucket not in _owners:
                listed = self.send(_s3("GET", "", ""), account).body
                assert isinstance(listed, bytes)
                if f"<Name>{bucket}</Name>".encode() not in listed:
                    return False
                _owners[bucket] = account
            return _owners[bucket] == account

    def turn(self) -> AbstractContextManager[object]:
        """Hold moto for several requests that nobody comes between."""
        return _turn

    def keys(self, bucket: str, prefix: str, account: str) -> Iterator[str]:
        """Yield the keys under a prefix, in order."""
        pages = self.s3(account).get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", ()):
                yield str(entry["Key"])

    def iam(self, account: str) -> Any:
        """Return a client of IAM that needs no socket."""
        return self._client("iam", account)

    def s3(self, account: str) -> Any:
        """Return a client of S3 that needs no socket."""
        return self._client("s3", account)

    @property
    def client_error(self) -> type[Exception]:
        """What the clients raise when moto refuses something."""
        error: type[Exception] = importlib.import_module("botocore.exceptions").ClientError
        return error

    def sts(self, access_key: str) -> Any:
        """Return a client of STS that asks with an access key of moto's own making."""
        return self._make("sts", access_key, account="")

    def _client(self, service: str, account: str) -> Any:
        key = (service, account)
        if key not in self._clients:
            self._clients[key] = self._make(service, "local", account)
        return self._clients[key]

    def _make(self, service: str, access_key: str, account: str) -> Any:
        boto3: Any = importlib.import_module("boto3")
        config: Any = importlib.import_module("botocore.config")
        session = boto3.Session(
            aws_access_key_id=access_key,
            aws_secret_access_key="local",  # noqa: S106  (no secret: nothing is checked)
            region_name="us-east-1",
        )
        client = session.client(
            service,
            endpoint_url="http://localhost",
            config=config.Config(
                s3={"addressing_style": "path"},
                ignore_configured_endpoint_urls=True,
                retries={"total_max_attempts": 1},  # nothing gets better in this process
            ),
        )

        # botocore's own hook: a handler that returns a response takes the place of the network.
        def answer(request: Any, **_: Any) -> Any:
            return self._answer(request, account)

        client.meta.events.register("before-send", answer)
        return client

    def _answer(self, request: Any, account: str) -> Any:
        response: Any = importlib.import_module("botocore.awsrequest").AWSResponse
        answer = self.send(_from_botocore(request), account)
        return response(request.url, answer.status, answer.headers, _Raw(answer.body))


class _Raw(io.BytesIO):
    """A body as botocore reads it."""

    def __init__(self, body: bytes | Iterator[bytes]) -> None:
        super().__init__(body if isinstance(body, bytes) else b"".join(body))

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def _from_botocore(request: Any) -> HttpRequest:
    path, _, query = request.url.partition("http://localhost")[2].partition("?")
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
    body = request.body or b""
    data = (
        body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read()
    )
    return HttpRequest(request.method, path or "/", query, {"host": "localhost", **headers}, data)


def _s3(method: str, bucket: str, key: str, body: bytes = b"") -> HttpRequest:
    scope = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, Signature=0"
    path = f"/{bucket}/{quote(key)}" if key else f"/{bucket}"
    return HttpRequest(method, path, "", {"host": "localhost", "authorization": scope}, body)


def _environ(request: HttpRequest, account: str) -> dict[str, Any]:
    headers = {"host": "localhost", **request.headers}
    if account:
        headers["x-moto-account-id"] = account
    host, _, port = headers["host"].partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote(request.path, "latin-1"),
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "QUERY_STRING": request.query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.pop("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    dropped = {"content-length", "transfer-encoding", "connection", "expect"}
    for name, value in headers.items():
        if name not in dropped:
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ
