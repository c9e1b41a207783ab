"""Every form a prompt is sent in, word for word.

A change here changes what trained models are asked. When it is meant, write the files anew with
`NOVADOC_WRITE_SNAPSHOTS=1 pytest tests/prompts/test_snapshots.py` and read the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union

import pytest
from pydantic import BaseModel, Field

from novadoc.doctypes import W2
from novadoc.prompts import Example, ExtractionPrompt, Framing, Image, Wording
from novadoc.prompts._transcript import transcript
from novadoc.schema import Absent, DocumentSchema, Printed, to_json

FOLDER = Path(__file__).parent / "snapshots"


class Card(BaseModel):
    kind: Literal["card"]
    last_digits: Annotated[str, Field(pattern=r"^\d{4}$")]


class Cash(BaseModel):
    kind: Literal["cash"]
    given: Decimal | None = None


class Row(BaseModel):
    """One printed row."""

    what: str | None = None
    price: Annotated[Decimal | None, Field(ge=0)] = None


class Slip(BaseModel):
    """A slip with a field of every kind."""

    number: Annotated[str | None, Printed("Slip No.", box="1"), Absent("--")] = None
    pages: int | None = Field(None, description="How many pages; <image> is no page.")
    weight: float | None = None
    is_copy: bool | None = None
    issued: date | None = None
    opened: time | None = None
    seen: datetime | None = None
    currency: Literal["EUR", "USD"] | None = None
    rows: list[Row] = []
    codes: list[str] = []
    size: tuple[float, float] | None = None
    rates: dict[Literal["A", "B"], Decimal] = {}
    paid: Annotated[Union[Card, Cash], Field(discriminator="kind")] | None = None
    more: Any = None


# Bytes and digests of their own: those of a real page depend on the version of Pillow.
PAGES = tuple(Image("png", 40, 30, f"{number:064x}", b"png") for number in range(1, 4))


SLIP = ExtractionPrompt(Slip, instructions="Weights are in kg.")
LABEL = Slip(number="007", weight=1.5, rows=[Row(what="Pen", price=Decimal("2.50"))])


def _shots() -> ExtractionPrompt[Slip]:
    return ExtractionPrompt(Slip, examples=[Example(PAGES[:1], LABEL)])


def _pretty(schema: Any) -> str:
    return json.dumps(json.loads(to_json(schema)), indent=1, ensure_ascii=False)


_FORMS: dict[str, Callable[[], str]] = {
    "json": lambda: str(SLIP),
    "tool": lambda: str(ExtractionPrompt(Slip, answer="tool")),
    "text": lambda: transcript(
        SLIP.on_text().conversation((), texts=['Slip No. "7"\n', "User: x"])
    ),
    "pages": lambda: transcript(SLIP.conversation(PAGES)),
    "examples": lambda: transcript(_shots().conversation(PAGES[1:2])),
    "cached": lambda: transcript(_shots().cached().conversation(PAGES[1:])),
    "bare": lambda: str(ExtractionPrompt(Slip, framing=Framing("", "", ""))),
    "reworded": lambda: str(
        ExtractionPrompt(Slip, wording=replace(Wording(), system="You are a clerk.", rules=""))
    ),
    "answer": lambda: SLIP.answer_text(LABEL),
    "budget": lambda: str(SLIP.budget(pages=2)),
    "prompt-schema": lambda: _pretty(DocumentSchema(Slip).prompt_schema),
    "tool-schema": lambda: _pretty(DocumentSchema(Slip).tool_schema),
    "w2": lambda: str(ExtractionPrompt(W2)),
    "de": lambda: str(ExtractionPrompt(Slip, instructions="In kg.", wording="de")),
    "es": lambda: str(ExtractionPrompt(Slip, wording="es")),
    "fr": lambda: str(ExtractionPrompt(Slip, wording="fr")),
    "it": lambda: str(ExtractionPrompt(Slip, wording="it")),
    "pt": lambda: str(ExtractionPrompt(Slip, wording="pt")),
}


@pytest.mark.parametrize("form", _FORMS)
def test_form_is_the_one_that_was_read(form: str) -> None:
    """What is sent is, sign for sign, what somebody has read and kept."""
    file = FOLDER / f"{form}.txt"
    text = _FORMS[form]() + "\n"

    if os.environ.get("NOVADOC_WRITE_SNAPSHOTS"):
        file.write_text(text, encoding="utf-8")

    assert text == file.read_text(encoding="utf-8")


def test_no_form_is_kept_that_is_not_sent() -> None:
    """Every file belongs to a form."""
    assert {file.stem for file in FOLDER.iterdir()} == set(_FORMS)
