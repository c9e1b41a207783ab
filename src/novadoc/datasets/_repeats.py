"""The same question twice: once too often, answered otherwise, or in two parts."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

_AT_ONCE = 20_000


class Repeat(NamedTuple):
    """A record whose pages were seen before."""

    rule: str
    place: int
    first: int
    """Where they were seen first."""


class Repeats:
    """Remembers three integers a record: flat enough for any number the service takes."""

    def __init__(self) -> None:
        self._questions = array("q")
        self._answers = array("q")
        self._places = array("q")

    def add(self, place: int, question: object, answer: str) -> None:
        """Remember a record; `place` is its file and line."""
        self._questions.append(hash(question))
        self._answers.append(hash(answer))
        self._places.append(place)

    def found(self) -> Iterator[Repeat]:
        """Yield every record whose question came before, in order."""
        questions = self._questions
        if not self._some_repeat():
            return
        first: dict[int, int] = {}
        for index, question in enumerate(questions):
            earlier = first.setdefault(question, index)
            if earlier != index:
                yield Repeat(self._rule(earlier, index), self._places[index], self._places[earlier])

    def _some_repeat(self) -> bool:
        """Tell whether any question came twice, with no more than a slice of them in a set."""
        slices = 1 + len(self._questions) // _AT_ONCE
        return any(
            _has_twin([one for one in self._questions if one % slices == part])
            for part in range(slices)
        )

    def _rule(self, earlier: int, index: int) -> str:
        if self._answers[earlier] != self._answers[index]:
            return "contradiction"
        same_file = self._places[earlier] >> 32 == self._places[index] >> 32
        return "duplicate" if same_file else "leak"


def _has_twin(numbers: list[int]) -> bool:
    return len(set(numbers)) != len(numbers)
