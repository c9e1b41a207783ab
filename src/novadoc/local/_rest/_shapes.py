"""botocore's shapes with types: the one place that knows they are untyped."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

__all__ = ["Operation", "Shape", "load_operations", "member_of", "read_timestamp", "wire_names"]


class Shape(Protocol):
    """What we read of `botocore.model.Shape` and its kinds."""

    name: str
    type_name: str
    metadata: Mapping[str, Any]
    serialization: Mapping[str, Any]
    members: Mapping[str, Shape]
    """Of a structure."""
    required_members: Sequence[str]
    """Of a structure."""
    is_document_type: bool
    """Of a structure: any JSON."""
    is_tagged_union: bool
    """Of a structure: exactly one member."""
    enum: Sequence[str]
    """Of a string; empty when anything goes."""
    key: Shape
    """Of a map."""
    value: Shape
    """Of a map."""

    def __hash__(self) -> int:
        """Shapes are keys of caches, by identity."""
        ...


class Operation(Protocol):
    """What we read of `botocore.model.OperationModel`."""

    name: str
    http: Mapping[str, Any]
    input_shape: Shape | None
    output_shape: Shape | None
    error_shapes: Sequence[Shape]
    has_event_stream_output: bool

    def get_event_stream_output(self) -> Shape | None:
        """Return the shape of the event stream, or `None`."""
        ...


def member_of(shape: Shape) -> Shape:
    """Return the item shape of a list (a structure's `member` means something else)."""
    return cast("Any", shape).member  # type: ignore[no-any-return]


@cache
def wire_names(shape: Shape) -> Mapping[str, tuple[str, Shape]]:
    """Return a structure's members by the name they have on the wire."""
    return {
        str(member.serialization.get("name", name)): (name, member)
        for name, member in shape.members.items()
    }


@cache
def load_operations(service: str) -> tuple[Operation, ...]:
    """Load the operations of one service model that ships with botocore."""
    session: Any = importlib.import_module("botocore.session").get_session()
    model = session.get_service_model(service)
    return tuple(model.operation_model(name) for name in model.operation_names)


def read_timestamp(value: str | float) -> datetime:
    """Read a time in any of the spellings botocore knows; it may come back naive."""
    moment: datetime = importlib.import_module("botocore.utils").parse_timestamp(value)
    return moment
