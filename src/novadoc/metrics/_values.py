"""Values of a document as the walk wants them: plain JSON, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, time
from decimal import Decimal
from enum import Enum
from hashlib import blake2b
from typing import cast

from pydantic import BaseModel

from novadoc.errors import MetricsError
from novadoc.types import JsonScalar, JsonValue

SCALARS = frozenset({str, int, float, bool, Decimal})
NOTHING = type(None)
_PLAIN = SCALARS | {dict, list, NOTHING}


class NotPlainError(Exception):
    """A class JSON does not have was met; the document is converted and walked again."""


def is_void(value: object) -> bool:
    """Return whether a value counts as no value: null, blank text, an empty list or object."""
    kind = value.__class__
    if kind is str:
        return not value or value.isspace()  # type: ignore[attr-defined]
    return value is None or ((kind is list or kind is dict) and not value)


def is_plain(value: object) -> bool:
    """Return whether the class is one `json.loads` makes, or Decimal."""
    return value.__class__ in _PLAIN


def plain(value: object, path: str = "") -> JsonValue:
    """Convert dates, enums, models, tuples, sets and subclasses to JSON values.

    Raises:
        MetricsError: Bytes or another class no JSON text can hold, with its path.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {_key(key, path): plain(inner, _at(path, key)) for key, inner in pairs}
    if isinstance(value, AbstractSet):
        members = cast("AbstractSet[object]", value)
        return sorted((plain(inner, f"{path}[]") for inner in members), key=digest)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        items = cast("Sequence[object]", value)
        return [plain(inner, f"{path}[{index}]") for index, inner in enumerate(items)]
    return _plain_leaf(value, path)


def _plain_leaf(value: object, path: str) -> JsonScalar:
    if value is None or value.__class__ in SCALARS:
        return value  # type: ignore[return-value]
    if isinstance(value, Enum):
        return _plain_leaf(value.value, path)
    if isinstance(value, (date, time)):
        return value.isoformat()
    for kind in (str, int, float, Decimal):
        if isinstance(value, kind):
            return kind(value)
    raise MetricsError(
        f"a value of class `{type(value).__name__}` is not a JSON value.",
        path=path,
        remedy="Convert it to text, a number or a list first.",
    )


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise MetricsError(
            f"an object has a key of class `{type(key).__name__}`.",
            path=path,
            remedy="Use text keys, as JSON does.",
        )
    return str(key)


def _at(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def digest(value: JsonValue) -> str:
    """Return a fingerprint that ignores the order of keys and of list items."""
    if isinstance(value, dict):
        parts = sorted(f"{key!r}:{digest(inner)}" for key, inner in value.items())
    elif isinstance(value, list):
        parts = sorted(map(digest, value))
    else:
        return f"{value.__class__.__name__[0]}{value!r}"
    opened = "{" if isinstance(value, dict) else "["
    return blake2b((opened + "\0".join(parts)).encode("utf-8", "surrogatepass")).hexdigest()


def leaf_count(value: JsonValue) -> int:
    """Count the leaves that hold a value."""
    if isinstance(value, dict):
        return sum(map(leaf_count, value.values()))
    if isinstance(value, list):
        return sum(map(leaf_count, value))
    return int(not is_void(value))


def has_leaf(value: JsonValue) -> bool:
    """Return whether any leaf below holds a value."""
    if isinstance(value, dict):
        inside: Iterable[JsonValue] = value.values()
    elif isinstance(value, list):
        inside = value
    else:
        return not is_void(value)
    for inner in inside:  # noqa: SIM110 - `any` would cost a second frame a level
        if has_leaf(inner):
            return True
    return False
