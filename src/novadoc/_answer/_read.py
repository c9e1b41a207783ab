"""One reply read: stop reason before text, strict JSON before repair."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TypeVar

from novadoc._answer import _rescue
from novadoc._answer._json import NoJsonError, UnclosedError, exact, load_json
from novadoc._answer._shape import destring, unwrap
from novadoc.errors import (
    AnswerError,
    ContentFilteredError,
    ContextExceededError,
    EmptyAnswerError,
    InvalidAnswerError,
    MalformedAnswerError,
    RefusedAnswerError,
    TruncatedAnswerError,
)
from novadoc.prompts._conversation import Reply
from novadoc.schema import DocumentSchema, Reading
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

_FILTERED = frozenset({"content_filtered", "guardrail_intervened"})
_CUT = {"max_tokens": TruncatedAnswerError, "model_context_window_exceeded": ContextExceededError}


def judge(reading: Reading[T], reply: Reply, *, strict: bool) -> T:
    """Return the value that the schema read from a reply, or refuse it.

    Raises:
        InvalidAnswerError: `strict`, and values do not fit; or no value can be built at all.
    """
    if reading.value is None or (strict and reading.violations):
        places = ", ".join(f"`{path or '$'}`" for path, _ in reading.violations[:5])
        raise InvalidAnswerError(
            f"{len(reading.violations)} values of the answer do not fit the schema: {places}.",
            stop_reason=reply.stop_reason,
            usage=reply.usage,
            text=reply.text,
            partial=reading.canonical,
            violations=reading.violations,
            remedy="Ask with `strict=False` for what is valid, or make these fields nullable.",
        )
    return reading.value


def parse_answer(
    reply: Reply, schema: DocumentSchema[T], *, lead: str = "", notes: list[str]
) -> JsonObject:
    """Return the answer's JSON object, before the schema looks at its values.

    Args:
        reply: What the model answered.
        schema: What was asked for.
        lead: JSON text that the prefill already holds.
        notes: Told each step beyond strict JSON.

    Raises:
        TruncatedAnswerError: The answer was cut; the complete part is attached.
        ContextExceededError: The conversation did not fit the model's context.
        ContentFilteredError: A guardrail or filter stopped it.
        EmptyAnswerError: Nothing was said.
        RefusedAnswerError: Prose, without JSON.
        MalformedAnswerError: Something like JSON that cannot be read.
    """
    _check_stop(reply, lead)
    root = schema.root
    names = root.keys
    if reply.tool_input is not None:
        found = _from_tool(reply, names, notes)
    else:
        found = _from_text(reply, lead, schema, names, notes)
    answer = unwrap(found, names, notes)
    if answer is None:
        raise _error(MalformedAnswerError, "The answer is no single JSON object.", reply)
    return destring(answer, root, notes)


def find_json(text: str, names: AbstractSet[str], notes: list[str]) -> JsonValue:
    """Return the JSON value that `text` is, or holds.

    Args:
        text: An answer.
        names: The names an answer's object may have; empty accepts any object.
        notes: Told each step beyond strict JSON.

    Raises:
        UnclosedError: The value is cut off.
        NoJsonError: There is none.
        ValueError: There is something like JSON that cannot be read.
    """
    try:
        return load_json(text, notes)
    except ValueError:
        return _rescue.json_inside(text, names, notes)


def _check_stop(reply: Reply, lead: str) -> None:
    if reply.stop_reason in _FILTERED:
        raise _error(
            ContentFilteredError,
            "A guardrail or the service's filter blocked the answer.",
            reply,
            remedy="Look at the guardrail's settings; asking again does not help.",
        )
    if reply.stop_reason in _CUT:
        raise _cut(reply, lead, _CUT[reply.stop_reason])


def _cut(reply: Reply, lead: str, kind: type[AnswerError] = TruncatedAnswerError) -> AnswerError:
    partial: JsonObject = {}
    if isinstance(reply.tool_input, dict):
        partial = reply.tool_input
    try:
        found = find_json(lead + reply.text, frozenset(), [])
        partial = found if isinstance(found, dict) else partial
    except UnclosedError as unclosed:
        partial = unclosed.partial
    except ValueError:
        pass
    return _error(
        kind,
        "The answer was cut off; what was complete is attached as `partial`.",
        reply,
        partial=partial,
        remedy="Raise `max_tokens`, allow continuations, or ask for fewer pages at a time.",
    )


def _from_tool(reply: Reply, names: AbstractSet[str], notes: list[str]) -> JsonValue:
    value = reply.tool_input
    try:
        if not isinstance(value, str):
            return exact(value)
        notes.append("stringified")
        return find_json(value, names, notes)
    except UnclosedError as unclosed:
        raise _error(
            TruncatedAnswerError,
            "The tool's input was cut off; what was complete is attached as `partial`.",
            reply,
            partial=unclosed.partial,
        ) from None
    except ValueError:
        raise _error(MalformedAnswerError, "The tool's input is no JSON object.", reply) from None


def _from_text(
    reply: Reply, lead: str, schema: DocumentSchema[T], names: AbstractSet[str], notes: list[str]
) -> JsonValue:
    text = reply.text
    if not text.strip():
        raise _error(EmptyAnswerError, "The answer holds no text and no tool input.", reply)
    if "<__function=" in text:
        dialect = _rescue.parse_xml(text, schema.fields, notes)
        if dialect is not None and "</__function>" not in text:
            raise _error(TruncatedAnswerError, "The tool call was cut off.", reply, partial=dialect)
        if dialect is not None:
            return dialect
    try:
        return find_json(lead + text, names, notes)
    except UnclosedError:
        raise _cut(reply, lead) from None
    except NoJsonError:
        raise _error(
            RefusedAnswerError,
            "The model wrote prose instead of an answer.",
            reply,
            remedy="Read it on the error's `text`.",
        ) from None
    except ValueError:
        raise _error(MalformedAnswerError, "The answer's JSON cannot be read.", reply) from None


@lru_cache(maxsize=256)
def json_lead(prefill: str) -> str:
    """Return the JSON that a prefill already begins; a fence is none."""
    at = min((i for i in (prefill.find("{"), prefill.find("[")) if i >= 0), default=len(prefill))
    return prefill[at:]


def _error(
    kind: type[AnswerError],
    message: str,
    reply: Reply,
    *,
    partial: JsonObject | None = None,
    remedy: str = "",
) -> AnswerError:
    return kind(
        message,
        stop_reason=reply.stop_reason,
        usage=reply.usage,
        text=reply.text,
        partial=partial,
        remedy=remedy,
    )
