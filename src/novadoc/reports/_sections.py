"""What a run was made with, and what it cost, as sections of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from importlib.metadata import version
from statistics import median
from typing import Protocol, TypeVar

from novadoc.prompts import ExtractionPrompt, Usage

T = TypeVar("T")


class RunLike(Protocol):
    """What came of one document; `novadoc.extraction` makes them."""

    @property
    def model_id(self) -> str:
        """What was called."""
        ...

    @property
    def usage(self) -> Usage:
        """Tokens of all attempts."""
        ...

    @property
    def latency(self) -> timedelta:
        """Time in calls."""
        ...

    def cost(self) -> Decimal | None:
        """US dollars on demand; `None` when no price is known."""
        ...


class DataLike(Protocol):
    """What a model was trained on; `novadoc.datasets.DatasetManifest` fits."""

    @property
    def dataset_hash(self) -> str:
        """SHA-256 over the files."""
        ...

    @property
    def records(self) -> int:
        """Records in all files."""
        ...

    @property
    def prompt_fingerprint(self) -> str:
        """Of the prompt it was written with."""
        ...


def run_sections(
    prompt: ExtractionPrompt[T],
    *runs: Iterable[RunLike],
    labels: Sequence[str] = ("Base", "Fine-tuned"),
    data: DataLike | None = None,
) -> tuple[tuple[str, dict[str, str]], tuple[str, dict[str, str]]]:
    """Return two sections for `write_report`: what it cost, and what was run.

    Args:
        prompt: What the models were asked.
        *runs: Outcomes of each model, base first.
        labels: A name for each run.
        data: What the tuned model was trained on.

    Example:
        >>> from novadoc.documents import Document
        >>> from novadoc.doctypes import Receipt
        >>> from novadoc.extraction import Extractor
        >>> from novadoc.testing import ScriptedModel
        >>> page = Document.open(b"P5 40 30 255 " + bytes(1200), name="page.pgm")
        >>> extractor = Extractor(Receipt, model=ScriptedModel(['{"total": 7}'], model_id="mine"))
        >>> run = [extractor.extract(page)]
        >>> costs, facts = run_sections(extractor.prompt, run, labels=["Mine"])
        >>> facts[0], facts[1]["Mine model"]
        ('What was run', 'mine')
    """
    costs: dict[str, str] = {}
    facts: dict[str, str] = {}
    for label, run in zip(labels, runs, strict=False):
        outcomes = list(run)
        if outcomes:
            costs[label] = _cost(outcomes)
            facts[f"{label} model"] = ", ".join(sorted({one.model_id for one in outcomes}))
    facts["Schema"] = f"{prompt.schema.name}, fingerprint {prompt.schema.fingerprint}"
    facts["Prompt"] = f"fingerprint {prompt.fingerprint}"
    facts["Images"] = f"policy fingerprint {prompt.images.fingerprint}"
    if data is not None:
        same = "the same" if data.prompt_fingerprint == prompt.fingerprint else "ANOTHER"
        facts["Data set"] = f"{data.records:,} records, hash {data.dataset_hash}"
        facts["Written with"] = f"{same} prompt"
    facts["novadoc"] = version("novadoc")
    return ("What it cost", costs), ("What was run", facts)


def _cost(outcomes: Sequence[RunLike]) -> str:
    count = len(outcomes)
    usage = sum((one.usage for one in outcomes), Usage())
    asked, answered = usage.input_tokens / count, usage.output_tokens / count
    tokens = f"{asked:,.0f} tokens in and {answered:,.0f} out"
    seconds = median(one.latency.total_seconds() for one in outcomes)
    text = f"{tokens} a document, {seconds:.2f} s in calls (median)"
    prices = [price for one in outcomes if (price := one.cost()) is not None]
    if len(prices) < count:
        return f"{text}; no price is known"
    dollars = 1000 * sum(prices, Decimal(0)) / count
    return f"{text}; ${dollars:.2f} per 1,000 documents on demand"
