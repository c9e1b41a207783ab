"""The adapter of RapidOCR: one page image in, one `Reading` out.

Models are the ones inside the `rapidocr` wheel, addressed by path: RapidOCR fetches any other set
from the network when it is first used.
"""

from __future__ import annotations

import importlib.metadata
import math
from pathlib import Path
from typing import Any

from novadoc._extras import require
from novadoc.local.engine import _raster as raster
from novadoc.local.engine._reading import Line, Reading

_REVISION = 4
"""Raise when anything here or in `_raster` changes what is read: it is part of the cache key."""

_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNISER = "PP-OCRv6_rec_small.onnx"

_SMALL_PAGE = 1250
"""Longest side in pixels up to which the detector works at `_SIDES[0]`."""
_SIDES = (960, 1600)
"""Longest side the detector sees, for small and for large pages."""
_LOW_SCORE = 0.86
_TALL = 1.6


def version() -> str:
    """Name what decides a reading, for the cache: our revision and the OCR's own."""
    return f"{_REVISION}-rapidocr-{importlib.metadata.version('rapidocr')}-v6small"


class Reader:
    """Reads pages, one at a time, on one thread.

    Raises:
        MissingExtraError: `rapidocr` is not installed.
    """

    def __init__(self) -> None:
        self._rapidocr: Any = require("rapidocr", extra="local", feature="Reading pages")
        raster.single_thread()
        self._engines: dict[int, Any] = {}

    def read(self, data: bytes) -> Reading:
        """Read one encoded image.

        Raises:
            ValueError: The bytes are not an image that can be decoded.
        """
        pixels = raster.restored(raster.decode(data))
        reading, upright = self._upright(pixels)
        return Reading(
            reading.width, reading.height, reading.lines, raster.ticks(upright), reading.turned
        )

    def _upright(self, pixels: Any) -> tuple[Reading, Any]:
        """Read as it lies, and turned when the text does not run from left to right."""
        reading = self._look(pixels, 0)
        turns = _turns_worth_trying(reading)
        best, upright = reading, pixels
        for degrees in turns:
            turned = raster.turn(pixels, degrees)
            other = self._look(turned, degrees)
            if _evidence(other) > _evidence(best):
                best, upright = other, turned
            if _mean_score(best) > _LOW_SCORE and not _turns_worth_trying(best):
                break
        return best, upright

    def _look(self, pixels: Any, turned: int) -> Reading:
        height, width = pixels.shape[:2]
        result = self._engine(max(height, width))(pixels)
        lines: list[Line] = []
        if result.txts is not None:
            for text, score, box in zip(result.txts, result.scores, result.boxes, strict=True):
                corners = tuple(float(value) for point in box for value in point)
                lines.append(Line(str(text), float(score), corners))  # type: ignore[arg-type]
        return Reading(width, height, tuple(lines), (), turned)

    def _engine(self, longest: int) -> Any:
        side = _SIDES[0] if longest <= _SMALL_PAGE else _SIDES[1]
        if side not in self._engines:
            self._engines[side] = self._rapidocr.RapidOCR(params=_parameters(side))
        return self._engines[side]


def _parameters(side: int) -> dict[str, object]:
    rapidocr = require("rapidocr", extra="local", feature="Reading pages")
    models = Path(str(rapidocr.__file__)).parent / "models"
    return {
        "Global.log_level": "error",
        "Global.use_cls": False,
        "Global.max_side_len": 2600,
        # One thread a process: the pool is what uses the cores.
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.limit_type": "max",
        "Det.limit_side_len": side,
        "Det.model_path": str(models / _DETECTOR),
        "Rec.model_path": str(models / _RECOGNISER),
        # Values on forms are short: padding each to the default 320 pixels costs a third more
        # time for the same text (measured on drawn W-2 pages).
        "Rec.rec_img_shape": [3, 48, 128],
        "Rec.rec_batch_num": 2,
    }


def _mean_score(reading: Reading) -> float:
    return reading.confidence / len(reading.lines) if reading.lines else 0.0


def _evidence(reading: Reading) -> float:
    """Weigh characters by how surely they were read; upside-down text is read unsurely."""
    return sum(len(line.text) * (line.score - 0.5) for line in reading.lines if not _tall(line))


def _tall(line: Line) -> bool:
    x0, y0, x1, y1, _, _, x3, y3 = line.corners
    width, height = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
    return height > _TALL * max(width, 1.0)


def _turns_worth_trying(reading: Reading) -> tuple[int, ...]:
    if len(reading.lines) < 4:
        return ()
    tall = sum(len(line.text) for line in reading.lines if _tall(line))
    if tall > 0.5 * sum(len(line.text) for line in reading.lines):
        return (90, 270)
    return (180,) if _mean_score(reading) < 0.8 else ()
