"""The stand-in's own controls over HTTP, under `/_local/`: clock, faults, calls, reset."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any, cast

from novadoc.errors import LocalAWSError
from novadoc.local._bedrock import Bedrock
from novadoc.local._faults import Fault
from novadoc.local._http import HttpRequest
from novadoc.local._rest import Answer

__all__ = ["Controls"]

_FAULT_FIELDS = {entry.name for entry in fields(Fault)}


class Controls:
    """Answer `/_local/clock`, `faults`, `calls`, `reset` and `health`."""

    def __init__(self, bedrock: Bedrock, reset: Callable[[], None]) -> None:
        self._bedrock = bedrock
        self._reset = reset
        self._pages: Mapping[str, Callable[[HttpRequest, dict[str, Any]], object]] = {
            "/_local/clock": self._clock,
            "/_local/faults": self._faults,
            "/_local/calls": lambda _request, _body: {"calls": self._bedrock.faults.calls},
            "/_local/reset": self._empty,
            "/_local/health": lambda _request, _body: {"ready": True},
        }

    def answer(self, request: HttpRequest) -> Answer:
        """Answer a request to the controls; a web page's is refused."""
        if "origin" in request.headers:
            return _json(403, {"message": "The controls are not for web pages."})
        page = self._pages.get(request.path)
        if page is None:
            return _json(404, {"message": f"There are: {', '.join(self._pages)}."})
        try:
            body = _body(request)
            return _json(200, page(request, body))
        except (ValueError, TypeError, OverflowError, RecursionError, LocalAWSError) as error:
            return _json(400, {"message": str(error)})

    def _clock(self, _: HttpRequest, body: dict[str, Any]) -> object:
        if "advance" in body:
            self._bedrock.clock.advance(timedelta(seconds=float(body["advance"])))
        return {"now": self._bedrock.clock.now().isoformat()}

    def _empty(self, request: HttpRequest, _: dict[str, Any]) -> object:
        if request.method != "POST":
            raise ValueError("Resetting is a POST.")
        self._reset()
        return {}

    def _faults(self, request: HttpRequest, body: dict[str, Any]) -> object:
        faults = self._bedrock.faults
        if request.method in {"POST", "PUT"}:
            rules = [_fault(rule) for rule in body.get("rules", [])]
            faults.clear()
            faults.add(*rules)
        elif request.method == "DELETE":
            faults.clear()
        return {"rules": [_plain(rule) for rule in faults.rules]}


def _body(request: HttpRequest) -> dict[str, Any]:
    body: object = json.loads(request.body or b"{}")
    if not isinstance(body, dict):
        raise TypeError("The body must be a JSON object.")
    return cast("dict[str, Any]", body)


def _fault(rule: dict[str, Any]) -> Fault:
    unknown = sorted(set(rule) - _FAULT_FIELDS)
    if unknown:
        raise ValueError(f"Unknown: {', '.join(unknown)}. There are {sorted(_FAULT_FIELDS)}.")
    values = dict(rule)
    if not isinstance(values.get("message", ""), str):
        raise TypeError("`message` must be text.")
    if "delay" in values:
        values["delay"] = timedelta(seconds=float(values["delay"]))
    return Fault(**values)


def _plain(rule: Fault) -> dict[str, object]:
    return {**asdict(rule), "delay": rule.delay.total_seconds()}


def _json(status: int, document: object) -> Answer:
    headers = {"content-type": "application/json"}
    return Answer(status, headers, json.dumps(document).encode())
