"""Right cells that very long lists lose by being matched in blocks, beside an exact solution.

    python benchmarks/long_lists.py

Lists of more than 1,000 undecided rows are matched in blocks of likely partners, and only each
block is optimal. SciPy, one of the packages for development, assigns all rows at once and says
what the best pairing would be. It takes half a minute, and 0.5 GB for the exact solution.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
from _misread_documents import NOISY, Draw, Reader
from scipy.optimize import linear_sum_assignment

from novadoc import metrics

Rows = list[dict[str, Any]]


def invoices(count: int) -> tuple[Rows, Rows]:
    """Return line items as printed, and as a bad reader reads them, in another order."""
    draw = Draw(("long lists", count))
    truth = {"line_items": [draw.item() for _ in range(count)]}
    found = Reader(count, NOISY).read(truth)["line_items"]
    random.Random(count).shuffle(found)
    return truth["line_items"], found


def alike(count: int, values: int, wrong: float) -> tuple[Rows, Rows]:
    """Return rows of four columns of few distinct values, and the same with cells drawn anew."""
    rng = random.Random(f"{count} {values} {wrong}")
    truth = [{name: str(rng.randrange(values)) for name in "abcd"} for _ in range(count)]
    found = [
        {k: str(rng.randrange(values)) if rng.random() < wrong else v for k, v in row.items()}
        for row in truth
    ]
    rng.shuffle(found)
    return truth, found


def cases() -> Iterator[tuple[str, tuple[Rows, Rows]]]:
    yield "5,000 noisy line items", invoices(5_000)
    for values in (12, 50, 80, 120, 200):
        for wrong in (0.3, 0.6):
            yield (
                f"2,500 rows, {values:3} values a column, {wrong:.0%} wrong",
                alike(2_500, values, wrong),
            )


def best(truth: Rows, found: Rows) -> int:
    """Return the most cells that any pairing of the rows gets right."""
    right = np.zeros((len(truth), len(found)), np.int16)
    known: dict[object, int] = {}
    for name in truth[0]:
        is_figure = isinstance(truth[0][name], (int, float))
        key = (metrics.Number() if is_figure else metrics.Exact()).key
        one, other = (
            np.array(
                [
                    -1 if row.get(name) is None else known.setdefault(key(row[name]), len(known))
                    for row in rows
                ]
            )
            for rows in (truth, found)
        )
        right += (one[:, None] == other[None, :]) & (one[:, None] >= 0)
    return int(right[linear_sum_assignment(right, maximize=True)].sum())


def main() -> None:
    print("Right cells: in blocks, at best, and lost")
    for name, (truth, found) in cases():
        report = metrics.evaluate([({"rows": truth}, {"rows": found})])
        ours, most = report.overall.counts.hit, best(truth, found)
        note = "" if report.unproven else "   proven optimal"
        print(f"  {name:45} {ours:6} {most:6} {1 - ours / most:7.2%}{note}", flush=True)


if __name__ == "__main__":
    main()
