"""Fields that repeat another field: printed once, asked for twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from novadoc.local.engine._answers import generic
from novadoc.local.engine._values import squeeze
from novadoc.types import JsonScalar

_EQUAL = 0.95
"""Share of the answers in which two fields must be equal."""
_FEWEST = 5
"""Answers with a value, below which equality may be chance."""

_Answers = Sequence[Mapping[str, JsonScalar]]


def known_values(answers: _Answers) -> Counter[str]:
    """Count the values of each field in the answers."""
    return Counter(
        generic(path) for answer in answers for path, value in answer.items() if value is not None
    )


def find_aliases(paths: Sequence[str], answers: _Answers, placed: Counter[str]) -> dict[str, str]:
    """Find fields that equal another one and mostly got no words of their own.

    Args:
        paths: All fields.
        answers: The answers as leaves.
        placed: How many values of each field got a place on a page.
    """
    known = known_values(answers)
    aliases: dict[str, str] = {}
    for path in paths:
        rare = placed[path] < 0.5 * known[path]
        if rare and "[]" not in path and known[path] >= _FEWEST:
            source = _twin(path, sorted(paths, key=lambda other: -placed[other]), answers, placed)
            if source is not None:
                aliases[path] = source
    return aliases


def _twin(path: str, others: Sequence[str], answers: _Answers, placed: Counter[str]) -> str | None:
    for other in others:
        if other == path or not placed[other] or other.count("[]") > 1:
            continue
        source = other.replace("[]", "[0]")
        equal = sum(_same(answer.get(path), answer.get(source)) for answer in answers)
        if equal >= _EQUAL * len(answers):
            return other
    return None


def _same(one: JsonScalar, other: JsonScalar) -> bool:
    """Tell whether two values are equal, print differences aside."""
    if isinstance(one, str) and isinstance(other, str):
        return squeeze(one) == squeeze(other)
    return one == other
