"""Labels read from files and brought to canonical form, or rejected with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias, TypeVar, Union, cast

from novadoc.errors import LabelError
from novadoc.schema import UNKNOWN_KEY, DocumentSchema
from novadoc.types import JsonValue

T = TypeVar("T")

SchemaLike: TypeAlias = "Union[DocumentSchema[T], type[T]]"
Converter: TypeAlias = Callable[[JsonValue], JsonValue]
"""Turns a label as it lies on disk into one that fits the schema."""

_LEAVE_OUT = (
    "Keys you do not want can be dropped by a `converter`, or ignored by a class with "
    '`extra="ignore"`.'
)


def parse_json(text: str | bytes) -> JsonValue:
    """Read JSON with exact numbers.

    Raises:
        LabelError: It is no JSON, or holds NaN or infinities.
    """
    try:
        return cast("JsonValue", json.loads(text, parse_float=Decimal, parse_constant=_refuse))
    except (ValueError, RecursionError) as error:
        raise LabelError(
            "the label is not valid JSON.", remedy="Save it as a UTF-8 JSON object."
        ) from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def read_json(path: Path) -> JsonValue:
    """Read a label file.

    Raises:
        LabelError: The file cannot be read or is no JSON.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelError("the label file is not UTF-8.", remedy="Save it as UTF-8.") from error
    except (OSError, ValueError) as error:  # a name with a null byte is a `ValueError`
        reason = getattr(error, "strerror", None) or "no possible name"
        raise LabelError(
            f"the label file cannot be read ({reason}).", remedy="Get the right to read it."
        ) from error
    return parse_json(text)


def canonical_text(
    label: JsonValue, schema: DocumentSchema[T], converter: Converter | None = None
) -> str:
    """Convert a label and return its canonical text.

    Raises:
        LabelError: The label is no object, does not fit the schema, or the converter failed on it.
    """
    if converter is not None:
        label = _converted(label, converter)
    if not isinstance(label, Mapping):
        raise LabelError(
            "the label is not a JSON object.",
            remedy="Let a `converter` take it out.",
        )
    try:
        return schema.canonical_text(label)
    except LabelError as error:
        if any(rule == UNKNOWN_KEY for _, rule in error.violations):
            raise LabelError(str(error), violations=error.violations, remedy=_LEAVE_OUT) from error
        raise


def _converted(label: JsonValue, converter: Converter) -> JsonValue:
    try:
        return converter(label)
    except LabelError:
        raise
    # What a short function over someone's JSON raises on a label of another shape.
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise LabelError(
            f"the converter failed on this label ({type(error).__name__}).",
            remedy="Let it handle labels of this shape.",
        ) from None  # its text may quote the label
