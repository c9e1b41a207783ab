"""Labels W-2 scans with a larger model, and sends people only what it is not sure of.

python examples/teacher_labels.py

Runs on the local AWS, whose model reads pages by OCR and is no large one. It draws nothing by lot
either: all its votes agree, also where they are wrong, so that here nothing is left to people. The
first figure printed is what such agreement is worth. On AWS, the line that connects is another one.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import novadoc as nd
from novadoc import datasets, metrics, review, synthetic
from novadoc.datasets import Provenance, SampleSet
from novadoc.doctypes import W2
from novadoc.local import LocalAWS
from novadoc.prompts import ModelBackend
from novadoc.workflows import Annotation, annotate


def main(folder: Path = Path("out/teacher")) -> None:
    """Make up scans, label them, and say what is left to do."""
    synthetic.write_folder(synthetic.w2_pages(4, seed=1), folder / "labelled")
    scans = synthetic.write_folder(synthetic.w2_pages(12, seed=2), folder / "unlabelled")
    with LocalAWS() as local:
        aws = nd.Bedrock.connect(session=local.session(), endpoint_url=local.url)
        run(aws.model("nova-premier"), folder, [scan.image for scan in scans])


def run(model: ModelBackend, folder: Path, scans: list[Path]) -> Annotation:
    """Measure the teacher, let it label, hand over to people what its votes leave open."""
    teacher = nd.Extractor(W2, model=model)

    # Its labels can be no better than it is: measure it where people know the answers.
    known = datasets.from_folder(folder / "labelled", W2).with_provenance(Provenance("people"))
    report = metrics.evaluate(teacher.extract_many(known), schema=W2)
    print(f"teacher: {report.overall.accuracy or 0:.1%} of {report.overall.support} values right")

    found = annotate(
        scans,
        teacher,
        votes=3,
        max_cost=Decimal("2.00"),
        journal=folder / "teacher.jsonl",
        provenance=Provenance("teacher", annotator="W-2 project"),
    )
    print(found)
    for rejected in found.samples.rejected:
        print(f"  not labelled: {rejected.id}: {rejected.reason}")

    waiting = [sample for sample in found.samples if sample.id in found.doubtful]
    if waiting:
        page = review.write_review(waiting, folder / "review", schema=W2)
        print(f"  {len(waiting)} for people, least certain fields first: {page}")
    else:
        print("  all votes agree, which is no proof: trust them as far as the first figure goes")
    write(known + found.settled, folder)
    return found


def write(samples: SampleSet, folder: Path) -> datasets.DatasetManifest:
    """Write what needs no second look as a data set, and check it."""
    written = datasets.write_sft(
        samples, prompt=nd.ExtractionPrompt(W2), folder=folder / "dataset", base_model="nova-lite"
    )
    problems = datasets.check(written)
    print(f"{written.records} records, {len(problems)} problems", *problems, sep="\n  ")
    return written


if __name__ == "__main__":
    main()
