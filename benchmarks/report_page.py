"""How long Chromium needs for a report of 2,000 documents: to open it, and to use its gallery.

    python benchmarks/report_page.py

Draws small pages, writes the report (page images in the file up to their budget, the rest beside
it), opens it headless over the debugging pipe, and prints wall-clock beside the processor time of
the page's own thread. The target: open in less than 2 seconds, each step in less than 0.1.
"""

from __future__ import annotations

import io
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser import Browser, find_browser
from novadoc import metrics, reports, synthetic
from novadoc.doctypes import W2
from novadoc.documents import Document

COUNT = 2_000


@dataclass(frozen=True)
class Labelled:
    id: str
    document: Document
    label: dict


@dataclass(frozen=True)
class Read:
    id: str
    expected: dict
    canonical: dict
    value: object = None


def labelled(count: int) -> list[Labelled]:
    drawn = list(synthetic.w2_pages(12, seed=5, width=500))
    found = []
    for number in range(count):
        page = drawn[number % len(drawn)]
        image = Image.open(io.BytesIO(page.image)).convert("L")
        ImageDraw.Draw(image).text((5, 5), str(number), fill=0)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=50)
        name = f"page-{number:04d}"
        found.append(Labelled(name, Document.open(out.getvalue(), name=name), page.label))
    return found


def run(samples: list[Labelled], chance: random.Random) -> list[Read]:
    found = []
    for sample in samples:
        answer = json.loads(json.dumps(sample.label, default=str))
        if chance.random() < 0.5:
            answer["employee"]["name"] = "Jo Other"
        if chance.random() < 0.3:
            answer["earnings"]["wages"] = None
        found.append(Read(sample.id, sample.label, answer))
    return found


def measured(page: Browser, script: str) -> tuple[float, float]:
    """Wall-clock and the page's own processor time of a step, to the next frame."""
    before, started = busy(page), time.perf_counter()
    page.run(f"{script}; new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return time.perf_counter() - started, busy(page) - before


def busy(page: Browser) -> float:
    found = page.call("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in found if one["name"] == "TaskDuration")


def main() -> None:
    path = find_browser()
    if path is None:
        sys.exit("No Chromium was found.")
    chance, samples = random.Random(1), labelled(COUNT)
    runs = [run(samples, chance), run(samples, chance)]
    judged = [metrics.evaluate(one, W2, max_errors=100_000) for one in runs]
    # Chromium may still write to its profile while the folder goes.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        started = time.process_time()
        written = reports.write_report(
            metrics.compare_reports(*judged),
            folder,
            runs=judged,
            gallery=reports.gallery(samples, *runs, schema=W2, redact=False),
        )
        size = written.html.stat().st_size
        print(
            f"{COUNT:,} documents written: {time.process_time() - started:.1f} s of processor time"
        )
        print(f"report.html: {size / 1e6:.1f} MB\n\n{'step':24} {'wall':>8} {'page':>8}")
        with Browser(path, Path(folder) / "profile") as page:
            page.call("Performance.enable")
            started = time.perf_counter()
            page.open(written.html)
            page.wait("document.querySelector('#values tbody').children.length")
            print(f"{'open':24} {time.perf_counter() - started:7.2f}s {busy(page):7.2f}s")
            change = "dispatchEvent(new Event('change'))"
            kind, model = "document.getElementById('gallery-kind')", "#gallery-model input"
            for name, script in {
                "next document": "document.getElementById('next').click()",
                "only with errors": f"{kind}.value = 'e'; {kind}.{change}",
                "the other model": f"document.querySelector('{model}').click()",
                "sort the fields": "document.querySelector('#fields th button').click()",
            }.items():
                wall, own = measured(page, script)
                print(f"{name:24} {wall:7.2f}s {own:7.2f}s")


if __name__ == "__main__":
    main()
