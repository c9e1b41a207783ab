"""The sockets: a threading HTTP server on loopback, kept alive, with damage on order."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, cast

from novadoc.local._http import HttpRequest
from novadoc.local._rest import Answer

__all__ = ["Front"]

_NO_BODY = {204, 304}
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST
_PASSED_ON = {"connection", "transfer-encoding", "content-length"}
_MOST_HEADERS = 100
_LONGEST_LINE = 65_536
_HARD_LIMIT = 6 * 1024**3  # S3 takes single puts of 5 GB; more than this is a mistake
_LINGER = 2.0  # seconds a refused client may go on sending, so that it gets to read why
_UNREADABLE = "The request is not HTTP that can be read."
_SAID = {
    414: "The request line is too long.",
    431: "There are too many headers, or one is too long.",
    501: "There is no such method.",
}
_FAILED = Answer(
    500,
    {"content-type": "application/json", "x-amzn-errortype": "InternalServerException"},
    b'{"message":"The local AWS failed; its standard error says where."}',
)
"""What a client is told when an engine, or the stand-in itself, raises what nobody expected."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one write a response
    raw_requestline: bytes
    fields: dict[str, str]
    """The request's headers, names in lower case."""
    timeout: ClassVar[float | None] = 120.0  # an idle kept-alive connection gives its thread back

    def parse_request(self) -> bool:
        """Read request line and headers; the stdlib's way, over an e-mail parser, takes 60 us."""
        words = self.raw_requestline.decode("latin-1").split()
        self.close_connection = True
        self.command = self.request_version = ""
        self.requestline = ""
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return self._reject(400)
        self.command, self.path, self.request_version = words
        lines = self._header_lines()
        if lines is None:
            return self._reject(431)
        if not lines or lines.pop():
            return self._reject(400)  # the client stopped in the middle of its headers
        pairs = (line.partition(":") for line in lines)
        self.fields = {name.strip().lower(): value.strip() for name, _, value in pairs}
        wish = self.fields.get("connection", "").lower()
        self.close_connection = wish == "close" or (words[2] == "HTTP/1.0" and wish != "keep-alive")
        if self.fields.get("expect", "").lower() == "100-continue":
            # S3 clients wait for this; unflushed it costs a second a PUT (measured).
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        return True

    def _header_lines(self) -> list[str] | None:
        """Read up to the empty line, which is the last of the result unless the client left."""
        lines: list[str] = []
        while len(lines) <= _MOST_HEADERS:
            line = self.rfile.readline(_LONGEST_LINE)
            if not line:
                return lines
            if line[-1:] != b"\n" and len(line) == _LONGEST_LINE:
                return None
            lines.append(line.decode("latin-1").rstrip("\r\n"))
            if not lines[-1]:
                return lines
        return None

    def _reject(self, status: int) -> bool:
        """Answer what cannot be read, and end the connection without losing the answer."""
        self.close_connection = True
        message = json.dumps({"message": _SAID.get(status, _UNREADABLE)}).encode()
        self._send(Answer(status, {"content-type": "application/json"}, message))
        # Closing a socket with unread bytes resets it, and the client would see that only.
        end = time.monotonic() + _LINGER
        with suppress(OSError):  # it went away by itself
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER)
            while time.monotonic() < end and self.connection.recv(_LONGEST_LINE):
                pass
        return False

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Answer what the stdlib finds wrong before we do: an endless line, an unknown method."""
        self._reject(code)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self._exactly(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers

    def _body(self) -> bytes:
        if "chunked" in self.fields.get("transfer-encoding", "").lower():
            return b"".join(self._chunks())
        return self._exactly(int(self.fields.get("content-length") or 0))

    def _exactly(self, length: int) -> bytes:
        """Read so many bytes: half a request that a client left behind is no request.

        Raises:
            ValueError: The length makes no sense, or fewer bytes came.
        """
        if not 0 <= length <= _HARD_LIMIT:
            raise ValueError("length")
        data = self.rfile.read(length)
        if len(data) < length:
            raise ValueError("half a body")
        return data

    def _serve(self) -> None:
        try:
            body = self._body()
        except ValueError:
            self._reject(400)
            return
        path, _, query = self.path.partition("?")
        request = HttpRequest(self.command, path, query, self.fields, body)
        answer, wish = _FAILED, self.close_connection
        self.close_connection = True
        try:
            answer = cast("Front", self.server).answer(request)
            self.close_connection = wish
        finally:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        if answer.damage == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close_connection = True
            self.connection.close()
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name not in _PASSED_ON or (name == "content-length" and self.command == "HEAD"):
                self.send_header(name, _one_line(value))
        if self.close_connection:
            self.send_header("connection", "close")
        if isinstance(answer.body, bytes):
            self._send_whole(answer, answer.body)
        else:
            self._send_parts(answer, answer.body)
        if answer.damage:
            self.close_connection = True

    def _send_whole(self, answer: Answer, body: bytes) -> None:
        bare = self.command == "HEAD" or answer.status in _NO_BODY
        if not bare:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if not bare:
            self.wfile.write(body[: len(body) // 2] if answer.damage else body)
        self.wfile.flush()

    def _send_parts(self, answer: Answer, parts: Iterator[bytes]) -> None:
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, part in enumerate(parts):
            cut = answer.damage and number == 2
            piece = part[: len(part) // 2] if cut else part
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
            if cut:
                return
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _serve  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: requests hold documents."""


def _one_line(value: str) -> str:
    """Fit a header's value for the wire: clients choose some (`response-content-type`)."""
    plain = value.replace("\r", " ").replace("\n", " ")
    return plain if plain.isascii() else plain.encode("latin-1", "replace").decode("latin-1")


class Front(ThreadingHTTPServer):
    """Listens on 127.0.0.1 and hands each request to a function.

    Args:
        port: The port; 0 takes a free one.
        answer: Answers requests, from several threads at once.
    """

    request_queue_size = 256
    block_on_close = False  # `drain` waits, and not for ever

    def __init__(self, port: int, answer: Callable[[HttpRequest], Answer]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self._open: dict[threading.Thread, Any] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that `drain` knows of."""
        thread = threading.Thread(
            target=self._attend,
            args=(request, client_address),
            name="novadoc-local-connection",
            daemon=True,
        )
        with self._lock:
            self._open[thread] = request
        thread.start()

    def _attend(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.pop(threading.current_thread(), None)

    def drain(self, *, timeout: timedelta = timedelta(seconds=2)) -> None:
        """End all connections: idle ones at once, busy ones after the answer they are at.

        Call it after `shutdown`, when no connection can be added. What is still busy after
        `timeout` is cut off.
        """
        with self._lock:
            connections = dict(self._open)
        _shut(connections.values(), socket.SHUT_RD)
        end = time.monotonic() + timeout.total_seconds()
        for thread in connections:
            thread.join(max(0.0, end - time.monotonic()))
        with self._lock:
            left = list(self._open.values())
        _shut(left, socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client go away without a traceback; anything else is told."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


def _shut(connections: Iterable[Any], how: int) -> None:
    for connection in connections:
        with suppress(OSError):  # it was closed meanwhile
            connection.shutdown(how)
