"""Memory of each request in flight, beyond the image itself, beside raw boto3.

    python benchmarks/extraction_memory.py

All requests share one image, so that what grows with their number is what a request needs beside
it. Each figure is of fresh processes that keep 16 and 80 requests in flight for some rounds: the
difference of their peaks, per request. An image of 20 KB tells what a thread and its connection
need by themselves. Base64 is 1.33 images; at most 1.5 are wanted.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import extraction_throughput as bench

SMALL, LARGE, FEW, MANY, ROUNDS = 20_000, 1_000_000, 16, 80, 6


def measure(name: str, url: str, workers: int, size: int) -> None:
    data = bench.image(size)
    call = bench.MAKERS[name](argparse.Namespace(url=url, workers=workers), data)
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda _: call(), range(ROUNDS * workers)))
    print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))


def peak(name: str, url: str, workers: int, size: int) -> int:
    command = [sys.executable, __file__, name, url, str(workers), str(size)]
    run = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **bench.KEYS}
    )
    return int(run.stdout)


def each(name: str, url: str, size: int) -> float:
    return (peak(name, url, MANY, size) - peak(name, url, FEW, size)) / (MANY - FEW)


def main() -> None:
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "_converse_server.py")],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/1500"
        for name in ("boto3", "novadoc"):
            small, large = each(name, url, SMALL), each(name, url, LARGE)
            print(
                f"{name:8} {(large - small) / (LARGE - SMALL):.2f} images beyond the image and "
                f"{small / 1e6:.2f} MB for thread and connection, per request in flight"
            )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
