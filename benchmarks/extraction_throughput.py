"""Requests per second and CPU per request of novadoc beside raw boto3, and peers where installed.

    python benchmarks/extraction_throughput.py                 # the table, some minutes
    python benchmarks/extraction_throughput.py --only novadoc boto3 --size 1000000 --workers 64

Every row is a fresh process: warm-up, then a timed window against `_converse_server.py`, a process
of its own. CPU is user and system time of the client over the window, per request. All clients
send the same image and validate the answer into the same class.

How late an event loop is, is that of something due every 5 ms. `loop_alone` is the control: a loop
with nothing else to do, while another process makes the same calls as novadoc on the same cores.
What it is late is the machine's share, and the server's; the rest is the client's own.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
MODEL = "us.amazon.nova-lite-v1:0"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def image(size: int) -> bytes:
    """Incompressible bytes with a JPEG's frame."""
    return b"\xff\xd8\xff\xe0" + random.Random(7).randbytes(size - 6) + b"\xff\xd9"


def client(given: argparse.Namespace):
    import boto3
    from botocore.config import Config

    config = Config(max_pool_connections=max(given.workers, 10), retries={"total_max_attempts": 1})
    return boto3.client("bedrock-runtime", endpoint_url=given.url, config=config)


def question(data: bytes) -> dict:
    """The very request novadoc sends, as keyword arguments."""
    from novadoc._wire import to_converse
    from novadoc.doctypes import W2
    from novadoc.prompts import ExtractionPrompt

    return dict(to_converse(ExtractionPrompt(W2).conversation((page(data),))))


def page(data: bytes):
    from novadoc.prompts import Image

    return Image("jpeg", 1000, 1300, hashlib.sha256(data).hexdigest(), data=data)


def make_boto3(given: argparse.Namespace, data: bytes) -> Callable[[], object]:
    from novadoc.doctypes import W2

    runtime, request = client(given), question(data)

    def call() -> object:
        answer = runtime.converse(modelId=MODEL, **request)
        return W2.model_validate_json(answer["output"]["message"]["content"][0]["text"])

    return call


def extractor(given: argparse.Namespace):
    from novadoc.bedrock import Bedrock
    from novadoc.doctypes import W2
    from novadoc.extraction import Extractor, Settings

    model = Bedrock.connect(endpoint_url=given.url).model(MODEL)
    return Extractor(W2, model=model, settings=Settings(workers=given.workers))


def make_novadoc(given: argparse.Namespace, data: bytes) -> Callable[[], object]:
    from novadoc.extraction import Pages

    made, pages = extractor(given), Pages("page", (page(data),))
    return lambda: made.extract(pages).value


def make_novadoc_async(given: argparse.Namespace, data: bytes) -> Callable[[], object]:
    from novadoc.extraction import Pages

    made, pages = extractor(given), Pages("page", (page(data),))

    async def call() -> object:
        return (await made.aextract(pages)).value

    return call


def make_instructor(given: argparse.Namespace, data: bytes) -> Callable[[], object]:
    import instructor

    from novadoc.doctypes import W2

    made = instructor.from_bedrock(client(tool(given, "W2")), mode=instructor.Mode.BEDROCK_TOOLS)
    content = [
        {"image": {"format": "jpeg", "source": {"bytes": data}}},
        {"text": "Extract every field of this W-2."},
    ]
    return lambda: made.chat.completions.create(
        modelId=MODEL,
        response_model=W2,
        max_retries=1,
        strict=False,  # amounts come as JSON numbers
        inferenceConfig={"maxTokens": 2000, "temperature": 0.0},
        messages=[{"role": "user", "content": content}],
    )


def make_pydantic_ai(given: argparse.Namespace, data: bytes) -> Callable[[], object]:
    from pydantic_ai import Agent, BinaryContent
    from pydantic_ai.models.bedrock import BedrockConverseModel
    from pydantic_ai.providers.bedrock import BedrockProvider

    from novadoc.doctypes import W2

    provider = BedrockProvider(bedrock_client=client(tool(given, "final_result")))
    agent = Agent(BedrockConverseModel(MODEL, provider=provider), output_type=W2)
    content = [BinaryContent(data, media_type="image/jpeg"), "Extract every field of this W-2."]

    async def call() -> object:
        return (await agent.run(content)).output

    return call


def make_langchain(given: argparse.Namespace, data: bytes) -> Callable[[], object]:
    import base64

    from langchain_aws import ChatBedrockConverse

    from novadoc.doctypes import W2

    model = ChatBedrockConverse(
        model=MODEL, client=client(tool(given, "W2")), region_name="us-east-1"
    ).with_structured_output(W2)
    block = {
        "type": "image",
        "source_type": "base64",
        "mime_type": "image/jpeg",
        "data": base64.b64encode(data).decode(),
    }
    content = [block, {"type": "text", "text": "Extract every field of this W-2."}]
    return lambda: model.invoke([("human", content)])


def tool(given: argparse.Namespace, name: str) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(given), "url": f"{given.url}/tool-{name}"})


MAKERS = {name[5:]: make for name, make in list(globals().items()) if name.startswith("make_")}
CONTROL = "loop_alone"
ROWS = sorted((*MAKERS, CONTROL))


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def in_threads(call: Callable[[], object], given: argparse.Namespace) -> dict:
    with ThreadPoolExecutor(given.workers) as pool:
        list(pool.map(lambda _: call(), range(max(given.workers, 4))))
        stop = time.perf_counter() + given.seconds

        def loop(_: int) -> list[float]:
            taken = []
            while (begun := time.perf_counter()) < stop:
                call()
                taken.append(time.perf_counter() - begun)
            return taken

        spent, begun = cpu(), time.perf_counter()
        taken = [one for part in pool.map(loop, range(given.workers)) for one in part]
        return row(taken, time.perf_counter() - begun, cpu() - spent)


async def in_tasks(call: Callable, given: argparse.Namespace) -> dict:
    await asyncio.gather(*(call() for _ in range(max(given.workers, 4))))
    stop = time.perf_counter() + given.seconds
    taken: list[float] = []

    async def loop() -> None:
        while (begun := time.perf_counter()) < stop:
            await call()
            taken.append(time.perf_counter() - begun)

    spent, begun = cpu(), time.perf_counter()
    lags, *_ = await asyncio.gather(lateness(stop), *(loop() for _ in range(given.workers)))
    return {**row(taken, time.perf_counter() - begun, cpu() - spent), **late(lags)}


async def lateness(stop: float) -> list[float]:
    """How late each of the moments was that lie 5 ms apart, also those a stall has passed over."""
    due, lags = time.perf_counter(), []
    while due < stop:
        due += 0.005
        await asyncio.sleep(due - time.perf_counter())
        lags.append(time.perf_counter() - due)
    return lags


def alone(given: argparse.Namespace) -> dict:
    calls = [*command("novadoc", given), "--seconds", str(given.seconds + 2)]
    with subprocess.Popen(calls, stdout=subprocess.DEVNULL) as other:
        time.sleep(2)  # imports and warm-up
        lags = asyncio.run(lateness(time.perf_counter() + given.seconds))
        other.wait()
    return late(lags)


def late(lags: list[float]) -> dict:
    return {"lag p95 ms": at(lags, 0.95), "lag p99 ms": at(lags, 0.99)}


def row(taken: list[float], wall: float, spent: float) -> dict:
    return {
        "requests/s": round(len(taken) / wall, 1),
        "cpu ms": round(1000 * spent / len(taken), 3),
        "p50 ms": at(taken, 0.5),
        "p95 ms": at(taken, 0.95),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def at(values: list[float], share: float) -> float:
    values = sorted(values)
    return round(1000 * values[min(len(values) - 1, int(share * len(values)))], 1)


def measure(given: argparse.Namespace) -> None:
    if given.one == CONTROL:
        print(json.dumps(alone(given)))
        return
    data = image(given.size)
    call = MAKERS[given.one](given, data)
    if asyncio.iscoroutinefunction(call):
        found = asyncio.run(in_tasks(call, given))
    else:
        found = in_threads(call, given)
    print(json.dumps(found))


def command(name: str, given: argparse.Namespace) -> list[str]:
    return [
        sys.executable, __file__, "--one", name, "--url", given.url,
        "--size", str(given.size), "--workers", str(given.workers), "--seconds", str(given.seconds),
    ]  # fmt: skip


def in_process(name: str, given: argparse.Namespace) -> dict | str:
    run = subprocess.run(
        command(name, given),
        capture_output=True, text=True, check=False, env={**os.environ, **KEYS},
    )  # fmt: skip
    if run.returncode:
        return run.stderr.strip().rpartition("\n")[2]
    return json.loads(run.stdout)


def table(given: argparse.Namespace) -> None:
    server = subprocess.Popen(
        [sys.executable, str(HERE / "_converse_server.py")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        for size, delay, workers in given.cases:
            given.size, given.workers = size, workers
            print(f"\n{size:,} bytes, {delay} ms, {workers} in flight", flush=True)
            for name in given.only:
                given.url = f"http://127.0.0.1:{port}/{delay}"
                found = in_process(name, given)
                print(f"  {name:15} {found}", flush=True)
    finally:
        server.terminate()
        server.wait()


CASES = [
    (20_000, 0, 1), (1_000_000, 0, 1),
    (20_000, 300, 64), (1_000_000, 300, 64),
]  # fmt: skip

if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--only", nargs="*", choices=ROWS, default=ROWS)
    options.add_argument("--size", type=int)
    options.add_argument("--delay", type=int, default=300)
    options.add_argument("--workers", type=int, default=64)
    options.add_argument("--seconds", type=float, default=3.0)
    options.add_argument("--one")
    options.add_argument("--url")
    chosen = options.parse_args()
    threading.stack_size(256 * 1024)
    if chosen.one:
        measure(chosen)
    else:
        chosen.cases = [(chosen.size, chosen.delay, chosen.workers)] if chosen.size else CASES
        table(chosen)
