"""Conversations on the wire: what is sent, what comes back, what is trained."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from novadoc._wire import from_converse, from_events, to_converse, to_record
from novadoc.errors import IncompleteResponseError, PromptError
from novadoc.prompts import (
    CachePoint,
    Conversation,
    Image,
    Message,
    Sampling,
    Text,
    TextDelta,
    Tool,
    Usage,
)

PAGE = Image("jpeg", 8, 8, digest="ab" * 32, data=b"\xff\xd8pixels")
STORED = Image("png", 8, 8, digest="cd" * 32, location="s3://forms/a.png", bucket_owner="1" * 12)
ASK = Conversation(
    messages=(
        Message("user", (PAGE, STORED, Text("Read it."))),
        Message("assistant", (Text("```json"),)),
    ),
    sampling=Sampling(99, stop=("\n```",)),
    system=(Text("You read."), CachePoint()),
)
TOOLED = Conversation(
    (Message("user", (PAGE,)),), Sampling(9), tool=Tool("record", "Records.", {"type": "object"})
)


def test_request_has_the_service_s_shape() -> None:
    """Media by bytes or location, the prefill as last turn, topK where Nova looks for it."""
    request = to_converse(ASK)

    assert {
        "messages": [
            {
                "role": "user",
                "content": [
                    {"image": {"format": "jpeg", "source": {"bytes": PAGE.data}}},
                    {
                        "image": {
                            "format": "png",
                            "source": {
                                "s3Location": {"uri": "s3://forms/a.png", "bucketOwner": "1" * 12}
                            },
                        }
                    },
                    {"text": "Read it."},
                ],
            },
            {"role": "assistant", "content": [{"text": "```json"}]},
        ],
        "inferenceConfig": {"maxTokens": 99, "temperature": 0.0, "stopSequences": ["\n```"]},
        "system": [{"text": "You read."}, {"cachePoint": {"type": "default"}}],
        "additionalModelRequestFields": {"inferenceConfig": {"topK": 1}},
    } == request


@pytest.mark.parametrize("conversation", [ASK, TOOLED], ids=["json", "tool"])
def test_request_passes_botocore_s_own_validation(conversation: Conversation) -> None:
    """botocore's service model accepts what is sent: its own check is off at run time."""
    model = get_session().get_service_model("bedrock-runtime")
    shape = model.operation_model("Converse").input_shape

    report = ParamValidator().validate({"modelId": "m", **to_converse(conversation)}, shape)
    assert "" == report.generate_report()


def test_image_without_pixels_is_refused() -> None:
    """An image that is neither here nor on S3 never reaches the service."""
    lost = Image("png", 8, 8, digest="ef" * 32)

    with pytest.raises(PromptError, match="neither bytes nor a location"):
        to_converse(Conversation((Message("user", (lost,)),), Sampling(9)))


def test_record_is_the_question_and_the_whole_answer() -> None:
    """Training sees system, pages and task as inference does; prefill and cache points are gone."""
    ask = Conversation(
        (Message("user", (STORED, Text("Read it."))), Message("assistant", (Text("```json"),))),
        Sampling(9),
        system=(Text("You read."), CachePoint()),
    )

    location = {"uri": "s3://forms/a.png", "bucketOwner": "1" * 12}
    assert {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "You read."}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"image": {"format": "png", "source": {"s3Location": location}}},
                    {"text": "Read it."},
                ],
            },
            {"role": "assistant", "content": [{"text": "```json\n{}\n```"}]},
        ],
    } == to_record(ask, "```json\n{}\n```")


@pytest.mark.parametrize("conversation", [ASK, TOOLED], ids=["bytes", "tool"])
def test_record_refuses_what_cannot_be_trained(conversation: Conversation) -> None:
    """Bytes and forced tools have no place in training data."""
    with pytest.raises(PromptError):
        to_record(conversation, "{}")


REASONED = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": "[REDACTED]"}}},
                {"text": '{"a":'},
                {"text": " 1}"},
            ],
        }
    },
    "stopReason": "end_turn",
    "usage": {"inputTokens": 7, "outputTokens": 2, "cacheReadInputTokens": 5},
    "ResponseMetadata": {"RequestId": "r-1"},
}


def test_reply_joins_text_and_leaves_reasoning_out() -> None:
    """The first block need not be the text; tokens and request id are kept."""
    reply = from_converse(REASONED, latency=timedelta(seconds=2))

    assert '{"a": 1}' == reply.text
    assert Usage(7, 2, 5) == reply.usage
    assert ("r-1", timedelta(seconds=2)) == (reply.request_id, reply.latency)


@pytest.mark.parametrize("missing", ["output", "stopReason", "usage"])
def test_reply_without_a_part_is_incomplete(missing: str) -> None:
    """A 200 that lost its body is an error, whatever botocore thinks of it."""
    response = {key: value for key, value in REASONED.items() if key != missing}

    with pytest.raises(IncompleteResponseError) as caught:
        from_converse(response)

    assert "r-1" == caught.value.request_id


EVENTS = [
    {"messageStart": {"role": "assistant"}},
    {"contentBlockDelta": {"delta": {"text": '{"a":'}}},
    {"contentBlockDelta": {"delta": {"text": " 1}"}}},
    {"messageStop": {"stopReason": "end_turn"}},
    {"metadata": {"usage": {"inputTokens": 7, "outputTokens": 2}}},
]


def test_stream_yields_pieces_and_then_the_whole() -> None:
    """Text comes as it is written; the last thing is the reply."""
    *pieces, reply = from_events(EVENTS)

    assert [TextDelta('{"a":'), TextDelta(" 1}")] == pieces
    assert '{"a": 1}' == reply.text
    assert Usage(7, 2) == reply.usage


def test_stream_without_its_end_is_incomplete() -> None:
    """botocore's iterator just stops when the connection does; that is no answer."""
    with pytest.raises(IncompleteResponseError):
        list(from_events(EVENTS[:3]))


def test_stream_of_a_tool_is_read_as_its_input() -> None:
    """The tool's input comes in pieces of JSON text."""
    events = [
        {"contentBlockDelta": {"delta": {"toolUse": {"input": '{"a":'}}}},
        {"contentBlockDelta": {"delta": {"toolUse": {"input": "1}"}}}},
        *EVENTS[3:],
    ]

    (reply,) = from_events(events)
    assert {"a": 1} == reply.tool_input


def test_streamed_tool_input_that_cannot_be_read_stays_text() -> None:
    """What is cut or nested deeper than Python reads is judged later, as an answer."""
    for text in ('{"a":', '{"a":' * 100_000 + "1" + "}" * 100_000):
        events = [{"contentBlockDelta": {"delta": {"toolUse": {"input": text}}}}, *EVENTS[3:]]
        (reply,) = from_events(events)
        assert text == reply.tool_input


def test_recorded_responses_are_read(real_data) -> None:
    """Every recorded success is a reply with its tokens; none crashes."""
    lines = (real_data / "llm" / "bedrock_wire.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    good = [row["response"] for row in rows if row["status"] == 200 and "response" in row]

    replies = [from_converse(response) for response in good]
    assert len(replies) > 30
    assert all(reply.usage.input_tokens > 0 for reply in replies)
    assert all(reply.text or reply.tool_input is not None for reply in replies)
