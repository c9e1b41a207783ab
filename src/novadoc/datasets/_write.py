"""Samples written as a data set for supervised fine-tuning."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from novadoc.datasets._manifest import DatasetManifest
from novadoc.datasets._parts import Target, write_parts
from novadoc.datasets._records import RecordMaker
from novadoc.datasets._sample import Sample
from novadoc.errors import DatasetError
from novadoc.models import BaseModel
from novadoc.models import base_model as catalogued
from novadoc.prompts import ExtractionPrompt

T = TypeVar("T")


def write_sft(
    train: Iterable[Sample],
    validation: Iterable[Sample] = (),
    test: Iterable[Sample] = (),
    *,
    prompt: ExtractionPrompt[T],
    folder: str | os.PathLike[str],
    base_model: str = "nova-lite",
    skip_bad: bool = False,
    workers: int | None = None,
) -> DatasetManifest:
    """Write samples as JSONL with their page images, exactly as inference will ask.

    Streams; prepares pages on all cores; writes files whole or not at all, `manifest.json` last.
    Running it again gives the same bytes, and after a killed run goes on without preparing pages
    a second time.

    Documents with more pages than a record may have become several records, each with the part of
    the label that is printed on its pages, and the manifest's notices say so. Where the pages' text
    does not tell that part, the document is a problem: see `windowed`.

    Args:
        train: Samples to learn from.
        validation: Samples the service computes a validation loss on.
        test: Samples kept for measuring; written in the same form, never uploaded for training.
        prompt: The prompt that inference will use; its images' policy prepares the pages.
        folder: Where to write; made if missing.
        base_model: Key of the model to be trained.
        skip_bad: Leave out samples that cannot be written, and list them in the notices, instead
            of writing nothing.
        workers: Threads; the number of processors by default.

    Raises:
        DatasetProblemsError: Some samples cannot be written; `.problems` lists all of them.
        DatasetError: The prompt forces a tool, or its image policy does not fit the model.
        ConfigurationError: No base model has this key.
        OutputError: The folder cannot be written, or another run is writing it.
    """
    model = _trainable(prompt, base_model)
    target = Target(Path(folder), "sft", base_model, prompt)
    target.skip_bad, target.workers = skip_bad, workers
    parts = {"train": train, "validation": validation, "test": test}
    return write_parts(parts, lambda store: RecordMaker(prompt, store, model), target)


def _trainable(prompt: ExtractionPrompt[T], key: str) -> BaseModel:
    model = catalogued(key)
    if prompt.answer == "tool":
        # bedrock:nova-2-sft-data-prep: tool sections are not supported by supervised fine-tuning.
        raise DatasetError(
            "Supervised fine-tuning does not support answers forced through a tool.",
            remedy='Use the prompt with `answer="json"`, in training and at inference.',
        )
    if model.training_id is None:
        raise DatasetError(
            f"`{key}` cannot be customized.", remedy="Train `nova-lite`, `nova-pro` or another."
        )
    refused = set(prompt.images.formats) - set(model.training_formats)
    if model.reads_images and refused:
        raise DatasetError(
            f"The prompt's image policy lets {sorted(refused)} pass, which training of `{key}` "
            "refuses.",
            remedy="Make the prompt with `images=NOVA_2`, or a policy of your own.",
        )
    return model
