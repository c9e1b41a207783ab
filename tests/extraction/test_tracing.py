"""Spans of real OpenTelemetry: named by its conventions, in the right trace, without content."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from pydantic import BaseModel

from novadoc.documents import Document
from novadoc.errors import ThrottledError
from novadoc.extraction import Extractor, RetryPolicy, Settings, otel_hook
from novadoc.prompts import Reply, Usage
from novadoc.testing import ScriptedModel

sdk = pytest.importorskip("opentelemetry.sdk.trace")
export = pytest.importorskip("opentelemetry.sdk.trace.export")
memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")

SSN = "000-12-3456"
PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")


class Slip(BaseModel):
    ssn: str | None = None


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, duration: timedelta, /) -> None:
        self.seconds += duration.total_seconds()


def traced(script):
    """An extractor that is traced, its tracer, and where the spans go."""
    spans = memory.InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(spans))
    tracer = provider.get_tracer("test")
    made = Extractor(
        Slip,
        model=ScriptedModel(script),
        clock=Clock(),
        retry=RetryPolicy(attempts=2),
        settings=Settings(hooks=(otel_hook(tracer),), workers=4),
    )
    return made, tracer, spans


THROTTLED = ThrottledError("Too many requests.", operation="Converse", request_id="r-9")
ANSWERED = Reply(
    f'{{"ssn": "{SSN}"}}', "stop_sequence", Usage(7, 3), latency=timedelta(seconds=2),
    request_id="r-10",
)  # fmt: skip


def test_every_call_is_a_span_with_its_figures() -> None:
    """Model, tokens, stop reason, attempt and error class; the failed call is marked so."""
    made, _, spans = traced([THROTTLED, ANSWERED])
    made.extract(PAGE)

    failed, good = spans.get_finished_spans()
    assert "chat amazon.nova-lite-v1:0" == failed.name == good.name
    assert ("ERROR", "ThrottledError") == (
        failed.status.status_code.name,
        failed.status.description,
    )
    assert "ThrottledError" == failed.attributes["error.type"]
    assert {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "aws.bedrock",
        "gen_ai.request.model": "amazon.nova-lite-v1:0",
        "gen_ai.response.finish_reasons": ("stop_sequence",),
        "gen_ai.usage.input_tokens": 7,
        "gen_ai.usage.output_tokens": 3,
        "novadoc.document.id": "slip.pgm",
        "novadoc.attempt.number": 2,
        "novadoc.attempt.kind": "retry",
        "aws.request_id": "r-10",
    } == dict(good.attributes)
    assert 2_000_000_000 == good.end_time - good.start_time
    assert "CLIENT" == good.kind.name


@pytest.mark.parametrize("many", [False, True])
def test_span_belongs_to_the_trace_it_was_asked_in(many: bool) -> None:
    """Also from the threads of `extract_many`."""
    made, tracer, spans = traced([ANSWERED])

    with tracer.start_as_current_span("request") as parent:
        list(made.extract_many([PAGE])) if many else made.extract(PAGE)
    call, _ = spans.get_finished_spans()
    assert parent.get_span_context().span_id == call.parent.span_id


def test_spans_hold_no_content() -> None:
    """Neither a value, nor the prompt, nor prose the model wrote."""
    made, _, spans = traced([f"I see {SSN}, and cannot say more.", ANSWERED])
    made.extract(PAGE)

    text = json.dumps([json.loads(span.to_json()) for span in spans.get_finished_spans()])
    assert SSN not in text
    assert "cannot say" not in text
    assert "JSON Schema" not in text
