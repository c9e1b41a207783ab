"""How often the interval of `learning_curve` holds the truth, in simulated measurements.

    python benchmarks/learning_curve.py [--measurements 40]

Errors fall with the number of labels as a power of it, slowly, or to a floor; three sizes are
measured on the same documents, each by a run that differs from what is expected of its size. The
truth is what is expected of twice the labels.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from math import exp
from random import Random

from novadoc.metrics import Report, evaluate
from novadoc.workflows import learning_curve

SIZES = (25, 50, 100)
FALLS: dict[str, Callable[[int], float]] = {
    "straight": lambda size: 1.2 * size**-0.5,
    "slow": lambda size: 0.45 * size**-0.2,
    "flattening": lambda size: 0.08 + 2.4 * size**-0.8,
}


def measured(error: float, documents: int, values: int, random: Random) -> Report:
    """One model's score: each value wrong by chance."""
    truth = {f"v{at}": 1 for at in range(values)}
    said = ({name: 2 if random.random() < error else 1 for name in truth} for _ in range(documents))
    return evaluate((truth, found) for found in said)


def held(
    fall: Callable[[int], float],
    shape: tuple[int, int],
    seed: int,
    *,
    apart: float,
    given: float,
) -> bool:
    """Measure once, and tell whether the interval of twice the labels holds the truth."""
    random = Random(seed)
    reports = {
        size: measured(min(0.95, fall(size) * exp(random.gauss(0, apart))), *shape, random)
        for size in SIZES
    }
    curve = learning_curve(reports, spread=given, draws=300, seed=seed)
    return 1 - fall(2 * SIZES[-1]) in curve.twice.interval


def rows(measurements: int) -> Iterator[str]:
    """Yield a line for each number of documents and each difference between runs."""
    yield "| documents x values | runs differ by | `spread` | interval holds the truth |"
    yield "| --- | --: | --: | --: |"
    for documents, values in ((60, 10), (20, 10), (8, 3)):
        for apart, given in ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.2, 0.1), (0.2, 0.2)):
            found = [
                held(fall, (documents, values), seed, apart=apart, given=given)
                for fall in FALLS.values()
                for seed in range(measurements)
            ]
            share = sum(found) / len(found)
            yield f"| {documents} x {values} | {apart:.0%} | {given:.0%} | {share:.0%} |"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--measurements", type=int, default=40, help="of each kind of fall")
    for line in rows(parser.parse_args().measurements):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
