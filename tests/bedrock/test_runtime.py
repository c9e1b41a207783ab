"""Converse through a real boto3 client: bytes on the wire, errors, streams, faults."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber

from novadoc._wire import to_converse
from novadoc.bedrock import BedrockModel, RequestOptions
from novadoc.bedrock._body import Body
from novadoc.bedrock._splice import Request, Splice, SpliceLostError
from novadoc.bedrock._turn import Turn
from novadoc.errors import (
    AccessDeniedError,
    ConnectionFailedError,
    IncompleteResponseError,
    InvalidRequestError,
    MalformedAnswerError,
    ModelFaultError,
    ModelTimeoutError,
    ThrottledError,
)
from novadoc.prompts import Conversation, Image, Message, Reply, Sampling, Text, TextDelta

MODEL = "us.amazon.nova-lite-v1:0"


def image(size: int, fill: bytes = b"\xfe\x01") -> Image:
    data = (fill * size)[:size]
    return Image("jpeg", 8, 8, hashlib.sha256(data).hexdigest(), data=data)


def ask(*images: Image, text: str = "Read it.") -> Conversation:
    return Conversation((Message("user", (*images, Text(text))),), Sampling(99))


OK = {
    "output": {"message": {"role": "assistant", "content": [{"text": "{}"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 7, "outputTokens": 2, "totalTokens": 9},
}


class Recorder(ThreadingHTTPServer):
    """Keeps the bodies it gets, and answers what it was told."""

    daemon_threads = True
    request_queue_size = 128  # all at once, on a busy machine too

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[bytes] = []
        self.status, self.error, self.cut, self.failures = 200, "", 0, 0
        self.body = b""
        self.together: threading.Barrier | None = None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.together:
            self.server.together.wait(10)
        status = self.server.status if self.server.failures == 0 else 503
        self.server.failures = max(0, self.server.failures - 1)
        body = self.server.body or json.dumps(OK if status == 200 else {"message": "no"}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.send_header("x-amzn-RequestId", "r-1")
        if self.server.error:
            self.send_header("x-amzn-ErrorType", self.server.error)
        self.end_headers()
        self.wfile.write(body[: len(body) - self.server.cut])
        self.close_connection = self.server.cut > 0

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def server() -> Iterator[Recorder]:
    recorder = Recorder()
    thread = threading.Thread(target=recorder.serve_forever, args=(0.01,))
    thread.start()
    yield recorder
    recorder.shutdown()
    thread.join()
    recorder.server_close()


def client(server: Recorder, *, times: int = 1, **options):
    return boto3.client(
        "bedrock-runtime",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
        config=Config(retries={"total_max_attempts": times}, **options),
    )


def test_spliced_body_is_botocore_s_own(server: Recorder) -> None:
    """Two large images, a small one and a text that imitates the body: byte for byte the same."""
    runtime = client(server)
    large = (image(20_000), image(50_000, b"\x00\xff\x80"))
    trap = ask(*large, image(10), text='{"bytes": "AAAA"} \\"bytes\\": é')

    BedrockModel(runtime, MODEL).converse(trap)
    runtime.converse(modelId=MODEL, **to_converse(trap))

    ours, plain = server.bodies
    assert plain == ours
    sent = json.loads(ours)["messages"][0]["content"][1]["image"]["source"]["bytes"]
    assert large[1].data == base64.b64decode(sent)


def test_other_listeners_see_and_change_what_is_asked(server: Recorder) -> None:
    """Tracing reads the members before and after, and a listener of the user's has its say."""
    runtime = client(server)
    seen: list[dict] = []

    def watch(params, **_: object) -> None:
        seen.append(params)
        params["inferenceConfig"]["maxTokens"] = 77

    def add(params, **_: object) -> None:
        params["requestMetadata"] = {"team": "claims"}

    runtime.meta.events.register("before-parameter-build.bedrock-runtime.Converse", watch)
    model = BedrockModel(runtime, MODEL)
    runtime.meta.events.register_last("before-parameter-build.bedrock-runtime.Converse", add)
    model.converse(ask(image(20_000)))

    sent = json.loads(server.bodies[0])
    assert 77 == sent["inferenceConfig"]["maxTokens"]
    assert {"team": "claims"} == sent["requestMetadata"]
    assert ["Read it."] == [part["text"] for part in seen[0]["messages"][0]["content"][1:]]


@pytest.mark.parametrize("family", ["", ".bedrock-runtime", ".*", ".*.Converse", ".*.*"])
def test_listeners_of_whole_families_see_and_change_too(server: Recorder, family: str) -> None:
    """A listener on more than Converse sees members and body too, and is told them once."""
    runtime = client(server)
    model = BedrockModel(runtime, MODEL)
    seen: list[object] = []

    def shorten(params, **_: object) -> None:
        seen.append(params["messages"][0]["role"])
        params["messages"] = [{"role": "user", "content": params["messages"][0]["content"][:1]}]
        del params["inferenceConfig"]["temperature"]

    def look(params, **_: object) -> None:
        seen.append(list(json.loads(params["body"])))

    runtime.meta.events.register(f"before-parameter-build{family}", shorten)
    runtime.meta.events.register(f"before-call{family}", look)
    page = image(200_000)
    model.converse(ask(page))

    (sent,) = map(json.loads, server.bodies)
    assert ["user", ["messages", "inferenceConfig", "additionalModelRequestFields"]] == seen
    assert {"maxTokens": 99} == sent["inferenceConfig"]
    (part,) = sent["messages"][0]["content"]
    assert page.data == base64.b64decode(part["image"]["source"]["bytes"])


@pytest.mark.parametrize(
    "event", ["provide-client-params", "before-parameter-build", "before-call"]
)
@pytest.mark.parametrize("pages", [(), (image(9),), (image(200_000),)])
def test_listener_s_own_call_is_another_question(
    server: Recorder, event: str, pages: tuple[Image, ...]
) -> None:
    """A listener that asks the service itself leaves the question it listened to as it was."""
    runtime, other = client(server), client(server)
    model = BedrockModel(runtime, MODEL)
    BedrockModel(other, MODEL)  # listens there too
    own = to_converse(ask(text="Are you there?"))

    def call(**_: object) -> None:
        other.converse(modelId=MODEL, **own)

    runtime.meta.events.register_first(f"{event}.*.*", call)
    model.converse(ask(*pages))
    other.converse(modelId=MODEL, **to_converse(ask(*pages)))

    first, second, plain = server.bodies
    assert own == json.loads(first)
    assert plain == second


def test_what_json_cannot_say_is_botocore_s_to_write(server: Recorder) -> None:
    """A `Decimal`, which it knows, is sent; bytes in a text's place, which it refuses, are not."""
    runtime = client(server)
    model = BedrockModel(runtime, MODEL)
    turn = Message("user", (image(20_000), Text("Read it.")))
    half = Sampling(9, temperature=Decimal("0.5"))  # type: ignore[arg-type]

    model.converse(Conversation((turn,), half))
    runtime.converse(modelId=MODEL, **to_converse(Conversation((turn,), half)))
    ours, plain = server.bodies
    assert plain == ours

    with pytest.raises(InvalidRequestError, match=r"messages\[0\]\.content\[0\]\.text"):
        model.converse(ask(text=b"Read it."))  # type: ignore[arg-type]
    assert 2 == len(server.bodies)


def test_member_this_botocore_does_not_know_is_refused_by_name(server: Recorder) -> None:
    """As of options that are newer than the installed botocore."""
    runtime = client(server)
    model = BedrockModel(runtime, MODEL)

    def add(params, **_: object) -> None:
        params["novelty"] = 1

    runtime.meta.events.register("before-parameter-build.bedrock-runtime.Converse", add)
    with pytest.raises(InvalidRequestError, match="novelty"):
        model.converse(ask(image(20_000)))
    assert [] == server.bodies


def test_stubbed_client_answers_without_a_service(server: Recorder) -> None:
    """botocore's own stubber, with the request it expects, works as on any client."""
    runtime = client(server)
    model = BedrockModel(runtime, MODEL)
    question = ask(text="Total?")
    with Stubber(runtime) as stubber:
        expected = {"modelId": MODEL, **to_converse(question)}
        stubber.add_response("converse", {**OK, "metrics": {"latencyMs": 1}}, expected)
        reply = model.converse(question)

    assert "{}" == reply.text
    assert [] == server.bodies


def test_signature_covers_the_spliced_body(server: Recorder) -> None:
    """The service sees a body of the length and hash that were signed: nothing is added later."""
    seen: dict[str, str] = {}
    runtime = client(server)

    def keep(request, **_: object) -> None:
        seen["length"] = str(len(request.body))

    runtime.meta.events.register("before-send.bedrock-runtime.Converse", keep)
    BedrockModel(runtime, MODEL).converse(ask(image(20_000)))

    assert seen["length"] == str(len(server.bodies[0]))


def test_many_threads_do_not_mix_their_images(server: Recorder) -> None:
    """Each request carries its own page."""
    model = BedrockModel(client(server, max_pool_connections=8), MODEL)
    pages = [image(16_000 + n, bytes([n])) for n in range(32)]

    threads = [threading.Thread(target=model.converse, args=(ask(one),)) for one in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    contents = [json.loads(body)["messages"][0]["content"] for body in server.bodies]
    sent = {base64.b64decode(content[0]["image"]["source"]["bytes"]) for content in contents}
    assert {one.data for one in pages} == sent


def test_long_body_is_encoded_again_for_whoever_reads_again(server: Recorder) -> None:
    """A client with retries of its own signs and sends the same bytes a second time."""
    runtime = client(server, times=2)
    server.failures = 1
    page = image(500_000)

    BedrockModel(runtime, MODEL).converse(ask(page))

    first, second = server.bodies
    assert first == second
    sent = json.loads(second)["messages"][0]["content"][0]["image"]["source"]["bytes"]
    assert page.data == base64.b64decode(sent)


def test_long_body_needs_no_signature(server: Recorder) -> None:
    """With an API key nothing is hashed: the body is first read when it is sent."""
    page = image(500_000)

    BedrockModel(client(server, signature_version=UNSIGNED), MODEL).converse(ask(page))

    sent = json.loads(server.bodies[0])["messages"][0]["content"][0]["image"]["source"]["bytes"]
    assert page.data == base64.b64decode(sent)


def test_images_are_dropped_while_they_are_sent() -> None:
    """Signing keeps the encoded pieces, sending gives them up: waiting for an answer holds none."""
    body = Body([b"{", b"}"], [bytes(900_000)])
    tracemalloc.start()
    try:
        signed = hashlib.sha256(body.read())
        body.seek(0)
        kept, _ = tracemalloc.get_traced_memory()
        body.to_send()
        sent = hashlib.sha256()
        for piece in iter(lambda: body.read(16_384), b""):
            sent.update(piece)
        del piece
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert signed.hexdigest() == sent.hexdigest()
    assert (True, True) == (kept > 1_200_000, left < 10_000)


def test_body_is_whole_for_whoever_looks_into_it() -> None:
    """A listener that reads its beginning takes nothing from what is sent."""
    body = Body([b"", b"", b"}"], [bytes(300_000), b"\xff" * 300_000])
    whole = body.read()
    body.seek(0)
    assert len(body.read(100)) < len(whole) == len(body)

    body.seek(0)
    body.to_send()
    assert whole == body.read()
    assert base64.b64encode(bytes(300_000) + b"\xff" * 300_000) + b"}" == whole


def test_waiting_for_an_answer_holds_up_no_other_request(server: Recorder) -> None:
    """Requests take turns while they are prepared, not while they are under way."""
    server.together = threading.Barrier(4)
    model = BedrockModel(client(server), MODEL)

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(model.converse, [ask(image(300_000))] * 4))

    assert ["{}"] * 4 == [reply.text for reply in replies]


def test_request_that_cannot_be_prepared_gives_its_turn_back() -> None:
    """And giving it back twice takes it from nobody."""
    lock = threading.Lock()
    with pytest.raises(ZeroDivisionError), Request(lock):
        raise ZeroDivisionError
    assert not lock.locked()

    turn = Turn(lock)
    turn.give_back()
    other = Turn(lock)
    turn.give_back()
    assert lock.locked()
    other.give_back()


def test_lost_token_means_the_plain_way() -> None:
    """A body that was changed on the way is not guessed at."""
    splice = Splice()
    splice.source(image(20_000))

    with pytest.raises(SpliceLostError):
        splice.fill(b'{"messages": []}')


def test_token_that_is_there_twice_means_the_plain_way() -> None:
    """A listener asked for the page twice, and no token goes out in an image's place."""
    splice = Splice()
    body = splice.written({"pages": [splice.source(image(9))] * 2})

    assert body is not None
    with pytest.raises(SpliceLostError):
        splice.fill(body)


def test_options_accompany_every_request(server: Recorder) -> None:
    """Guardrail, tier and metadata in the service's own members."""
    options = RequestOptions(
        guardrail="g1", guardrail_version="2", service_tier="flex", metadata={"team": "forms"}
    )

    BedrockModel(client(server), MODEL, options=options).converse(ask(image(10)))
    body = json.loads(server.bodies[0])
    assert {"guardrailIdentifier": "g1", "guardrailVersion": "2"} == body["guardrailConfig"]
    assert ({"type": "flex"}, {"team": "forms"}) == (body["serviceTier"], body["requestMetadata"])


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "ThrottlingException", ThrottledError),
        (408, "ModelTimeoutException", ModelTimeoutError),
        (424, "ModelErrorException", ModelFaultError),
        (403, "AccessDeniedException", AccessDeniedError),
    ],
)
def test_service_errors_have_their_leaf(
    server: Recorder, status: int, code: str, error: type[Exception]
) -> None:
    """And botocore sends the question once: retries are ours."""
    server.status, server.error = status, code

    with pytest.raises(error) as caught:
        BedrockModel(client(server), MODEL).converse(ask(image(10)))

    assert ("r-1", 1) == (caught.value.request_id, len(server.bodies))


def test_truncated_body_is_no_answer(server: Recorder) -> None:
    """Newer botocore calls half a body a success; here it is an error that may be retried."""
    server.cut = 150

    with pytest.raises((IncompleteResponseError, ConnectionFailedError)):
        BedrockModel(client(server), MODEL).converse(ask(image(10)))


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b'"x"',
        b"null",
        b'{"output": NaN}',
        b'{"output": "\xff"}',
        b'{"metrics": {"latencyMs": "x"}}',
    ],
)
def test_body_of_another_form_is_no_answer(server: Recorder, body: bytes) -> None:
    """A proxy's page, or half of something else: botocore stumbles, and a run goes on."""
    server.body = body

    with pytest.raises(IncompleteResponseError) as caught:
        BedrockModel(client(server), MODEL).converse(ask(image(10)))
    assert caught.value.__cause__ is None  # parsers quote what they cannot read


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def test_answer_nested_without_end_is_malformed(server: Recorder) -> None:
    """A tool's input that no parser follows is the model's fault: it is not asked ten times."""
    use = b'{"toolUse": {"toolUseId": "t", "name": "n", "input": ' + DEEP + b"}}"
    server.body = b'{"output": {"message": {"content": [' + use + b"]}}}"

    with pytest.raises(MalformedAnswerError):
        BedrockModel(client(server), MODEL).converse(ask(image(10)))


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (b"[1]", IncompleteResponseError),
        (b'{"delta": {"text": "\xff"}}', IncompleteResponseError),
        (DEEP, MalformedAnswerError),
    ],
)
def test_event_of_another_form_ends_the_stream(
    server: Recorder, payload: bytes, error: type[Exception]
) -> None:
    """With an error that says whether asking again may help."""
    server.body = event("contentBlockDelta", payload)

    with pytest.raises(error):
        list(BedrockModel(client(server), MODEL).stream(ask(image(10))))


def event(kind: str, payload: bytes) -> bytes:
    """Encode an event as the service does: lengths, checksums, headers of type string."""
    pairs = {":message-type": "event", ":event-type": kind, ":content-type": "application/json"}
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(text)) + text.encode()
        for name, text in pairs.items()
    )
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


def test_refused_connection_is_its_own_error(server: Recorder) -> None:
    """No answer at all."""
    model = BedrockModel(client(server), MODEL)
    server.shutdown()
    server.server_close()

    with pytest.raises(ConnectionFailedError):
        model.converse(ask(image(10)))


def test_what_is_called_is_known_without_asking(server: Recorder) -> None:
    """The base model from the id, the pool's size from the client; nothing is sent."""
    model = BedrockModel(client(server, max_pool_connections=7), MODEL)

    assert (MODEL, "nova-lite", 7) == (model.model_id, model.base_model, model.max_in_flight)
    assert model.trained_prompt() is None
    assert [] == server.bodies


def test_a_deployment_can_be_told_its_base_model(server: Recorder) -> None:
    """By what trained it; the model that was given stays as it is, and nothing is sent."""
    arn = "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/abcdefghijkl"
    model = BedrockModel(client(server), arn)

    told = model.based_on("nova-2-lite")

    assert (None, "nova-2-lite", arn) == (model.base_model, told.base_model, told.model_id)
    assert [] == server.bodies


def test_trained_prompt_comes_from_the_tags(server: Recorder) -> None:
    """Tags that may not be read are no error."""

    def forbidden() -> dict[str, str]:
        raise AccessDeniedError("No.", operation="ListTagsForResource")

    runtime = client(server)
    tagged = BedrockModel(runtime, MODEL, tags=lambda: {"novadoc:prompt": "ab"})
    assert "ab" == tagged.trained_prompt()
    assert BedrockModel(runtime, MODEL, tags=forbidden).trained_prompt() is None


def test_recorded_stream_is_read(real_data, server: Recorder) -> None:
    """Real event-stream bytes of Nova through botocore's decoder."""
    from botocore.eventstream import EventStreamBuffer

    lines = (real_data / "llm" / "bedrock_wire.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        if "response_base64" not in row:
            continue
        buffer = EventStreamBuffer()
        buffer.add_data(base64.b64decode(row["response_base64"]))
        events = [{event.headers[":event-type"]: json.loads(event.payload)} for event in buffer]
        from novadoc._wire import from_events

        *pieces, reply = from_events(events)
        assert isinstance(reply, Reply)
        assert reply.text == "".join(p.text for p in pieces if isinstance(p, TextDelta))
        assert reply.usage.output_tokens > 0
