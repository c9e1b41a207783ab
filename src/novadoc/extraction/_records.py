"""Outcomes as JSON and back, for journals; and as audit lines, which hold no values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, Union, cast

from novadoc._version import __version__
from novadoc.errors import JournalError
from novadoc.extraction._outcome import (
    Attempt,
    Extraction,
    ExtractionFailure,
    PromptCheck,
)
from novadoc.extraction._tasks import Task
from novadoc.extraction._values import Conflict, Evidence, Guess
from novadoc.prompts import Usage
from novadoc.schema import DocumentSchema, Finding
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")


def to_record(outcome: Extraction[T]) -> JsonObject:
    """Return all of an extraction but its value, which the canonical form gives back."""
    return {
        # For people who look into the file; a name that is not UTF-8 is nothing JSON can hold.
        "id": outcome.id.encode(errors="backslashreplace").decode(),
        "canonical": outcome.canonical,
        "stop_reason": outcome.stop_reason,
        "prompt_check": outcome.prompt_check,
        "repairs": list(outcome.repairs),
        "findings": [[one.path, one.kind, one.message] for one in outcome.findings],
        "violations": [[path, rule] for path, rule in outcome.violations],
        "ungrounded": list(outcome.ungrounded),
        "evidence": {path: _evidence(one) for path, one in outcome.evidence.items()},
        "agreement": dict(outcome.agreement),
        "alternatives": {path: list(said) for path, said in outcome.alternatives.items()},
        "guesses": {
            path: [[one.value, one.probability] for one in said]
            for path, said in outcome.guesses.items()
        },
        "conflicts": [[one.path, [list(p) for p in one.pages]] for one in outcome.conflicts],
        "origins": {path: list(pages) for path, pages in outcome.origins.items()},
        "attempts": [attempt_line(attempt) for attempt in outcome.attempts],
        "pages": list(outcome.pages),
    }


def from_record(
    record: Mapping[str, JsonValue],
    task: Task,
    schema: DocumentSchema[T],
    *,
    model_id: str,
    base_model: str | None,
) -> Extraction[T]:
    """Rebuild an extraction for a task with the same content.

    Raises:
        JournalError: The record is of another form, or its value no longer fits the schema.
    """
    data = cast("dict[str, Any]", record)
    try:
        reading = schema.read(data["canonical"])
        if reading.value is None:
            raise JournalError("A value in the journal does not fit the schema.")
        return Extraction(
            id=task.id,
            source=task.source,
            expected=task.expected,
            model_id=model_id,
            base_model=base_model,
            value=reading.value,
            canonical=data["canonical"],
            stop_reason=data["stop_reason"],
            prompt_check=cast("PromptCheck", data["prompt_check"]),
            repairs=tuple(data["repairs"]),
            findings=tuple(Finding(*one) for one in data["findings"]),
            violations=tuple((path, rule) for path, rule in data["violations"]),
            ungrounded=tuple(data["ungrounded"]),
            evidence={path: _as_evidence(one) for path, one in data["evidence"].items()},
            agreement={path: float(share) for path, share in data["agreement"].items()},
            alternatives={path: tuple(said) for path, said in data["alternatives"].items()},
            guesses={
                path: tuple(Guess(value, _share(share)) for value, share in said)
                for path, said in data["guesses"].items()
            },
            conflicts=tuple(
                Conflict(path, tuple(map(tuple, pages))) for path, pages in data["conflicts"]
            ),
            origins={path: tuple(pages) for path, pages in data["origins"].items()},
            attempts=tuple(map(_attempt, data["attempts"])),
            pages=tuple(data["pages"]),
            resumed=True,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise JournalError(
            f"A record of the journal cannot be read ({type(error).__name__}).",
            remedy="Start a new journal.",
        ) from error


def _share(value: Any) -> float | None:
    return None if value is None else float(value)


def _evidence(one: Evidence) -> JsonObject:
    return {
        "page": one.page,
        "boxes": [list(box) for box in one.boxes],
        "similarity": one.similarity,
    }


def _as_evidence(data: Mapping[str, Any]) -> Evidence:
    boxes = [tuple(float(edge) for edge in box) for box in data["boxes"]]
    return Evidence(data["page"], cast("Any", tuple(boxes)), float(data["similarity"]))


def attempt_line(attempt: Attempt) -> JsonObject:
    """Return an attempt as JSON: figures, ids and times."""
    usage = attempt.usage
    return {
        "number": attempt.number,
        "kind": attempt.kind,
        "mode": attempt.mode,
        "started": attempt.started.isoformat(),
        "latency": attempt.latency.total_seconds(),
        "tokens": [
            usage.input_tokens, usage.output_tokens,
            usage.cache_read_tokens, usage.cache_write_tokens,
        ],
        "error": attempt.error,
        "stop_reason": attempt.stop_reason,
        "request_id": attempt.request_id,
    }  # fmt: skip


def _attempt(data: Mapping[str, Any]) -> Attempt:
    return Attempt(
        number=data["number"],
        kind=data["kind"],
        mode=data["mode"],
        started=datetime.fromisoformat(data["started"]),
        latency=timedelta(seconds=float(data["latency"])),
        usage=Usage(*data["tokens"]),
        error=data["error"],
        stop_reason=data["stop_reason"],
        request_id=data["request_id"],
    )


def audit_line(
    outcome: Union[Extraction[T], ExtractionFailure], *, prompt_fingerprint: str
) -> JsonObject:
    """Return what an auditor asks about one outcome; it holds no value of the document.

    Args:
        outcome: Of an extractor.
        prompt_fingerprint: Of the prompt that was asked.

    Example:
        >>> failure = ExtractionFailure(
        ...     "a.png", "in/a.png", model_id="amazon.nova-lite-v1:0",
        ...     error=JournalError("The journal is full."),
        ... )
        >>> line = audit_line(failure, prompt_fingerprint="0f1e")
        >>> line["id"], line["result"], line["prompt"]
        ('a.png', 'JournalError', '0f1e')
    """
    return {
        "id": outcome.id,
        "source": outcome.source,
        "result": _result(outcome),
        "model": outcome.model_id,
        "prompt": prompt_fingerprint,
        "prompt_check": outcome.prompt_check,
        "pages": list(outcome.pages),
        "attempts": [attempt_line(attempt) for attempt in outcome.attempts],
        "repairs": list(outcome.repairs) if isinstance(outcome, Extraction) else [],
        "doubtful": (list(outcome.needs_review(0.0)) if isinstance(outcome, Extraction) else []),
        "novadoc": __version__,
    }


def _result(outcome: Union[Extraction[T], ExtractionFailure]) -> str:
    return type(outcome.error).__name__ if isinstance(outcome, ExtractionFailure) else "extracted"
