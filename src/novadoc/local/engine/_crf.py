"""The adapter of python-crfsuite: train and apply a linear-chain model over words.

CRFsuite holds the interpreter while it trains, so this runs in a process of its own (`_fit`).
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite  # pyright: ignore[reportMissingTypeStubs]

from novadoc.local.engine._features import Features
from novadoc.local.engine._labels import Scores

_api: Any = pycrfsuite

_LOGGED = re.compile(
    r"\*+ Iteration #(?P<number>\d+)|Loss: (?P<loss>[\d.]+)|Feature norm: (?P<norm>[\d.]+)"
)

Items = Any
"""A sequence of features, encoded once."""


def encode(described: Sequence[Features]) -> Items:
    """Encode features for training and tagging."""
    return _api.ItemSequence(described)


@dataclass(frozen=True)
class Settings:
    """How a model is fitted."""

    iterations: int
    penalty: float = 2.0
    """Weight of the squared weights in the loss; larger is smoother."""
    rarest: int = 2
    """Features seen less often are left out."""


class CrfTagger:
    """A trained model. Safe to share between threads, one page at a time.

    Args:
        data: The model as CRFsuite wrote it.
        labels: How many labels there are; they are named by their numbers.
    """

    def __init__(self, data: bytes, labels: int) -> None:
        self._tagger = _api.Tagger()
        # CRFsuite reads the model in place: the bytes must outlive the tagger.
        self._data = data
        self._tagger.open_inmemory(data)
        # The last label first: it is asked for to know which words need the others.
        known = sorted(map(int, self._tagger.labels()), reverse=True)
        self._known = [(str(column), column) for column in known]
        self._labels = labels
        self._lock = threading.Lock()

    def marginals(self, items: Items, sure: float = 1.0) -> Scores:
        """Return words x labels: the probability of each label for each word.

        Args:
            items: The words.
            sure: Probability of the last label, no field's, above which a word gets no other.
        """
        found = np.zeros((len(items), self._labels))
        if not len(items):
            return found
        with self._lock:
            self._tagger.set(items)
            asked = range(len(items))
            for name, column in self._known:
                found[asked, column] = [self._tagger.marginal(name, k) for k in asked]
                if column == self._labels - 1:
                    asked = (found[:, column] <= sure).nonzero()[0].tolist()
        return found


def fit(
    data: Sequence[tuple[Items, Sequence[int]]],
    settings: Settings,
    on_loss: Callable[[int, float], None] | None = None,
) -> bytes:
    """Fit a model; `on_loss` gets each iteration's number, from 1, and mean loss a word.

    The loss is the mean negative log-likelihood without the penalty.
    """
    count = sum(len(labels) for _, labels in data)
    trainer = _trainer(settings, count, on_loss)
    for items, labels in data:
        trainer.append(items, [str(label) for label in labels])
    with tempfile.TemporaryDirectory(prefix="novadoc-") as folder:
        place = Path(folder) / "model.crf"
        trainer.train(str(place))
        return place.read_bytes()


def _trainer(settings: Settings, count: int, on_loss: Callable[[int, float], None] | None) -> Any:
    log = _Log(settings.penalty, count, on_loss)

    class Trainer(_api.Trainer):  # type: ignore[misc]
        def message(self, message: str) -> None:
            log.hear(message)

    trainer: Any = Trainer("lbfgs", verbose=False)
    trainer.set_params(
        {
            "c1": 0.0,
            "c2": settings.penalty,
            "max_iterations": settings.iterations,
            "feature.minfreq": settings.rarest,
        }
    )
    return trainer


class _Log:
    """Follows CRFsuite's own log: `Iteration #3`, `Loss: ...`, `Feature norm: ...`."""

    def __init__(
        self, penalty: float, count: int, on_loss: Callable[[int, float], None] | None
    ) -> None:
        self._penalty = penalty
        self._count = max(count, 1)
        self._on_loss = on_loss
        self._number = 0
        self._loss = 0.0

    def hear(self, message: str) -> None:
        found = _LOGGED.match(message)
        if found is None or self._on_loss is None:
            return
        if found["number"]:
            self._number = int(found["number"])
        elif found["loss"]:
            self._loss = float(found["loss"])
        elif self._number:
            own = self._loss - self._penalty * float(found["norm"]) ** 2
            self._on_loss(self._number, max(0.0, own) / self._count)
