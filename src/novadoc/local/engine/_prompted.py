"""The base model with examples in its prompt."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock

import numpy as np

from novadoc.errors import NovadocError
from novadoc.local.engine._answers import dump
from novadoc.local.engine._columns import Columns
from novadoc.local.engine._decode import decode
from novadoc.local.engine._fields import Shape
from novadoc.local.engine._found import Decoded
from novadoc.local.engine._hints import Hints
from novadoc.local.engine._model import Sheets, TunedModel, fill
from novadoc.local.engine._page import Page
from novadoc.local.engine._zeroshot import ZeroShot
from novadoc.types import JsonObject, JsonValue

_AS_GOOD_AS_NAMES = 3
"""Examples from which on what they taught counts as much as names and descriptions."""
_KEPT = 8


class PromptedModel:
    """Answers from names and descriptions, and the more from the examples, the more there are.

    Args:
        hints: What the examples showed of labels and spelling.
        taught: What can be learned from so few; `None` when nothing could.
        examples: How many there were.
    """

    def __init__(self, hints: Hints, taught: TunedModel | None, examples: int) -> None:
        self._hints = hints
        self._taught = taught
        self._weight = examples / (examples + _AS_GOOD_AS_NAMES)
        self._zero = ZeroShot(hints.fields)

    def answer(self, shape: Shape, sheets: Sheets) -> JsonValue:
        """Fill the shape from the pages of one document."""
        columns = Columns(self._hints.fields)

        def read(page: Page) -> Decoded:
            scores = self._zero.words(page)
            if self._taught is not None:
                learned = self._taught.scores(page)
                scores = (1 - self._weight) * scores + self._weight * learned
            return decode(
                page,
                columns.carry(page, np.asarray(scores)),
                self._hints.fields,
                self._hints.formats,
            )

        return fill(shape, sheets, read)


class PromptedModels:
    """The models of the latest prompts, each made once however many ask at the same time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: OrderedDict[str, Future[PromptedModel]] = OrderedDict()

    def get(self, key: str, make: Callable[[], PromptedModel]) -> PromptedModel:
        """Return the model of a prompt, made now or by another thread.

        Raises:
            LocalAWSError: A process of the engine ended by itself, or the engine is closed.
            UnreadableDocumentError: An image of the examples cannot be decoded.
        """
        with self._lock:
            known = self._made.get(key)
            future = known or Future[PromptedModel]()
            self._made[key] = future
            self._made.move_to_end(key)
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        if known is None:
            self._fulfil(key, future, make)
        return future.result()

    def _fulfil(
        self, key: str, future: Future[PromptedModel], make: Callable[[], PromptedModel]
    ) -> None:
        try:
            future.set_result(make())
        except NovadocError as error:
            with self._lock:
                self._made.pop(key, None)  # the next one may have more luck
            future.set_exception(error)
        finally:
            future.cancel()  # of no effect once it is done: nobody waits for what fell over


def prompt_key(schema: JsonObject | None, examples: list[tuple[tuple[bytes, ...], str]]) -> str:
    """Name what a prompted model is made from."""
    digest = hashlib.sha256(dump(schema).encode())
    for images, text in examples:
        for image in images:
            digest.update(hashlib.sha256(image).digest())
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()
