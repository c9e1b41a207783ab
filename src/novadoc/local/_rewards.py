"""Prompts of reinforcement fine-tuning, and what a grader says of the answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple, cast

from novadoc.local._data import DataProblem
from novadoc.local._engine import Engine, EngineRequest
from novadoc.local._schema_text import find_schema
from novadoc.types import JsonObject

__all__ = ["Prompt", "mean_reward", "read_prompts"]

_MAX_TOKENS = 2_048  # Nova Forge's default of inferenceMaxTokens
_BATCH = 64


class Prompt(NamedTuple):
    """One prompt, in the shape of OpenAI's chat records."""

    identity: str
    messages: list[JsonObject]
    metadata: JsonObject
    """The record's other members, with `reference_answer`."""


def read_prompts(data: bytes) -> list[Prompt]:
    """Read and check a JSONL file of prompts.

    Raises:
        DataProblem: The first rule that is broken, with its line from 1.
    """
    lines = data.decode(errors="replace").removesuffix("\n").split("\n")
    return [_read(text, number) for number, text in enumerate(lines, 1)]


def _read(text: str, number: int) -> Prompt:
    try:
        record: object = json.loads(text)
    except (ValueError, RecursionError):
        raise DataProblem("The line is not valid JSON.", line=number) from None
    if not isinstance(record, dict):
        raise DataProblem("The record must be a JSON object.", line=number)
    fields = cast("dict[str, Any]", record)
    messages = _messages(fields.get("messages"), number)
    if "reference_answer" not in fields:
        raise DataProblem("The record has no reference_answer.", line=number)
    rest = {name: value for name, value in fields.items() if name not in {"id", "messages"}}
    return Prompt(str(fields.get("id", number)), messages, rest)


def _messages(value: object, line: int) -> list[JsonObject]:
    entries = cast("list[object]", value) if isinstance(value, list) else []
    messages = [cast("JsonObject", entry) for entry in entries if isinstance(entry, dict)]
    roles = [str(message.get("role")) for message in messages]
    known = set(roles) <= {"system", "user", "assistant"} and len(messages) == len(entries)
    if not known or "user" not in roles:
        problem = "messages must hold at least one user turn and only known roles."
        raise DataProblem(problem, line=line)
    if "system" in roles[1:]:
        raise DataProblem("The system turn must be the first.", line=line)
    if not all(isinstance(message.get("content"), str) for message in messages):
        raise DataProblem("A message's content must be text: no images.", line=line)
    return messages


def _answered(engine: Engine, prompt: Prompt) -> JsonObject:
    texts = [str(m["content"]) for m in prompt.messages if m["role"] == "user"]
    system = "\n".join(str(m["content"]) for m in prompt.messages if m["role"] == "system")
    schema = find_schema(texts[-1]) or find_schema(system)
    request = EngineRequest((), system, texts[-1], schema, "", (), False, _MAX_TOKENS)
    answer: JsonObject = {"role": "assistant", "content": engine.answer(request, None)}
    return {
        "id": prompt.identity,
        "messages": [*prompt.messages, answer],
        "metadata": prompt.metadata,
    }


def _scores(
    samples: list[JsonObject], grader: Callable[[list[JsonObject]], list[JsonObject]]
) -> list[float]:
    graded: Mapping[object, JsonObject] = {result.get("id"): result for result in grader(samples)}
    scores: list[float] = []
    for sample in samples:
        score = graded.get(sample["id"], {}).get("aggregate_reward_score")
        if isinstance(score, bool) or not isinstance(score, (int, float)) or not isfinite(score):
            raise ValueError("The grader gave no aggregate_reward_score for a sample.")
        scores.append(float(score))
    return scores


def mean_reward(
    engine: Engine,
    prompts: Sequence[Prompt],
    grader: Callable[[list[JsonObject]], list[JsonObject]],
) -> float:
    """Let the base model answer every prompt and the grader judge.

    Raises:
        ValueError: The grader left a sample without a score.
    """
    scores: list[float] = []
    for start in range(0, len(prompts), _BATCH):
        samples = [_answered(engine, prompt) for prompt in prompts[start : start + _BATCH]]
        scores.extend(_scores(samples, grader))
    return sum(scores) / len(scores)
