"""Shows what follows from a schema of your own: prompt, training answer, reading, scoring.

python examples/custom_schema.py
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

import novadoc as nd
from novadoc import metrics
from novadoc.metrics import Category, Identifier, Money, Text
from novadoc.schema import check


class Item(BaseModel):
    """One line of a delivery note."""

    article: Annotated[str | None, Identifier()] = Field(None, description="Article number")
    name: Annotated[str | None, Text(threshold=0.8)] = Field(None, description="As printed")
    pieces: int | None = Field(None, description="Delivered pieces")
    price: Annotated[Decimal | None, Money()] = Field(None, description="Net price of the line")


class DeliveryNote(BaseModel):
    """A supplier's delivery note."""

    number: Annotated[str | None, Identifier(), Category("Header")] = Field(
        None, description="Number of the note, with leading zeros"
    )
    delivered: Annotated[date | None, Category("Header")] = Field(
        None, description="Date of delivery"
    )
    items: Annotated[list[Item], Category("Items")] = Field(
        default_factory=list, description="Delivered items, top to bottom"
    )

    @check("a delivery note has at least one item")
    def has_items(self) -> bool:
        """Advisory: reported as a finding, never as a failure."""
        return bool(self.items)


def main() -> None:
    """Print each consequence of the class."""
    schema = nd.DocumentSchema(DeliveryNote)
    print("Fields:", *(f"{leaf.path} ({leaf.category})" for leaf in schema.leaves()), sep="\n  ")

    prompt = nd.ExtractionPrompt(DeliveryNote, instructions="Leave out crossed-out lines.")
    print("\nSystem prompt:", prompt.system, sep="\n  ")
    label = DeliveryNote(number="0042", items=[Item(article="A-1", pieces=3)])
    print("\nWhat a model is trained to answer:", prompt.answer_text(label), sep="\n")

    written = {"number": "0042", "delivered": "3. März 2026", "items": [{"price": "1.234,50 €"}]}
    reading = schema.read(written)
    print("\nWhat models write is read as people mean it:", reading.canonical, sep="\n  ")
    for finding in reading.findings:
        print(f"  {finding.path}: {finding.message}")

    truth = {"number": "0042", "items": [{"article": "A-1"}, {"article": "B 2"}]}
    found = {"number": "0042", "items": [{"article": "b2"}, {"article": "A1"}]}
    score = metrics.compare(truth, found, DeliveryNote)
    print("\nRows in another order, identifiers in another form:", score.overall.f1)


if __name__ == "__main__":
    main()
