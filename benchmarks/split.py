"""`split` and `profile`: seconds, and memory beyond that of the set itself.

    python benchmarks/split.py [20000]

Each work runs in a process of its own, so that its peak is its own, once on a quarter of the
samples and once on all: memory that is flat grows by little between the two.
"""

from __future__ import annotations

import gc
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from novadoc import datasets
from novadoc.datasets._sample import Entry, SampleSet
from novadoc.documents import Document

FORM = random.Random("form").randbytes(24 * 48)
WORKS: dict[str, Callable[[SampleSet], object]] = {
    "split, files only": partial(datasets.split, near_duplicates=False),
    "split, stratified": partial(datasets.split, near_duplicates=False, stratify=True),
    "split, look-alikes": datasets.split,
    "profile": datasets.profile,
}


def page(number: int) -> bytes:
    """A tiny form, half of it filled in: the times below are novadoc's, not the decoder's."""
    return b"P5 48 48 255 " + FORM + random.Random(number).randbytes(24 * 48)


def samples(folder: Path, count: int) -> SampleSet:
    entries = []
    for number in range(count):
        path = folder / f"{number}.pgm"
        if not path.is_file():
            path.write_bytes(page(number))
        label = f'{{"number":"R-{number}","total":{number}.50,"lines":[{{"amount":{number}}}]}}'
        entries.append(Entry(str(number), partial(Document.open, path), label))
    return SampleSet(entries)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(name: str, folder: Path, count: int) -> None:
    WORKS[name](samples(folder, 200))  # threads, decoders and modules are there before measuring
    everything = samples(folder, count)
    gc.collect()
    base, start, cpu = peak(), time.perf_counter(), time.process_time()
    WORKS[name](everything)
    spent, wall, grown = time.process_time() - cpu, time.perf_counter() - start, peak() - base
    print(
        f"{name:<20} {count:>7,} samples {wall:6.1f} s, CPU {spent:6.1f} s, +{grown:.1f} MB",
        flush=True,
    )


def main(count: int) -> None:
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        samples(Path(folder), count)
        for name in WORKS:
            for some in (count // 4, count):
                child = context.Process(target=run, args=(name, Path(folder), some))
                child.start()
                child.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
