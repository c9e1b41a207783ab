"""What schemas and prompts cost, in CPU time: `python benchmarks/prompts.py`.

Targets: building a schema under 5 ms, once for each class; the question about the second document
under 20 microseconds beside its image; reading an exact answer under 50.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from novadoc.doctypes import W2
from novadoc.documents import Document
from novadoc.prompts import ExtractionPrompt, Image
from novadoc.schema import DocumentSchema


def cost(work: Callable[[], object], times: int) -> float:
    """The least CPU seconds of one call, over several rounds."""
    rounds = []
    for _ in range(7):
        start = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - start) / times)
    return min(rounds)


def main() -> None:
    prompt = ExtractionPrompt(W2, instructions="Copy values as printed.")
    page = Document.open(b"P5 40 30 255 " + bytes(1200), name="page.pgm").image(1)
    image = [Image(page.format, page.width, page.height, page.digest, page.data)]
    label = {
        "employee": {"name": "Ann"},
        "earnings": {"wages": 52000.5},
        "states": [{"state": "CA"}],
    }
    canonical = prompt.schema.canonical(label)
    form = prompt.schema.read(canonical).value
    assert form is not None
    rebuilt = ExtractionPrompt.from_dict(prompt.to_dict())
    written = {**canonical, "earnings": {"wages": "$52,000.50", "medicare_tax": "(1.5)"}}

    rows = [
        ("build a schema (W-2) with prompt schema and fingerprint", 5e-3, 20,
         lambda: DocumentSchema(W2).fingerprint),
        ("build a prompt on a built schema", None, 20, lambda: ExtractionPrompt(W2).fingerprint),
        ("question about the next document", 20e-6, 2000, lambda: prompt.conversation(image)),
        ("canonical form of an object", None, 500, lambda: prompt.schema.canonical(form)),
        ("canonical form of an exact label", None, 500, lambda: prompt.schema.canonical(canonical)),
        ("trained answer of a label", None, 200, lambda: prompt.answer_text(canonical)),
        ("read an exact answer", 50e-6, 200, lambda: prompt.schema.read(canonical)),
        ("the same, by a prompt rebuilt from its file", 50e-6, 200,
         lambda: rebuilt.schema.read(canonical)),
        ("read an answer with odd amounts and missing keys", None, 200,
         lambda: prompt.schema.read(written)),
    ]  # fmt: skip
    for name, target, times, work in rows:
        work()
        spent = cost(work, times)
        limit = "" if target is None else f"  target {target * 1e6:,.0f}"
        verdict = "" if target is None else (" met" if spent < target else " MISSED")
        print(f"{name:<58} {spent * 1e6:>10,.1f} us{limit}{verdict}")


if __name__ == "__main__":
    main()
