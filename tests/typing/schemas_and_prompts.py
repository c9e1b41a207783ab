"""Never executed: what type checkers say about schemas and prompts."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel
from typing_extensions import assert_type

from novadoc.prompts import Conversation, Example, ExtractionPrompt
from novadoc.schema import (
    Absent,
    Category,
    DocumentSchema,
    Printed,
    Reading,
    Sensitive,
    check,
    diff,
)
from novadoc.types import JsonObject


class Invoice(BaseModel):
    number: Annotated[str | None, Printed("Invoice no."), Absent("-"), Sensitive()] = None
    total: Annotated[Decimal | None, Category("Amounts")] = None

    @check("The total is not negative.")
    def positive(self) -> bool | None:
        return None if self.total is None else self.total >= 0


class Receipt(BaseModel):
    shop: str | None = None


schema = DocumentSchema(Invoice)
assert_type(schema, DocumentSchema[Invoice])
assert_type(DocumentSchema.of(Invoice), DocumentSchema[Invoice])
assert_type(schema.read({}), Reading[Invoice])
assert_type(schema.read({}).value, Invoice | None)
assert_type(schema.canonical(Invoice()), JsonObject)
assert_type(Invoice().positive(), bool | None)
schema.canonical({"number": "7"})
schema.canonical(Receipt())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
diff(Invoice, schema)

raw = DocumentSchema.from_json_schema({"type": "object"})
assert_type(raw, DocumentSchema[JsonObject])
assert_type(raw.read({}).value, JsonObject | None)

prompt = ExtractionPrompt(Invoice)
assert_type(prompt, ExtractionPrompt[Invoice])
assert_type(ExtractionPrompt(schema), ExtractionPrompt[Invoice])
assert_type(ExtractionPrompt(raw), ExtractionPrompt[JsonObject])
assert_type(ExtractionPrompt.from_dict({}), ExtractionPrompt[JsonObject])
assert_type(prompt.cached().on_text(), ExtractionPrompt[Invoice])
assert_type(prompt.conversation([]), Conversation)
prompt.answer_text(Receipt())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ExtractionPrompt(Invoice, answer="xml")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ExtractionPrompt(Invoice, wording="tlh")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def example(answer: Invoice) -> Example[Invoice]:
    return Example((), answer)
