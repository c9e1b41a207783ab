"""A request as it came -> the values its shape names."""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from functools import cache
from math import isfinite
from typing import Any, NamedTuple, TypeAlias, cast
from urllib.parse import parse_qsl

from novadoc.local._refusal import Refusal
from novadoc.local._rest._shapes import Operation, Shape, member_of, read_timestamp, wire_names

__all__ = ["Params", "Received", "parse"]

Params: TypeAlias = "dict[str, Any]"
"""A request or answer by member name. `Any`, because its types are botocore's shapes, which are
checked when it comes in and when it goes out."""

_DEPTH = 100  # deeper documents would exhaust the stack; the service's own limit is not published


class Received(NamedTuple):
    """One HTTP request, undecoded."""

    labels: Mapping[str, str]
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def _mismatch(value: object, wanted: str, where: str) -> Refusal:
    problem = f"{type(value).__name__} can not be converted to {wanted} at {where}"
    return Refusal("SerializationException", problem, 400)


def _string(_: Shape, value: object, where: str, __: int) -> str:
    if not isinstance(value, str):
        raise _mismatch(value, "String", where)
    if not value.isascii():
        _check_encodable(value, where)
    return value


def _check_encodable(value: str, where: str) -> None:
    """Refuse half a surrogate pair, which JSON can spell and UTF-8 cannot."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _mismatch(value, "String", where) from error


def _boolean(_: Shape, value: object, where: str, __: int) -> bool:
    if not isinstance(value, bool):
        raise _mismatch(value, "Boolean", where)
    return value


def _integer(_: Shape, value: object, where: str, __: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _mismatch(value, "Integer", where)
    return value


def _float(_: Shape, value: object, where: str, __: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _mismatch(value, "Float", where)
    try:
        if isfinite(value):
            return value
    except OverflowError:  # an integer beyond a float's range
        pass
    raise _mismatch(value, "Float", where)


def _timestamp(_: Shape, value: object, where: str, __: int) -> datetime:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _mismatch(value, "Timestamp", where)
    try:
        moment = read_timestamp(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return aware.astimezone(timezone.utc)
    except (ValueError, RuntimeError, OverflowError, OSError, TypeError) as error:
        raise _mismatch(value, "Timestamp", where) from error


def _blob(_: Shape, value: object, where: str, __: int) -> bytes:
    if not isinstance(value, str):
        raise _mismatch(value, "Blob", where)
    try:
        return binascii.a2b_base64(value)
    except (binascii.Error, ValueError) as error:
        raise _mismatch(value, "Blob", where) from error


def _structure(shape: Shape, value: object, where: str, depth: int) -> Any:
    if shape.is_document_type:
        return value
    if not isinstance(value, dict):
        raise _mismatch(value, "Structure", where)
    known = wire_names(shape)
    return {
        known[wire][0]: _coerce(known[wire][1], part, f"{where}.{wire}", depth + 1)
        for wire, part in cast("Params", value).items()
        if part is not None and wire in known
    }


def _list(shape: Shape, value: object, where: str, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise _mismatch(value, "List", where)
    parts = cast("Sequence[object]", value)
    item = member_of(shape)
    return [_coerce(item, part, where, depth + 1) for part in parts]


def _map(shape: Shape, value: object, where: str, depth: int) -> Params:
    if not isinstance(value, dict):
        raise _mismatch(value, "Map", where)
    entries = cast("Params", value).items()
    return {key: _coerce(shape.value, part, where, depth + 1) for key, part in entries}


_READERS: Mapping[str, Callable[[Shape, object, str, int], Any]] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "long": _integer,
    "float": _float,
    "double": _float,
    "timestamp": _timestamp,
    "blob": _blob,
    "structure": _structure,
    "list": _list,
    "map": _map,
}


def _coerce(shape: Shape, value: object, where: str, depth: int = 0) -> Any:
    if value is None:
        return None
    if depth > _DEPTH:
        raise Refusal("SerializationException", f"{where} is nested too deeply", 400)
    return _READERS[shape.type_name](shape, value, where, depth)


def _document(body: bytes) -> Params:
    if not body:
        return {}
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal("SerializationException", "The request body is not JSON", 400) from error
    if not isinstance(document, dict):
        raise Refusal("SerializationException", "The request body is not a JSON object", 400)
    return cast("Params", document)


def _from_text(shape: Shape, text: str, where: str) -> object:
    """Read a value of the path, query or a header, where everything is text."""
    if shape.type_name in {"integer", "long"}:
        try:
            return int(text)
        except ValueError as error:
            raise _mismatch(text, "Integer", where) from error
    if shape.type_name == "boolean":
        if text not in {"true", "false"}:
            raise _mismatch(text, "Boolean", where)
        return text == "true"
    return text


class _Plan(NamedTuple):
    """Where the members of an input shape are found."""

    payload: str | None
    """The member that is the whole body."""
    elsewhere: Sequence[tuple[str, Shape, str, str]]
    """Members outside the body: name, shape, location, name there."""
    in_body: Mapping[str, tuple[str, Shape]]
    """Members of the JSON body by the name they have there."""


@cache
def _plan(shape: Shape) -> _Plan:
    payload = shape.serialization.get("payload")
    elsewhere: list[tuple[str, Shape, str, str]] = []
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        wire = str(member.serialization.get("name", name))
        if location:
            there = wire.lower() if location == "header" else wire
            elsewhere.append((name, member, str(location), there))
    outside = {name for name, *_ in elsewhere} | {payload}
    in_body = {wire: part for wire, part in wire_names(shape).items() if part[0] not in outside}
    return _Plan(None if payload is None else str(payload), elsewhere, in_body)


def parse(operation: Operation, received: Received) -> Params:
    """Read a request into the members of the operation's input shape.

    Raises:
        Refusal: A value has the wrong JSON type (SerializationException, 400).
    """
    shape = operation.input_shape
    if shape is None:
        return {}
    plan = _plan(shape)
    query = dict(parse_qsl(received.query, keep_blank_values=True)) if received.query else {}
    located: Mapping[str, Mapping[str, str]] = {
        "uri": received.labels,
        "querystring": query,
        "header": received.headers,
    }
    params: Params = {}
    for name, member, location, wire in plan.elsewhere:
        text = located.get(location, {}).get(wire)
        if text is not None:
            params[name] = _coerce(member, _from_text(member, text, name), name)
    if plan.payload is not None:
        params[plan.payload] = received.body
    elif plan.in_body:
        for wire, value in _document(received.body).items():
            if value is not None and wire in plan.in_body:
                name, member = plan.in_body[wire]
                params[name] = _coerce(member, value, name)
    return params
