"""The service's rules for one training record, as its documentation and validators have them.

Found late, as on AWS: creating the job succeeds, and it fails when its data is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from novadoc.local._data._location import Location
from novadoc.local._data._problem import DataProblem
from novadoc.local._facts import ServiceFacts
from novadoc.models import BaseModel

__all__ = ["Media", "Rules", "check_record", "text_of"]

_KEYS = {"schemaVersion", "system", "messages"}
_URI = re.compile(r"s3://[A-Za-z0-9_\-/.]+")  # AWS's validator: only these characters
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Rules:
    """What a record is checked against."""

    facts: ServiceFacts
    model: BaseModel
    bucket: str
    """Of the JSONL file; media must lie in it too."""
    needs_answer: bool = True
    """Whether the last turn must be the assistant's (distillation takes prompts alone)."""
    takes_images: bool = True


@dataclass(frozen=True)
class Media:
    """An image a record refers to."""

    location: Location
    format: str


def _require(claim: object, rule: str) -> None:
    if not claim:
        raise DataProblem(rule)


def _objects(value: object, where: str) -> list[Mapping[str, Any]]:
    _require(isinstance(value, list), f"{where} must be a list of objects.")
    items = cast("list[object]", value)
    _require(items, f"{where} must not be empty.")
    _require(all(isinstance(item, dict) for item in items), f"{where} must hold only objects.")
    return cast("list[Mapping[str, Any]]", items)


def _check_text(rules: Rules, text: object, where: str) -> None:
    _require(isinstance(text, str), f"{where} must be a string.")
    plain = cast("str", text)
    _require(plain.strip(), f"{where} must not be empty.")
    fold = rules.facts.reserved_words_ignore_case
    haystack = plain.lower() if fold else plain
    for word in rules.facts.reserved_words:
        _require(
            (word.lower() if fold else word) not in haystack,
            f"{where} contains the reserved keyword {word!r}.",
        )


def _media(rules: Rules, image: object, where: str) -> Media:
    _require(isinstance(image, dict), f"{where}.image must be an object.")
    block = cast("Mapping[str, Any]", image)
    supported = rules.takes_images and rules.model.reads_images
    _require(supported, f"{where}: images are not supported for this job and base model.")
    kind = block.get("format")
    allowed = ", ".join(rules.model.training_formats)
    _require(
        kind in rules.model.training_formats, f"{where}.image.format must be one of {allowed}."
    )
    source = block.get("source")
    location = source.get("s3Location") if isinstance(source, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    _require(isinstance(location, dict), f"{where}.image.source must be an s3Location.")
    return Media(_check_location(rules, cast("Mapping[str, Any]", location), where), str(kind))


def _check_location(rules: Rules, location: Mapping[str, Any], where: str) -> Location:
    uri = location.get("uri")
    _require(
        isinstance(uri, str) and _URI.fullmatch(uri),
        f"{where}.image.source.s3Location.uri is not a valid S3 URI.",
    )
    found = Location.parse(str(uri))
    _require(
        found.bucket == rules.bucket or not rules.facts.training_same_bucket,
        f"{where}: images must be in the same bucket as the training data file.",
    )
    owner = location.get("bucketOwner")
    _require(
        owner is not None or not rules.facts.requires_bucket_owner,
        f"{where}.image.source.s3Location.bucketOwner is required.",
    )
    _require(
        owner is None or (isinstance(owner, str) and _ACCOUNT.fullmatch(owner)),
        f"{where}.image.source.s3Location.bucketOwner must be a 12-digit account id.",
    )
    return found


def _check_block(rules: Rules, role: str, block: Mapping[str, Any], where: str) -> Iterator[Media]:
    _require(len(block) == 1, f"{where} must have exactly one kind of content.")
    kind, value = next(iter(block.items()))
    if kind == "text":
        _check_text(rules, value, f"{where}.text")
    elif kind == "image" and role == "user":
        yield _media(rules, value, where)
    else:
        raise DataProblem(f"{where}: content of kind {kind!r} is not supported in a {role} turn.")


def _check_turns(rules: Rules, turns: Sequence[Mapping[str, Any]]) -> Iterator[Media]:
    for place, turn in enumerate(turns):
        where = f"messages[{place}]"
        expected = "assistant" if place % 2 else "user"
        _require(
            turn.get("role") == expected,
            f"{where}.role must be {expected!r}: turns alternate and begin with the user.",
        )
        blocks = _objects(turn.get("content"), f"{where}.content")
        for number, block in enumerate(blocks):
            yield from _check_block(rules, expected, block, f"{where}.content[{number}]")


def check_record(rules: Rules, record: object) -> list[Media]:
    """Check a parsed line and return the images it names.

    Raises:
        DataProblem: The first rule it breaks.
    """
    _require(isinstance(record, dict), "The record must be a JSON object.")
    fields = cast("Mapping[str, Any]", record)
    unknown = sorted(set(fields) - _KEYS)
    _require(not unknown, f"Unsupported keys: {', '.join(unknown)}.")
    version = rules.facts.schema_version
    _require(fields.get("schemaVersion") == version, f"schemaVersion must be {version!r}.")
    if "system" in fields:
        for place, block in enumerate(_objects(fields["system"], "system")):
            _require(set(block) == {"text"}, f"system[{place}] must have only text.")
            _check_text(rules, block["text"], f"system[{place}].text")
    turns = _objects(fields.get("messages"), "messages")
    media = list(_check_turns(rules, turns))
    if rules.needs_answer:
        _require(len(turns) >= 2, "messages must have at least two turns.")
        _require(len(turns) % 2 == 0, "The last turn must be the assistant's.")
    limit = rules.model.images_per_sample
    _require(len(media) <= limit, f"A record can have at most {limit} images.")
    return media


def text_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    """Join the text of content blocks by newlines."""
    return "\n".join(str(block["text"]) for block in blocks if "text" in block)
