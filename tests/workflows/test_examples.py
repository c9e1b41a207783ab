"""Choosing what a few-shot prompt shows."""

from __future__ import annotations

import pytest

from novadoc.datasets import Sample
from novadoc.documents import Document
from novadoc.errors import ConfigurationError
from novadoc.types import JsonObject
from novadoc.workflows import choose_examples


def _page(dark: slice, shade: int = 0) -> Document:
    """A white page with dark stripes in some of its rows."""
    rows = [bytearray(b"\xff" * 96) for _ in range(96)]
    for row in rows[dark]:
        row[:: 4 + shade] = b"\x00" * len(row[:: 4 + shade])
    return Document.open(b"P5 96 96 255 " + b"".join(rows))


def _sample(name: str, label: JsonObject, at: int = 0, group: str | None = None) -> Sample:
    return Sample(name, _page(slice(at, at + 24), at), label, group)


def test_examples_together_show_every_field() -> None:
    """The second example fills what the first leaves empty, and not what it shows already."""
    samples = [
        _sample("two", {"a": 1, "b": 2, "c": None, "rows": []}, 1),
        _sample("same", {"a": 3, "b": 4, "c": None, "rows": []}, 2),
        _sample("rest", {"a": None, "b": None, "c": 5, "rows": []}, 3),
        _sample("rows", {"a": 1, "b": None, "c": None, "rows": [{"x": 1, "y": 2}, {"x": 3}]}, 4),
    ]

    chosen = choose_examples(samples, 3)

    assert [example.answer for example in chosen] == [
        samples[3].label, samples[0].label, samples[2].label,
    ]  # fmt: skip


def test_examples_look_like_the_pages_to_be_read() -> None:
    """Each kind of page gets the example that looks most like it."""
    top, middle, bottom = (
        Sample(str(at), _page(slice(at, at + 24)), {"at": at}) for at in (0, 36, 72)
    )
    like = [_page(slice(1, 25)), _page(slice(71, 95))]

    chosen = choose_examples([middle, bottom, top], 2, like=like)

    assert {str(example.answer["at"]) for example in chosen} == {"0", "72"}


def test_what_is_scored_is_never_shown() -> None:
    """Not the same sample, not the same file under another id, not one of the same group."""
    scored = [_sample("a", {"x": 1}, 1), _sample("b", {"x": 1}, 2, group="vendor")]
    training = [
        _sample("a", {"x": 1}, 5),
        _sample("copy", {"x": 1}, 1),
        _sample("sister", {"x": 1}, 6, group="vendor"),
        _sample("free", {"x": None}, 7),
    ]

    chosen = choose_examples(training, 4, scored=scored)

    assert [example.document for example in chosen] == [training[3].document]
    with pytest.raises(ConfigurationError, match="no sample to choose from"):
        choose_examples(training[:3], scored=scored)


def test_no_example_is_no_choice() -> None:
    """Asking for none is a mistake."""
    with pytest.raises(ConfigurationError, match="at least 1"):
        choose_examples([_sample("a", {"x": 1})], 0)
