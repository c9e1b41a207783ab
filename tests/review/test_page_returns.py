"""Whatever label goes into the labelling page comes out of it, unless somebody changes it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from pydantic import BaseModel

from browser import browser, find_browser
from novadoc.datasets import Sample
from novadoc.documents import Document
from novadoc.review import read_review, write_review
from novadoc.schema import Conventions, DocumentSchema

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium found (apt: chromium)"),
]

PAGE = b"P5 60 40 255 " + bytes(2400)
TEXTS = ["", "x", "\x01", "\x015", "</script>", "null", "\u2028", "é\U0001f600", "'\"\\", "a\r\nb"]
AMOUNTS = ["0", "-1.50", "12345678901234567.89", "0.000001", "1.234", "3000"]


class Inner(BaseModel):
    count: int | None = None
    rows: list[list[str]] | None = None


class Part(BaseModel):
    text: str
    inner: Inner | None = None


class Line(BaseModel):
    amount: Decimal | None = None
    paid: bool | None = None
    day: dt.date | None = None
    kind: Literal["a", "1", 1, 2, "true"] | None = None
    code: int | str | bool | None = None


class Whole(BaseModel):
    part: Part | None = None
    parts: list[Part | None] = []
    lines: list[Line] | None = None
    rates: dict[str, Decimal | None] = {}
    names: dict[str, str] | None = None
    other: object = None
    marks: list[int | str] = []


class Labels:
    """Labels drawn by lot."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def maybe(self, value):
        return value if self.random.random() < 0.6 else None

    def some(self, make):
        return [make() for _ in range(self.random.randint(0, 2))]

    def text(self):
        return self.random.choice(TEXTS)

    def amount(self):
        return self.maybe(Decimal(self.random.choice(AMOUNTS)))

    def part(self):
        rows = self.maybe(self.some(lambda: self.some(self.text)))
        inner = {"count": self.maybe(10**25), "rows": rows}
        return {"text": self.text(), "inner": self.maybe(inner)}

    def line(self):
        kind = self.maybe(self.random.choice(["a", "1", 1, 2, "true"]))
        day, paid = self.maybe("2024-02-29"), self.maybe(self.random.random() < 0.5)
        code = self.maybe(self.mark())
        return {"amount": self.amount(), "paid": paid, "day": day, "kind": kind, "code": code}

    def mark(self):
        return self.random.choice([7, "7", "Yes", True, False, "true", "[1]", *TEXTS])

    def whole(self):
        return {
            "part": self.maybe(self.part()),
            "parts": self.some(lambda: self.maybe(self.part())),
            "lines": self.maybe(self.some(self.line)),
            "rates": {self.text(): self.amount() for _ in range(2)},
            "names": self.maybe({self.text(): self.text()}),
            "other": self.random.choice(
                [None, 1, "1", "\x017", [1, {"k": "\x01"}], "[1]", True, "Yes", Decimal("1.1")]
            ),
            "marks": self.some(lambda: self.random.choice([*TEXTS, 7, -3, "7", "No"])),
        }


@pytest.mark.parametrize("decimal", [None, ","])
def test_labels_of_every_kind_come_back(tmp_path: Path, decimal: Literal[","] | None) -> None:
    """Missing, empty and odd values of all kinds are shown as valid, and saved as they were."""
    form = DocumentSchema(Whole, conventions=Conventions(decimal=decimal))
    draw = Labels(7)
    labels = {f"s{n}": form.canonical(draw.whole()) for n in range(40)}
    samples = [Sample(name, Document.open(PAGE), label) for name, label in labels.items()]
    file = write_review(samples, tmp_path, schema=form)
    out = tmp_path / "out"
    out.mkdir()
    with browser(tmp_path / "profile") as page:
        page.open(file)
        for _ in samples:
            assert page.run("document.querySelectorAll('.field.wrong').length") == 0
            page.press("j", alt=True)
        page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(out))
        page.press("s", alt=True)
        page.wait("document.getElementById('notice').textContent.startsWith('Saved')")
        for _ in range(1000):
            if (out / "labels.json").exists():
                break
            page.run("new Promise(done => setTimeout(done, 20))")
        assert page.messages == []

    assert read_review(out / "labels.json").labels == labels
