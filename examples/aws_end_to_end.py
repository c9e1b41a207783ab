"""Shows the whole road on a real account; `--dry-run` prints plan and cost and calls nothing.

    python examples/aws_end_to_end.py --data scans/ --schema my_schemas:Invoice \\
        --bucket my-bucket --region us-east-1 --dry-run

Without `--dry-run` it costs money: the training job once, the model by the month, each page by the
token. Everything it makes is tagged with `--project`; `--clean-up` removes all of it, and nothing
else. The same lines run against the local AWS when AWS_ENDPOINT_URL points at it.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import novadoc as nd
from novadoc import datasets, metrics

SEED = 7


def prepare(options: argparse.Namespace, prompt: nd.ExtractionPrompt[Any]) -> datasets.Split:
    """Read, split, write and check the data set; nothing leaves the machine."""
    samples = datasets.from_folder(options.data, prompt.schema, pattern=options.pattern)
    print(
        f"{len(samples)} samples, {len(samples.orphans)} orphans, {len(samples.rejected)} rejected"
    )
    parts = datasets.split(samples, (0.8, 0.1, 0.1), seed=SEED)
    manifest = datasets.write_sft(
        *parts, prompt=prompt, folder=options.out, base_model=options.base_model
    )
    problems = datasets.check(manifest)
    for problem in problems:
        print(f"  {problem}")
    if any(problem.severity == "error" for problem in problems):
        sys.exit("The data set has errors; nothing was sent.")
    return parts


def estimate(
    aws: nd.Bedrock, options: argparse.Namespace, prompt: nd.ExtractionPrompt[Any], test: Any
) -> None:
    """Print what the run would cost, from the dated price book."""
    records = options.out / "train.jsonl"
    count = sum(1 for _ in records.open("rb"))
    one = test[0]
    traffic = aws.costs.traffic(
        prompt, one.document, answer=one.label, base_model=options.base_model
    )
    tokens = traffic.input_tokens + traffic.output_tokens
    training = aws.costs.estimate_training(
        options.base_model, records=count, tokens_per_record=tokens, epochs=options.epochs
    )
    reading = aws.costs.estimate_extraction(options.base_model, traffic, pages=len(test))
    print(f"Training {count} records, {options.epochs} epochs: {training}")
    print(f"Reading the test set, once with each model: {reading}")


def run(
    aws: nd.Bedrock, options: argparse.Namespace, prompt: nd.ExtractionPrompt[Any], test: Any
) -> None:
    """Upload, train, deploy and measure."""
    data = aws.storage.upload(
        datasets.DatasetManifest.load(options.out), f"s3://{options.bucket}/{options.project}/"
    )
    role = options.role or aws.roles.apply(aws.roles.plan(data))
    request = nd.FineTuning(
        options.project, data, role=role, epochs=options.epochs, attempt=options.attempt
    )
    print(aws.customization.preflight(request))
    job = aws.customization.submit(request)
    print(f"Job {job.arn}: Ctrl-C leaves it running, this same command returns to it.")
    for status in job.watch(every=timedelta(seconds=options.every)):
        print(f"  {status}")
    model = job.wait(every=timedelta(seconds=options.every))
    print(job.training_curves().diagnosis)
    deployment = aws.deployments.apply(aws.deployments.plan(nd.OnDemand(options.project, model)))
    deployment.wait(every=timedelta(seconds=options.every))
    judged = []
    for name, target in (("base", options.base_model), ("tuned", deployment)):
        asked = aws.model(target, base_model=options.base_model)
        extractor = nd.Extractor(prompt, model=asked, strict=False)
        # The journal lets a killed run go on, and pay again only for what was in flight.
        outcomes = extractor.extract_many(test, journal=options.out / f"{name}.jsonl")
        judged.append(metrics.evaluate(outcomes, schema=prompt.schema))
    print(metrics.compare_reports(*judged).to_markdown())


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="documents with JSON labels")
    parser.add_argument("--schema", required=True, help="pydantic class, as module:Class")
    parser.add_argument("--pattern", default="{stem}.json", help="label file of a document")
    parser.add_argument("--bucket", required=True, help="a bucket you have, in the region")
    parser.add_argument("--region", required=True, help="us-east-1 for Nova")
    parser.add_argument("--role", help="ARN of a service role; made when not given")
    parser.add_argument("--project", default="novadoc-example", help="tag and name")
    parser.add_argument("--base-model", default="nova-lite")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--attempt", type=int, default=1, help="raise it to train again")
    parser.add_argument("--every", type=float, default=60.0, help="seconds between looks")
    parser.add_argument("--out", type=Path, default=Path("out/aws"))
    parser.add_argument("--dry-run", action="store_true", help="print plan and cost only")
    parser.add_argument("--clean-up", action="store_true", help="remove what the project made")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Prepare, estimate and, unless it is a dry run, go."""
    options = arguments(argv)
    aws = nd.Bedrock.connect(region=options.region, project=options.project)
    if options.clean_up:
        plan = aws.cleanup.plan(keep={"bucket"})
        print(plan)
        print("Dry run: nothing deleted." if options.dry_run else aws.cleanup.apply(plan))
        return 0
    module, _, name = options.schema.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    prompt = nd.ExtractionPrompt(getattr(importlib.import_module(module), name))
    _, _, test = prepare(options, prompt)
    estimate(aws, options, prompt, test)
    if options.dry_run:
        print("Dry run: nothing was sent to AWS.")
    else:
        run(aws, options, prompt, test)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except nd.NovadocError as error:
        sys.exit(f"{type(error).__name__}: {error}")
