"""How well and how fast the local engine reads: pages drawn afresh, own OCR, strict counting.

    python benchmarks/local_engine.py                          # W-2 pages, some minutes cold
    python benchmarks/local_engine.py --seed 77 --train 100 --cache /tmp/cold   # timed from cold
    python benchmarks/local_engine.py --times                  # how long it takes, and no scores
    python benchmarks/local_engine.py --receipts FOLDER        # 200 to learn, the rest to try
    python benchmarks/local_engine.py --real-w2 FOLDER         # real pages, learned on drawn ones

Training pages use the `western` vocabulary and test pages `world`, so no name is in both. These
are the local engine's numbers; they say nothing about Amazon Nova's.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from novadoc import metrics
from novadoc.doctypes import W2, Receipt, receipt_from_sroie, w2_from_boxes
from novadoc.local import EngineRequest, TrainingRecord
from novadoc.local.engine import OcrEngine
from novadoc.schema import DocumentSchema
from novadoc.synthetic import UNSEEN_W2_LAYOUTS, W2_LAYOUTS, w2_pages

_MANY = 100
"""Pages the poor scans are tried after, beside those of `--train`."""
ONE_COPY = tuple(name for name in W2_LAYOUTS if name != "irs_two_copies")


def drawn(count, seed, **options):
    schema = DocumentSchema.of(W2)
    return [
        (page.image, schema.canonical(page.label)) for page in w2_pages(count, seed=seed, **options)
    ]


def records(model, pairs):
    schema = DocumentSchema.of(model)
    return [
        TrainingRecord((image,), "", "", schema.prompt_schema, schema.canonical_text(label))
        for image, label in pairs
    ]


def question(image, model=W2):
    schema = DocumentSchema.of(model).prompt_schema
    return EngineRequest((image,), "", "", schema, "", (), False, 5000)


def report(engine, model, pairs, artefact, examples=()):
    """Ask for every page, eight at a time, and score."""
    schema = DocumentSchema.of(model)
    shown = tuple(((image,), schema.canonical_text(label)) for image, label in examples)

    def ask(image):
        asked = question(image, model)._replace(examples=shown)
        text = engine.answer(asked, artefact)
        return schema.read(json.loads(text, parse_float=Decimal)).canonical

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, [image for image, _ in pairs]))
    found = metrics.evaluate(
        [(label, answer) for (_, label), answer in zip(pairs, answers, strict=True)], model
    )
    return found, exact(pairs, answers)


def exact(pairs, answers):
    """Share of the expected strings that came back letter by letter."""
    right = total = 0
    for (_, label), answer in zip(pairs, answers, strict=True):
        expected, actual = flat(label), flat(answer)
        for path, value in expected.items():
            if isinstance(value, str):
                total += 1
                right += actual.get(path) == value
    return right / max(total, 1)


def flat(value, path=""):
    if isinstance(value, dict):
        return {p: v for k, c in value.items() for p, v in flat(c, f"{path}.{k}").items()}
    if isinstance(value, list):
        return {p: v for k, c in enumerate(value) for p, v in flat(c, f"{path}[{k}]").items()}
    return {path: value}


def show(name, engine, model, pairs, artefact, *, examples=()):
    found, letters = report(engine, model, pairs, artefact, examples)
    print(f"  {name:34s} F1 {found.overall.f1:.3f}  exact strings {letters:.3f}", flush=True)
    return found


def learn(engine, model, pairs, epochs=2):
    started = time.perf_counter()
    run = engine.train(
        records(model, pairs), [], {"epochCount": str(epochs)}, cancelled=lambda: False
    )
    return run, time.perf_counter() - started


def times(given):
    """Print the times that are promised, in wall-clock and CPU seconds of all processes.

    The 60 pages are read into a folder of their own, so they are cold. The 200 pages of the fit are
    read from the cache that stays; the first run on a machine reads them first, untimed.
    """
    pairs = drawn(60, given.seed, layouts=ONE_COPY)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cold", "cached"):
            with Timer() as timer, OcrEngine(Path(folder), given.workers) as engine:
                report(engine, W2, pairs[40:], None)
                run, _ = learn(engine, W2, pairs[:40])
                report(engine, W2, pairs[40:], run.artefact)
            print(f"60 pages, 40 learned and 20 asked twice, {name}: {timer}", flush=True)
    many = drawn(200, given.seed + 4, layouts=ONE_COPY)
    with OcrEngine(given.cache, given.workers) as engine:
        report(engine, W2, many, None)
    with OcrEngine(given.cache, given.workers) as engine:
        with Timer() as timer:
            run, _ = learn(engine, W2, many)
        print(f"fit of 200 pages: {timer}", flush=True)
        asked = [question(image) for image, _ in many[:50]]
        engine.answer(asked[0], run.artefact)  # loads the model
        with Timer() as timer:
            for request in asked:
                engine.answer(request, run.artefact)
        print(f"prediction beyond OCR: {1000 * timer.wall / len(asked):.1f} ms a page")


class Timer:
    """Wall-clock seconds, and CPU seconds of this process and of those it has ended."""

    def __enter__(self):
        self._began = time.perf_counter(), sum(os.times()[:4])
        return self

    def __exit__(self, *_):
        self.wall = time.perf_counter() - self._began[0]
        self.cpu = sum(os.times()[:4]) - self._began[1]

    def __str__(self):
        return f"{self.wall:.1f} s ({self.cpu:.1f} s of CPU)"


def forms(engine, given):
    started = time.perf_counter()
    train = drawn(given.train, given.seed)
    seen = drawn(given.test, given.seed + 1, vocabulary="world")
    unseen = drawn(given.test, given.seed + 2, vocabulary="world", layouts=UNSEEN_W2_LAYOUTS)
    noisy = drawn(given.test, given.seed + 3, vocabulary="world", noise=2.0)
    print(f"drawn in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    show("base, seen layouts", engine, W2, seen, None)
    print(f"  read {len(seen)} pages in {time.perf_counter() - started:.1f} s")
    show("base, unseen layout", engine, W2, unseen, None)
    learn(engine, W2, train)  # reads the pages, so that the next one is timed without OCR
    run, seconds = learn(engine, W2, train)
    print(f"  fit of {len(train)} pages in {seconds:.1f} s, {len(run.artefact) / 1e6:.1f} MB")
    found = show(f"tuned on {len(train)}, seen layouts", engine, W2, seen, run.artefact)
    for path, score in found.fields.items():
        if path.startswith("states"):
            print(f"    {path:30s} F1 {score.f1:.3f}")
    show(f"tuned on {len(train)}, unseen layout", engine, W2, unseen, run.artefact)
    show(f"tuned on {len(train)}, twice the noise", engine, W2, noisy, run.artefact)
    if given.train < _MANY:
        much, _ = learn(engine, W2, drawn(_MANY, given.seed))
        show(f"tuned on {_MANY}, twice the noise", engine, W2, noisy, much.artefact)
    with OcrEngine(given.cache, given.workers, spelling=False) as plain:
        unspelt, _ = learn(plain, W2, train)
    show(f"tuned on {len(train)}, no vocabulary", engine, W2, seen, unspelt.artefact)
    for count in (1, 3, 5):
        name = f"base, {count} examples in the prompt"
        show(name, engine, W2, seen, None, examples=train[:count])
    few, _ = learn(engine, W2, train[:10])
    show("tuned on 10, seen layouts", engine, W2, seen, few.artefact)
    labels = [label for _, label in train]
    shifted = [*labels[1:], labels[0]]  # no page keeps its own, as one by chance might
    mixed = [(image, label) for (image, _), label in zip(train, shifted, strict=True)]
    try:
        shuffled, _ = learn(engine, W2, mixed)
        show("tuned on shuffled labels", engine, W2, seen, shuffled.artefact)
    except ValueError as error:
        print(f"  tuned on shuffled labels: refused, {error}")


def receipts(engine, folder):
    schema = DocumentSchema.of(Receipt)
    images = sorted(folder.glob("*.jpg"))
    random.Random(0).shuffle(images)
    pairs = []
    for image in images:
        label = json.loads(image.with_suffix(".label.json").read_text())
        pairs.append((image.read_bytes(), schema.canonical(receipt_from_sroie(label))))
    show("receipts, base", engine, Receipt, pairs[200:], None)
    run, seconds = learn(engine, Receipt, pairs[:200])
    print(f"  learned 200 receipts in {seconds:.1f} s")
    found = show("receipts, tuned on 200", engine, Receipt, pairs[200:], run.artefact)
    for path, score in found.fields.items():
        print(f"    {path:30s} F1 {score.f1:.3f}")


def real(engine, folder, given):
    schema = DocumentSchema.of(W2)
    run, _ = learn(engine, W2, drawn(given.train, given.seed))
    for image in sorted(folder.glob("*.png")):
        label = json.loads(Path(f"{image}.label.json").read_text())
        pair = (image.read_bytes(), schema.canonical(w2_from_boxes(label)))
        show(f"{image.stem}, base", engine, W2, [pair], None)
        show(f"{image.stem}, tuned on drawn pages", engine, W2, [pair], run.artefact)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=9001)
    parser.add_argument("--train", type=int, default=40)
    parser.add_argument("--test", type=int, default=20)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--receipts", type=Path)
    parser.add_argument("--real-w2", type=Path)
    parser.add_argument("--times", action="store_true")
    given = parser.parse_args()
    if given.times:
        times(given)
        return
    with OcrEngine(given.cache, given.workers) as engine:
        if given.receipts:
            receipts(engine, given.receipts)
        elif given.real_w2:
            real(engine, given.real_w2, given)
        else:
            forms(engine, given)


if __name__ == "__main__":
    main()
