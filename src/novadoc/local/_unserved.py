"""Answers for what the local AWS has not, in the form that the asked service's clients read."""

from __future__ import annotations

import json
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from novadoc.local._http import HttpRequest
from novadoc.local._rest import Answer

__all__ = ["fault", "unserved"]

_QUERY_FORM = "application/x-www-form-urlencoded"


def fault(request: HttpRequest, status: int, code: str, message: str) -> Answer:
    """Serialise an error of S3, of a service with forms (IAM, STS) or of one with JSON."""
    scope = request.scope
    if _is_form(request):
        inner = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return _xml(status, f"<ErrorResponse>{inner}</ErrorResponse>")
    if scope is None or scope.service.startswith("s3"):
        inner = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        return _xml(status, f"<Error>{inner}</Error>")
    headers = {"content-type": "application/json", "x-amzn-errortype": code}
    return Answer(status, headers, json.dumps({"__type": code, "message": message}).encode())


def unserved(request: HttpRequest) -> Answer:
    """Answer 501 and name the operation that is not here."""
    message = f"{_name(request)} is not part of the local AWS."
    return fault(request, 501, "NotImplemented", message)


def _is_form(request: HttpRequest) -> bool:
    return request.headers.get("content-type", "").startswith(_QUERY_FORM)


def _xml(status: int, text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Answer(status, {"content-type": "application/xml"}, body)


def _name(request: HttpRequest) -> str:
    """Name an operation as far as the protocol does: REST has only a method and a path."""
    scope = request.scope
    service = scope.service if scope else "s3"
    target = request.headers.get("x-amz-target", "").rpartition(".")[2]
    form = parse_qs(request.body.decode(errors="replace")) if _is_form(request) else {}
    action = target or form.get("Action", [""])[0]
    return f"{service}:{action}" if action else f"{request.method} {request.path} of {service}"
