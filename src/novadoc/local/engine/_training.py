"""The parent's side of a training process."""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from novadoc.errors import LocalAWSError
from novadoc.local.engine import _child, _frames
from novadoc.local.engine._answers import dump
from novadoc.local.engine._reading import Reading
from novadoc.types import JsonObject

_LOOK = 0.2
"""Seconds between looks at whether the training is cancelled."""

Example = tuple[Sequence[Reading], JsonObject]
"""The readings of a record's pages and its answer."""
Row = tuple[int, int, float]
"""Step, epoch and loss."""


@dataclass(frozen=True)
class Task:
    """What to train."""

    schema: JsonObject | None
    train: Sequence[Example]
    validation: Sequence[Example]
    epochs: int
    spelling: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a training process gave back before it ended or was stopped."""

    model: bytes
    """Empty when it was stopped."""
    losses: list[Row]
    validation: list[Row]
    missing: Mapping[str, tuple[int, int]]


def run(task: Task, cancelled: Callable[[], bool]) -> Outcome:
    """Train in a process of its own.

    Raises:
        ValueError: The records cannot be learnt from.
        LocalAWSError: The process ended by itself.
    """
    process = _child.start("novadoc.local.engine._fit")
    try:
        return _follow(process, task, cancelled)
    finally:
        _child.end(process)


def _follow(process: subprocess.Popen[bytes], task: Task, cancelled: Callable[[], bool]) -> Outcome:
    messages = _messages(process, _encode(task))
    losses: list[Row] = []
    while not cancelled():
        try:
            message = messages.get(timeout=_LOOK)
        except queue.Empty:
            continue
        if message is None:
            raise LocalAWSError(
                "The training process ended before its model was ready.",
                remedy="Is there enough memory?",
            )
        if "failed" in message:
            raise ValueError(message["failed"])
        if "loss" in message:
            losses.append(_row(message["loss"]))
            continue
        return Outcome(
            base64.b64decode(message["model"]),
            losses,
            [_row(row) for row in message["validation"]],
            {path: (int(a), int(b)) for path, (a, b) in message["missing"].items()},
        )
    return Outcome(b"", losses, [], {})


def _messages(
    process: subprocess.Popen[bytes], request: bytes
) -> queue.SimpleQueue[dict[str, Any] | None]:
    """Send the request and collect the replies, off the thread that watches for cancelling."""
    found: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def talk() -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _frames.send(process.stdin, request)  # type: ignore[arg-type]
            while (reply := _frames.receive(process.stdout)) is not None:  # type: ignore[arg-type]
                found.put(json.loads(reply))
        except (OSError, ValueError):  # the pipe was closed under us: cancelled
            pass
        found.put(None)

    threading.Thread(target=talk, daemon=True).start()
    return found


def _encode(task: Task) -> bytes:
    return dump(
        {
            "schema": task.schema,
            "train": [_record(example) for example in task.train],
            "validation": [_record(example) for example in task.validation],
            "epochs": task.epochs,
            "spelling": task.spelling,
        }
    ).encode()


def _record(example: Example) -> JsonObject:
    readings, answer = example
    return {"readings": [reading.to_json().decode() for reading in readings], "answer": answer}


def _row(row: Sequence[float]) -> Row:
    return int(row[0]), int(row[1]), float(row[2])
