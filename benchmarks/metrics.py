"""CPU time of scoring, beside the peers that are installed, printed as ratios.

    python benchmarks/metrics.py [--budget SECONDS]

Peers are taken when they can be imported: stickler-eval and anls_star are among the packages for
development. All take turns in one process on the same documents; the clock is CPU time, and each
peer stops after its budget, so that slow ones report a rate over the documents they finished.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel

from novadoc import metrics
from novadoc.metrics import Exact, Number, Text

FREE = Annotated[str | None, Text(0.8)]
CODE = Annotated[str | None, Exact()]
FIGURE = Annotated[Any, Number(relative=0.001)]


class Address(BaseModel):
    street: FREE = None
    city: FREE = None
    state: CODE = None
    zip: CODE = None


class Person(BaseModel):
    name: FREE = None
    number: CODE = None
    address: Address | None = None


class Amounts(BaseModel):
    wages: FIGURE = None
    social_security_wages: FIGURE = None
    medicare_wages: FIGURE = None
    federal_tax: FIGURE = None
    state_tax: FIGURE = None
    local_wages: FIGURE = None
    local_tax: FIGURE = None


class State(BaseModel):
    state: CODE = None
    income_tax: FIGURE = None


class Benefits(BaseModel):
    dependent_care: FIGURE = None
    nonqualified_plans: FIGURE = None


class W2(BaseModel):
    employee: Person | None = None
    employer: Person | None = None
    earnings: Amounts | None = None
    benefits: Benefits | None = None
    state1: State | None = None
    state2: State | None = None


class Item(BaseModel):
    sku: CODE = None
    description: FREE = None
    quantity: FIGURE = None
    unit_price: FIGURE = None
    amount: FIGURE = None
    date: CODE = None


class Invoice(BaseModel):
    number: CODE = None
    issued: CODE = None
    vendor: Person | None = None
    currency: CODE = None
    total: FIGURE = None
    items: list[Item] = []


class Draw:
    """Seeded values of the kinds documents hold."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(str(seed))

    def of(self, words: str) -> str:
        return self.random.choice(words.split())

    def digits(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def amount(self, top: float = 400_000) -> float:
        return round(self.random.uniform(1, top), 2)

    def address(self) -> dict[str, Any]:
        street = f"{self.random.randint(1, 99999)} {self.of('Oak Elm Cedar Maple Lakeview Sunset')}"
        return {
            "street": f"{street} {self.of('Avenue Street Road Lane Court')}",
            "city": f"{self.of('Port Lake North South')} {self.of('Amy Kevin Jordan Sarah')}",
            "state": self.of("PA NY TX CA OH IL WA VA UT"),
            "zip": self.digits(5),
        }

    def person(self) -> dict[str, Any]:
        first, last = self.of("Ann Liam Noah Emma Ava Mia"), self.of("Hill Rossi Müller Novák Khan")
        number = f"{self.digits(3)}-{self.digits(2)}-{self.digits(4)}"
        return {"name": f"{first} {last}", "number": number, "address": self.address()}

    def item(self) -> dict[str, Any]:
        count, price = self.random.randint(1, 40), self.amount(900)
        kind = self.of("steel brass compact sealed ceramic nylon")
        what = f"{kind} {self.of('bolt valve relay fuse')}"
        return {
            "sku": f"{self.of('AK BL CM DN')}-{self.digits(4)}",
            "description": f"{what} {self.random.randint(1, 60)} mm",
            "quantity": count,
            "unit_price": price,
            "amount": round(count * price, 2),
            "date": f"{self.random.randint(2019, 2025)}-{self.random.randint(1, 12):02d}-11",
        }

    def w2(self) -> dict[str, Any]:
        return {
            "employee": self.person(),
            "employer": self.person(),
            "earnings": {name: self.amount() for name in Amounts.model_fields},
            "benefits": {name: self.random.randint(0, 9999) for name in Benefits.model_fields},
            "state1": {"state": self.of("PA NY TX"), "income_tax": self.amount(50_000)},
            "state2": {"state": self.of("CA OH IL"), "income_tax": self.amount(50_000)},
        }

    def invoice(self, rows: int) -> dict[str, Any]:
        return {
            "number": f"INV-{self.digits(6)}",
            "issued": "2024-01-11",
            "vendor": self.person(),
            "currency": self.of("USD EUR GBP"),
            "total": self.amount(),
            "items": [self.item() for _ in range(rows)],
        }

    def spoiled(self, node: Any, *, heavy: bool) -> Any:
        """Return the document as a model of moderate or good quality would read it."""
        share = 3 if heavy else 1
        if isinstance(node, dict):
            return {
                key: self.spoiled(value, heavy=heavy)
                for key, value in node.items()
                if isinstance(value, (dict, list)) or self.random.random() > 0.01 * share
            }
        if isinstance(node, list):
            rows = [
                self.spoiled(row, heavy=heavy)
                for row in node
                if self.random.random() > 0.02 * share
            ]
            if self.random.random() < 0.2 * share:
                self.random.shuffle(rows)
            return rows
        return self._misread(node) if self.random.random() < 0.09 * share else node

    def _misread(self, value: Any) -> Any:
        how = self.random.randrange(4)
        if how == 0:
            return None if self.random.random() < 0.2 else str(value)[::-1]
        if isinstance(value, str):
            at = self.random.randrange(len(value))
            return (
                value[:at] + "x" + value[at + 1 :],
                value[:at] + value[at + 1 :],
                value.upper(),
            )[how - 1]
        return (value + 1, f"${value:,.2f}", value * 10)[how - 1]


class Case(NamedTuple):
    name: str
    schema: type[BaseModel]
    pairs: list[tuple[dict[str, Any], dict[str, Any]]]


def cases() -> Iterator[Case]:
    for heavy in (True, False):
        for name, schema, count, make in (
            ("W-2", W2, 2_000, Draw.w2),
            ("invoice, 20 rows", Invoice, 300, lambda draw: draw.invoice(20)),
            ("invoice, 100 rows", Invoice, 80, lambda draw: draw.invoice(100)),
        ):
            draws = [Draw((name, k)) for k in range(count)]
            truths = [make(draw) for draw in draws]
            pairs = [(t, d.spoiled(t, heavy=heavy)) for t, d in zip(truths, draws, strict=True)]
            yield Case(f"{name}, {'noisy' if heavy else 'good'}", schema, pairs)


Score = Callable[[Any, Any], object]
Pairs = Sequence[tuple[Any, Any]]

# Rounds in which all take turns, so that a busy machine slows all alike.
ROUNDS = 5


def cpu_per_document(score: Score, pairs: Pairs, budget: float) -> float:
    done, start = 0, time.process_time()
    for truth, found in pairs:
        score(truth, found)
        done += 1
        if time.process_time() - start > budget:
            break
    return (time.process_time() - start) / done


def ours(pairs: Pairs, schema: type[BaseModel] | None) -> float:
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
                built = list[model(inner)] if name == "items" else model(inner)
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


def peers(case: Case) -> Iterator[tuple[str, Callable[[Any, Any], object]]]:
    if importlib.util.find_spec("stickler"):
        yield "stickler", stickler(case.schema)
    if importlib.util.find_spec("anls_star"):
        from anls_star import anls_score

        yield "anls_star", anls_score


def one_round(case: Case, others: dict[str, Score], turn: int, budget: float) -> dict[str, float]:
    """CPU seconds a document of each; the peers go on where the last round stopped."""
    part = len(case.pairs) // ROUNDS
    pairs = case.pairs[turn * part : (turn + 1) * part]
    found = {"with schema": ours(case.pairs, case.schema), "without": ours(case.pairs, None)}
    found["ANLS*"] = cpu_per_document(metrics.anls_star, pairs, budget)
    return found | {name: cpu_per_document(score, pairs, budget) for name, score in others.items()}


def print_rates(budget: float) -> None:
    print(f"CPU ms a document, median of {ROUNDS} rounds; ratio = peer / ours of the same round\n")
    for case in cases():
        others = dict(peers(case))
        rounds = [one_round(case, others, turn, budget / ROUNDS) for turn in range(ROUNDS)]
        print(case.name)
        for name in rounds[0]:
            seconds = median(one[name] for one in rounds)
            if name not in others:
                print(f"  novadoc {name:12} {1e3 * seconds:10.4f}")
                continue
            ratios = {
                own: median(one[name] / one[own] for one in rounds)
                for own in rounds[0]
                if own not in others
            }
            told = ", ".join(f"{own} {ratio:.0f}x" for own, ratio in ratios.items())
            print(f"  {name:20} {1e3 * seconds:10.2f}   {told}")


def print_scale() -> None:
    print("\nOne list, CPU s")
    draw = Draw("scale")
    for rows in (100, 1_000, 5_000):
        truth = {"items": [draw.item() for _ in range(rows)]}
        found = draw.spoiled(truth, heavy=True)
        start = time.process_time()
        report = metrics.evaluate([(truth, found)], Invoice)
        note = "" if not report.unproven else "  (not proven optimal)"
        print(f"  {rows:6} noisy rows {time.process_time() - start:8.3f}{note}")
    start = time.process_time()
    metrics.compare({"items": [{"a": 1}] * 10_000}, {"items": [{"a": 1}] * 10_000})
    print(f"  {10_000:6} equal rows {time.process_time() - start:8.3f}")


def print_memory() -> None:
    pairs = [(draw.w2(), draw.w2()) for draw in (Draw(k) for k in range(2_000))]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    report = metrics.evaluate(pairs, W2)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    print(f"\nKept a document: {kept / report.documents:.0f} bytes, its id and errors included")


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
        for statement in (
            "import novadoc.metrics",
            "from novadoc.metrics import Text, Money",
            "import novadoc.schema",
            "from novadoc.metrics import evaluate",
            "from novadoc.metrics import *",
        ):
            code = f"{before} {statement}; print(time.process_time() - t)"
            command = [sys.executable, *flags, "-c", code]
            runs = [
                float(
                    subprocess.run(command, capture_output=True, check=True, env=environment).stdout
                )
                for _ in range(9)
            ]
            print(f"  {statement:42} {1e3 * min(runs):6.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--budget", type=float, default=3.0, help="CPU seconds a peer and workload")
    print_rates(parser.parse_args().budget)
    print_scale()
    print_memory()
    print_import()
