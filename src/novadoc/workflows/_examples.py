"""Which labelled documents to show in a few-shot prompt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from novadoc.datasets import Sample
from novadoc.documents import Document
from novadoc.errors import ConfigurationError
from novadoc.prompts import Example
from novadoc.types import JsonObject, JsonValue
from novadoc.workflows._looks import Looks, looks_of, unlikeness


def choose_examples(
    training: Iterable[Sample],
    count: int = 2,
    *,
    like: Iterable[Document] = (),
    scored: Iterable[Sample] = (),
) -> tuple[Example[JsonObject], ...]:
    """Choose documents to show in a few-shot prompt, one by one, the most telling first.

    Without `like`, each adds as many fields as it can that the ones before it leave empty, so that
    the model sees every field filled in at least once. With `like`, each brings the nearest example
    of those pages as much closer in looks as it can. Ties go to the first. What is scored is never
    shown: a sample with the id, the file or the group of a scored one is passed over.

    Args:
        training: Samples to choose from.
        count: How many at most.
        like: Documents of the kind to be read, without their labels.
        scored: Samples the prompt will be measured on.

    Raises:
        ConfigurationError: `count` is below 1, or no sample is left to choose from.
        DocumentError: A page cannot be read; only with `like`.

    Example:
        >>> page = [Document.open(b"P5 40 30 255 " + bytes([n]) * 1200) for n in (0, 9)]
        >>> bare, full = {"total": None, "date": None}, {"total": 7, "date": "2024-01-31"}
        >>> samples = [Sample("a", page[0], bare), Sample("b", page[1], full)]
        >>> [example.answer["total"] for example in choose_examples(samples, 1)]
        [7]
    """
    if count < 1:
        raise ConfigurationError("`count` must be at least 1.", remedy="Ask for one example.")
    left = _unscored(training, scored)
    if not left:
        raise ConfigurationError(
            "There is no sample to choose from.",
            remedy="Give training samples that are not among the scored ones.",
        )
    targets = [looks_of(document) for document in like]
    order = _by_looks(left, targets, count) if targets else _by_fields(left, count)
    return tuple(Example(left[at].document, left[at].label) for at in order)


def _unscored(training: Iterable[Sample], scored: Iterable[Sample]) -> list[Sample]:
    ids: set[str] = set()
    files: set[str] = set()
    groups: set[str | None] = set()
    for sample in scored:
        ids.add(sample.id)
        files.add(sample.document.digest)
        groups.add(sample.group)
    groups.discard(None)
    return [
        sample
        for sample in training
        if sample.id not in ids
        and sample.document.digest not in files
        and sample.group not in groups
    ]


def _by_fields(samples: Sequence[Sample], count: int) -> list[int]:
    filled = [_filled(sample.label) for sample in samples]
    chosen: list[int] = []
    shown: set[str] = set()
    for _ in range(min(count, len(samples))):
        rest = [at for at in range(len(samples)) if at not in chosen]
        # Once all fields are shown, the fullest documents show most of how they are written.
        best = max(rest, key=lambda at: (len(filled[at] - shown), len(filled[at]), -at))
        chosen.append(best)
        shown |= filled[best]
    return chosen


def _filled(value: JsonValue, path: str = "") -> set[str]:
    """Paths that hold something; a field of a list counts once, whatever its row."""
    if isinstance(value, dict):
        return {
            found for name, inner in value.items() for found in _filled(inner, f"{path}.{name}")
        }
    if isinstance(value, list):
        return {found for row in value for found in _filled(row, f"{path}[]")}
    return set() if value is None else {path}


def _by_looks(samples: Sequence[Sample], targets: Sequence[Looks], count: int) -> list[int]:
    looks = [looks_of(sample.document) for sample in samples]
    apart = [[unlikeness(one, target) for target in targets] for one in looks]
    nearest = [1.0] * len(targets)
    chosen: list[int] = []
    for _ in range(min(count, len(samples))):
        rest = [at for at in range(len(samples)) if at not in chosen]
        best = min(rest, key=lambda at: (sum(map(min, apart[at], nearest)), sum(apart[at]), at))
        chosen.append(best)
        nearest = list(map(min, apart[best], nearest))
    return chosen
