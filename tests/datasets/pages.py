"""Small labelled pages for the tests of data sets."""

from __future__ import annotations

import io
import json
import random
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw
from pydantic import BaseModel

from novadoc.datasets import Sample
from novadoc.documents import Document
from novadoc.types import JsonObject


class Line(BaseModel):
    description: str | None = None
    amount: Decimal | None = None


class Invoice(BaseModel):
    """A supplier's invoice."""

    number: str | None = None
    total: Decimal | None = None
    lines: list[Line] = []


def page(seed: int, *, size: tuple[int, int] = (240, 320), kind: str = "JPEG") -> bytes:
    """A page of lines that no other seed has."""
    image = Image.new("L", size, 250)
    draw, generator = ImageDraw.Draw(image), random.Random(seed)
    for row in range(8, size[1] - 12, 14):
        words = (str(generator.randint(1, 10**6)) for _ in range(generator.randint(2, 5)))
        draw.text((8, row), " ".join(words), fill=0)
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def label(seed: int) -> JsonObject:
    generator = random.Random(seed)
    lines: list[JsonObject] = [
        {
            "description": f"Article {generator.randint(1, 99)}",
            "amount": Decimal(generator.randint(1, 99)),
        }
        for _ in range(seed % 3)
    ]
    return {"number": f"R-{seed:04d}", "total": Decimal(seed), "lines": lines}  # type: ignore[dict-item]


def sample(seed: int, *, group: str | None = None) -> Sample:
    document = Document.open(page(seed), name=f"{seed:03d}.jpg")
    return Sample(f"{seed:03d}", document, label(seed), group)


def samples(count: int, start: int = 0) -> list[Sample]:
    return [sample(seed) for seed in range(start, start + count)]


def folder(root: Path, count: int) -> Path:
    """Write pages with labels beside them."""
    root.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        (root / f"{seed:03d}.jpg").write_bytes(page(seed))
        (root / f"{seed:03d}.json").write_text(json.dumps(label(seed), default=float))
    return root
