"""A prompt as JSON, to be kept beside the model it trained."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Literal, TypeAlias, TypeVar, cast

from novadoc.documents import ImagePolicy
from novadoc.errors import ConfigurationError, PromptError, SchemaError
from novadoc.prompts._composition import Parts
from novadoc.prompts._conversation import AnswerMode, Image
from novadoc.prompts._example import Example, image_from_dict, image_to_dict
from novadoc.prompts._framing import Framing
from novadoc.prompts._wording import Wording
from novadoc.schema import Conventions, DocumentSchema, to_json
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")
V = TypeVar("V")
Shot: TypeAlias = tuple[tuple[Image, ...], JsonObject]

_VERSION = 1
_AGAIN = "Store the prompt again, with `to_dict`."


def to_dict(parts: Parts[T], shots: Sequence[Shot], fingerprint: str) -> JsonObject:
    """Write the parts as JSON."""
    conventions = parts.schema.conventions
    return {
        "version": _VERSION,
        "fingerprint": fingerprint,
        "name": parts.schema.name,
        "schema": cast(
            "JsonObject",
            # Without decimals, so that any JSON writer can store it.
            json.loads(to_json({"title": parts.schema.name, **parts.schema.prompt_schema})),
        ),
        "conventions": {"dates": conventions.dates, "decimal": conventions.decimal},
        "instructions": parts.instructions,
        "wording": parts.wording.to_dict(),
        "answer": parts.answer,
        "images": parts.images.to_dict(),
        "framing": cast("JsonObject", asdict(parts.framing)),
        "max_tokens": parts.max_tokens,
        "reads_text": parts.reads_text,
        "cached": parts.cached,
        "examples": [
            {"images": [image_to_dict(image) for image in images], "answer": to_json(answer)}
            for images, answer in shots
        ],
    }


def from_dict(data: Mapping[str, JsonValue]) -> Parts[JsonObject]:
    """Read the parts back.

    Raises:
        PromptError: It is no stored prompt, or of a later version.
    """
    if data.get("version") != _VERSION:
        raise PromptError(
            "This is no prompt stored by this version of novadoc.",
            remedy="Read it with the version that wrote it, or upgrade.",
        )
    if _get(data, "max_tokens", int) < 1:
        raise PromptError("The stored prompt leaves no room for an answer.", remedy=_AGAIN)
    conventions = _object(data, "conventions")
    framing = _object(data, "framing")
    try:
        return Parts(
            schema=DocumentSchema.from_json_schema(
                _object(data, "schema"),
                conventions=Conventions(
                    cast("Literal['DMY', 'MDY', 'YMD', 'excel'] | None", conventions.get("dates")),
                    cast("Literal['.', ','] | None", conventions.get("decimal")),
                ),
            ),
            instructions=_get(data, "instructions", str),
            examples=tuple(_example(each) for each in _list(data, "examples")),
            answer=cast("AnswerMode", _get(data, "answer", str)),
            images=ImagePolicy.from_dict(_object(data, "images")),
            framing=Framing(
                _get(framing, "prefill", str),
                _get(framing, "lead", str),
                _get(framing, "stop", str),
            ),
            max_tokens=_get(data, "max_tokens", int),
            wording=Wording.from_dict(_object(data, "wording")),
            reads_text=_get(data, "reads_text", bool),
            cached=_get(data, "cached", bool),
        )
    except (ConfigurationError, SchemaError) as error:
        raise PromptError(f"The stored prompt is damaged: {error}", remedy=_AGAIN) from error


def verify(data: Mapping[str, JsonValue], fingerprint: str) -> None:
    """Make sure that the rebuilt prompt asks what the stored one asked.

    Raises:
        PromptError: It does not.
    """
    if data.get("fingerprint") != fingerprint:
        raise PromptError(
            "The rebuilt prompt asks something else than the stored one did.",
            remedy="The file was changed, or another version of novadoc wrote it.",
        )


def _example(data: JsonValue) -> Example[JsonObject]:
    if not isinstance(data, dict):
        raise PromptError("A stored example is damaged.", remedy=_AGAIN)
    images = _list(data, "images")
    found = tuple(image_from_dict(each) for each in images if isinstance(each, dict))
    try:
        answer = json.loads(_get(data, "answer", str), parse_float=Decimal)
    except ValueError as error:
        raise PromptError("A stored example's answer is damaged.", remedy=_AGAIN) from error
    return Example(found, cast("JsonObject", answer))


def _object(data: Mapping[str, JsonValue], key: str) -> JsonObject:
    return cast("JsonObject", _get(data, key, dict))


def _list(data: Mapping[str, JsonValue], key: str) -> list[JsonValue]:
    return cast("list[JsonValue]", _get(data, key, list))


def _get(data: Mapping[str, JsonValue], key: str, kind: type[V]) -> V:
    value = data.get(key)
    if type(value) is not kind:
        raise PromptError(f"The stored prompt has no {key!r}, or of the wrong type.", remedy=_AGAIN)
    return value
