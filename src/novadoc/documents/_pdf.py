"""PDF pages through pypdfium2: the one file that knows it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from typing_extensions import Self

from novadoc._extras import require
from novadoc.documents._policy import ImagePolicy
from novadoc.documents._source import Source
from novadoc.errors import DocumentLimitError, EncryptedDocumentError, UnreadableDocumentError

# pdfium keeps process-wide state and must never run in two threads at once.
_PDFIUM = threading.RLock()
_PASSWORD_ERRORS = frozenset({4, 5})  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_POINTS_PER_INCH = 72
# Acrobat's own largest page is 14,400 units; beyond a hundred times that, sizes are nonsense.
_ABSURD_SIDE = 1_440_000.0


@dataclass(frozen=True)
class Word:
    """A word of a PDF's text layer and where it stands."""

    text: str = field(repr=False)
    box: tuple[float, float, float, float]
    """Left, top, right, bottom as fractions of the page, from its upper left corner."""


class Pdf:
    """An open PDF. Use it as a context manager."""

    def __init__(self, source: Source, password: str | None) -> None:
        self._name = source.name
        self._library: Any = require("pypdfium2", extra="pdf", feature="Reading PDF files")
        with _PDFIUM, self._mapped(None):
            origin = source.origin if isinstance(source.origin, bytes) else str(source.origin)
            self._file: Any = self._library.PdfDocument(origin, password=password)
            # Filled form fields are drawn only when the form environment stands before any page.
            self._file.init_forms()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with _PDFIUM:
            self._file.close()

    def __len__(self) -> int:
        with _PDFIUM:
            return len(self._file)

    @contextmanager
    def _mapped(self, page: int | None) -> Generator[None]:
        try:
            yield
        except self._library.PdfiumError as error:
            if getattr(error, "err_code", None) in _PASSWORD_ERRORS:
                raise EncryptedDocumentError(
                    "the PDF needs a password, or another one.",
                    document=self._name,
                    remedy="Give it as `Document.open(..., password=...)`.",
                ) from error
            raise UnreadableDocumentError(
                "the PDF is damaged or cut off.",
                document=self._name,
                page=page,
                remedy="Export it again, or print it to a new PDF.",
            ) from error

    def draw(self, number: int, policy: ImagePolicy) -> Image.Image:
        """Draw page `number` (from 1) on white at the policy's resolution or below."""
        with _PDFIUM, self._mapped(number):
            page = self._file[number - 1]
            try:
                scale = self._scale(page, number, policy)
                bitmap = page.render(scale=scale, rev_byteorder=True)
                drawn: Image.Image = bitmap.to_pil()
                # The pixels belong to pdfium; a copy outlives the page.
                return drawn.copy() if drawn.mode in {"L", "RGB"} else drawn.convert("RGB")
            finally:
                page.close()

    def _scale(self, page: Any, number: int, policy: ImagePolicy) -> float:
        width, height = (float(side) for side in page.get_size())
        if not (0 < width < _ABSURD_SIDE and 0 < height < _ABSURD_SIDE):
            raise DocumentLimitError(
                "the page has no sensible size.", document=self._name, page=number
            )
        wished = policy.dpi / _POINTS_PER_INCH
        # pdfium rounds sides up, so aim a hair below the budget.
        fitting = math.sqrt(policy.max_pixels / (width * height)) * 0.999
        return min(wished, fitting, (policy.max_side - 1) / max(width, height))

    def text(self, number: int) -> str:
        """Return the text layer of page `number` (from 1); empty for a scan."""
        with _PDFIUM, self._mapped(number):
            page = self._file[number - 1]
            layer = page.get_textpage()
            try:
                return str(layer.get_text_range())
            finally:
                layer.close()
                page.close()

    def words(self, number: int) -> tuple[Word, ...]:
        """Return the words of page `number` (from 1) in the text layer's order."""
        with _PDFIUM, self._mapped(number):
            page = self._file[number - 1]
            layer = page.get_textpage()
            try:
                code_at = self._library.raw.FPDFText_GetUnicode
                return tuple(_words(layer, code_at, page.get_size()))
            finally:
                layer.close()
                page.close()

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """Yield the embedded files as (name, bytes)."""
        with _PDFIUM, self._mapped(None):
            for index in range(self._file.count_attachments()):
                attached = self._file.get_attachment(index)
                yield str(attached.get_name()), bytes(attached.get_data())


def _words(
    layer: Any, code_at: Callable[[Any, int], int], size: tuple[float, float]
) -> Iterator[Word]:
    # One by one, as places are numbered: the layer's text as a whole leaves out what it cannot say,
    # as halves of pictograms, and everything behind would stand in the wrong place.
    word, start = "", 0
    for at in range(layer.count_chars() + 1):
        code = code_at(layer, at) if at < layer.count_chars() else 0x20
        character = "" if 0xD800 <= code < 0xE000 else chr(code)
        if character.strip():
            start = start if word else at
            word += character
        elif word:
            yield Word(word, _box(layer, range(start, at), size))
            word = ""


def _box(layer: Any, span: range, size: tuple[float, float]) -> tuple[float, float, float, float]:
    boxes = [layer.get_charbox(index) for index in span]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    width, height = size
    return left / width, 1 - top / height, right / width, 1 - bottom / height
