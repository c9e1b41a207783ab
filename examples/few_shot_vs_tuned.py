"""Shows three ways to ask for the same fields: plainly, with examples in the prompt, fine-tuned.

python examples/few_shot_vs_tuned.py

Examples cost tokens in every request, fine-tuning costs once: the table says what each buys, with
tokens and prices as estimated for Nova Lite. The model that reads is the small one behind the local
AWS, not Amazon Nova; on an account, only `main` is another.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import novadoc as nd
from novadoc import datasets, metrics, synthetic
from novadoc.bedrock import CustomModel
from novadoc.doctypes import W2
from novadoc.local import LocalAWS
from novadoc.workflows import choose_examples

BASE = "nova-lite"
BUCKET = "novadoc-few-shot"
OFTEN = timedelta(seconds=0.2)  # on AWS: a minute


def main(folder: Path = Path("out/few-shot"), pages: int = 40) -> dict[str, metrics.Report]:
    """Draw forms, split them, ask in three ways, compare."""
    synthetic.write_folder(synthetic.w2_pages(pages, seed=5), folder / "scans")
    samples = datasets.from_folder(folder / "scans", W2)
    with LocalAWS() as local:
        aws = nd.Bedrock.connect(
            session=local.session(), endpoint_url=local.url, project="few-shot"
        )
        return three_ways(aws, samples, folder)


def three_ways(
    aws: nd.Bedrock, samples: datasets.SampleSet, folder: Path
) -> dict[str, metrics.Report]:
    """Read the same test pages plainly, with two examples, and with a fine-tuned model."""
    train, validation, test = datasets.split(samples, (0.7, 0.1, 0.2), seed=7)
    plain = nd.ExtractionPrompt(W2)
    # What is scored is never shown: `choose_examples` passes over files and groups of the test set.
    examples = choose_examples(train, 2, scored=test)
    shown = nd.ExtractionPrompt(W2, examples=examples)
    manifest = datasets.write_sft(train, validation, prompt=plain, folder=folder / "dataset")
    deployment = aws.deployments.apply(
        aws.deployments.plan(nd.OnDemand("few-shot", tuned(aws, manifest)))
    ).wait(every=OFTEN)

    base, custom = aws.model(BASE), aws.model(deployment, base_model=BASE)
    extractors: dict[str, nd.Extractor[W2]] = {
        "Base, plainly": nd.Extractor(plain, model=base, strict=False),
        "Base, 2 examples": nd.Extractor(shown, model=base, strict=False),
        "Fine-tuned": nd.Extractor(plain, model=custom, strict=False),
    }
    reports = {
        name: metrics.evaluate(one.extract_many(test), schema=W2)
        for name, one in extractors.items()
    }
    print("\n| way | F1 | tokens in | price |\n|---|--:|--:|--:|")
    for name, extractor in extractors.items():
        traffic = aws.costs.traffic(
            extractor.prompt, test[0].document, answer=test[0].label, base_model=BASE
        )
        price = aws.costs.estimate_extraction(BASE, traffic, pages=1_000)
        f1 = 100 * (reports[name].overall.f1 or 0)
        print(f"| {name} | {f1:.1f} | {traffic.input_tokens:,} | {price} |")
    verdict = metrics.compare_reports(reports["Base, 2 examples"], reports["Fine-tuned"]).verdict
    print("\nFine-tuned against two examples:", verdict)
    print(aws.cleanup.apply(aws.cleanup.plan(), every=OFTEN))
    return reports


def tuned(aws: nd.Bedrock, manifest: datasets.DatasetManifest) -> CustomModel:
    """Fine-tune the base model on the training records."""
    aws.storage.create_bucket(BUCKET)
    data = aws.storage.upload(manifest, f"s3://{BUCKET}/w2/")
    role = aws.roles.apply(aws.roles.plan(data))
    job = aws.customization.submit(nd.FineTuning("few-shot", data, role=role, epochs=2))
    return job.wait(every=OFTEN)


if __name__ == "__main__":
    main()
