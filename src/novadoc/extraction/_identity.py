"""Whether a model is asked the question it was trained with."""

from __future__ import annotations

import logging
import threading
import warnings
from typing import Protocol, runtime_checkable

from novadoc.errors import PromptMismatchError, ServiceError
from novadoc.extraction._outcome import PromptCheck
from novadoc.prompts import ModelBackend

_LOG = logging.getLogger(__name__)


class TrainedWith(Protocol):
    """What says with which prompt a model was trained, as a data set's manifest."""

    @property
    def prompt_fingerprint(self) -> str:
        """Of the prompt the records were written with."""
        ...


@runtime_checkable
class TunedBackend(ModelBackend, Protocol):
    """A backend that can look up which prompt its model was trained with."""

    def trained_prompt(self) -> str | None:
        """Return the prompt's fingerprint; `None` when nothing says so. May ask the service."""
        ...


@runtime_checkable
class InformedBackend(ModelBackend, Protocol):
    """A backend that can be told its base model, where its id does not tell."""

    def based_on(self, base_model: str) -> ModelBackend:
        """Return the same model, with the key of its base model."""
        ...


def informed(model: ModelBackend, trained_with: TrainedWith | None) -> ModelBackend:
    """Return the model; with the base model that a manifest names, where it knows none itself."""
    key = getattr(trained_with, "base_model", None)  # not every witness of a prompt has one
    if not key or not isinstance(model, InformedBackend) or model.base_model is not None:
        return model
    return model.based_on(key)


class Identity:
    """Compares prompt and model once, when first asked.

    Args:
        fingerprint: Of the prompt in hand.
        model: What is asked.
        trained_with: Says it without asking the service.
        allow_mismatch: Whether another prompt is a warning instead of an error.
    """

    def __init__(
        self,
        fingerprint: str,
        model: ModelBackend,
        *,
        trained_with: TrainedWith | None,
        allow_mismatch: bool,
    ) -> None:
        self._fingerprint = fingerprint
        self._model = model
        self._trained_with = trained_with
        self._allow = allow_mismatch
        self._lock = threading.Lock()
        self._known: PromptCheck | None = None

    def check(self) -> PromptCheck:
        """Return what is known; only `same` was confirmed.

        Raises:
            PromptMismatchError: The model was trained with another prompt.
        """
        if self._known is not None:
            return self._known
        with self._lock:
            if self._known is None:
                self._known = self._compared()
        return self._known

    def _compared(self) -> PromptCheck:
        trained = self._trained()
        if trained is None:
            return "unverified"
        if trained == self._fingerprint:
            return "same"
        error = PromptMismatchError(
            f"The model was trained with the prompt {trained[:12]}, and would be asked "
            f"{self._fingerprint[:12]}.",
            expected=trained,
            actual=self._fingerprint,
            remedy="Use the prompt of the data set's manifest, or pass `allow_mismatch=True`.",
        )
        if not self._allow:
            raise error
        warnings.warn(str(error), stacklevel=4)
        return "different"

    def _trained(self) -> str | None:
        if self._trained_with is not None:
            return self._trained_with.prompt_fingerprint
        if not isinstance(self._model, TunedBackend):
            return None
        try:
            return self._model.trained_prompt()
        except ServiceError as error:
            _LOG.info("prompt identity unverified: %s", type(error).__name__)
            return None
