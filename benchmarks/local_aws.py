"""How fast the local AWS is with an engine that answers at once.

    python benchmarks/local_aws.py [--seconds 5] [--requests 100000]

Prints the time until it is ready, requests a second of raw keep-alive HTTP clients (small Converse,
Converse with a 200 KB image, ConverseStream) and what memory does over many requests. The clients
are processes of their own, on the same machine: the figures are those of both together.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from novadoc.local import FAST, EchoEngine, LocalAWS

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/bedrock/aws4_request, Signature=0"
SCHEMA = {"type": "object", "properties": {"number": {"type": "string"}}}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000010000000100100000000376ef924"
    "0000001049444154789c636060a03d00000030000195cfa1e90000000049454e44ae426082"
)
HEADERS = {"authorization": SIGNED, "content-type": "application/json"}


def body(image_bytes: int) -> bytes:
    content: list[object] = [{"text": f"Read. {json.dumps(SCHEMA)}"}]
    if image_bytes:
        data = base64.b64encode(PNG + bytes(image_bytes - len(PNG))).decode()
        content.insert(0, {"image": {"format": "png", "source": {"bytes": data}}})
    return json.dumps({"messages": [{"role": "user", "content": content}]}).encode()


def hammer(host: str, operation: str, image_bytes: int, seconds: float) -> int:
    """Send one request after the other; return how many were answered."""
    connection = http.client.HTTPConnection(host)
    path = f"/model/{quote('amazon.nova-lite-v1:0', safe='')}/{operation}"
    content, count, end = body(image_bytes), 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        connection.request("POST", path, content, HEADERS)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"status {response.status}")
        count += 1
    return count


def rate(url: str, operation: str, image_bytes: int, seconds: float, clients: int) -> float:
    command = [sys.executable, __file__, "--client", url, operation, str(image_bytes), str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(clients)]
    counts = [int(process.communicate()[0]) for process in running]
    return sum(counts) / seconds


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system


def measure(options: argparse.Namespace) -> None:
    facts = replace(FAST, enforces_quotas=False)
    began = time.perf_counter()
    with LocalAWS(engine=EchoEngine(), facts=facts) as local:
        print(f"ready in {time.perf_counter() - began:.2f} s (in process, imports included)")
        for name, operation, size in (
            ("small Converse", "converse", 0),
            ("Converse, 200 KB image", "converse", 200_000),
            ("ConverseStream", "converse-stream", 0),
        ):
            spent = cpu_seconds()
            per_second = rate(local.url, operation, size, options.seconds, options.clients)
            each = (cpu_seconds() - spent) / (per_second * options.seconds) * 1e6
            print(f"{name}: {per_second:.0f} requests a second, {each:.0f} us of server CPU each")
        before = resident_mb(os.getpid())
        done = 0
        while done < options.requests:
            done += int(rate(local.url, "converse", 0, 5, options.clients) * 5)
        after = resident_mb(os.getpid())
        print(f"memory over {done} requests: {before:.0f} MB -> {after:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--client", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        url, operation, size, seconds = options.client
        host = url.removeprefix("http://")
        print(hammer(host, operation, int(size), float(seconds)))
    else:
        measure(options)


if __name__ == "__main__":
    main()
