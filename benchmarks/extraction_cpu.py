"""CPU of one extraction beside one raw boto3 call with the same body, robust on a busy machine.

    python benchmarks/extraction_cpu.py

Both take turns in one process; of many short rounds the least CPU time counts, since whatever else
runs on the machine only adds to it. The answer is validated into the same class by both.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import extraction_throughput as bench

ROUNDS = {20_000: (60, 20), 1_000_000: (40, 4)}


def least(calls: dict, rounds: int, repeats: int) -> dict[str, float]:
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            spent = bench.cpu()
            for _ in range(repeats):
                call()
            best[name] = min(best[name], (bench.cpu() - spent) / repeats)
    return best


def main() -> None:
    os.environ.update(bench.KEYS)
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "_converse_server.py")],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/0"
        for size, (rounds, repeats) in ROUNDS.items():
            given = argparse.Namespace(url=url, workers=1)
            data = bench.image(size)
            calls = {name: bench.MAKERS[name](given, data) for name in ("boto3", "novadoc")}
            found = least(calls, rounds, repeats)
            print(
                f"{size:>9,} bytes: boto3 {1000 * found['boto3']:.3f} ms, "
                f"novadoc {1000 * found['novadoc']:.3f} ms, "
                f"ratio {found['novadoc'] / found['boto3']:.2f}"
            )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
