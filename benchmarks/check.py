"""`datasets.check` on 20,000 records beside AWS's sample validator and bare `json.loads`.

    python benchmarks/check.py [--validator path/to/nova_ft_dataset_validator.py]

The validator is aws-samples/amazon-nova-samples' `nova_ft_dataset_validator.py`; it checks the
envelope only and opens no image. Each tool runs in processes of its own, in turns on the same file,
and the best of each counts: CPU seconds of the check alone, imports left out. Memory is that of the
process at its peak, on the file and on one of four times the records.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import multiprocessing
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from _records import write

from novadoc import datasets

COUNT = 20_000
ROUNDS = 3
RATE, RATIO, MEMORY = 30_000, 2.0, 80


def floor(path: Path) -> None:
    with path.open("rb") as file:
        for line in file:
            json.loads(line)


def ours(path: Path) -> None:
    problems = datasets.check(path, "nova-lite")
    assert not {one.rule for one in problems} - {"record-count"}, problems[:3]


def validator(script: Path) -> Callable[[Path], None]:
    spec = importlib.util.spec_from_file_location("validator", script)
    module = importlib.util.module_from_spec(spec)
    sys.modules["validator"] = module
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)

    def work(path: Path) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            arguments = ["-i", str(path), "-m", "lite", "-t", "sft", "--skip-bad-samples"]
            assert module.main(arguments) == 0

    return work


def child(name: str, script: Path | None, path: Path, answer: Connection) -> None:
    work = {"floor": floor, "ours": ours}.get(name) or validator(script)
    start = time.process_time()
    work(path)
    spent = time.process_time() - start
    answer.send((spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def run(name: str, path: Path, script: Path | None = None) -> tuple[float, float]:
    """CPU seconds and peak megabytes of one tool on one file, in a fresh process."""
    context = multiprocessing.get_context("spawn")
    mine, other = context.Pipe()
    process = context.Process(target=child, args=(name, script, path, other))
    process.start()
    other.close()
    found = mine.recv()
    process.join()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--validator", type=Path, help="path of nova_ft_dataset_validator.py")
    script = parser.parse_args().validator
    names = ["floor", "ours", *(["validator"] if script else [])]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder, "train.jsonl"), COUNT)
        found = {name: [] for name in names}
        for _ in range(ROUNDS):
            for name in names:
                found[name].append(run(name, path, script))
        long = run("ours", write(Path(folder, "long.jsonl"), 4 * COUNT))
    rates = {name: COUNT / min(spent for spent, _ in runs) for name, runs in found.items()}
    titles = {
        "floor": "json.loads per line",
        "ours": "novadoc, envelope + labels",
        "validator": "sample validator, envelope",
    }
    for name, rate in rates.items():
        print(f"{titles[name]:<28}{rate:>9,.0f} records per CPU second")
    peak = max(peak for _, peak in found["ours"])
    print(f"novadoc's peak memory       {peak:>9.1f} MB; {long[1]:.1f} MB on {4 * COUNT:,} records")
    held = rates["ours"] >= RATE and max(peak, long[1]) < MEMORY
    if script:
        ratio = rates["ours"] / rates["validator"]
        print(f"novadoc / validator         {ratio:>9.2f} (at least {RATIO})")
        held = held and ratio >= RATIO
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
