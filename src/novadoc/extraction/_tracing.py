"""Spans of OpenTelemetry, named by its conventions for generative AI; without any content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from novadoc._extras import require
from novadoc.extraction._hooks import AttemptEvent, Hook

_NANOSECONDS = 1_000_000_000


def otel_hook(tracer: Any = None) -> Hook:
    """Return a hook that makes a span of every call of the model.

    The span is a child of the one that is open where the document was submitted. It names model,
    tokens, stop reason and error class (`gen_ai.*`), the document's id and the attempt; never a
    prompt, page or answer.

    Args:
        tracer: An OpenTelemetry tracer; the global provider's one called `novadoc` when `None`.

    Raises:
        MissingExtraError: OpenTelemetry's API is not installed.
    """
    trace: Any = require("opentelemetry.trace", extra="otel", feature="Tracing")
    made = tracer or trace.get_tracer("novadoc")

    def record(event: AttemptEvent) -> None:
        start = _nanoseconds(event.attempt.started)
        span = made.start_span(
            f"chat {event.model_id}",
            kind=trace.SpanKind.CLIENT,
            attributes=_attributes(event),
            start_time=start,
        )
        if event.attempt.error is not None:
            span.set_status(trace.StatusCode.ERROR, event.attempt.error)
        latency = event.attempt.latency.total_seconds()
        span.end(end_time=start + int(latency * _NANOSECONDS))

    return record


def _attributes(event: AttemptEvent) -> dict[str, object]:
    attempt = event.attempt
    found: dict[str, object] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": event.model_id,
        "gen_ai.usage.input_tokens": attempt.usage.input_tokens,
        "gen_ai.usage.output_tokens": attempt.usage.output_tokens,
        "novadoc.document.id": event.id,
        "novadoc.attempt.number": attempt.number,
        "novadoc.attempt.kind": attempt.kind,
    }
    if attempt.stop_reason:
        found["gen_ai.response.finish_reasons"] = [attempt.stop_reason]
    if attempt.error is not None:
        found["error.type"] = attempt.error
    if attempt.request_id is not None:
        found["aws.request_id"] = attempt.request_id
    return found


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000) * 1_000
