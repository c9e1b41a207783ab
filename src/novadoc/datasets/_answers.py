"""The labels of a data set: framed alike, JSON, of one shape, nulls as nulls."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import cast

from novadoc.datasets._majority import Late, Majority, Seen, minority
from novadoc.datasets._problem import Report
from novadoc.datasets._shape import Fault, Shape, absent
from novadoc.datasets._untrusted import decode
from novadoc.types import JsonObject

_FENCE = "```"


class Answers:
    """Checks the answers of all files of a set, one after another.

    Args:
        shape: The schema's shape; without it, the majority is the measure.
        framing: The exact text before and after the JSON, when it is known; without it, what most
            answers have.
    """

    def __init__(self, shape: Shape | None, framing: tuple[str, str] | None) -> None:
        self._shape = shape
        self._framing = framing
        self._frames: dict[tuple[str, str], Seen] = {}
        self._majority = Majority()

    def check(self, answer: str, place: int, report: Report) -> None:
        """Check one answer; `place` names it in the end."""
        text = self._unframed(answer, place, report)
        try:
            value: object = decode(text)
        except (ValueError, RecursionError) as error:
            at = getattr(error, "pos", None)
            where = "" if at is None else f" (at character {at + 1})"
            report("label-json", "$answer", f"The answer is not JSON{where}.")
            return
        if type(value) is not dict:
            report("label-json", "$answer", "The answer is JSON, but not an object.")
            return
        label = cast("JsonObject", value)
        if self._shape is not None:
            if not self._shape.fits(label):
                for fault in self._shape.faults(label):
                    report(*fault)
        elif not self._majority.fits(label, place):
            for fault in absent(label, "$answer"):
                report(*fault)

    def _unframed(self, answer: str, place: int, report: Report) -> str:
        if self._framing is not None:
            before, after = self._framing
            if answer.startswith(before) and answer.endswith(after):
                return answer[len(before) : len(answer) - len(after)]
            message = "The answer does not begin and end as inference frames it."
            report("framing", "$answer", message)
        frame = _frame(answer)
        if self._framing is None:
            seen = self._frames.get(frame)
            if seen is None:
                seen = self._frames[frame] = array("Q")
            seen.append(place)
        return answer[len(frame[0]) : len(answer) - len(frame[1])]

    def late(self) -> Iterator[Late]:
        """Yield what differs from the majority, where nothing else is the measure."""
        for place in minority(self._frames):
            yield Late(place, Fault("framing", "$answer", "Most answers are framed otherwise."))
        yield from self._majority.late()


def unframed(answer: str) -> str:
    """Return an answer without the Markdown fence around it, if there is one."""
    before, after = _frame(answer)
    return answer[len(before) : len(answer) - len(after)]


def _frame(answer: str) -> tuple[str, str]:
    """Return what stands before and after the JSON: nothing, or a Markdown fence."""
    if not answer.startswith(_FENCE):
        return "", ""
    head = answer.find("\n") + 1
    tail = answer.rstrip()
    if not head or not tail.endswith(_FENCE) or len(tail) < head + 3:
        return answer[:head], ""
    body = tail[:-3].rstrip()
    return answer[:head], answer[len(body) :]
