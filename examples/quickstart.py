"""From scanned forms to a fine-tuned, deployed and measured extractor, without an AWS account.

Draws labelled W-2 pages (or takes your own folder with `--data`), writes and checks the Bedrock
training files, fine-tunes, deploys on demand, and measures base against tuned on pages that
neither has seen. Everything goes over HTTP with boto3 to the local AWS that novadoc ships; on a
real account the same calls run unchanged.

    python examples/quickstart.py
    python examples/quickstart.py --data scans/ --schema my_schemas:Receipt
"""

from __future__ import annotations

import argparse
import importlib
import json
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from textwrap import indent
from typing import Any

from tqdm import tqdm

import novadoc as nd
from novadoc import datasets, metrics, reports, synthetic
from novadoc.bedrock import CustomModel, TrainingCurves
from novadoc.doctypes import W2
from novadoc.local import LocalAWS

SEED = 20260901
BASE = "nova-lite"
BUCKET = "novadoc-quickstart"
NOT_NOVA = (
    "The model behind this local AWS is a small one that novadoc ships, not Amazon Nova: "
    "its figures show how the road works, not what Nova reads."
)
Run = Sequence["nd.Extraction[Any] | nd.ExtractionFailure"]


@dataclass(frozen=True)
class Task:
    """What the run is about: a schema, and samples for learning and for judging."""

    schema: nd.DocumentSchema[Any]
    train: datasets.SampleSet
    validation: datasets.SampleSet
    test: datasets.SampleSet
    layouts: Mapping[str, str] = field(default_factory=dict)
    """Layout by sample id; empty for a user's own documents."""


def generated_w2s(folder: Path, pages: int) -> Task:
    """Draw W-2 pages; one layout is kept out of training and only judged."""
    layouts: dict[str, str] = {}
    for name, count, seed, drawn in (
        ("seen", pages, SEED, synthetic.W2_LAYOUTS),
        ("unseen", max(4, pages // 7), SEED + 1, synthetic.UNSEEN_W2_LAYOUTS),
    ):
        suffix = "" if name == "seen" else " (not in training)"
        pages_drawn = synthetic.w2_pages(count, seed=seed, layouts=drawn)
        for page in synthetic.write_folder(pages_drawn, folder / name):
            layouts[page.id] = f"{page.layout}{suffix}"
    seen = datasets.from_folder(folder / "seen", W2)
    train, validation, test = datasets.split(seen, (0.7, 0.1, 0.2), seed=SEED)
    unseen = datasets.from_folder(folder / "unseen", W2)
    return Task(nd.DocumentSchema(W2), train, validation, test + unseen, layouts)


def named(place: str) -> Any:
    """Import what `module:Name` names, from the current folder too."""
    module, _, name = place.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        sys.exit(
            f"{place!r} cannot be used: {error}. Write module:Name, and put module.py into "
            f"{Path.cwd()} or its folder into PYTHONPATH."
        )


def own_documents(options: argparse.Namespace) -> Task:
    """Read a folder of documents with JSON labels beside them."""
    model = nd.DocumentSchema.of(named(options.schema))
    converter = None if options.converter is None else named(options.converter)
    samples = datasets.from_folder(
        options.data, model, pattern=options.pattern, converter=converter
    )
    for orphan in samples.orphans:
        print(f"  left out: {orphan.path} has no {orphan.missing}")
    for rejected in samples.rejected:
        print(f"  left out: {rejected.id}: {rejected.reason}")
    train, validation, test = datasets.split(samples, (0.7, 0.1, 0.2), seed=SEED, stratify=True)
    if not len(train) or not len(test):
        sys.exit(
            f"{len(samples)} usable documents are too few to learn from some and judge others."
        )
    return Task(model, train, validation, test)


def read_pages(extractor: nd.Extractor[Any], task: Task, what: str) -> Run:
    """Extract the test pages concurrently and say how it went."""
    started = time.monotonic()
    outcomes = list(extractor.extract_many(task.test, workers=8))
    failed = [one for one in outcomes if isinstance(one, nd.ExtractionFailure)]
    took = time.monotonic() - started
    print(f"  {what}: {len(outcomes)} documents in {took:.1f} s, {len(failed)} failed")
    for failure in failed[:3]:
        print(f"    {failure.id}: {failure.error}")
    return outcomes


def train_model(
    aws: nd.Bedrock, task: Task, prompt: nd.ExtractionPrompt[Any], folder: Path
) -> tuple[CustomModel, TrainingCurves, datasets.DatasetManifest]:
    """Write, check and upload the training files, then run the customization job."""
    manifest = datasets.write_sft(
        task.train, task.validation, task.test, prompt=prompt, folder=folder, base_model=BASE
    )
    problems = datasets.check(manifest)
    print(f"  {len(task.train)} training records checked, {len(problems)} to look at")
    for problem in problems[:20]:
        print(f"    {problem}")
    if any(problem.severity == "error" for problem in problems):
        sys.exit("The job would fail on these errors; mend them first.")
    aws.storage.create_bucket(BUCKET)
    data = aws.storage.upload(manifest, f"s3://{BUCKET}/run")
    role = aws.roles.apply(aws.roles.plan(data))
    job = aws.customization.submit(
        nd.FineTuning("quickstart", data, role=role, epochs=2, learning_rate=1e-5, warmup_steps=10)
    )
    # The bar is quiet where standard error is no terminal; on AWS a look a minute is enough.
    with tqdm(desc="  training", bar_format="{desc} [{elapsed}] {postfix}", disable=None) as bar:
        for status in job.watch(every=timedelta(seconds=0.2)):
            bar.set_postfix_str(str(status))
    print(f"  {status}")
    model, curves = job.wait(every=timedelta(seconds=0.2)), job.training_curves()
    print(indent(curves.to_markdown(), "  "))
    return model, curves, manifest


def by_layout(task: Task, run: Run) -> dict[str, float | None]:
    """F1 of each layout, strict counting."""
    groups = defaultdict(list)
    for outcome in run:
        groups[task.layouts[outcome.id]].append(outcome)
    scores = {
        name: metrics.evaluate(outcomes, schema=task.schema).overall.f1
        for name, outcomes in groups.items()
    }
    return dict(sorted(scores.items()))


def figures(task: Task, report: metrics.Report, run: Run) -> dict[str, Any]:
    """One run as fractions of 1, as `comparison.json` holds it."""
    shown = report.to_dict()
    scores = {name: shown[name] for name in ("overall", "categories", "fields")}
    return {**scores, "by_layout": by_layout(task, run) if task.layouts else {}}


def cost_on_aws(aws: nd.Bedrock, task: Task, prompt: nd.ExtractionPrompt[Any]) -> dict[str, str]:
    """What the same run would cost on an account, from the dated price book."""
    sample = task.test[0]
    traffic = aws.costs.traffic(prompt, sample.document, answer=sample.label, base_model=BASE)
    tokens = traffic.input_tokens + traffic.output_tokens
    training = aws.costs.estimate_training(
        BASE, records=len(task.train), tokens_per_record=tokens, epochs=2
    )
    reading = aws.costs.estimate_extraction(BASE, traffic, pages=10_000)
    return {"Training": str(training), "Reading on demand": str(reading)}


def measure(aws: nd.Bedrock, task: Task, out: Path) -> None:
    """Measure base, tune, deploy, measure tuned, and write what was found."""
    prompt = nd.ExtractionPrompt(task.schema)
    print("2. The base model reads the test documents.")
    base_run = read_pages(nd.Extractor(prompt, model=aws.model(BASE), strict=False), task, "base")
    print("3. A customization job learns from the training documents.")
    model, curves, manifest = train_model(aws, task, prompt, out / "dataset")
    print("4. The tuned model is deployed on demand and reads the same documents.")
    plan = aws.deployments.plan(nd.OnDemand("quickstart", model))
    deployment = aws.deployments.apply(plan).wait(every=timedelta(seconds=0.2))
    tuned_model = aws.model(deployment, base_model=BASE)
    tuned_run = read_pages(nd.Extractor(prompt, model=tuned_model, strict=False), task, "tuned")
    print("5. Both are measured, field by field, on documents neither has learned from.\n")
    base, tuned = (
        metrics.evaluate(run, task.schema, max_errors=10_000) for run in (base_run, tuned_run)
    )
    comparison = metrics.compare_reports(base, tuned, seed=SEED)
    costs = cost_on_aws(aws, task, prompt)
    print(f"{comparison.documents} documents, strict counting\n\n{comparison.to_markdown()}")
    scores = {"base": figures(task, base, base_run), "tuned": figures(task, tuned, tuned_run)}
    document = {"documents": comparison.documents, **scores}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (out / "comparison.json").write_text(text + "\n", encoding="utf-8")
    for layout, score in scores["tuned"]["by_layout"].items():
        before = scores["base"]["by_layout"][layout]
        print(f"  F1 on {layout}: {before or 0:.3f} -> {score or 0:.3f}")
    pictures = reports.gallery(
        task.test,
        base_run,
        tuned_run,
        schema=task.schema,
        notes=task.layouts,
        redact=not task.layouts,  # generated pages hold nobody's data
    )
    _, made = reports.run_sections(prompt, base_run, tuned_run, data=manifest)
    written = reports.write_report(
        comparison,
        out,
        title=f"{task.schema.name}: base and fine-tuned (local engine, not Nova)",
        runs=(base, tuned),
        gallery=pictures,
        curves=curves,
        sections=[
            ("What it would cost on AWS", costs),
            (made[0], {"Note": NOT_NOVA, **made[1]}),
        ],
    )
    written.markdown.replace(out / "comparison.md")
    for name, value in costs.items():
        print(f"  On AWS. {name}: {value}")
    print(f"\nOpen {written.html}")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of documents with JSON labels")
    parser.add_argument("--schema", help="the labels' class or DocumentSchema, module:Name")
    parser.add_argument("--pattern", default="{stem}.json", help="label file of a document")
    parser.add_argument("--converter", help="turns a label into the schema's shape, module:name")
    parser.add_argument("--pages", type=int, default=70, help="W-2 pages to draw")
    parser.add_argument("--out", type=Path, default=Path("out/quickstart"))
    options = parser.parse_args(argv)
    if (options.data is None) != (options.schema is None):
        parser.error("--data and --schema go together")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Run the whole road."""
    options = arguments(argv)
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    print(NOT_NOVA)
    print("1. Labelled documents are drawn or read, and split.")
    if options.data is None:
        shutil.rmtree(out / "documents", ignore_errors=True)  # drawn by an earlier run
        task = generated_w2s(out / "documents", options.pages)
    else:
        task = own_documents(options)
    print(
        f"  {len(task.train)} to learn, {len(task.validation)} to watch, {len(task.test)} to judge"
    )
    with LocalAWS() as local:
        aws = nd.Bedrock.connect(
            session=local.session(), endpoint_url=local.url, project="quickstart"
        )
        try:
            measure(aws, task, out)
        finally:
            cleaned = aws.cleanup.apply(aws.cleanup.plan(), every=timedelta(seconds=0.2))
            print(f"6. Cleaned up: {cleaned}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped. Nothing is left running; `make quickstart` starts again.")
    except nd.NovadocError as error:
        sys.exit(f"{type(error).__name__}: {error}")
