"""The extractor: what comes back, what is asked again, what is never hidden."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

import pytest
from pydantic import BaseModel

from novadoc._answer import dump_json, load_json
from novadoc.documents import Document
from novadoc.errors import (
    AccessDeniedError,
    AnswerError,
    ContentFilteredError,
    InvalidAnswerError,
    MalformedAnswerError,
    ModelFaultError,
    NovadocError,
    PromptMismatchError,
    QuotaExceededError,
    RefusedAnswerError,
    ServiceError,
    ThrottledError,
    TruncatedAnswerError,
    UnreadableDocumentError,
)
from novadoc.extraction import (
    AttemptEvent,
    Extraction,
    ExtractionFailure,
    Extractor,
    Pages,
    RateLimits,
    RetryPolicy,
    Settings,
    audit_line,
)
from novadoc.prompts import Conversation, ExtractionPrompt, Image, Reply, Text, Usage
from novadoc.schema import DocumentSchema
from novadoc.testing import ScriptedModel
from novadoc.types import JsonObject

SSN = "000-12-3456"


class Line(BaseModel):
    name: str | None = None
    amount: Decimal | None = None


class Slip(BaseModel):
    ssn: str | None = None
    total: Decimal | None = None
    lines: list[Line] = []


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


PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")
THROTTLED = ThrottledError("Too many requests.", operation="Converse", request_id="r-9")


def pages(count: int, name: str = "long") -> Pages:
    return Pages(
        name,
        tuple(Image("jpeg", 8, 8, f"{n:064x}", location=f"s3://b/{n}.jpg") for n in range(count)),
    )


def extractor(script, **options) -> tuple[Extractor[Slip], ScriptedModel]:
    model = ScriptedModel(script)
    options.setdefault("clock", Clock())
    return Extractor(Slip, model=model, **options), model


def test_extraction_is_typed_and_counted() -> None:
    """The value, its JSON form, tokens, cost and status of each field."""
    made, _ = extractor([Reply(f'{{"ssn": "{SSN}"}}', "stop_sequence", Usage(1000, 1000))])

    found = made.extract(PAGE)
    assert Slip(ssn=SSN) == found.value
    assert {"ssn": SSN, "total": None, "lines": []} == found.canonical
    assert Decimal("0.0003") == found.cost()
    assert {"total": "missing"} == found.statuses
    assert ("slip.pgm", 1, "unverified") == (found.id, len(found.attempts), found.prompt_check)
    assert SSN not in repr(found)


def test_throttling_is_retried_and_every_attempt_counted() -> None:
    """Waits lie between the attempts; the ledger has them all, with their errors."""
    clock = Clock()
    made, model = extractor([THROTTLED, THROTTLED, '{"ssn": "a"}'], clock=clock)

    found = made.extract(PAGE)
    assert [("first", "ThrottledError"), ("retry", "ThrottledError"), ("retry", None)] == [
        (attempt.kind, attempt.error) for attempt in found.attempts
    ]
    assert 3 == len(model.conversations)
    assert 0 < clock.seconds <= 3


@pytest.mark.parametrize("error", [AccessDeniedError, QuotaExceededError])
def test_what_cannot_pass_is_not_retried(error: type) -> None:
    """A missing permission or a used-up quota is raised at once."""
    made, model = extractor([error("No.", operation="Converse")])

    with pytest.raises(error):
        made.extract(PAGE)

    assert 1 == len(model.conversations)


def test_retries_end_with_the_last_error() -> None:
    """The policy's number of attempts is the number of calls."""
    made, model = extractor([THROTTLED], retry=RetryPolicy(attempts=4))

    with pytest.raises(ThrottledError):
        made.extract(PAGE)

    assert 4 == len(model.conversations)


def test_deadline_ends_retries() -> None:
    """No retry is put in line after it; the limiter's distance is all that may come on top."""
    policy = RetryPolicy(attempts=1000, deadline=timedelta(seconds=60))
    clock = Clock()
    made, _ = extractor([THROTTLED], retry=policy, clock=clock)

    with pytest.raises(ThrottledError):
        made.extract(PAGE)

    assert 60 <= clock.seconds <= 60 + 15


def test_budget_bounds_retries_of_all_documents_together() -> None:
    """When the service is down, the documents do not each use up their own retries."""
    made, model = extractor([THROTTLED])

    outcomes = list(made.extract_many([PAGE] * 200, workers=4))
    assert all(isinstance(outcome, ExtractionFailure) for outcome in outcomes)
    assert len(model.conversations) <= 200 + 100


def test_cut_answer_is_continued_without_losing_a_sign() -> None:
    """The model goes on from its own words; what was cut inside a text is joined exactly."""
    whole = f'{{"ssn": "{SSN}", "lines": [{{"name": "A  B", "amount": 12.50}}]}}'
    first, second = whole[:42], whole[42:]
    made, model = extractor(
        [Reply(first, "max_tokens", Usage(10, 10)), Reply(second, "stop_sequence", Usage(20, 5))]
    )

    found = made.extract(PAGE)
    assert [Line(name="A  B", amount=Decimal("12.50"))] == found.value.lines
    assert ("continued",) == found.repairs
    assert Usage(30, 15) == found.usage
    assert model.conversations[1].prefill == model.conversations[0].prefill + first


def test_continuation_that_starts_over_is_taken_alone() -> None:
    """A model that writes the answer again from the beginning is not glued to its first try."""
    made, _ = extractor(
        [Reply(f'{{"ssn": "{SSN[:5]}', "max_tokens", Usage()), f'{{"ssn": "{SSN}"}}']
    )

    found = made.extract(PAGE)
    assert (SSN, ("restarted",)) == (found.value.ssn, found.repairs)


@pytest.mark.parametrize(
    ("cut", "more", "asked_from"),
    [
        ('{"total": 12', "12.50}", '{"total":'),
        ('{"total": 1, "ssn": "ab', 'abc"}', '{"total": 1, "ssn":'),
        ('{"total": 1, "ssn": "ab', '"abc"}', '{"total": 1, "ssn":'),
        ('{"total": 1, "ss', 'ssn": "abc"}', '{"total": 1,'),
    ],
)
def test_value_that_is_begun_again_is_not_guessed_at(cut: str, more: str, asked_from: str) -> None:
    """After `12`, `12.50` may be 1212.50 or 12.50: the model goes on from before the number."""
    whole = cut[: len(asked_from)] + (more if more[0] in '"1' else '"' + more)
    made, model = extractor(
        [Reply(cut, "max_tokens", Usage()), more, whole[len(asked_from) :]],
        settings=Settings(continuations=2),
    )

    found = made.extract(PAGE)
    assert load_json(whole).get("ssn") == found.value.ssn
    assert load_json(whole)["total"] == found.value.total
    assert last_turn(model).endswith(asked_from)


def test_answer_cut_anywhere_is_continued_to_the_same_value() -> None:
    """In an escape, between the halves of a character, in a number: no sign is lost or made up."""
    text = json.dumps(
        {
            "ssn": 'a\u2028"b\\c\U0001f600\u00e9\n 11',
            "total": -12.11,
            "lines": [{"name": "x", "amount": 10}, {"name": "x", "amount": 1010}],
        }
    )
    want = Slip.model_validate_json(text)
    for cut in range(1, len(text)):
        replies = iter([Reply(text[:cut], "max_tokens", Usage())])

        def faithful(conversation: Conversation, replies: Iterator[Reply] = replies) -> Reply:
            turn = conversation.messages[-1].parts[0]
            assert isinstance(turn, Text)
            said = turn.text[len(conversation.prefill) :]
            return next(replies, Reply(text[len(said) :], "end_turn", Usage()))

        assert want == extractor(faithful)[0].extract(PAGE).value


def last_turn(model: ScriptedModel) -> str:
    part = model.conversations[-1].messages[-1].parts[0]
    assert isinstance(part, Text)
    return part.text


def test_endless_answer_is_truncated_with_its_complete_part() -> None:
    """After the allowed continuations the error holds what all pieces together completed."""
    made, model = extractor(
        [
            Reply('{"lines": [{"name": "a"}', "max_tokens", Usage(1, 1)),
            Reply(', {"name": "a"}', "max_tokens", Usage(1, 1)),
        ],
        settings=Settings(continuations=2),
    )

    with pytest.raises(TruncatedAnswerError) as caught:
        made.extract(PAGE)

    assert {"lines": [{"name": "a"}] * 3} == caught.value.partial
    assert Usage(3, 3) == caught.value.usage
    assert 3 == len(model.conversations)


def test_invalid_field_is_asked_for_once_more_by_path_and_rule() -> None:
    """The second question names the path, not the value; only that field is taken from it."""
    made, model = extractor(['{"ssn": "a", "total": "much"}', '{"ssn": "changed", "total": 5}'])

    found = made.extract(PAGE)
    assert Slip(ssn="a", total=Decimal(5)) == found.value
    assert "re-asked" in found.repairs
    asked = corrections(model)
    assert "`total`" in asked
    assert "much" not in asked


class Box(BaseModel):
    amount: Decimal | None = None
    note: str | None = None


class Ledger(BaseModel):
    totals: dict[str, Decimal] = {}
    boxes: dict[str, Box] = {}
    by_year: dict[Literal["this year", "last year"], Decimal] = {}


@pytest.mark.parametrize(
    ("said", "again", "named", "expected"),
    [
        pytest.param(
            {"totals": {"Federal tax": 1, "a.b[0]": "much"}},
            {"totals": {"a.b[0]": 5, "Federal tax": 9}},
            'totals["a.b[0]"]',
            Ledger(totals={"Federal tax": Decimal(1), "a.b[0]": Decimal(5)}),
            id="value",
        ),
        pytest.param(
            {"boxes": {"12a": {"amount": "much", "note": "D"}, "12b": {"amount": 2}}},
            {"boxes": {"12b": {"amount": 7}, "12a": {"amount": 3, "note": "E"}}},
            'boxes["12a"].amount',
            Ledger(boxes={"12a": Box(amount=Decimal(3), note="D"), "12b": Box(amount=Decimal(2))}),
            id="value in an object",
        ),
        pytest.param(
            {"by_year": {"2025": 1, "last year": 2}},
            {"by_year": {"this year": 1, "last year": 9}},
            'by_year["2025"]',
            Ledger(by_year={"last year": Decimal(2), "this year": Decimal(1)}),
            id="key",
        ),
        pytest.param(
            {"totals": {"Federal tax": 1, "State tax": "n. a."}},
            {"totals": {"Federal tax": 1, "State tax": None}},
            'totals["State tax"]',
            Ledger(totals={"Federal tax": Decimal(1)}),
            id="not on the page",
        ),
    ],
)
def test_invalid_entry_of_a_map_is_asked_for_by_its_key(
    said: JsonObject, again: JsonObject, named: str, expected: Ledger
) -> None:
    """The model is told the key, and only that entry is taken from the second answer."""
    whole: JsonObject = {"totals": {}, "boxes": {}, "by_year": {}}
    model = ScriptedModel([dump_json(whole | said), dump_json(whole | again)])

    found = Extractor(Ledger, model=model, clock=Clock()).extract(PAGE)
    assert expected == found.value
    assert "re-asked" in found.repairs
    assert f"- `{named}`: " in corrections(model)


def test_keys_of_a_map_stay_out_of_errors() -> None:
    """They are content: an error numbers the entries."""
    model = ScriptedModel(['{"totals": {"Jane Doe": "much"}}'])

    with pytest.raises(InvalidAnswerError) as caught:
        Extractor(Ledger, model=model, clock=Clock()).extract(PAGE)
    assert "`totals[0]`" in str(caught.value)
    assert "Jane" not in str(caught.value)


def test_names_that_look_like_paths_are_asked_for_again() -> None:
    """A JSON Schema may name its properties with dots and brackets."""
    price = {"type": ["number", "null"]}
    schema = DocumentSchema.from_json_schema(
        {"type": "object", "properties": {"unit": price, "unit.price [net]": price}}
    )
    model = ScriptedModel(
        ['{"unit": 1, "unit.price [net]": "much"}', '{"unit": 9, "unit.price [net]": 5}']
    )

    found = Extractor(schema, model=model, clock=Clock()).extract(PAGE)
    assert {"unit": 1, "unit.price [net]": 5} == found.value


def corrections(model: ScriptedModel) -> str:
    parts = [part for turn in model.conversations[1].messages for part in turn.parts]
    return next(p.text for p in parts if isinstance(p, Text) and "do not fit" in p.text)


def test_valid_part_is_kept_when_the_second_question_fails() -> None:
    """An answer that is paid for is not lost because the service refuses the next call."""
    made, _ = extractor(
        ['{"ssn": "a", "total": "much"}', THROTTLED], strict=False, retry=RetryPolicy.none()
    )

    found = made.extract(PAGE)
    assert Slip(ssn="a") == found.value
    assert ["first", "re-ask"] == [attempt.kind for attempt in found.attempts]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([Reply("No.", "end_turn", Usage(3, 1)), THROTTLED], id="service"),
        pytest.param([Reply("No.", "end_turn", Usage(3, 1)), Reply("", "", Usage())], id="answer"),
    ],
)
def test_error_says_what_was_spent(script: list[Reply | ThrottledError]) -> None:
    """Also a service's error that came after an answer which could not be used."""
    made, _ = extractor(script, retry=RetryPolicy(attempts=1), settings=Settings(fallback=False))

    with pytest.raises(NovadocError) as caught:
        made.extract(PAGE)
    assert isinstance(caught.value, (ServiceError, AnswerError))
    assert Usage(3, 1) == caught.value.usage


@pytest.mark.parametrize("strict", [True, False])
def test_field_that_stays_invalid(strict: bool) -> None:
    """Strict raises with path and partial; otherwise the field is null and says `invalid`."""
    made, _ = extractor(['{"ssn": "a", "total": "much"}'], strict=strict)

    if strict:
        with pytest.raises(InvalidAnswerError) as caught:
            made.extract(PAGE)
        assert ["total"] == [path for path, _ in caught.value.violations]
        assert "much" not in str(caught.value)
    else:
        found = made.extract(PAGE)
        assert Slip(ssn="a") == found.value
        assert "invalid" == found.status("total")
        assert ("total",) == found.needs_review()


def test_unusable_answers_fall_back_to_the_other_mode() -> None:
    """Prose twice, then the same question through a tool."""
    made, model = extractor(
        lambda conversation: '{"ssn": "a"}' if conversation.tool else "I would rather not."
    )

    found = made.extract(PAGE)
    assert ("a", ("fallback",)) == (found.value.ssn, found.repairs)
    assert ["json", "json", "tool"] == [one.mode for one in model.conversations]


def test_model_faults_in_tool_mode_fall_back_to_text() -> None:
    """Nova's ModelErrorException for a tool call does not lose the document."""
    fault = ModelFaultError("invalid sequence as part of ToolUse", operation="Converse")
    model = ScriptedModel(lambda ask: fault if ask.tool else '{"ssn": "a"}')
    prompt = ExtractionPrompt(Slip, answer="tool")
    made = Extractor(prompt, model=model, clock=Clock(), retry=RetryPolicy(attempts=2))

    assert "a" == made.extract(PAGE).value.ssn


def test_answer_that_no_parser_follows_falls_back() -> None:
    """A backend that cannot read its own answer says so: it counts as a call, and goes on."""
    deep = MalformedAnswerError("The answer is nested deeper than can be read.")
    made, _ = extractor([deep, deep, '{"ssn": "a"}'])

    found = made.extract(PAGE)
    assert Slip(ssn="a") == found.value
    assert [
        ("first", "MalformedAnswerError"),
        ("again", "MalformedAnswerError"),
        ("fallback", None),
    ] == [(attempt.kind, attempt.error) for attempt in found.attempts]


def test_tuned_models_are_asked_only_what_they_were_trained_for() -> None:
    """A deployment never sees the other answer mode."""
    model = ScriptedModel(["prose"], model_id="arn:aws:bedrock:r:1:custom-model-deployment/x")

    with pytest.raises(RefusedAnswerError):
        Extractor(Slip, model=model, clock=Clock()).extract(PAGE)

    assert {"json"} == {one.mode for one in model.conversations}


def test_filtered_answer_is_not_asked_again() -> None:
    """A guardrail's decision is final."""
    made, model = extractor([Reply("", "guardrail_intervened", Usage(5, 0))])

    with pytest.raises(ContentFilteredError) as caught:
        made.extract(PAGE)

    assert (1, Usage(5, 0)) == (len(model.conversations), caught.value.usage)


class Trained:
    def __init__(self, fingerprint: str) -> None:
        self.prompt_fingerprint = fingerprint


class Tuned(ScriptedModel):
    looked = 0

    def trained_prompt(self) -> str:
        self.looked += 1
        return "0" * 64


def test_model_trained_with_another_prompt_is_refused() -> None:
    """The tags are read once; the error names both fingerprints."""
    model = Tuned(['{"ssn": "a"}'])
    made = Extractor(Slip, model=model, clock=Clock())

    with pytest.raises(PromptMismatchError) as caught:
        made.extract(PAGE)

    assert ("0" * 64, made.prompt.fingerprint) == (caught.value.expected, caught.value.actual)
    assert [] == model.conversations


def test_mismatch_can_be_allowed() -> None:
    """It is a warning then, once, and stands on the outcome."""
    model = Tuned(['{"ssn": "a"}'])
    made = Extractor(Slip, model=model, clock=Clock(), allow_mismatch=True)

    with pytest.warns(UserWarning, match="trained with the prompt"):
        first = made.extract(PAGE)
    assert ("different", "different") == (first.prompt_check, made.extract(PAGE).prompt_check)
    assert 1 == model.looked


def test_manifest_saves_the_look() -> None:
    """`trained_with` decides without asking the service."""
    prompt = ExtractionPrompt(Slip)
    model = Tuned(['{"ssn": "a"}'])
    made = Extractor(prompt, model=model, trained_with=Trained(prompt.fingerprint), clock=Clock())

    assert ("same", 0) == (made.extract(PAGE).prompt_check, model.looked)


def test_long_documents_are_read_in_windows_and_joined() -> None:
    """Rows at shared pages are taken once, first values count, and disagreements are listed."""
    answers = {
        1: '{"ssn": "a", "total": 1, "lines": [{"name": "x"}, {"name": "y"}]}',
        2: '{"total": 2, "lines": [{"name": "y"}, {"name": "z"}]}',
    }
    model = ScriptedModel(lambda ask: answers[len(model.conversations)])
    settings = Settings(pages_per_request=3, overlap=1)
    found = Extractor(Slip, model=model, clock=Clock(), settings=settings).extract(pages(5))

    assert ["x", "y", "z"] == [line.name for line in found.value.lines]
    assert ("a", Decimal(1)) == (found.value.ssn, found.value.total)
    assert "disputed" == found.status("total")
    assert {"ssn": (1, 2, 3), "total": (1, 2, 3), "lines[2].name": (3, 4, 5)}.items() <= (
        found.origins.items()
    )
    images = [
        [p for p in ask.messages[0].parts if isinstance(p, Image)] for ask in model.conversations
    ]
    assert [3, 3] == [len(one) for one in images]


def test_value_invalid_in_one_window_is_not_lost() -> None:
    """What a window could not say stands among the violations."""
    answers = iter(['{"ssn": "a"}', '{"total": "much"}'])
    model = ScriptedModel(lambda _: next(answers))
    settings = Settings(pages_per_request=1, reask=False)

    found = Extractor(Slip, model=model, clock=Clock(), settings=settings, strict=False).extract(
        pages(2)
    )
    assert ("a", "invalid") == (found.value.ssn, found.status("total"))


def test_votes_measure_agreement_per_field() -> None:
    """The value is the greedy one; the share of votes stands beside it."""
    made, model = extractor(
        ['{"ssn": "a", "total": 1}', '{"ssn": "a", "total": 2}', '{"ssn": "a", "total": 1}'],
        settings=Settings(votes=3),
    )

    found = made.extract(PAGE)
    assert {"ssn": 1.0, "total": pytest.approx(2 / 3)} == dict(found.agreement)
    assert ("total",) == found.needs_review(0.9)
    assert [0.0, 0.7, 0.7] == [one.sampling.temperature for one in model.conversations]


class Rows(BaseModel):
    rows: list[int] = []


def test_votes_that_found_other_rows_disagree_on_the_list() -> None:
    """A row only other votes have would be lost without a trace; the list itself is named."""
    model = ScriptedModel(['{"rows": []}', '{"rows": [7]}', '{"rows": []}'])
    once = Extractor(Rows, model=model, clock=Clock())

    found = once.with_votes(3).extract(PAGE)
    assert {"rows": pytest.approx(2 / 3)} == dict(found.agreement)
    assert (1, 3) == (once.settings.votes, len(model.conversations))


def test_outcomes_keep_order_and_failures_are_values() -> None:
    """A damaged file is the outcome of that file, in its place."""
    made, _ = extractor(['{"ssn": "a"}'])
    sources = [PAGE, "/no/such/file.png", pages(1, "third")]

    outcomes = list(made.extract_many(sources, workers=2))
    assert ["slip.pgm", "file.png", "third"] == [outcome.id for outcome in outcomes]
    assert [Extraction, ExtractionFailure, Extraction] == [type(one) for one in outcomes]
    assert isinstance(outcomes[1].error, UnreadableDocumentError)


def test_samples_carry_their_label() -> None:
    """An outcome made from a sample knows what was expected."""

    class Labelled:
        id, document, label = "s-1", PAGE, {"ssn": "a"}

    made, _ = extractor(['{"ssn": "b"}'])

    (outcome,) = made.extract_many([Labelled()])
    assert ("s-1", {"ssn": "a"}) == (outcome.id, outcome.expected)


def test_sources_are_drawn_as_needed() -> None:
    """An endless supply is no problem: only a bounded number is drawn ahead."""
    drawn = 0

    def supply():
        nonlocal drawn
        while True:
            drawn += 1
            yield PAGE

    made, _ = extractor(['{"ssn": "a"}'])
    outcomes = made.extract_many(supply(), workers=4)
    for _ in range(10):
        next(outcomes)
    outcomes.close()

    assert drawn <= 10 + 2 * 4


def test_unordered_outcomes_are_all_there() -> None:
    """As completed, each exactly once."""
    made, _ = extractor(['{"ssn": "a"}'])

    outcomes = made.extract_many([pages(1, str(n)) for n in range(50)], workers=8, ordered=False)
    assert {str(n) for n in range(50)} == {outcome.id for outcome in outcomes}


def test_hooks_are_told_of_every_call() -> None:
    """Figures of each attempt, and nothing of the document."""
    events: list[AttemptEvent] = []
    made, _ = extractor(
        [THROTTLED, f'{{"ssn": "{SSN}"}}'], settings=Settings(hooks=(events.append,))
    )

    made.extract(PAGE)
    assert ["ThrottledError", None] == [event.attempt.error for event in events]
    assert SSN not in repr(events)


def test_audit_line_holds_no_value() -> None:
    """Digests, ids, times: enough to ask about, nothing to leak."""
    made, _ = extractor([THROTTLED, f'{{"ssn": "{SSN}"}}'])

    line = audit_line(made.extract(PAGE), prompt_fingerprint=made.prompt.fingerprint)
    assert SSN not in repr(line)
    assert made.prompt.fingerprint == line["prompt"]
    assert [64] == [len(digest) for digest in line["pages"]]
    assert "r-9" == line["attempts"][0]["request_id"]


def test_nothing_of_a_document_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """At DEBUG, over success and every kind of failure, no value reaches a log or a message."""
    caplog.set_level(logging.DEBUG)
    answers = [
        f'{{"ssn": "{SSN}", "total": "{SSN}"}}',
        f"I see {SSN}",
        f'{{"ssn": "{SSN}',
        f"[{SSN}]",
    ]
    for answer in answers:
        made, _ = extractor([answer])
        (outcome,) = made.extract_many([PAGE])
        assert SSN not in str(getattr(outcome, "error", ""))
        assert SSN not in repr(outcome)
    assert SSN not in caplog.text


def test_requests_per_minute_are_kept_beforehand() -> None:
    """Sixty a minute are one a second, without asking the service to say so."""
    clock = Clock()
    made, _ = extractor(
        ['{"ssn": "a"}'], clock=clock,
        settings=Settings(workers=1, rates=RateLimits(requests_per_minute=60)),
    )  # fmt: skip

    list(made.extract_many([PAGE] * 10, workers=1))
    assert 8 <= clock.seconds <= 10


def test_tokens_per_minute_are_kept() -> None:
    """What answers cost is paid off before the next question."""
    clock = Clock()
    made, _ = extractor(
        [Reply('{"ssn": "a"}', "end_turn", Usage(500, 500))], clock=clock,
        settings=Settings(workers=1, rates=RateLimits(tokens_per_minute=6_000)),
    )  # fmt: skip

    list(made.extract_many([PAGE] * 4, workers=1))
    assert 25 <= clock.seconds <= 30


def by_pages(most: int, stop: str):
    """A model whose answer is cut when it is about more than `most` pages; it names the pages."""

    def answer(conversation) -> Reply:
        names = [
            part.location for part in conversation.messages[0].parts if isinstance(part, Image)
        ]
        if len(names) > most:
            return Reply('{"ssn": "a", "lines": [', stop, Usage(10, 1))
        rows = ", ".join(f'{{"name": "{name}"}}' for name in names)
        return Reply(f'{{"lines": [{rows}]}}', "end_turn", Usage(10, 1))

    return answer


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
@pytest.mark.parametrize("mode", ["json", "tool"])
def test_answer_that_does_not_fit_is_asked_for_by_fewer_pages(stop: str, mode: str) -> None:
    """Halved until it fits: every row once and in order, each value with its pages."""
    model = ScriptedModel(by_pages(2, stop))
    prompt = ExtractionPrompt(Slip, answer=mode)
    made = Extractor(prompt, model=model, clock=Clock(), settings=Settings(continuations=1))

    found = made.extract(pages(5))
    assert [f"s3://b/{n}.jpg" for n in range(5)] == [line.name for line in found.value.lines]
    assert ((1, 2), (4, 5)) == (found.origins["lines[0].name"], found.origins["lines[4].name"])
    assert "windows" in found.repairs
    assert found.usage.input_tokens == 10 * len(model.conversations)


def test_answer_about_one_page_that_does_not_fit_is_an_error() -> None:
    """There is nothing left to halve; and nothing is halved where continuing is not wanted."""
    one, _ = extractor(by_pages(0, "max_tokens"), settings=Settings(continuations=1))
    never, model = extractor(by_pages(1, "max_tokens"), settings=Settings(continuations=0))

    with pytest.raises(TruncatedAnswerError):
        one.extract(pages(2))
    with pytest.raises(TruncatedAnswerError):
        never.extract(pages(2))
    assert 1 == len(model.conversations)


def test_streamed_answer_that_does_not_fit_ends_whole() -> None:
    """The extraction at the end is of all pages."""
    made, _ = extractor(by_pages(1, "max_tokens"), settings=Settings(continuations=1))

    *_, found = made.stream(pages(2))
    assert ["s3://b/0.jpg", "s3://b/1.jpg"] == [line.name for line in found.value.lines]
