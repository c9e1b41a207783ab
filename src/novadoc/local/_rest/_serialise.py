"""Values -> the answer on the wire, checked against the operation's own output shape."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from novadoc.local._refusal import Refusal
from novadoc.local._rest._parse import Params
from novadoc.local._rest._shapes import Operation, Shape, member_of

__all__ = ["Answer", "answer", "refuse", "to_wire"]

_JSON = {"content-type": "application/json"}


class Answer(NamedTuple):
    """An HTTP answer; a body in parts is sent chunked, each part flushed."""

    status: int
    headers: dict[str, str]
    body: bytes | Iterator[bytes]
    damage: Literal["", "reset", "truncate"] = ""
    """Done by the sockets, on order."""


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_plain)


def to_json(document: object) -> bytes:
    """Encode compactly, as the service does."""
    return _ENCODER.encode(document).encode()


def _structure(shape: Shape, value: Params) -> Any:
    if shape.is_document_type:
        return value
    members = shape.members
    return {
        str(members[name].serialization.get("name", name)): to_wire(members[name], part)
        for name, part in value.items()
        if part is not None and name in members
    }


def _list(shape: Shape, value: list[Any]) -> list[Any]:
    item = member_of(shape)
    return [to_wire(item, part) for part in value]


def _map(shape: Shape, value: Params) -> Params:
    return {key: to_wire(shape.value, part) for key, part in value.items()}


def _blob(_: Shape, value: bytes) -> str:
    return base64.b64encode(value).decode()


def _timestamp(shape: Shape, moment: datetime) -> str | float:
    if shape.serialization.get("timestampFormat", "unixTimestamp") == "iso8601":
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return moment.timestamp()


_WRITERS: Mapping[str, Callable[[Shape, Any], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "blob": _blob,
    "timestamp": _timestamp,
}


def to_wire(shape: Shape, value: Any) -> Any:
    """Turn a value into what JSON has for its shape; absent members stay absent."""
    write = _WRITERS.get(shape.type_name)
    return value if write is None or value is None else write(shape, value)


def _collect_lacking(shape: Shape, value: Any, path: str, found: list[str]) -> None:
    """Name the required members an answer of ours does not have."""
    if shape.type_name == "list":
        for item in value:
            _collect_lacking(member_of(shape), item, path + "[]", found)
    if shape.type_name != "structure" or shape.is_document_type:
        return
    found.extend(f"{path}.{name}" for name in shape.required_members if value.get(name) is None)
    for name, part in value.items():
        if isinstance(part, (dict, list)) and name in shape.members:
            _collect_lacking(shape.members[name], part, f"{path}.{name}", found)


def answer(operation: Operation, result: Params) -> Answer:
    """Serialise a result.

    Raises:
        AssertionError: The result lacks a member the service always sends: a bug of the stand-in,
            found by its own tests rather than by a user's program.
    """
    shape = operation.output_shape
    status = int(operation.http.get("responseCode", 200))
    if shape is None:
        return Answer(status, dict(_JSON), b"{}")
    missing: list[str] = []
    _collect_lacking(shape, result, operation.name, missing)
    if missing:
        raise AssertionError(f"the answer lacks {missing}")
    headers = dict(_JSON)
    for name, member in shape.members.items():
        if member.serialization.get("location") == "header" and result.get(name) is not None:
            headers[str(member.serialization.get("name", name))] = str(result[name])
    payload = shape.serialization.get("payload")
    if payload is not None:
        return Answer(status, headers, bytes(result[str(payload)]))
    document = {
        str(member.serialization.get("name", name)): to_wire(member, result[name])
        for name, member in shape.members.items()
        if not member.serialization.get("location") and result.get(name) is not None
    }
    return Answer(status, headers, to_json(document))


def refuse(operation: Operation | None, refusal: Refusal) -> Answer:
    """Serialise an error with the status its shape has."""
    shapes = operation.error_shapes if operation else ()
    modelled = next(
        (
            int(shape.metadata.get("error", {}).get("httpStatusCode", 400))
            for shape in shapes
            if shape.name == refusal.code
        ),
        400,
    )
    kind = f"{refusal.code}:http://internal.amazon.com/coral/com.amazon.bedrock/"
    return Answer(
        refusal.status or modelled,
        {**_JSON, "x-amzn-errortype": kind},
        to_json({"message": refusal.message}),
    )
