"""Never executed: every use here must satisfy mypy and pyright, and every wrong one must not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Union

from pydantic import BaseModel, Field
from typing_extensions import assert_type

import novadoc as nd
from novadoc import datasets, metrics
from novadoc.metrics import Money, Text
from novadoc.prompts import ModelBackend
from novadoc.types import JsonObject


class Line(BaseModel):
    description: Annotated[str | None, Text(threshold=0.8)] = Field(None, description="As printed.")
    amount: Annotated[Decimal | None, Money()] = None


class Invoice(BaseModel):
    number: str | None = None
    lines: list[Line] = Field(default_factory=list[Line])


class Receipt(BaseModel):
    total: Decimal | None = None


def schema() -> None:
    assert_type(nd.DocumentSchema(Invoice), nd.DocumentSchema[Invoice])
    raw = nd.DocumentSchema.from_json_schema({"type": "object", "properties": {}})
    assert_type(raw, nd.DocumentSchema[JsonObject])
    assert_type(nd.DocumentSchema(Invoice).canonical(Invoice()), JsonObject)


def extraction(model: ModelBackend) -> None:
    prompt = nd.ExtractionPrompt(Invoice, instructions="Copy values as printed.")
    assert_type(prompt, nd.ExtractionPrompt[Invoice])
    extractor = nd.Extractor(prompt, model=model)
    assert_type(extractor, nd.Extractor[Invoice])
    assert_type(extractor.extract(nd.Document.open("scan.pdf")).value, Invoice)
    assert_type(extractor.extract("scan.pdf").value.lines[0].amount, Union[Decimal, None])
    outcomes = extractor.extract_many(["a.png"], workers=8, journal="run.jsonl")
    assert_type(outcomes, Iterator[Union[nd.Extraction[Invoice], nd.ExtractionFailure]])
    wrong: nd.Extractor[Receipt] = nd.Extractor(prompt, model=model)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    del wrong


def road(aws: nd.Bedrock) -> None:
    samples = datasets.from_folder("scans/", Invoice)
    train, validation, test = datasets.split(samples, (0.8, 0.1, 0.1), seed=7)
    prompt = nd.ExtractionPrompt(Invoice)
    manifest = datasets.write_sft(train, validation, test, prompt=prompt, folder="out/")
    assert_type(datasets.check(manifest), list[datasets.Problem])
    data = aws.storage.upload(manifest, "s3://bucket/invoices/")
    role = aws.roles.apply(aws.roles.plan(data))
    job = aws.customization.submit(nd.FineTuning("invoices-1", data, role=role, epochs=2))
    model = job.wait(timeout=timedelta(hours=6))
    deployment = aws.deployments.apply(aws.deployments.plan(nd.OnDemand("invoices", model))).wait()
    extractor = nd.Extractor(prompt, model=aws.model(deployment))
    report = metrics.evaluate(extractor.extract_many(test), schema=Invoice)
    assert_type(report, metrics.Report)
    assert_type(metrics.compare_reports(report, report).passed, bool)
    assert_type(report.overall.f1, Union[float, None])
