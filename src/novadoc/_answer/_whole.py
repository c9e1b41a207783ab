"""A reply read into a validated value in one step, where nothing is asked again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from novadoc._answer._read import json_lead, judge, parse_answer
from novadoc.prompts import ExtractionPrompt, Reply
from novadoc.schema import Finding
from novadoc.types import JsonObject

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A reply that was read."""

    value: T = field(repr=False)
    """The user's class, or a JSON object for raw schemas."""
    canonical: JsonObject = field(repr=False)
    """The value's JSON form: fixed key order, nulls for what is absent or invalid."""
    repairs: tuple[str, ...] = ()
    """Steps taken beyond strict JSON, in order."""
    violations: tuple[tuple[str, str], ...] = ()
    """(path, rule) of values that did not fit; only with `strict=False`."""
    findings: tuple[Finding, ...] = ()
    """What the schema normalised or found ambiguous."""


def read_answer(reply: Reply, prompt: ExtractionPrompt[T], *, strict: bool = True) -> Answer[T]:
    """Read a reply to a prompt into a validated value.

    Args:
        reply: What the model answered.
        prompt: What it was asked, for its schema and framing.
        strict: Whether a value that does not fit the schema is an error; else it is null.

    Raises:
        TruncatedAnswerError: The answer was cut; the complete part is attached.
        ContextExceededError: The conversation did not fit the model's context.
        ContentFilteredError: A guardrail or filter stopped it.
        EmptyAnswerError: Nothing was said.
        RefusedAnswerError: Prose, without JSON.
        MalformedAnswerError: Something like JSON that cannot be read.
        InvalidAnswerError: Values do not fit the schema.
    """
    notes: list[str] = []
    lead = json_lead(prompt.framing.prefill)
    reading = prompt.schema.read(parse_answer(reply, prompt.schema, lead=lead, notes=notes))
    return Answer(
        value=judge(reading, reply, strict=strict),
        canonical=reading.canonical,
        repairs=tuple(dict.fromkeys(notes)),
        violations=reading.violations,
        findings=reading.findings,
    )
