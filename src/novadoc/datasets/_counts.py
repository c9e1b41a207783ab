"""Rules over whole files: how many samples, of which kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from novadoc.datasets._problem import Problem
from novadoc.datasets._rules import problem
from novadoc.models import BaseModel

# bedrock and nova guides: at least 100 samples a task for Nova 1, 200 for Nova 2.
_RECOMMENDED = {1: 100, 2: 200}


def count_problems(
    records: Mapping[str, int], kinds: Counter[str], model: BaseModel
) -> Iterator[Problem]:
    """Yield what is wrong with the numbers of records.

    Args:
        records: By part.
        kinds: Over all parts: records with text only, images, video.
        model: The model to be trained.
    """
    train = records.get("train", 0)
    if model.training_samples is not None:
        least, most = model.training_samples
        if not least <= train <= most:
            message = f"{train:,} training samples; `{model.key}` takes {least:,} to {most:,}."
            yield problem("record-count", message)
        elif (total := train + records.get("validation", 0)) > most:  # one quota for both
            message = f"{total:,} samples for training and validation; {most:,} are taken together."
            yield problem("record-count", message)
    recommended = _RECOMMENDED[model.generation]
    if train < recommended:
        message = f"{train:,} training samples; {recommended} or more are recommended."
        yield problem("few-samples", message)
    if model.generation == 2 and records.get("validation"):
        yield problem("validation-unused", f"`{model.key}` does not use the validation set.")
    if len(kinds) > 1:
        found = ", ".join(f"{count:,} with {kind}" for kind, count in sorted(kinds.items()))
        yield problem("mixed-media", f"The records are of different kinds: {found}.")
