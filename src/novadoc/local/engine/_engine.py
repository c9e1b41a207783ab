"""The engine behind the local AWS: OCR, a zero-shot base model, and models that are learned."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path
from threading import Lock

from typing_extensions import Self

from novadoc.local._engine import EngineRequest, StepLoss, TrainingRecord, TrainingRun
from novadoc.local.engine import _training as training
from novadoc.local.engine._answers import dump, leaves, parse
from novadoc.local.engine._cache import ReadingCache
from novadoc.local.engine._fields import Shape, from_answers, from_schema
from novadoc.local.engine._hints import learn_hints
from novadoc.local.engine._model import BaseModel, TunedModel
from novadoc.local.engine._page import pages
from novadoc.local.engine._paged import paged_question
from novadoc.local.engine._pool import OcrPool
from novadoc.local.engine._prompted import PromptedModel, PromptedModels, prompt_key
from novadoc.local.engine._reading import Reading
from novadoc.local.engine._sheets import Sheet
from novadoc.local.engine._text import text_pages
from novadoc.types import JsonObject

_Asked = tuple[bytes, "Future[Reading]"]
"""An image and its reading, now or later."""

_MODELS_KEPT = 4
_LOOK = 0.2
_DEFAULT_EPOCHS = 2
_MOST_EPOCHS = 10
_NO_SCHEMA = (
    "This local model fills JSON Schemas, and there is none in the request. Put one into the "
    "prompt, or offer a tool."
)


class OcrEngine:
    """Reads pages with OCR and fills the schema found in the request.

    The base model goes by names and descriptions, and by the examples in the prompt if there are
    any; a tuned model by what its training records showed. It is not Amazon Nova, and its numbers
    say nothing about Nova's.

    Args:
        cache: Folder for what was read, by content; default `NOVADOC_CACHE`, else the user's
            cache folder.
        workers: OCR processes, started with the first page; default one a core, at most 4.
        spelling: Learn from the answers how their words are spelt, and mend what was misread. It
            flatters the scores where the same names come again; `False` measures without.

    Example:
        >>> engine = OcrEngine(workers=1)
        >>> engine.close()
    """

    def __init__(
        self, cache: Path | None = None, workers: int | None = None, *, spelling: bool = True
    ) -> None:
        self._spelling = spelling
        self._pool = OcrPool(workers)
        self._readings = ReadingCache(self._pool, cache)
        self._models: OrderedDict[bytes, TunedModel] = OrderedDict()
        self._prompts = PromptedModels()
        self._lock = Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the OCR processes. The engine answers no more; calling again does nothing."""
        self._closed = True
        self._pool.close()

    def train(
        self,
        records: Sequence[TrainingRecord],
        validation: Sequence[TrainingRecord],
        hyperparameters: Mapping[str, str],
        *,
        cancelled: Callable[[], bool],
    ) -> TrainingRun:
        """Learn from records; return early, with what there is, once `cancelled()` is true.

        Raises:
            ValueError: The records cannot be learnt from.
            UnreadableDocumentError: An image cannot be decoded.
            LocalAWSError: A process of the engine ended by itself, or the engine is closed.
        """
        epochs, notices = _epochs(hyperparameters)
        examples = self._examples(records, cancelled)
        held_out = self._examples(validation, cancelled)
        if cancelled():
            return TrainingRun(b"", [], [], (*notices, "Stopped while pages were read."))
        if not examples:
            raise ValueError("No training record holds a JSON object as its answer.")
        schema = next((record.schema for record in records if record.schema), None)
        outcome = training.run(
            training.Task(schema, examples, held_out, epochs, spelling=self._spelling), cancelled
        )
        skipped = len(records) + len(validation) - len(examples) - len(held_out)
        return TrainingRun(
            outcome.model,
            [StepLoss(*row) for row in outcome.losses],
            [StepLoss(*row) for row in outcome.validation],
            (*notices, *_findings(outcome, skipped)),
        )

    def answer(self, request: EngineRequest, artefact: bytes | None) -> str:
        """Answer a request; `artefact` is the tuned model, `None` the base model.

        Raises:
            ValueError: The artefact is no model of this engine.
            UnreadableDocumentError: An image cannot be decoded.
            LocalAWSError: An OCR process ended by itself, or the engine is closed.
        """
        model = None if artefact is None else self._model(artefact)
        prompted = self._prompted(request) if model is None else None
        shape = _shape(request, model)
        readings = [*self._awaited(self._asked(request.images), _never)]
        readings = readings or text_pages(request.text)
        if shape is None:
            return _NO_SCHEMA
        asked = paged_question(shape, len(readings)) if model is None else None
        if asked is not None:
            return dump(asked.answer([Sheet.read(one) for one in readings], request.text))
        found = (model or prompted or BaseModel()).answer(shape, [*map(pages, readings)])
        return dump(found)

    def _prompted(self, request: EngineRequest) -> PromptedModel | None:
        """Return the base model with the request's examples before its eyes, if it has any."""
        shown = [(images, text) for images, text in request.examples if images and parse(text)]
        if not shown:
            return None
        key = prompt_key(request.schema, shown)
        return self._prompts.get(key, lambda: self._taught(request.schema, shown))

    def _taught(
        self, schema: JsonObject | None, shown: Sequence[tuple[tuple[bytes, ...], str]]
    ) -> PromptedModel:
        examples: list[training.Example] = []
        for images, text in shown:
            readings = [*self._awaited(self._asked(images), _never)]
            examples.append((readings, parse(text) or {}))
        shape = from_schema(schema) if schema else from_answers(answer for _, answer in examples)
        seen = [
            (page, leaves(answer))
            for readings, answer in examples
            for reading in readings
            for page in pages(reading)
        ]
        try:
            task = training.Task(schema, examples, (), _DEFAULT_EPOCHS, spelling=False)
            model = training.run(task, lambda: self._closed).model
        except ValueError:  # no value of the examples is on its page: spelling is all they show
            model = b""
        taught = TunedModel.from_bytes(model) if model else None
        return PromptedModel(learn_hints(shape.fields(), seen), taught, len(examples))

    def _model(self, artefact: bytes) -> TunedModel:
        with self._lock:
            model = self._models.pop(artefact, None) or TunedModel.from_bytes(artefact)
            self._models[artefact] = model
            if len(self._models) > _MODELS_KEPT:
                self._models.popitem(last=False)
        return model

    def _examples(
        self, records: Sequence[TrainingRecord], cancelled: Callable[[], bool]
    ) -> list[training.Example]:
        """Read the pages of all records, many at a time; records without an answer fall out."""
        asked: list[tuple[list[_Asked], JsonObject]] = []
        for record in records:
            answer = parse(record.answer)
            if answer is not None:
                asked.append((self._asked(record.images) or _written(record.prompt), answer))
        examples: list[training.Example] = []
        for wanted, answer in asked:
            readings = [*self._awaited(wanted, cancelled)]
            if len(readings) < len(wanted):
                for waiting, _ in asked:
                    for _, future in waiting:
                        future.cancel()
                return []
            examples.append((readings, answer))
        return examples

    def _asked(self, images: Sequence[bytes]) -> list[_Asked]:
        return [(image, self._readings.read(image)) for image in images]

    def _awaited(self, asked: Sequence[_Asked], cancelled: Callable[[], bool]) -> Iterator[Reading]:
        """Yield readings as they come; end early once `cancelled()` is true."""
        for image, first in asked:
            future = first
            while not cancelled():
                try:
                    yield future.result(timeout=_LOOK)
                    break
                except NotYet:
                    continue
                except CancelledError:
                    # A training that was stopped had asked for the same page before us.
                    future = self._readings.read(image)


def _written(prompt: str) -> list[_Asked]:
    """Return the documents that a prompt holds as text, as if they had been read."""
    asked: list[_Asked] = []
    for reading in text_pages(prompt):
        future: Future[Reading] = Future()
        future.set_result(reading)
        asked.append((b"", future))
    return asked


def _never() -> bool:
    return False


def _shape(request: EngineRequest, model: TunedModel | None) -> Shape | None:
    """Find what to fill: the schema, else what the training or the examples answered."""
    if request.schema:
        return from_schema(request.schema)
    if model is not None:
        return model.shape
    answers = [answer for _, text in request.examples if (answer := parse(text))]
    return from_answers(answers) if answers else None


def _epochs(hyperparameters: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    notices: list[str] = []
    epochs = int(hyperparameters.get("epochCount", str(_DEFAULT_EPOCHS)))
    if epochs > _MOST_EPOCHS:
        notices.append(f"epochCount {epochs} was cut to {_MOST_EPOCHS}.")
        epochs = _MOST_EPOCHS
    notices.extend(
        f"{name} has no effect: the local engine's optimiser chooses its own steps."
        for name in sorted(hyperparameters)
        if name != "epochCount"
    )
    return max(1, epochs), tuple(notices)


def _findings(outcome: training.Outcome, skipped: int) -> Iterator[str]:
    if not outcome.model:
        yield "Stopped before the model was ready."
    if skipped:
        yield f"{skipped} records hold no JSON object as their answer and were left out."
    for path, (absent, total) in sorted(outcome.missing.items()):
        yield f"{path}: {absent} of {total} values could not be found on their pages."
