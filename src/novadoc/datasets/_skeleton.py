"""Records that differ from a clean one in images and answer only, told without decoding them.

The prompt is the same in every record of a set and most of its bytes. What stands around the image
locations and the answer is learnt from a record found clean; where it comes again to the letter,
only the locations and the answer are left to look at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from novadoc.datasets._envelope import Envelope, Parts
from novadoc.datasets._reserved import reserved
from novadoc.datasets._untrusted import decode

# Documents of several page counts alternate; more shapes than that are not worth trying.
_MOST = 4
# What needs no second look: no quotes, no backslashes, a plain suffix.
_LOCATION = re.compile(r"(?:s3://)?[A-Za-z0-9_\-/.]+\.([a-z]+)")
_STRING = json.JSONDecoder()
_PROBE = "an answer that no record has"


class _Skeleton(NamedTuple):
    fragments: tuple[str, ...]
    """The text around the image locations and the answer, quotes included."""
    suffixes: tuple[str, ...]
    """Of the locations: the format beside them is part of the fragments."""
    characters: int
    """Of all the record's text but the answer."""
    examples: int
    """Images before the last question."""

    def match(self, text: str) -> Parts | None:
        """Return the record's parts when it has this skeleton and is clean."""
        if not text.startswith(self.fragments[0]):
            return None
        at = len(self.fragments[0])
        images: list[str] = []
        for fragment, suffix in zip(self.fragments[1:], self.suffixes, strict=False):
            end = text.find('"', at)
            image = text[at:end]
            found = _LOCATION.fullmatch(image)
            if found is None or found.group(1) != suffix or ".." in image:
                return None
            if not text.startswith(fragment, end):
                return None
            images.append(image)
            at = end + len(fragment)
        return self._answered(text, at - 1, tuple(images))

    def filled(self, images: tuple[str, ...], answer: str) -> str:
        """Return a record of this skeleton."""
        strings = (*images, json.dumps(answer)[1:-1])
        rest = self.fragments[-1]
        return "".join(map(str.__add__, self.fragments, strings)) + f'"{rest}'

    def _answered(self, text: str, at: int, images: tuple[str, ...]) -> Parts | None:
        try:
            answer, end = cast("tuple[str, int]", _STRING.raw_decode(text, at))
        except ValueError:
            return None
        if text[end:] != self.fragments[-1] or not answer.strip() or reserved(answer):
            return None
        characters = self.characters + len(answer)
        return Parts(images, characters, answer, examples=self.examples)


class Skeletons:
    """The shapes of records seen so far, the last one matched first.

    Args:
        envelope: Tells what a record's parts are.
    """

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self._known: list[_Skeleton] = []

    def match(self, text: str) -> Parts | None:
        """Return a record's parts when it is clean and like one before; `None` says nothing."""
        for place, skeleton in enumerate(self._known):
            parts = skeleton.match(text)
            if parts is not None:
                if place:
                    self._known.insert(0, self._known.pop(place))
                return parts
        return None

    def learn(self, text: str, parts: Parts) -> None:
        """Remember the shape of a record that is clean."""
        skeleton = _skeleton(text, parts)
        if skeleton is not None and self._is_sound(skeleton):
            self._known = [skeleton, *self._known[: _MOST - 1]]

    def _is_sound(self, skeleton: _Skeleton) -> bool:
        """Tell whether other locations and another answer, put in, are what a reader gets.

        They are not when JSON has what was found there somewhere else as well, written otherwise.
        """
        images = tuple(f"a-probe/{n}.{suffix}" for n, suffix in enumerate(skeleton.suffixes))
        record = decode(skeleton.filled(images, _PROBE))
        parts = self._envelope.check(record, lambda _rule, _path, _message: None)
        return parts is not None and (parts.images, parts.answer) == (images, _PROBE)


def _skeleton(text: str, parts: Parts) -> _Skeleton | None:
    answer = parts.answer
    if not parts.images or parts.videos or answer is None:
        return None
    fragments: list[str] = []
    suffixes: list[str] = []
    at = 0
    for image in parts.images:
        place = _only(text, f'"{image}"', at)
        if place is None:
            return None
        fragments.append(text[at : place + 1])
        suffixes.append(image.rpartition(".")[2])
        at = place + 1 + len(image)
    for literal in _literals(answer):
        place = _only(text, literal, at)
        if place is not None:
            # Up to the answer's opening quote, which belongs to the string read there.
            fragments += [text[at : place + 1], text[place + len(literal) :]]
            characters = parts.characters - len(answer)
            return _Skeleton(tuple(fragments), tuple(suffixes), characters, parts.examples)
    return None


def _literals(answer: str) -> Iterator[str]:
    yield json.dumps(answer, ensure_ascii=False)
    yield json.dumps(answer)


def _only(text: str, literal: str, at: int) -> int | None:
    """Return where a string stands when it stands nowhere else in the record."""
    place = text.find(literal, at)
    if place < 1 or text[place - 1] == "\\" or text.count(literal) != 1:
        return None
    return place
