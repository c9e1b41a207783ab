"""The training process: `python -m novadoc.local.engine._fit`, records in, losses and a model out.

CRFsuite holds the interpreter for as long as it trains; in the server's process every other
request would wait. Killing this process is how a training is cancelled.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from novadoc.local.engine import _child, _frames
from novadoc.local.engine._answers import leaves
from novadoc.local.engine._fields import Shape, from_answers, from_schema
from novadoc.local.engine._learner import Learner, Lesson, Loss, Plan
from novadoc.local.engine._page import pages
from novadoc.local.engine._reading import Reading
from novadoc.types import JsonObject


def main() -> None:
    """Train once, as the one request says."""
    requests, replies = _child.streams()
    request = _frames.receive(requests)
    if request is None:
        return
    threading.Thread(target=_leave_with_parent, args=(requests,), daemon=True).start()
    task = json.loads(request, parse_float=Decimal)
    try:
        _train(task, replies)
    except ValueError as error:
        _say(replies, {"failed": str(error)})


def _train(task: Mapping[str, Any], replies: BinaryIO) -> None:
    train, validation = task["train"], task["validation"]
    plan = Plan(int(task["epochs"]), spelling=bool(task["spelling"]))
    shape = _shape(task["schema"], [record["answer"] for record in train])
    learner = Learner(shape, _lessons(train))
    learned = learner.learn(
        plan, _lessons(validation), lambda loss: _say(replies, {"loss": _row(loss)})
    )
    _say(
        replies,
        {
            "model": base64.b64encode(learned.model.to_bytes()).decode(),
            "validation": [_row(loss) for loss in learned.validation],
            "missing": learned.missing,
        },
    )


def _shape(schema: JsonObject | None, answers: Sequence[JsonObject]) -> Shape:
    return from_schema(schema) if schema else from_answers(answers)


def _lessons(records: Sequence[Mapping[str, Any]]) -> list[Lesson]:
    return [
        Lesson(
            tuple(
                page
                for reading in record["readings"]
                for page in pages(Reading.from_json(reading.encode()))
            ),
            leaves(record["answer"]),
        )
        for record in records
    ]


def _row(loss: Loss) -> list[float]:
    return [loss.step, loss.epoch, loss.loss]


def _say(replies: BinaryIO, message: Mapping[str, object]) -> None:
    _frames.send(replies, json.dumps(message).encode())


def _leave_with_parent(requests: BinaryIO) -> None:
    """End at once when the parent closes the pipe: it is gone, or wants no result."""
    requests.read()
    os._exit(1)


if __name__ == "__main__":
    main()
