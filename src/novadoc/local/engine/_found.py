"""What a page was found to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from novadoc.types import JsonScalar


@dataclass(frozen=True)
class Found:
    """A value and how sure it is."""

    value: JsonScalar
    confidence: float


@dataclass(frozen=True)
class Record:
    """One record of a list."""

    values: Mapping[str, Found]
    owner: int = 0
    """In a list of lists, the number of the outer record; below 0 for one of an earlier page."""


@dataclass(frozen=True)
class Decoded:
    """What one page says."""

    values: Mapping[str, Found]
    rows: Mapping[str, tuple[Record, ...]]
    """Records of each list, by the list's path."""


def outer(path: str) -> str:
    """Return the list around a list: `states[]` for `states[].towns[]`, else nothing."""
    around = path[: path.rfind("[]")]
    return around[: around.rfind("[]") + 2] if "[]" in around else ""
