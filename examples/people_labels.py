"""Spends people's labelling time well: what first, two reviewers compared, what more would bring.

python examples/people_labels.py

Runs on the local AWS. Nobody is waited for: what two people save from the labelling page is made
up here, one of them with a slip of the pen. The pages written are real ones; open them.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import novadoc as nd
from novadoc import datasets, metrics, review, synthetic
from novadoc.bedrock import CustomModel
from novadoc.datasets import Sample, SampleSet
from novadoc.doctypes import W2
from novadoc.local import LocalAWS
from novadoc.workflows import LearningCurve, learning_curve, suggest

BASE = "nova-lite"
BUCKET = "novadoc-people"
OFTEN = timedelta(seconds=0.2)  # on AWS: a minute


def main(folder: Path = Path("out/people"), pages: int = 50) -> LearningCurve:
    """Choose pages, have them labelled twice, settle what differs, look at the learning curve."""
    synthetic.write_folder(synthetic.w2_pages(pages, seed=5), folder / "scans")
    truth = datasets.from_folder(folder / "scans", W2)
    labelled, waiting, test = datasets.split(truth, (0.7, 0.1, 0.2), seed=7)
    with LocalAWS() as local:
        aws = nd.Bedrock.connect(session=local.session(), endpoint_url=local.url, project="people")
        chosen = choose(aws, labelled, waiting)
        fresh = two_people(chosen, folder)
        every = SampleSet([*labelled, *fresh])
        curve = measured(aws, every, test, folder)
        print(curve.to_markdown(), curve.twice, sep="\n")
        print(aws.cleanup.apply(aws.cleanup.plan(), every=OFTEN))
    return curve


def choose(aws: nd.Bedrock, labelled: SampleSet, waiting: SampleSet) -> SampleSet:
    """Return the pages most worth a label, with nothing on their labels yet."""
    reader = nd.Extractor(W2, model=aws.model(BASE), strict=False)
    known = [sample.document for sample in labelled]
    # Votes of the local model never differ, so that looks alone decide. On AWS they would, too.
    found = suggest([one.document for one in waiting], reader, 3, votes=2, labelled=known)
    for one in found:
        print(f"label {one.document.name} next: {one.reason}")
    return SampleSet(Sample(Path(one.document.name).stem, one.document, {}) for one in found)


def two_people(samples: SampleSet, folder: Path) -> SampleSet:
    """Have two people label the samples, compare them, settle the conflicts."""
    print("to label:", review.write_review(samples, folder / "first", schema=W2))
    ann = review.read_review(saved(samples, folder, "ann"))
    bo = review.read_review(saved(samples, folder, "bo", slip="X-1"))
    agreement = review.agree(ann, bo, schema=W2)
    print(f"{agreement.exact or 0:.1%} of the values equal, {len(agreement.conflicts)} conflicts")

    conflicts = agreement.doubts()
    from_ann = ann.apply(samples, schema=W2)
    open_ones = SampleSet(sample for sample in from_ann if sample.id in conflicts)
    page = review.write_review(open_ones, folder / "settle", schema=W2, doubts=conflicts)
    print("to settle:", page)
    settled = review.read_review(saved(open_ones, folder, "cleo")).apply(open_ones, schema=W2)
    return SampleSet([*(one for one in from_ann if one.id not in conflicts), *settled])


def saved(samples: SampleSet, folder: Path, who: str, slip: str | None = None) -> Path:
    """Stand in for a person at the page: write the file that its button saves."""
    labels = {}
    for sample in samples:
        label = json.loads((folder / "scans" / f"{sample.id}.json").read_text("utf-8"))
        labels[sample.id] = {"done": True, "label": label}
    if slip is not None:
        next(iter(labels.values()))["label"]["control_number"] = slip
    head = {"format": "novadoc-review/1", "reviewer": who}
    head["fingerprint"] = nd.DocumentSchema(W2).fingerprint
    file = folder / f"labels-{who}.json"
    file.write_text(json.dumps({**head, "labels": labels}), encoding="utf-8")
    return file


def measured(aws: nd.Bedrock, train: SampleSet, test: SampleSet, folder: Path) -> LearningCurve:
    """Train with a quarter, half and all of the labels; score each on the same test pages."""
    aws.storage.create_bucket(BUCKET)
    reports = {}
    for size in (len(train) // 4, len(train) // 2, len(train)):
        manifest = datasets.write_sft(
            train.take(range(size)), prompt=nd.ExtractionPrompt(W2), folder=folder / f"train-{size}"
        )
        plan = aws.deployments.plan(nd.OnDemand(f"people-{size}", tuned(aws, manifest, size)))
        deployment = aws.deployments.apply(plan).wait(every=OFTEN)
        reader = nd.Extractor(W2, model=aws.model(deployment, base_model=BASE), strict=False)
        reports[size] = metrics.evaluate(reader.extract_many(test), schema=W2)
    return learning_curve(reports)


def tuned(aws: nd.Bedrock, manifest: datasets.DatasetManifest, size: int) -> CustomModel:
    """Fine-tune the base model on so many labels."""
    data = aws.storage.upload(manifest, f"s3://{BUCKET}/{size}/")
    role = aws.roles.apply(aws.roles.plan(data))
    job = aws.customization.submit(nd.FineTuning(f"people-{size}", data, role=role))
    return job.wait(every=OFTEN)


if __name__ == "__main__":
    main()
