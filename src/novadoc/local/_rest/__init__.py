"""The server's side of rest-json, driven by botocore's own service models."""

from novadoc.local._rest._events import event, exception_event
from novadoc.local._rest._parse import Params, Received, parse
from novadoc.local._rest._routes import Route, Routes, bedrock_routes
from novadoc.local._rest._serialise import Answer, answer, refuse
from novadoc.local._rest._validate import safe_pattern, validate

__all__ = [
    "Answer",
    "Params",
    "Received",
    "Route",
    "Routes",
    "answer",
    "bedrock_routes",
    "event",
    "exception_event",
    "parse",
    "refuse",
    "safe_pattern",
    "validate",
]
