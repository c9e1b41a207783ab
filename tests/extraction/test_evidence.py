"""Evidence: where values stand on the pages, and what is no evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from novadoc.documents import Document, Word
from novadoc.errors import UnreadableDocumentError
from novadoc.extraction import Extraction, ExtractionFailure, Extractor, Settings
from novadoc.testing import ScriptedModel

PAGE = Document.open(b"P5 40 30 255 " + bytes(1200), name="slip.pgm")


class Line(BaseModel):
    name: str | None = None
    amount: Decimal | None = None


class Slip(BaseModel):
    ssn: str | None = None
    total: Decimal | None = None
    lines: list[Line] = []


class Said(BaseModel):
    said: Any = None


class Words:
    """A word reader that knows one page."""

    def __init__(
        self, texts: str = "SSN 000-12-3456 Total: $1,234.50 Jordan Q. Placeholdr"
    ) -> None:
        self._texts = texts.split()

    def words(self, image: bytes, /):
        return [
            Word(text, (0.1 * n, 0.1, 0.1 * n + 0.09, 0.2)) for n, text in enumerate(self._texts)
        ]


def test_names_in_a_map_are_in_no_repr() -> None:
    """They are read on the page as values are, and so are paths that hold them."""
    found = evidence_of('{"St. Zebulon": 7}', "nothing")

    assert ("said.St. Zebulon",) == found.ungrounded
    assert "Zebulon" not in repr(found)


def evidence_of(value: str, printed: str) -> Extraction[Said]:
    settings = Settings(evidence=True, word_reader=Words(printed))
    model = ScriptedModel([f'{{"said": {value}}}'])
    return Extractor(Said, model=model, settings=settings).extract(PAGE)


class Stumbling:
    """A word reader that cannot do with what it is given."""

    def words(self, image: bytes, /):
        raise OverflowError("Jordan Placeholdr")


class Trailing(Stumbling):
    """One that stumbles on the way."""

    def words(self, image: bytes, /):
        yield Word("one", (0, 0, 1, 1))
        yield from super().words(image)


@pytest.mark.parametrize("reader", [Stumbling(), Trailing()])
def test_word_reader_that_raises_is_the_outcome_of_its_document(reader: Stumbling) -> None:
    """A run goes on, what was asked is counted, and the reader's own words are not repeated."""
    settings = Settings(evidence=True, word_reader=reader)
    extractor = Extractor(Slip, model=ScriptedModel(["{}", "{}"]), settings=settings)

    first, second = extractor.extract_many([PAGE, PAGE])

    assert isinstance(first, ExtractionFailure)
    assert isinstance(second, ExtractionFailure)
    assert isinstance(first.error, UnreadableDocumentError)
    assert 1 == len(first.attempts)
    assert "`slip.pgm`, page 1: The word reader raised OverflowError." in str(first.error)
    assert "Jordan" not in str(first.error)


def test_evidence_says_where_values_stand() -> None:
    """Amounts and ids are found whatever their marks; a value that is nowhere is ungrounded."""
    answer = """{"ssn": "000-12-3456", "total": 1234.5,
        "lines": [{"name": "Jordan Q. Placeholder", "amount": 99}]}"""
    settings = Settings(evidence=True, word_reader=Words())

    found = Extractor(Slip, model=ScriptedModel([answer]), settings=settings).extract(PAGE)
    assert 1.0 == found.evidence["ssn"].similarity
    assert 0.3 == pytest.approx(found.evidence["total"].boxes[0][0])
    assert 0.9 < found.evidence["lines[0].name"].similarity < 1
    assert ("lines[0].amount",) == found.ungrounded
    assert ("lines[0].amount", "lines[0].name") == found.needs_review()


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("4,55", "4.55"),
        ("1.234,50", "1234.5"),
        ("1'234.50", "1234.5"),
        ("12,34,567.00", "1234567"),
        ("1,234", "1234"),
        ("1,234", "1.234"),
        ("1.234", "1234"),
        ("1.234", "1.234"),
        ("(50.00)", "-50"),
        ("(50.00)", "50"),
        ("50.00-", "50"),
        ("-50.00", "-50"),
        ("***4.55", "4.55"),
        ("4.55.", "4.55"),
        ("12.5%", "12.5"),
        ("EUR4,55", "4.55"),
        ("0", "0"),
        ("4,55", '"4,55"'),
        ("$4.55", '"4.55"'),
        ("12-34-56", '"123456"'),
        ("12-34-56", "123456"),
        ("(007)", '"007"'),
        ("12/31/2024", '"2024-12-31"'),
        ("31.12.2024", '"2024-12-31"'),
        ("1/2", '"1/2"'),
    ],
)
def test_a_word_is_evidence_for_what_its_shape_allows(printed: str, value: str) -> None:
    """Marks of decimals and thousands are those of any country; two readings may both count."""
    assert 1.0 == evidence_of(value, printed).evidence["said"].similarity


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("4,55", "455"),
        ("4.55", "455"),
        ("4.55.", "455"),
        ("12.5%", "125"),
        ("1.234,50", "123450"),
        ("1.234,50", "1.2345"),
        ("1,234", '"123"'),
        ("-50.00", "50"),
        ("50.00", "-50"),
        ("1/2", "12"),
        ("1/2", '"12"'),
        ("10:30", "1030"),
        ("2-4", "24"),
        ("007", "7"),
        ("1234.51", "1234.5"),
        (f"1e{'9' * 20}", "1"),
    ],
)
def test_a_word_is_no_evidence_for_another_number(printed: str, value: str) -> None:
    """Digits in the same order are not the same value."""
    assert ("said",) == evidence_of(value, printed).ungrounded
