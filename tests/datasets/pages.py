"""Small labelled pages for the tests of data sets."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
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


def certificate(number: int) -> Image.Image:
    """A form of much print and few values."""
    image, generator = Image.new("L", (800, 1000), 250), random.Random(number)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(18)
    for row in range(7):
        text = "This is to certify that the person named below is a member"[: 50 + row]
        draw.text((80, 200 + 34 * row), text, font=font, fill=20)
    for row, name in enumerate(("Member number:", "Since:", "Contribution:")):
        value = str(generator.randint(10, 10 ** generator.randint(2, 9)))
        draw.text((80, 520 + 50 * row), name, font=font, fill=20)
        draw.text((240, 520 + 50 * row), value, font=font, fill=20)
    return image


def letter(texts: Sequence[str]) -> bytes:
    """A PDF with a text layer, written by hand: one page a text, its lines below each other."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    kids = []
    for text in texts:
        lines = "".join(f"({line}) Tj 0 -16 Td " for line in text.splitlines())
        stream = f"BT /F1 12 Tf 20 170 Td {lines}ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {len(objects)} 0 R>>"
        )
    places = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<</Type/Pages/Kids[{places}]/Count {len(kids)}>>"
    body, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\n"
    return body + f"{tail}startxref\n{len(body)}\n%%EOF".encode()
