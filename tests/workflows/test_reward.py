"""The reward: right values earn, wrong and invented ones cost, and bad data is never graded."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from novadoc.bedrock import Bedrock, ReinforcementFineTuning, UploadedDataset
from novadoc.errors import ConfigurationError, LabelError, MetricsError
from novadoc.local import FAST, EchoEngine, LocalAWS, LocalClock
from novadoc.metrics import Category, Money
from novadoc.types import JsonObject
from novadoc.workflows import ExtractionReward


class Line(BaseModel):
    text: str | None = None
    amount: Annotated[Decimal | None, Money()] = None


class Invoice(BaseModel):
    number: Annotated[str | None, Category("Header")] = None
    total: Annotated[Decimal | None, Money(), Category("Header")] = None
    lines: list[Line] = []


REWARD = ExtractionReward(Invoice)
TRUTH: JsonObject = {
    "number": "007",
    "total": 12.5,
    "lines": [{"text": "Nuts", "amount": 2.5}, {"text": "Bolts", "amount": 10}],
}


def value(answer: object, truth: JsonObject | str = TRUTH) -> float:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return REWARD.score(text, truth).value


def sample(content: object = "{}", **changes: object) -> dict[str, object]:
    """A sample as a job sends it."""
    messages = [{"role": "user", "content": "Read."}, {"role": "assistant", "content": content}]
    return {"id": "a", "messages": messages, "metadata": {"reference_answer": TRUTH}, **changes}


def test_each_right_value_earns_its_share() -> None:
    """All right is 1, half right is a half, nothing right is 0; rows may stand in any order."""
    half = {"number": "007", "lines": [TRUTH["lines"][1]]}

    assert value(TRUTH) == 1
    assert value({**TRUTH, "lines": TRUTH["lines"][::-1]}) == 1
    assert value(half) == pytest.approx(2 * 3 / (6 + 3))
    assert value({}) == 0
    assert value({"number": "7"}) == 0


def test_guessing_does_not_pay() -> None:
    """An invented row, and a value where the page has none, cost."""
    invented = {**TRUTH, "lines": [*TRUTH["lines"], {"text": "Screws", "amount": 1}]}

    assert value(invented) < 1
    assert value({"number": "1"}, {"number": None}) == 0
    assert value({}, {"number": None}) == 1


@given(st.text(max_size=60) | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_any_text_has_a_value(text: str) -> None:
    """Whatever a model in training writes is graded, between 0 and 1."""
    assert 0 <= value(text) <= 1


@pytest.mark.parametrize(
    "answer", ["", "I cannot read this.", '{"number": "007", "tot', "[1, 2]", '"007"', "{]"]
)
def test_what_is_no_answer_is_worth_nothing(answer: str) -> None:
    """Silence, prose, other JSON and a cut answer are graded 0, and said to be unreadable."""
    reward = REWARD.score(answer, TRUTH)

    assert reward.value == 0
    assert not reward.is_readable
    assert {"name": "readable", "value": 0.0, "type": "Metric"} in reward.to_metrics()


def test_mending_and_unfit_values_cost_a_share() -> None:
    """A fence is fine; a trailing comma is not, nor is a value of another type."""
    text = json.dumps(TRUTH)
    untidy = [text[:-1] + ",}", json.dumps({**TRUTH, "lines": [*TRUTH["lines"], {"amount": "x"}]})]

    assert value(f"```json\n{text}\n```") == 1
    assert value(untidy[0]) == pytest.approx(0.9)
    assert value(untidy[1]) <= 0.9
    assert ExtractionReward(Invoice, untidy=0).score(untidy[0], TRUTH).value == 1
    with pytest.raises(ConfigurationError):
        ExtractionReward(Invoice, untidy=1.5)


def test_handler_answers_each_sample_under_its_id() -> None:
    """Repeated ids, content in parts and references as text are taken; numbers are JSON."""
    samples = [
        sample(json.dumps(TRUTH)),
        sample([{"type": "text", "text": json.dumps(TRUTH)}], id="b"),
        sample("no", metadata={"reference_answer": json.dumps(TRUTH), "kind": "x"}),
        sample(None, id=7),
    ]

    graded = json.loads(json.dumps(REWARD(samples, object())))

    assert [("a", 1), ("b", 1), ("a", 0), (7, 0)] == [
        (one["id"], one["aggregate_reward_score"]) for one in graded
    ]
    names = [metric["name"] for metric in graded[0]["metrics_list"]]
    assert len(set(names)) == len(names)
    assert "f1 of Header" in names
    assert {"Metric"} == {metric["type"] for metric in graded[0]["metrics_list"]}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        pytest.param({"id": "a"}, "no list", id="event"),
        pytest.param([7], "no `id`", id="no-object"),
        pytest.param([sample(), sample(id=None)], r"`id`.*\[1\]|\[1\].*`id`", id="id"),
        pytest.param([sample(metadata={})], "'a' has no `reference_answer`", id="reference"),
        pytest.param([sample(metadata=None)], "'a' has no `reference_answer`", id="metadata"),
        pytest.param([sample(metadata={"reference_answer": "x"})], "no JSON", id="text"),
        pytest.param(
            [sample(metadata={"reference_answer": {"total": "secret"}})], "does not fit", id="label"
        ),
        pytest.param([sample(messages=[])], "assistant", id="no-messages"),
        pytest.param(
            [sample(messages=[{"role": "user", "content": "secret"}])], "assistant", id="last"
        ),
    ],
)
def test_bad_samples_are_refused_by_name(event: object, words: str) -> None:
    """What would teach nothing, or something wrong, ends the batch; no content is quoted."""
    with pytest.raises(MetricsError, match=words) as caught:
        REWARD(event)

    assert "secret" not in str(caught.value)


def test_bad_reference_is_the_callers_error() -> None:
    """Scored one by one, a reference that does not fit lists its faults."""
    with pytest.raises(LabelError):
        REWARD.score("{}", {"unknown": 1})
    with pytest.raises(MetricsError):
        REWARD.score("{}", "[]")


def test_a_job_is_graded_by_it() -> None:
    """The service's own way of calling a grader fits the handler, sample by sample."""
    clock = LocalClock(manual=True)
    line = {
        "messages": [{"role": "user", "content": "Read: " + json.dumps({"type": "object"})}],
        "reference_answer": {"number": "007"},
    }
    graded: list[JsonObject] = []

    def grader(event: object) -> list[JsonObject]:
        graded.extend(found := REWARD(event))
        return found

    with LocalAWS(engine=EchoEngine(), clock=clock, facts=FAST) as local:
        local.graders["grade"] = grader
        aws = Bedrock.connect(
            session=local.session(), endpoint_url=local.url, project="p", clock=clock
        )
        folder = aws.storage.create_bucket("rft-bucket")
        records = "".join(json.dumps({"id": str(n), **line}) + "\n" for n in range(100))
        uri = aws.storage.write(f"{folder}train.jsonl", records.encode())
        data = UploadedDataset(uri, f"{folder}output/", base_model="nova-2-lite")
        arn = "arn:aws:lambda:us-east-1:123456789012:function:grade"
        role = aws.roles.apply(aws.roles.plan(data, grader=arn))

        aws.customization.submit(ReinforcementFineTuning("r", data, role=role, grader=arn)).wait()

    assert 100 == len({one["id"] for one in graded})
    assert all(0 <= one["aggregate_reward_score"] <= 1 for one in graded)
