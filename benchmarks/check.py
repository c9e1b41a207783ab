"""`datasets.check` on 20,000 records beside AWS's sample validator and bare `json.loads`.

    python benchmarks/check.py [path/to/nova_ft_dataset_validator.py]

The validator is aws-samples/amazon-nova-samples' `nova_ft_dataset_validator.py`; it checks the
envelope only and opens no image. Without it, only the floor is run beside.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _records import write

from novadoc import datasets

COUNT = 20_000


def floor(path: Path) -> None:
    with path.open("rb") as file:
        for line in file:
            json.loads(line)


def ours(path: Path) -> None:
    problems = datasets.check(path, "nova-lite")
    assert not problems, problems[:3]


def rate(work: Callable[[Path], None], path: Path) -> float:
    """Records per CPU second, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work(path)
        best = min(best, time.process_time() - start)
    return COUNT / best


def child_rate(script: str, path: Path) -> float:
    """Records per CPU second of the sample validator in a process of its own, start included."""
    command = [sys.executable, script, "-i", str(path), "-m", "lite", "-t", "sft"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, "--skip-bad-samples"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return COUNT / spent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder, "train.jsonl"), COUNT)
        mine, bare = rate(ours, path), rate(floor, path)
        print(f"json.loads per line        {bare:>9,.0f} records per CPU second")
        print(f"novadoc, envelope + labels {mine:>9,.0f} records per CPU second")
        if len(sys.argv) > 1:
            peer = child_rate(sys.argv[1], path)
            print(f"sample validator, envelope {peer:>9,.0f} records per CPU second")
            print(f"ratio to the validator     {mine / peer:>9.2f}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory                {peak:>9,.0f} MB")


if __name__ == "__main__":
    main()
