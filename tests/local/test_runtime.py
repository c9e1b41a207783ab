"""Converse and its kin over HTTP with boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.kit import (
    BASE,
    BUCKET,
    PROMPT,
    SCHEMA,
    client,
    job_request,
    make_role,
    needs,
    png,
    upload,
)
from novadoc.local import FAST, REALISTIC, EchoEngine, LocalAWS, LocalClock

LITE = "amazon.nova-lite-v1:0"
PREFILL = {"role": "assistant", "content": [{"text": "```json\n"}]}
TOOL = {"toolSpec": {"name": "answer", "inputSchema": {"json": SCHEMA}}}


def _page(data: bytes | None = None, kind: str = "png") -> dict[str, Any]:
    return {"image": {"format": kind, "source": {"bytes": png() if data is None else data}}}


def _user(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks) or [_page(), {"text": PROMPT}]}


@pytest.fixture
def runtime(local: LocalAWS) -> Any:
    return client(local, "bedrock-runtime")


def _refused(call: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def _text(answer: Any) -> str:
    return str(answer["output"]["message"]["content"][0]["text"])


@pytest.fixture
def model_arn(local: LocalAWS) -> str:
    """The ARN of a model that answers the first record again."""
    data, role = upload(local), make_role(local)
    local.clock.advance(REALISTIC.iam_delay)
    bedrock = client(local, "bedrock")
    arn = bedrock.create_model_customization_job(**job_request(role, data))["jobArn"]
    local.clock.advance(timedelta(days=1))
    job = bedrock.get_model_customization_job(jobIdentifier=arn)
    return str(job["outputModelArn"])


@pytest.mark.parametrize(
    "model",
    [
        LITE,
        f"us.{LITE}",
        f"arn:aws:bedrock:us-east-1::foundation-model/{LITE}",
        f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.{LITE}",
        "us.amazon.nova-2-lite-v1:0",
    ],
)
def test_a_base_model_answers_to_each_of_its_names(runtime: Any, model: str) -> None:
    """Ids, profiles and ARNs reach the base model, which fills the schema of the prompt."""
    answer = runtime.converse(modelId=model, messages=[_user()])

    assert json.loads(_text(answer)) == {"number": None}
    assert answer["stopReason"] == "end_turn"
    assert answer["usage"]["totalTokens"] == sum(
        answer["usage"][name] for name in ("inputTokens", "outputTokens")
    )


@pytest.mark.parametrize(
    ("model", "words"),
    [
        pytest.param("amazon.nova-2-lite-v1:0", "inference profile", id="profile-only"),
        pytest.param(f"{LITE}:300k", "inference profile", id="training-id"),
        pytest.param("eu." + LITE, "identifier is invalid", id="far-profile"),
        pytest.param("us.amazon.nova-lite-v1:O", "identifier is invalid", id="typo"),
        pytest.param(
            "arn:aws:bedrock:us-west-2:123456789012:custom-model-deployment/abcdefghijkl",
            "identifier is invalid",
            id="other-region",
        ),
    ],
)
def test_other_names_are_refused(runtime: Any, model: str, words: str) -> None:
    """The service's own words: a profile is needed, or the identifier is invalid."""
    code, message = _refused(runtime.converse, modelId=model, messages=[_user()])

    assert code == "ValidationException"
    assert words in message


def test_a_custom_model_answers_through_its_deployment_only(
    local: LocalAWS, runtime: Any, model_arn: str
) -> None:
    """Not by its own ARN, not before the deployment is active, and with what it learnt."""
    bedrock = client(local, "bedrock")
    arn = bedrock.create_custom_model_deployment(modelDeploymentName="reader", modelArn=model_arn)[
        "customModelDeploymentArn"
    ]
    direct = _refused(runtime.converse, modelId=model_arn, messages=[_user()])
    early = _refused(runtime.converse, modelId=arn, messages=[_user()])
    local.clock.advance(REALISTIC.deployment_creating)
    answer = runtime.converse(modelId=arn, messages=[_user()])

    assert direct[0] == "ValidationException"
    assert early[0] == "ModelNotReadyException"
    assert json.loads(_text(answer)) == {"number": "N0"}


def test_a_deployment_lives_and_goes(local: LocalAWS, model_arn: str) -> None:
    """Creating, Active, Deleting (in no enum) and gone; a model in use cannot be deleted."""
    bedrock = client(local, "bedrock")
    create = bedrock.create_custom_model_deployment
    arn = create(modelDeploymentName="reader", modelArn=model_arn)["customModelDeploymentArn"]

    def status() -> str:
        answer = bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=arn)
        return str(answer["status"])

    seen = [status()]
    busy = _refused(bedrock.delete_custom_model_deployment, customModelDeploymentIdentifier=arn)
    local.clock.advance(REALISTIC.deployment_creating)
    seen.append(status())
    in_use = _refused(bedrock.delete_custom_model, modelIdentifier=model_arn)
    twice = _refused(create, modelDeploymentName="reader", modelArn=model_arn)
    bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier="reader")
    seen.append(status())
    local.clock.advance(REALISTIC.deployment_deleting)
    gone = _refused(bedrock.get_custom_model_deployment, customModelDeploymentIdentifier=arn)
    bedrock.delete_custom_model(modelIdentifier=model_arn)

    assert seen == ["Creating", "Active", "Deleting"]
    assert (busy[0], in_use[0]) == ("ConflictException", "ConflictException")
    assert twice[0] == "ValidationException"
    assert gone[0] == "ResourceNotFoundException"
    assert bedrock.list_custom_models()["modelSummaries"] == []


@needs("UpdateCustomModelDeployment")
def test_an_update_takes_a_while(local: LocalAWS, model_arn: str) -> None:
    """The old model answers until the update is through."""
    bedrock = client(local, "bedrock")
    arn = bedrock.create_custom_model_deployment(modelDeploymentName="reader", modelArn=model_arn)[
        "customModelDeploymentArn"
    ]
    local.clock.advance(REALISTIC.deployment_creating)
    bedrock.update_custom_model_deployment(customModelDeploymentIdentifier=arn, modelArn=model_arn)
    during = bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=arn)
    local.clock.advance(REALISTIC.deployment_updating)
    after = bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=arn)

    assert during["updateDetails"]["updateStatus"] == "Updating"
    assert after["updateDetails"]["updateStatus"] == "UpdateCompleted"


def test_prefill_and_stop_sequence_frame_the_answer(runtime: Any) -> None:
    """The answer leaves the prefill out and ends before the stop sequence."""
    answer = runtime.converse(
        modelId=LITE,
        messages=[_user(), PREFILL],
        inferenceConfig={"stopSequences": ["\n```"]},
    )

    assert _text(answer) == '{"number":null}'
    assert answer["stopReason"] == "stop_sequence"


def test_an_answer_longer_than_asked_is_cut(runtime: Any) -> None:
    """maxTokens cuts the text and says so."""
    answer = runtime.converse(modelId=LITE, messages=[_user()], inferenceConfig={"maxTokens": 1})

    assert answer["stopReason"] == "max_tokens"
    assert answer["usage"]["outputTokens"] == 1
    assert '{"number":null}'.startswith(_text(answer))


@pytest.mark.parametrize("choice", [{"tool": {"name": "answer"}}, {"any": {}}, {"auto": {}}])
def test_a_tool_gets_the_answer_as_its_input(runtime: Any, choice: dict[str, Any]) -> None:
    """Forced tools answer with one block; with `auto` Nova thinks aloud first."""
    answer = runtime.converse(
        modelId=LITE,
        messages=[_user(_page(), {"text": "Read."})],
        toolConfig={"tools": [TOOL], "toolChoice": choice},
    )
    content = answer["output"]["message"]["content"]

    assert answer["stopReason"] == "tool_use"
    assert content[-1]["toolUse"]["input"] == {"number": None}
    assert len(content) == (2 if "auto" in choice else 1)


def test_a_tool_answer_that_does_not_fit_is_a_model_error(runtime: Any) -> None:
    """Beyond maxTokens, and with a hyphen in the tool's name, Nova breaks off with 424."""
    hyphen = {"toolSpec": {"name": "my-answer", "inputSchema": {"json": SCHEMA}}}
    forced: dict[str, Any] = {"toolChoice": {"any": {}}}
    for tool, longest in ((TOOL, 1), (hyphen, 100)):
        code, _ = _refused(
            runtime.converse,
            modelId=LITE,
            messages=[_user()],
            toolConfig={"tools": [tool], **forced},
            inferenceConfig={"maxTokens": longest},
        )
        assert code == "ModelErrorException"


@pytest.mark.parametrize("tool", [None, {"tools": [TOOL], "toolChoice": {"any": {}}}])
def test_a_stream_tells_the_same_in_pieces(runtime: Any, tool: dict[str, Any] | None) -> None:
    """The joined deltas are Converse's answer; usage comes last."""
    request: dict[str, Any] = {"modelId": LITE, "messages": [_user()]}
    if tool:
        request["toolConfig"] = tool
    whole = runtime.converse(**request)
    events = list(runtime.converse_stream(**request)["stream"])
    deltas = [e["contentBlockDelta"]["delta"] for e in events if "contentBlockDelta" in e]
    block = whole["output"]["message"]["content"][0]

    if tool:
        told = json.loads("".join(delta["toolUse"]["input"] for delta in deltas))
        assert told == block["toolUse"]["input"]
    else:
        assert "".join(delta["text"] for delta in deltas) == block["text"]
    assert next(iter(events[-1])) == "metadata"
    assert events[-1]["metadata"]["usage"] == whole["usage"]
    assert {"messageStop": {"stopReason": whole["stopReason"]}} in events


@pytest.mark.parametrize("said", ["null", "[1]", "I see a page."])
def test_what_is_no_object_is_a_malformed_tool_use(said: str) -> None:
    """A tool's input is an object; anything else comes as text, with the service's own word."""
    with LocalAWS(engine=EchoEngine(said)) as local:
        answer = client(local, "bedrock-runtime").converse(
            modelId=LITE, messages=[_user()], toolConfig={"tools": [TOOL]}
        )

    assert answer["stopReason"] == "malformed_tool_use"
    assert _text(answer) == said


def test_an_image_by_location_is_read_from_s3(local: LocalAWS, runtime: Any) -> None:
    """An s3Location is as good as the bytes; one that is not there is refused."""
    upload(local)

    def page(key: str) -> dict[str, Any]:
        source = {"s3Location": {"uri": f"s3://{BUCKET}/{key}"}}
        return {"image": {"format": "png", "source": source}}

    there = _user(page("data/page.png"), {"text": PROMPT})
    missing = _user(page("data/none.png"), {"text": PROMPT})

    assert json.loads(_text(runtime.converse(modelId=LITE, messages=[there]))) == {"number": None}
    assert _refused(runtime.converse, modelId=LITE, messages=[missing])[0] == "ValidationException"


def test_images_by_location_may_be_more_than_those_embedded(local: LocalAWS, runtime: Any) -> None:
    """Nova 2 takes five images with the request and a thousand by location."""
    upload(local)
    model = "us.amazon.nova-2-lite-v1:0"
    source = {"s3Location": {"uri": f"s3://{BUCKET}/data/page.png"}}
    stored = {"image": {"format": "png", "source": source}}

    told = _user(*[stored] * 6, *[_page()] * 5, {"text": PROMPT})
    embedded = _user(*[_page()] * 6, {"text": PROMPT})

    assert json.loads(_text(runtime.converse(modelId=model, messages=[told]))) == {"number": None}
    assert "at most 5 images" in _refused(runtime.converse, modelId=model, messages=[embedded])[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"messages": []}, "start with a user", id="none"),
        pytest.param({"messages": [PREFILL]}, "start with a user", id="assistant-first"),
        pytest.param({"messages": [_user(), _user()]}, "alternate", id="user-twice"),
        pytest.param({"messages": [_user({"text": " "})]}, "blank", id="blank"),
        pytest.param(
            {"messages": [_user(), PREFILL | {"content": [_page()]}]}, "assistant", id="p"
        ),
        pytest.param({"messages": [_user(_page(b"no image"))]}, "process image", id="garbage"),
        pytest.param({"messages": [_user(_page(kind="jpeg"))]}, "process image", id="other-kind"),
        pytest.param({"messages": [_user(_page(png(8001, 1)))]}, "8000 pixels", id="wide"),
        pytest.param({"messages": [_user(*[_page()] * 21)]}, "at most 20 images", id="many"),
        pytest.param({"messages": [_user(_page(png() + bytes(3_750_000)))]}, "larger", id="heavy"),
        pytest.param({"inferenceConfig": {"maxTokens": 5001}}, "model limit of 5000", id="long"),
        pytest.param({"inferenceConfig": {"temperature": 1.5}}, "less than or equal", id="hot"),
        pytest.param({"additionalModelRequestFields": {"top_k": 1}}, "extraneous key", id="top_k"),
        pytest.param(
            {"additionalModelRequestFields": {"inferenceConfig": {"topK": "1"}}},
            "topK: expected type: Integer",
            id="topK-text",
        ),
        pytest.param(
            {"additionalModelRequestFields": {"inferenceConfig": {"topK": 129}}},
            "not between 0 and 128",
            id="topK-large",
        ),
        pytest.param(
            {"additionalModelRequestFields": {"inferenceConfig": {"topP": 1}}},
            "extraneous key [topP]",
            id="topP",
        ),
        pytest.param(
            {
                "toolConfig": {
                    "tools": [
                        {"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "string"}}}}
                    ]
                }
            },
            "inputSchema.json.type must be one of the following: object",
            id="no-object",
        ),
        pytest.param({"modelId": "amazon.nova-micro-v1:0"}, "image input", id="micro"),
        pytest.param({"messages": [_user({"text": "word " * 260_000})]}, "too long", id="context"),
        pytest.param(
            {
                "toolConfig": {
                    "tools": [
                        {
                            "toolSpec": {
                                "name": "t",
                                "inputSchema": {"json": {"type": "object", "$defs": {}}},
                            }
                        }
                    ]
                }
            },
            "extraneous key [$defs]",
            id="defs",
        ),
    ],
)
def test_a_bad_conversation_is_refused(runtime: Any, changes: dict[str, Any], words: str) -> None:
    """The service's rules for Nova hold here."""
    request = {"modelId": LITE, "messages": [_user()], **changes}
    if words == "too long":
        request["messages"] = [_user({"text": "word " * 260_000})]

    code, message = _refused(runtime.converse, **request)

    assert code == "ValidationException"
    assert words in message


@needs("CountTokens")
def test_tokens_are_counted_without_answering(runtime: Any) -> None:
    """CountTokens grows with text and pages."""

    def count(*blocks: dict[str, Any]) -> int:
        request = {"converse": {"messages": [_user(*blocks)]}}
        return int(runtime.count_tokens(modelId=LITE, input=request)["inputTokens"])

    assert count({"text": "a" * 400}) == 100
    assert count({"text": "a" * 400}, _page()) == 100 + 800


_SHOWN = [_user(), {"role": "assistant", "content": [{"text": '{"number":"A-1"}'}]}, _user()]


@needs("CountTokens")
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="page"),
        pytest.param({"messages": _SHOWN}, id="examples"),
        pytest.param({"messages": [_user(), PREFILL]}, id="prefill"),
        pytest.param({"messages": [_user({"text": "Größe: ½ €"})]}, id="text"),
        pytest.param({"system": [{"text": "You read documents."}]}, id="system"),
        pytest.param({"toolConfig": {"tools": [TOOL]}}, id="tool"),
    ],
)
def test_a_request_costs_what_was_counted(runtime: Any, changes: dict[str, Any]) -> None:
    """CountTokens and the usage of Converse agree about the same request, whatever it holds."""
    request = {"messages": [_user()], **changes}

    counted = runtime.count_tokens(modelId=LITE, input={"converse": request})["inputTokens"]
    usage = runtime.converse(modelId=LITE, **request)["usage"]

    assert counted == usage["inputTokens"]
    assert usage["totalTokens"] == counted + usage["outputTokens"]


@needs("CountTokens")
def test_the_tools_offered_cost_tokens(runtime: Any) -> None:
    """A schema counts, whether it stands in the text or in a tool."""

    def count(**changes: Any) -> int:
        request = {"converse": {"messages": [_user()], **changes}}
        return int(runtime.count_tokens(modelId=LITE, input=request)["inputTokens"])

    assert count(toolConfig={"tools": [TOOL]}) > count()


@needs("CountTokens")
def test_a_native_body_is_counted_like_the_request_it_is(runtime: Any) -> None:
    """CountTokens takes the body of InvokeModel too, and refuses what InvokeModel would."""
    native = {"schemaVersion": "messages-v1", "messages": [_user({"text": PROMPT})]}

    def count(body: bytes) -> int:
        request = {"invokeModel": {"body": body}}
        return int(runtime.count_tokens(modelId=LITE, input=request)["inputTokens"])

    asked = runtime.converse(modelId=LITE, messages=native["messages"])

    assert count(json.dumps(native).encode()) == asked["usage"]["inputTokens"]
    with pytest.raises(ClientError, match="not JSON"):
        count(b"{")


def test_few_shot_turns_reach_the_engine_as_examples(local: LocalAWS) -> None:
    """Earlier turns are examples, the last user turn is the question."""
    seen = []

    class Recording(EchoEngine):
        def answer(self, request: Any, artefact: bytes | None) -> Any:
            seen.append(request)
            return super().answer(request, artefact)

    with LocalAWS(engine=Recording()) as other:
        example = {"role": "assistant", "content": [{"text": '{"number":"7"}'}]}
        client(other, "bedrock-runtime").converse(
            modelId=LITE,
            system=[{"text": "You read."}],
            messages=[_user(), example, _user(_page(png(32, 32)), {"text": "And this?"}), PREFILL],
        )
    (request,) = seen

    assert request.examples == (((png(),), '{"number":"7"}'),)
    assert (request.images, request.text) == ((png(32, 32),), "And this?")
    assert (request.system, request.prefill) == ("You read.", "```json\n")
    assert request.schema == SCHEMA


def test_the_native_body_of_invoke_model_is_understood(runtime: Any) -> None:
    """InvokeModel takes Nova's own request and answers in Nova's own shape."""
    body = {
        "schemaVersion": "messages-v1",
        "messages": [{"role": "user", "content": [{"text": PROMPT}]}],
        "inferenceConfig": {"max_new_tokens": 100, "topK": 1},
    }
    answer = json.loads(runtime.invoke_model(modelId=LITE, body=json.dumps(body))["body"].read())
    extra = _refused(runtime.invoke_model, modelId=LITE, body=json.dumps({**body, "top_k": 1}))

    assert json.loads(answer["output"]["message"]["content"][0]["text"]) == {"number": None}
    assert "extraneous key [top_k]" in extra[1]


@pytest.fixture
def quick() -> Iterator[LocalAWS]:
    facts = replace(FAST, base_requests_per_minute=3, base_tokens_per_minute=10_000)
    with LocalAWS(engine=EchoEngine(), clock=LocalClock(manual=True), facts=facts) as local:
        yield local


def test_requests_a_minute_are_limited(quick: LocalAWS) -> None:
    """The fourth request of a minute is throttled, and the next minute is free again."""
    runtime = client(quick, "bedrock-runtime")
    request = {"modelId": LITE, "messages": [_user({"text": "Hello"})]}
    for _ in range(3):
        runtime.converse(**request)
    throttled = _refused(runtime.converse, **request)
    quick.clock.advance(timedelta(minutes=1))

    assert throttled == (
        "ThrottlingException",
        "Too many requests, please wait before trying again.",
    )
    assert runtime.converse(**request)["stopReason"] == "end_turn"


def test_tokens_a_minute_are_limited(quick: LocalAWS) -> None:
    """What one request used is missing for the next, until time has made it up."""
    runtime = client(quick, "bedrock-runtime")
    request = {"modelId": LITE, "messages": [_user({"text": "word " * 9_000})]}
    runtime.converse(**request)
    code, message = _refused(runtime.converse, **request)
    quick.clock.advance(timedelta(minutes=1))

    assert code == "ThrottlingException"
    assert "tokens" in message
    assert runtime.converse(**request)["stopReason"] == "end_turn"


def test_a_models_tokens_are_the_same_however_it_is_asked(quick: LocalAWS) -> None:
    """By id or ARN, whole, streamed or natively; a profile and another model have their own."""
    runtime = client(quick, "bedrock-runtime")
    long, short = (_user({"text": "word " * count}) for count in (9_000, 1))
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{LITE}"
    native = json.dumps({"messages": [short]})
    list(runtime.converse_stream(modelId=LITE, messages=[long])["stream"])

    refused = [
        _refused(runtime.converse, modelId=LITE, messages=[short]),
        _refused(runtime.converse, modelId=arn, messages=[short]),
        _refused(runtime.converse_stream, modelId=LITE, messages=[short]),
        _refused(runtime.invoke_model, modelId=LITE, body=native),
    ]

    throttled = ("ThrottlingException", "Too many tokens, please wait before trying again.")
    assert refused == [throttled] * 4
    assert runtime.converse(modelId=f"us.{LITE}", messages=[short])["usage"]
    assert runtime.converse(modelId="us.amazon.nova-micro-v1:0", messages=[short])["usage"]


def test_a_body_above_the_ceiling_is_refused(local: LocalAWS, runtime: Any) -> None:
    """25 MB, base64 included."""
    heavy = _page(png() + bytes(3_700_000))
    with pytest.raises(ClientError) as caught:
        runtime.converse(modelId=LITE, messages=[_user(*[heavy] * 6)])

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_provisioned_throughput_answers_once_it_is_in_service(
    local: LocalAWS, runtime: Any, model_arn: str
) -> None:
    """Bought units reach the custom model; a term cannot be given back early."""
    bedrock = client(local, "bedrock")
    arn = bedrock.create_provisioned_model_throughput(
        provisionedModelName="units", modelId=model_arn, modelUnits=1, commitmentDuration="OneMonth"
    )["provisionedModelArn"]
    early = _refused(runtime.converse, modelId=arn, messages=[_user()])
    more = _refused(
        bedrock.create_provisioned_model_throughput,
        provisionedModelName="more",
        modelId=model_arn,
        modelUnits=1,
    )
    local.clock.advance(REALISTIC.provisioning)
    answer = runtime.converse(modelId=arn, messages=[_user()])
    term = _refused(bedrock.delete_provisioned_model_throughput, provisionedModelId="units")
    described = bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
    local.clock.advance(timedelta(days=31))
    bedrock.delete_provisioned_model_throughput(provisionedModelId="units")

    assert early[0] == "ModelNotReadyException"
    assert more[0] == "ServiceQuotaExceededException"
    assert json.loads(_text(answer)) == {"number": "N0"}
    assert term[0] == "ConflictException"
    assert described["foundationModelArn"] == BASE
    assert bedrock.list_provisioned_model_throughputs()["provisionedModelSummaries"] == []


def test_moved_units_answer_with_the_new_model(
    local: LocalAWS, runtime: Any, model_arn: str
) -> None:
    """Once an update is through, the new model answers, whether or not anybody looked."""
    bedrock = client(local, "bedrock")
    base = "amazon.nova-lite-v1:0:300k"
    arn = bedrock.create_provisioned_model_throughput(
        provisionedModelName="units", modelId=base, modelUnits=1
    )["provisionedModelArn"]
    local.clock.advance(REALISTIC.provisioning)
    before = runtime.converse(modelId=arn, messages=[_user()])
    bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=model_arn)
    local.clock.advance(REALISTIC.provisioning)
    after = runtime.converse(modelId=arn, messages=[_user()])

    assert json.loads(_text(before)) == {"number": None}
    assert json.loads(_text(after)) == {"number": "N0"}


def test_the_catalogue_is_listed(local: LocalAWS) -> None:
    """Foundation models and profiles are Nova's, with what each can do."""
    bedrock = client(local, "bedrock")
    models = {m["modelId"]: m for m in bedrock.list_foundation_models()["modelSummaries"]}
    tunable = bedrock.list_foundation_models(byCustomizationType="FINE_TUNING")["modelSummaries"]
    profiles = bedrock.list_inference_profiles()["inferenceProfileSummaries"]
    profile = bedrock.get_inference_profile(inferenceProfileIdentifier=f"us.{LITE}")

    assert models[LITE]["inferenceTypesSupported"] == ["ON_DEMAND"]
    assert {m["modelId"] for m in tunable} >= {f"{LITE}:300k"}
    assert f"us.{LITE}" in {p["inferenceProfileId"] for p in profiles}
    assert profile["type"] == "SYSTEM_DEFINED"
    assert bedrock.get_foundation_model(modelIdentifier=LITE)["modelDetails"]["modelId"] == LITE


def test_tags_are_added_and_removed(local: LocalAWS, model_arn: str) -> None:
    """Tags stay with their resource, and 50 are enough."""
    bedrock = client(local, "bedrock")
    bedrock.tag_resource(
        resourceARN=model_arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    )
    bedrock.untag_resource(resourceARN=model_arn, tagKeys=["a"])
    many = [{"key": f"k{n}", "value": ""} for n in range(50)]
    code, _ = _refused(bedrock.tag_resource, resourceARN=model_arn, tags=many)

    assert bedrock.list_tags_for_resource(resourceARN=model_arn)["tags"] == [
        {"key": "b", "value": "2"}
    ]
    assert code == "TooManyTagsException"


def test_an_operation_that_is_not_there_says_its_name(local: LocalAWS) -> None:
    """What the stand-in does not do is answered with 501 and the operation's name."""
    with pytest.raises(ClientError) as caught:
        client(local, "bedrock").list_guardrails()

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "ListGuardrails" in str(caught.value)
