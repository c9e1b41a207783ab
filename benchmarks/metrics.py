"""CPU time of scoring, beside the peers that are installed, as ratios with their targets.

    python benchmarks/metrics.py [--budget SECONDS]

Peers are taken when they can be imported: stickler-eval and anls_star are among the packages for
development. All take turns in one process on the same documents; the clock is CPU time, and each
peer stops after its budget, so that slow ones report a rate over the documents they finished.
It takes about a minute.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from _misread_documents import NOISY, W2, Draw, Invoice, Noise, Number, Reader, Text
from pydantic import BaseModel

from novadoc import metrics

Pairs = Sequence[tuple[Any, Any]]
Score = Callable[[Any, Any], object]
Rates = Mapping[str, float]


class Case(NamedTuple):
    """Documents, and how many times faster each of ours should be than each peer."""

    name: str
    schema: type[BaseModel]
    pairs: Pairs
    targets: Mapping[tuple[str, str], int]
    rounds: int
    """In each all take turns, so that a busy machine slows all alike."""


def read_badly(name: str, count: int, make: Callable[[Draw], Any], noise: Noise = NOISY) -> Pairs:
    truths = [make(Draw((name, k))) for k in range(count)]
    return [(truth, Reader((name, k), noise).read(truth)) for k, truth in enumerate(truths)]


def scored(stickler: int, anls: int) -> dict[tuple[str, str], int]:
    """Return the targets of `evaluate`, which are the same with a schema and without."""
    ways = "with schema", "without"
    return {
        (own, peer): n for own in ways for peer, n in (("stickler", stickler), ("anls_star", anls))
    }


def cases() -> Iterator[Case]:
    w2 = read_badly("W-2", 2_000, Draw.w2)
    yield Case("W-2", W2, w2, {**scored(20, 12), ("ANLS*", "anls_star"): 10}, 5)
    some = read_badly("20", 500, lambda draw: draw.invoice(20))
    targets = {**scored(120, 250), ("ANLS*", "anls_star"): 200}
    yield Case("invoice, 20 rows", Invoice, some, targets, 5)
    many = read_badly("100", 60, lambda draw: draw.invoice(100))
    yield Case("invoice, 100 rows", Invoice, many, scored(300, 300), 3)


def target(found: float, limit: float, *, least: bool = False) -> str:
    """Return the target beside a figure: an upper limit, or a lower one."""
    word = "pass" if (found >= limit if least else found <= limit) else "FAIL"
    return f"   {'at least' if least else 'at most'} {limit:g}: {word}"


def cpu_per_document(score: Score, pairs: Pairs, budget: float) -> float:
    done, start = 0, time.process_time()
    for truth, found in pairs:
        score(truth, found)
        done += 1
        if time.process_time() - start > budget:
            break
    return (time.process_time() - start) / done


def evaluation(pairs: Pairs, schema: type[BaseModel] | None) -> float:
    start = time.process_time()
    metrics.evaluate(pairs, schema)
    return (time.process_time() - start) / len(pairs)


def stickler(schema: type[BaseModel]) -> Callable[[Any, Any], object]:
    from stickler import ComparableField as Field
    from stickler import StructuredModel
    from stickler.comparators import ExactComparator, LevenshteinComparator, NumericComparator

    def model(source: type[BaseModel]) -> Any:
        types: dict[str, Any] = {}
        members: dict[str, Any] = {"__module__": __name__}
        for name, info in source.model_fields.items():
            mark = next(iter(info.metadata), None)
            inner = nested(info.annotation)
            if inner is not None:
                built = list[model(inner)] if name == "line_items" else model(inner)
                types[name] = built | None
                members[name] = Field(default=None)
            elif isinstance(mark, Text):
                types[name] = str | None
                members[name] = Field(
                    comparator=LevenshteinComparator(), threshold=0.8, default=None
                )
            elif isinstance(mark, Number):
                # A typed number would refuse "$1,234.00" before any comparison.
                types[name] = Any
                numeric = NumericComparator(relative_tolerance=0.001)
                members[name] = Field(comparator=numeric, threshold=1.0, default=None)
            else:
                types[name] = str | None
                members[name] = Field(comparator=ExactComparator(), threshold=1.0, default=None)
        members["__annotations__"] = types
        return type(StructuredModel)(source.__name__, (StructuredModel,), members)

    built = model(schema)
    return lambda truth, found: built(**truth).compare_with(
        built(**found), include_confusion_matrix=True
    )


def nested(annotation: Any) -> type[BaseModel] | None:
    inner = [annotation, *getattr(annotation, "__args__", ())]
    return next((a for a in inner if isinstance(a, type) and issubclass(a, BaseModel)), None)


def peers(schema: type[BaseModel]) -> Iterator[tuple[str, Callable[[Any, Any], object]]]:
    if importlib.util.find_spec("stickler"):
        yield "stickler", stickler(schema)
    if importlib.util.find_spec("anls_star"):
        from anls_star import anls_score

        yield "anls_star", anls_score


def one_round(case: Case, others: Mapping[str, Score], turn: int, budget: float) -> Rates:
    """CPU seconds a document of each; every round has documents of its own for the peers."""
    part = len(case.pairs) // case.rounds
    pairs = case.pairs[turn * part : (turn + 1) * part]
    found = {
        "with schema": evaluation(case.pairs, case.schema),
        "without": evaluation(case.pairs, None),
        "ANLS*": cpu_per_document(metrics.anls_star, pairs, budget),
    }
    return found | {name: cpu_per_document(score, pairs, budget) for name, score in others.items()}


def print_rates(budget: float) -> None:
    print("CPU ms a document, median of all rounds; ratio = peer / ours of the same round")
    for case in cases():
        others = dict(peers(case.schema))
        rounds = [one_round(case, others, k, budget / case.rounds) for k in range(case.rounds)]
        print(f"\n{case.name}")
        for name in rounds[0]:
            print(f"  {name:12} {1e3 * median(one[name] for one in rounds):10.4f}")
        for (own, peer), least in case.targets.items():
            if peer in others:
                ratio = median(one[peer] / one[own] for one in rounds)
                print(f"  {peer} / {own:12} {ratio:8.1f}x{target(ratio, least, least=True)}")
        if "anls_star" in others:
            print_difference(case, others["anls_star"])


def print_difference(case: Case, theirs: Score) -> None:
    """Print how far our ANLS* is from the original's, on documents it does in time."""
    pairs = case.pairs[: 2 if case.rounds == 3 else 10]
    apart = max(abs(metrics.anls_star(*pair) - float(theirs(*pair))) for pair in pairs)  # type: ignore[arg-type]
    print(f"  ANLS* differs from anls_star by {apart:.1e}{target(apart, 1e-9)}")


def print_scale() -> None:
    print("\nOne list, CPU s")
    for rows, limit in ((100, None), (1_000, 0.3), (5_000, None)):
        draw = Draw(("scale", rows))
        truth = {"line_items": [draw.item() for _ in range(rows)]}
        pair = (truth, Reader(rows, NOISY).read(truth))
        for schema in (Invoice, None):
            start = time.process_time()
            report = metrics.evaluate([pair], schema)
            spent = time.process_time() - start
            way = "with schema" if schema else "without"
            note = "   not proven optimal" if report.unproven else ""
            note += target(spent, limit) if limit else ""
            print(f"  {rows:6} noisy rows, {way:12} {spent:8.3f}{note}")
    start = time.process_time()
    metrics.compare({"items": [{"a": 1}] * 10_000}, {"items": [{"a": 1}] * 10_000})
    print(f"  {10_000:6} equal rows {time.process_time() - start:8.3f}")


def print_memory() -> None:
    pairs = read_badly("memory", 2_000, Draw.w2)
    ids = [f"{k:08d}" for k in range(len(pairs))]
    print("\nBytes kept a document beyond its id, errors included")
    for keep in (True, False):
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        report = metrics.evaluate(pairs, W2, ids=ids, keep_documents=keep)
        kept = (tracemalloc.get_traced_memory()[0] - before) / report.documents
        tracemalloc.stop()
        print(f"  keep_documents={keep!s:5} {kept:8.0f}{target(kept, 1_024)}")


STATEMENTS = (
    "import novadoc.metrics",
    "from novadoc.metrics import Text, Money",
    "import novadoc.schema",
    "from novadoc.metrics import evaluate",
    "from novadoc.metrics import *",
)


def print_import() -> None:
    """Print what the package adds to an interpreter that has pydantic and rapidfuzz loaded.

    Compiled modules are cached, as on any installed system.
    """
    before = (
        "import time, rapidfuzz.distance.Levenshtein, rapidfuzz.process;"
        "from pydantic import BaseModel; t = time.process_time();"
    )
    print("\nImport beyond pydantic and rapidfuzz, ms CPU, best of 9")
    with tempfile.TemporaryDirectory() as cache:
        flags = ["-X", f"pycache_prefix={cache}"]
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        for statement in STATEMENTS:
            code = f"{before} {statement}; print(time.process_time() - t)"
            command = [sys.executable, *flags, "-c", code]
            runs = [
                float(
                    subprocess.run(command, capture_output=True, check=True, env=environment).stdout
                )
                for _ in range(9)
            ]
            print(f"  {statement:42} {1e3 * min(runs):6.1f}{target(1e3 * min(runs), 40)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", type=float, default=3.0, help="CPU seconds a peer and workload")
    print_rates(parser.parse_args().budget)
    print_scale()
    print_memory()
    print_import()
