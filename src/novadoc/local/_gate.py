"""Where a request goes: to the local Bedrock, to moto, or to the controls of the stand-in."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from urllib.parse import parse_qs

from novadoc._clock import SystemClock
from novadoc.local._access import check_caller
from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._buckets import send_to_s3
from novadoc.local._callers import Callers
from novadoc.local._control import Controls
from novadoc.local._delivery import deliver_due
from novadoc.local._faults import Fault
from novadoc.local._http import HttpRequest
from novadoc.local._operations import OPERATIONS, stream_events
from novadoc.local._refusal import Refusal
from novadoc.local._rest import (
    Answer,
    Params,
    Received,
    Route,
    answer,
    bedrock_routes,
    event,
    parse,
    refuse,
    validate,
)
from novadoc.local._service_quotas import service_quota
from novadoc.local._unserved import fault, unserved

__all__ = ["Gate"]

_CONTROL = "/_local/"
_MOTO = {"iam", "sts"}
_IAM_CHANGES = (
    "CreateRole",
    "UpdateAssumeRolePolicy",
    "PutRolePolicy",
    "AttachRolePolicy",
)


class Gate:
    """Answer every request that arrives at the endpoint."""

    def __init__(self, bedrock: Bedrock, callers: Callers, controls: Controls) -> None:
        self._bedrock = bedrock
        self._callers = callers
        self._controls = controls
        self._routes = bedrock_routes()

    def answer(self, request: HttpRequest) -> Answer:
        """Answer a request; damage done on purpose is said in the answer."""
        if request.path.startswith(_CONTROL):
            return self._controls.answer(request)
        deliver_due(self._bedrock)
        scope = request.scope
        if scope is None and request.headers.get("authorization", "").startswith("AWS4"):
            text = "The authorization header has no complete credential scope."
            return fault(request, 400, "AuthorizationHeaderMalformed", text)
        service = scope.service if scope else self._unsigned_service(request)
        if service == "bedrock":
            return self._to_bedrock(request)
        if service == "servicequotas":
            return service_quota(self._bedrock.facts, request)
        if service == "s3":
            return send_to_s3(self._bedrock.moto, request, self._callers.of(request).account)
        return self._to_moto(request) if service in _MOTO else unserved(request)

    def _unsigned_service(self, request: HttpRequest) -> str:
        # A bearer token is Bedrock's only; without any credentials most things are S3's.
        is_bedrock = request.is_bearer or request.path.startswith("/model/")
        return "bedrock" if is_bedrock else "s3"

    def _to_moto(self, request: HttpRequest) -> Answer:
        account = self._callers.of(request).account
        result = self._bedrock.moto.send(request, account)
        if b"Role" in request.body and result.status == 200:
            self._note_iam_change(request, account)
        return result

    def _note_iam_change(self, request: HttpRequest, account: str) -> None:
        form = parse_qs(request.body.decode(errors="replace"))
        if form.get("Action", [""])[0] in _IAM_CHANGES and "RoleName" in form:
            key = (account, form["RoleName"][0])
            self._bedrock.iam_changes[key] = self._bedrock.clock.now()

    def _to_bedrock(self, request: HttpRequest) -> Answer:
        # Not uuid4: it asks the kernel for randomness that nobody needs here.
        request_id = str(uuid.UUID(int=random.getrandbits(128), version=4))
        route: Route | None = None
        try:
            if not request.headers.get("authorization"):
                message = "Missing Authentication Token"
                raise Refusal("MissingAuthenticationTokenException", message, 403)
            route, labels = self._routes.match(request.method, request.path)
            result = self._call(route, labels, request, request_id)
        except Refusal as refusal:
            result = refuse(route.operation if route else None, refusal)
        result.headers["x-amzn-requestid"] = request_id
        return result

    def _call(
        self, route: Route, labels: dict[str, str], request: HttpRequest, request_id: str
    ) -> Answer:
        operation = route.operation
        struck = self._bedrock.faults.strike(operation.name)
        self._suffer(struck)
        limit = self._bedrock.facts.request_bytes
        if len(request.body) > limit:
            raise Refusal(
                "RequestEntityTooLargeException",
                f"The request is larger than {limit} bytes.",
                self._bedrock.facts.request_too_large,
            )
        implementation = OPERATIONS.get(operation.name)
        if implementation is None:
            message = f"{operation.name} is not part of the local AWS."
            raise Refusal("UnknownOperationException", message, 501)
        params = parse(operation, Received(labels, request.query, request.headers, request.body))
        validate(operation, params)
        caller = self._callers.of(request)
        call = Call(caller, self._bedrock.clock.now(), operation.name, request_id, struck)
        check_caller(self._bedrock, call)
        result = implementation(self._bedrock, call, params)
        if operation.has_event_stream_output:
            return _damaged(self._stream(route, result), struck)
        return _damaged(answer(operation, result), struck)

    def _stream(self, route: Route, result: Params) -> Answer:
        def frames() -> Iterator[bytes]:
            for name, value in stream_events(result):
                yield event(route.operation, name, value)

        return Answer(200, {"content-type": "application/vnd.amazon.eventstream"}, frames())

    def _suffer(self, fault: Fault | None) -> None:
        if fault is None:
            return
        facts = self._bedrock.facts
        if fault.kind == "throttle":
            text = fault.message or facts.throttled_requests
            raise Refusal("ThrottlingException", text, 429)
        if fault.kind == "error":
            text = fault.message or "A fault on order."
            raise Refusal(fault.code, text, fault.status)
        if fault.kind == "slow":
            SystemClock().sleep(fault.delay)


def _damaged(result: Answer, fault: Fault | None) -> Answer:
    if fault is not None and fault.kind == "reset":
        return result._replace(damage="reset")
    if fault is not None and fault.kind in {"truncated_body", "truncated_stream"}:
        return result._replace(damage="truncate")
    return result
