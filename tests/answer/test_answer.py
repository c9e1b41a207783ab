"""Answers: a value, or an error that says what is wrong; nothing invented, nothing lost."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import json_repair
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from novadoc._answer import dump_json, load_json, parse_answer, read_answer
from novadoc._answer._json import MAX_DEPTH, UnclosedError
from novadoc._answer._read import find_json
from novadoc._answer._scan import complete_part
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
from novadoc.prompts import ExtractionPrompt, Reply, Usage
from novadoc.schema import DocumentSchema

SSN = "000-12-3456"


class Line(BaseModel):
    name: str | None = None
    amount: Decimal | None = None


class Slip(BaseModel):
    ssn: str | None = None
    total: Decimal | None = None
    lines: list[Line] = []


PROMPT = ExtractionPrompt(Slip)
GOOD = f'{{"ssn": "{SSN}", "total": 158.10, "lines": [{{"name": "a", "amount": 1}}]}}'


DEEP: Any = []
for _ in range(1000):
    DEEP = [DEEP]


def reply(text: str = "", stop: str = "end_turn", tool: object = None) -> Reply:
    return Reply(text, stop, Usage(10, 5), tool_input=tool)


def test_clean_answer_needs_no_repair() -> None:
    """Strict JSON is read with its decimals."""
    answer = read_answer(reply("\n" + GOOD, "stop_sequence"), PROMPT)

    assert Slip(ssn=SSN, total=Decimal("158.10"), lines=[Line(name="a", amount=1)]) == answer.value
    assert () == answer.repairs


@pytest.mark.parametrize(
    ("text", "repairs"),
    [
        pytest.param(f"```json\n{GOOD}\n```", ("surroundings",), id="fence"),
        pytest.param(f"Here it is:\n```json\n{GOOD}\n```\nDone.", ("surroundings",), id="prose"),
        pytest.param(f"{GOOD}\n```", ("surroundings",), id="kept stop sequence"),
        pytest.param(f"[{GOOD}]", ("unwrapped",), id="list of one"),
        pytest.param(f'{{"Slip": {GOOD}}}', ("unwrapped",), id="named"),
        pytest.param(GOOD.replace('"total"', "total"), None, id="bare key"),
        pytest.param(GOOD[:-1] + ",}", None, id="trailing comma"),
        pytest.param(GOOD.replace('"', "'"), None, id="single quotes"),
    ],
)
def test_surroundings_and_malformations_are_undone(text: str, repairs: object) -> None:
    """The value is the same as from clean JSON, and each step is recorded."""
    answer = read_answer(reply(text), PROMPT)

    assert read_answer(reply(GOOD), PROMPT).value == answer.value
    assert answer.repairs == (repairs or ("surroundings", "json_repair"))


@pytest.mark.parametrize(
    ("given_reply", "error"),
    [
        pytest.param(reply(GOOD, "max_tokens"), TruncatedAnswerError, id="max_tokens"),
        pytest.param(reply(GOOD[:30]), TruncatedAnswerError, id="unclosed"),
        pytest.param(reply(tool=GOOD[:30], stop="tool_use"), TruncatedAnswerError, id="tool"),
        pytest.param(
            reply(GOOD[:30], "model_context_window_exceeded"), ContextExceededError, id="context"
        ),
        pytest.param(reply("No.", "content_filtered"), ContentFilteredError, id="filtered"),
        pytest.param(reply("No.", "guardrail_intervened"), ContentFilteredError, id="guardrail"),
        pytest.param(reply(" \n"), EmptyAnswerError, id="empty"),
        pytest.param(reply(f"I cannot read {SSN}."), RefusedAnswerError, id="prose"),
        pytest.param(reply("[1, 2]"), MalformedAnswerError, id="list"),
        pytest.param(reply('{"total": "much"}'), InvalidAnswerError, id="invalid"),
        pytest.param(reply("[" * 1000), AnswerError, id="deep and open"),
        pytest.param(reply("[" * 1000 + "]" * 1000), MalformedAnswerError, id="deep"),
        pytest.param(reply("", tool={"lines": DEEP}), MalformedAnswerError, id="deep tool input"),
        pytest.param(reply(tool=[1], stop="tool_use"), MalformedAnswerError, id="tool list"),
    ],
)
def test_what_is_no_answer_is_its_own_error(given_reply: Reply, error: type[AnswerError]) -> None:
    """The stop reason is read first; each situation has its leaf, and no leaf shows content."""
    with pytest.raises(error) as caught:
        read_answer(given_reply, PROMPT)

    assert SSN not in str(caught.value)
    assert SSN not in repr(caught.value)
    assert Usage(10, 5) == caught.value.usage


def test_truncated_answer_keeps_what_was_complete() -> None:
    """Whole values only: a number at the end may have gone on."""
    text = f'{{"ssn": "{SSN}", "lines": [{{"name": "a", "amount": 1}}, {{"name": "b", "amount": 12'

    with pytest.raises(TruncatedAnswerError) as caught:
        read_answer(reply(text), PROMPT)

    rows = [{"name": "a", "amount": 1}, {"name": "b"}]
    assert {"ssn": SSN, "lines": rows} == caught.value.partial


def test_cut_inside_a_value_that_holds_brackets_is_truncated() -> None:
    """A bracket inside a string that never closes does not end the answer."""
    with pytest.raises(TruncatedAnswerError):
        read_answer(reply('{"ssn": "x } z'), PROMPT)


@given(st.integers(min_value=1, max_value=len(GOOD) - 1))
def test_every_cut_is_noticed(end: int) -> None:
    """Wherever an answer is cut, it is never a result, and its part is a part of the whole."""
    with pytest.raises((TruncatedAnswerError, EmptyAnswerError)) as caught:
        read_answer(reply(GOOD[:end]), PROMPT)

    whole = load_json(GOOD)
    partial = caught.value.partial or {}
    assert all(whole[name] == value for name, value in partial.items() if name != "lines")


def test_nova_s_xml_dialect_is_read() -> None:
    """A tool call that came as text is the answer all the same."""
    text = (
        "<tools>\n<__function=record>\n<__parameter=ssn>000-12-3456</__parameter>\n"
        '<__parameter=lines>[{"name": "a", "amount": 1.50}]</__parameter>\n</__function>\n</tools>'
    )

    answer = read_answer(reply(text, "malformed_tool_use"), PROMPT)
    assert Slip(ssn=SSN, lines=[Line(name="a", amount=Decimal("1.50"))]) == answer.value
    assert ("nova_xml",) == answer.repairs


def test_xml_dialect_that_is_cut_is_truncated() -> None:
    """A parameter that does not close is not silently left out."""
    text = "<__function=record>\n<__parameter=ssn>000-12-3456</__parameter>\n<__parameter=total>1"

    with pytest.raises(TruncatedAnswerError) as caught:
        read_answer(reply(text, "malformed_tool_use"), PROMPT)

    assert {"ssn": SSN} == caught.value.partial


def test_lists_that_came_as_text_are_lists() -> None:
    """Bedrock sometimes gives a tool's list as JSON text."""
    tool = {"ssn": SSN, "lines": '[{"name": "a", "amount": 1.5}]'}

    answer = read_answer(reply(tool=tool, stop="tool_use"), PROMPT)
    assert [Line(name="a", amount=Decimal("1.5"))] == answer.value.lines
    assert ("stringified",) == answer.repairs


def test_invalid_value_is_null_when_not_strict() -> None:
    """What is valid is returned; the violation has a path and a rule, and no value."""
    answer = read_answer(reply(f'{{"ssn": "{SSN}", "total": "much"}}'), PROMPT, strict=False)

    assert Slip(ssn=SSN) == answer.value
    assert ["total"] == [path for path, _ in answer.violations]
    assert "much" not in repr(answer.violations)


def test_duplicate_keys_are_recorded() -> None:
    """The last one counts, and the reader is told."""
    answer = read_answer(reply('{"ssn": "a", "ssn": "b"}'), PROMPT)

    assert ("b", ("duplicate_keys",)) == (answer.value.ssn, answer.repairs)


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize(
    "number",
    ["1e999999999", "1e-999999999", "9" * 5000, "-1e400", f"1e{'9' * 20}", f"1E-{'9' * 20}"],
)
def test_huge_numbers_never_become_numbers(number: str, quote: str) -> None:
    """They would fill the memory once printed, or are none to Python; they are invalid instead."""
    with pytest.raises(InvalidAnswerError):
        read_answer(reply(f'{{"total": {quote}{number}{quote}}}'), PROMPT)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_for_no_number_are_not_read(word: str) -> None:
    """NaN is no JSON, and no amount."""
    with pytest.raises(AnswerError):
        read_answer(reply(f'{{"total": {word}}}'), PROMPT)


def test_prefill_that_begins_the_json_is_counted_in() -> None:
    """Where the prefill opens the object, the model's text goes on from it."""
    notes: list[str] = []

    data = parse_answer(reply('ssn": "a"}'), DocumentSchema.of(Slip), lead='{"', notes=notes)
    assert {"ssn": "a"} == data


def test_repaired_answer_invents_nothing() -> None:
    """Every text of a mended answer stands in it; every number keeps its digits."""
    answer = read_answer(reply("{ssn: 'A \"quoted\" one', 'total': 1234.50,}"), PROMPT)

    assert 'A "quoted" one' == answer.value.ssn
    assert Decimal("1234.50") == answer.value.total


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


def test_published_malformations(real_data) -> None:
    """Complete but malformed objects are read at least as often as by json-repair alone."""
    rows = [
        json.loads(line)
        for line in (real_data / "llm" / "json_repair_cases.jsonl").read_text().splitlines()
    ]
    ours = theirs = 0
    for row in rows:
        text, expected = row["input"], row["expected"]
        complete = text.rstrip("` \n")[-1:] in {"}", "]"} and text.count("{") <= text.count("}")
        try:
            found = find_json(text, frozenset(), [])
        except ValueError:
            found = None
        if complete and isinstance(expected, dict):
            ours += found == expected
            theirs += json_repair.loads(text) == expected
        for leaf in _strings(found):
            assert leaf.replace("\\", "") in text.replace("\\", "")
    assert ours >= theirs > 30


def test_open_malformations_are_truncated(real_data) -> None:
    """What json-repair would close and hand over as whole is an error here."""
    with pytest.raises(UnclosedError) as caught:
        find_json('{"employees":["John", "Anna", "Peter', frozenset(), [])
    assert {"employees": ["John", "Anna"]} == caught.value.partial


def test_json_suite(real_data) -> None:
    """Valid JSON is read as Python reads it; no file of the suite crashes the reader."""
    for path in sorted((real_data / "llm" / "json_suite").iterdir()):
        raw = path.read_bytes()
        text = raw.decode("utf-8", errors="replace")
        try:
            found = find_json(text, frozenset(), [])
        except ValueError:
            assert not path.name.startswith("y_") or text.strip('\ufeff \n"')[:1] not in "{["
            continue
        if path.name.startswith("y_"):
            assert json.loads(text, parse_float=Decimal) == found


@pytest.mark.parametrize("name", ["nova_json_answers", "nova_document_answers"])
def test_recorded_answers_are_a_value_or_an_error(real_data, name: str) -> None:
    """Real answers of Nova: whole ones are read, cut ones and prose are typed errors."""
    schema = DocumentSchema.from_json_schema(
        {"type": "object", "properties": {"x": {"type": "string"}}}
    )
    read = refused = 0
    for line in (real_data / "llm" / f"{name}.jsonl").read_text().splitlines():
        text = json.loads(line)["text"]
        cut, plan = text.endswith("[truncated]"), text.lstrip("`json\n ").startswith("[")
        kind: type[AnswerError] | None
        try:
            parse_answer(reply(text), schema, notes=[])
        except AnswerError as error:
            refused += 1
            kind = type(error)
        else:
            read += 1
            kind = None
        assert (kind is None and not cut) or cut or plan or kind is RefusedAnswerError
    assert read + refused > 15


def test_real_w2_answer_is_read(real_data) -> None:
    """A fenced answer of Nova 2 Lite for a W-2, with its decimals."""
    text = (real_data / "llm" / "nova_w2_answer.md").read_text()

    found = find_json(text, frozenset(), [])
    assert Decimal("126589.34") == found["earnings"]["wages"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3
    )
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_json_round_trip_is_exact(value: object) -> None:
    """What is written is what is read, every digit of it."""
    assert value == load_json(dump_json(value))


@given(st.text(alphabet='{}[]",: \\ab1', max_size=60))
def test_any_text_is_a_value_or_a_value_error(text: str) -> None:
    """No text, however broken, makes the reader crash or run away."""
    with suppress(ValueError):
        find_json(text, frozenset(), [])
    assert isinstance(complete_part(text), dict)


def test_depth_is_bounded() -> None:
    """The limit is ours, the same on every Python."""
    within = "[" * MAX_DEPTH + "]" * MAX_DEPTH

    assert isinstance(load_json(within), list)
    with pytest.raises(ValueError, match="deeper"):
        load_json(f"[{within}]")
