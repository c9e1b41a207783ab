"""What novadoc writes on everything it makes, and reads back: its AWS tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from novadoc.bedrock._api import Answer
from novadoc.types import Tags

MANAGED = "novadoc:managed"
"""Always `true`: only what carries it is ever deleted."""
PROJECT = "novadoc:project"
"""The project given to `Bedrock.connect`."""
PROMPT = "novadoc:prompt"
"""Fingerprint of the prompt a model was trained with."""
SCHEMA = "novadoc:schema"
"""Fingerprint of its schema."""
IMAGES = "novadoc:images"
"""Fingerprint of its image policy."""
DATASET = "novadoc:dataset"
"""Hash of the data set."""
BASE_MODEL = "novadoc:base-model"
"""Key of the base model, which a deployment's ARN does not tell."""
REQUEST = "novadoc:request"
"""Digest of the request that made the resource."""
PREVIOUS = "novadoc:previous-model"
"""The model a deployment served before the last promotion."""
REGION = "novadoc:region"
"""Where a role is for: roles are of all regions, and clean-up is of one."""

# bedrock-facts section 0: key 1-128, value 0-256 characters.
_OUTSIDE = re.compile(r"[^A-Za-z0-9 ._:/=+@\-]")


def clean(tags: Mapping[str, str | None]) -> dict[str, str]:
    """Return the tags that have a value, with characters AWS refuses replaced by `_`."""
    return {
        _OUTSIDE.sub("_", key)[:128]: _OUTSIDE.sub("_", value)[:256]
        for key, value in tags.items()
        if value is not None
    }


def is_legal(text: str, *, most: int = 256) -> bool:
    """Tell whether AWS keeps a text, of so many characters at most, as it is."""
    return len(text) <= most and not _OUTSIDE.search(text)


def lower(tags: Tags) -> list[dict[str, str]]:
    """Spell tags as Bedrock does."""
    return [{"key": key, "value": value} for key, value in sorted(tags.items())]


def upper(tags: Tags) -> list[dict[str, str]]:
    """Spell tags as S3 and IAM do."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def read(entries: Iterable[Answer]) -> dict[str, str]:
    """Read tags in either spelling."""
    return {
        str(entry.get("key", entry.get("Key"))): str(entry.get("value", entry.get("Value", "")))
        for entry in entries
    }
