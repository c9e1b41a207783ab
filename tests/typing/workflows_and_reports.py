"""Never executed: what joins the parts, and what people look at, has types that hold."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from matplotlib.figure import Figure
from pydantic import BaseModel
from typing_extensions import assert_type

import novadoc as nd
from novadoc import datasets, metrics, reports, workflows
from novadoc.prompts import Example, ModelBackend
from novadoc.types import JsonObject


class Invoice(BaseModel):
    number: str | None = None


def labels(model: ModelBackend, samples: datasets.SampleSet) -> None:
    teacher = nd.Extractor(Invoice, model=model)
    found = workflows.annotate(["a.png"], teacher, votes=3, max_cost=Decimal(2))
    assert_type(found, workflows.Annotation)
    assert_type(found.settled, datasets.SampleSet)
    assert_type(workflows.choose_examples(samples, 2), tuple[Example[JsonObject], ...])


def exports(model: ModelBackend, samples: datasets.SampleSet, folder: Path) -> None:
    outcomes = nd.Extractor(Invoice, model=model).extract_many(samples)
    assert_type(workflows.tables(Invoice), tuple[workflows.Table, ...])
    assert_type(workflows.export(outcomes, folder, schema=Invoice), dict[str, Path])


def trials(model: ModelBackend, samples: datasets.SampleSet) -> None:
    prompts = {"plain": nd.ExtractionPrompt(Invoice)}
    board = workflows.trial(prompts, samples, model=model)
    assert_type(board, workflows.Leaderboard)
    assert_type(board.best, workflows.Entry)


def next_steps(model: ModelBackend, measured: dict[int, metrics.Report]) -> None:
    extractor = nd.Extractor(Invoice, model=model)
    assert_type(workflows.suggest(["a.png"], extractor, 5), tuple[workflows.Suggestion, ...])
    assert_type(workflows.learning_curve(measured).twice, workflows.Forecast)
    reward = workflows.ExtractionReward(Invoice)
    assert_type(reward, workflows.ExtractionReward[Invoice])
    assert_type(reward.score("{}", {"number": "7"}), workflows.Reward)


def pages(
    comparison: metrics.Comparison,
    report: metrics.Report,
    profile: datasets.DatasetProfile,
    manifest: datasets.DatasetManifest,
    curves: nd.bedrock.TrainingCurves,
) -> None:
    assert_type(reports.plot(comparison), Figure)
    assert_type(reports.write_profile(profile, "out"), reports.WrittenReport)
    costs, facts = reports.run_sections(nd.ExtractionPrompt(Invoice), data=manifest)
    written = reports.write_report(report, "out", curves=curves, sections=[costs, facts])
    assert_type(written.html, Path)
    reports.write_report(report, "out", curves=report)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
