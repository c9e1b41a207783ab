"""`split` and `profile`: seconds and memory.

python benchmarks/split.py [20000]
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from novadoc import datasets
from novadoc.datasets._sample import Entry, SampleSet
from novadoc.documents import Document

FORM = random.Random("form").randbytes(24 * 48)


def page(number: int) -> bytes:
    """A tiny form, half of it filled in: the times below are novadoc's, not the decoder's."""
    return b"P5 48 48 255 " + FORM + random.Random(number).randbytes(24 * 48)


def samples(folder: Path, count: int) -> SampleSet:
    entries = []
    for number in range(count):
        path = folder / f"{number}.pgm"
        path.write_bytes(page(number))
        label = f'{{"number":"R-{number}","total":{number}.50,"lines":[{{"amount":{number}}}]}}'
        entries.append(Entry(str(number), partial(Document.open, path), label))
    return SampleSet(entries)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        everything = samples(Path(folder), count)
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for name, work in (
            ("split, files only", partial(datasets.split, near_duplicates=False)),
            ("split, stratified", partial(datasets.split, near_duplicates=False, stratify=True)),
            ("split, look-alikes", datasets.split),
            ("profile", datasets.profile),
        ):
            start, cpu = time.perf_counter(), time.process_time()
            work(everything)
            spent, wall = time.process_time() - cpu, time.perf_counter() - start
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
            print(
                f"{name:<20} {count:>7,} samples {wall:6.1f} s, CPU {spent:6.1f} s, +{grown:.0f} MB"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
