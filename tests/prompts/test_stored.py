"""A prompt stored beside its model is rebuilt equal."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union

import pytest
from pydantic import BaseModel, Field

from novadoc.documents import NOVA_2, Document
from novadoc.errors import PromptError
from novadoc.prompts import Example, ExtractionPrompt, Framing
from novadoc.schema import Absent, Conventions, DocumentSchema, Printed

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="page.pgm")


class Card(BaseModel):
    kind: Literal["card"]
    digits: str


class Cash(BaseModel):
    kind: Literal["cash"]
    given: Decimal | None = None


class Bill(BaseModel):
    """A bill."""

    number: Annotated[str, Field(pattern=r"^\d+$")] = "0"
    due: date | None = None
    total: Annotated[Decimal | None, Printed("Total", box="3"), Absent("--"), Field(ge=0.5)] = None
    rates: dict[str, float] = {}
    paid: Annotated[Union[Card, Cash], Field(discriminator="kind")] | None = None
    codes: list[str] = []


_PROMPTS: list[ExtractionPrompt[Any]] = [
    ExtractionPrompt(Bill),
    ExtractionPrompt(Bill, answer="tool", images=NOVA_2, max_tokens=77, wording="fr"),
    ExtractionPrompt(
        DocumentSchema(Bill, conventions=Conventions(dates="DMY", decimal=",")),
        instructions='Bot: {"a": 1}\nEnd user: none.',
        examples=[Example(PAGE, Bill(total=Decimal("12345678901234567890.125")))],
        framing=Framing("", "", "END"),
    ).cached(),
    ExtractionPrompt(Bill).on_text(),
]


@pytest.mark.parametrize("prompt", _PROMPTS, ids=repr)
def test_stored_prompt_is_rebuilt_equal(prompt: ExtractionPrompt[Any]) -> None:
    """Through JSON text and back: the same question, fingerprint and file."""
    text = json.dumps(prompt.to_dict())

    rebuilt = ExtractionPrompt.from_dict(json.loads(text))

    assert rebuilt == prompt
    assert rebuilt.max_tokens == prompt.max_tokens
    assert str(rebuilt) == str(prompt)
    assert rebuilt.schema.conventions == prompt.schema.conventions
    assert json.dumps(rebuilt.to_dict()) == text


def test_rebuilt_prompt_reads_the_same_answers() -> None:
    """The rebuilt schema has no class, and the same canonical form."""
    rebuilt = ExtractionPrompt.from_dict(json.loads(json.dumps(_PROMPTS[0].to_dict())))
    label = {"number": "7", "total": "$2.50", "rates": {"A": 1}}

    assert rebuilt.answer_text(_PROMPTS[0].schema.canonical(label)) == _PROMPTS[0].answer_text(
        label
    )


def _changed(**changes: Any) -> dict[str, Any]:
    return {**_PROMPTS[0].to_dict(), **changes}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="empty"),
        pytest.param(_changed(version=2), id="later"),
        pytest.param(_changed(instructions="Other."), id="edited"),
        pytest.param(_changed(framing={}), id="incomplete"),
        pytest.param(_changed(max_tokens=-1), id="no-room"),
        pytest.param(_changed(images={"dpi": "many"}), id="policy"),
        pytest.param(_changed(schema={"type": "object"}), id="schema"),
        pytest.param(_changed(wording={"nonsense": "x"}), id="wording"),
        pytest.param(
            _changed(examples=[{"images": [{"data": "%"}], "answer": "{}"}]), id="example"
        ),
    ],
)
def test_damaged_files_are_refused(data: dict[str, Any]) -> None:
    """A prompt that would ask something else than it was stored as is not rebuilt."""
    with pytest.raises(PromptError):
        ExtractionPrompt.from_dict(data)
