"""Receipts: the four fields every receipt has, and the detailed form."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from novadoc.doctypes._fields import Amount, Code, Name, Place, Quantity, Words, adds_up
from novadoc.doctypes._labels import amount, listed, mapping, text
from novadoc.errors import LabelError
from novadoc.metrics import Date
from novadoc.schema import Category, check
from novadoc.types import JsonObject, JsonValue

__all__ = [
    "DetailedReceipt",
    "Receipt",
    "ReceiptItem",
    "detailed_receipt_from_items",
    "receipt_from_sroie",
]


class Receipt(BaseModel):
    """A shop's receipt: who, when, where, how much; the fields of the public SROIE set.

    Example:
        >>> Receipt.model_validate({"company": "BOOK TA .K", "total": "9.00"}).total
        Decimal('9.00')
    """

    company: Annotated[Name, Category("Shop")] = Field(
        default=None, description="Name of the company that issued the receipt"
    )
    date: Annotated[str | None, Date(order="DMY"), Category("Purchase")] = Field(
        default=None, description="Date of the purchase, as printed"
    )
    address: Annotated[Place, Category("Shop")] = Field(
        default=None, description="Address of the shop (printed lines joined by a space)"
    )
    total: Annotated[Amount, Category("Purchase")] = Field(
        default=None, description="Total paid, after rounding"
    )


class ReceiptItem(BaseModel):
    """One bought item."""

    description: Words = Field(default=None, description="What was bought, as printed")
    quantity: Quantity = Field(default=None, description="Quantity")
    amount: Amount = Field(default=None, description="Price of the line")


class DetailedReceipt(Receipt):
    """A receipt with its items and what the total is made of.

    Example:
        >>> receipt = DetailedReceipt.model_validate({"subtotal": 10, "tax": 1, "total": 11})
        >>> receipt.totals_add_up()
        True
    """

    phone: Annotated[Code, Category("Shop")] = Field(default=None, description="Telephone number")
    time: Annotated[str | None, Category("Purchase")] = Field(
        default=None, description="Time of the purchase, as printed"
    )
    items: Annotated[list[ReceiptItem], Category("Items")] = Field(
        default_factory=list[ReceiptItem], description="What was bought, from top to bottom"
    )
    subtotal: Annotated[Amount, Category("Purchase")] = Field(
        default=None, description="Subtotal before tax and tip"
    )
    tax: Annotated[Amount, Category("Purchase")] = Field(default=None, description="Tax")
    tip: Annotated[Amount, Category("Purchase")] = Field(
        default=None, description="Tip, also when handwritten"
    )

    @check("Subtotal, tax and tip add up to the total.")
    def totals_add_up(self) -> bool | None:
        """Say whether the totals add up."""
        if self.subtotal is None:
            return None
        return adds_up([self.subtotal, self.tax, self.tip], self.total, slack="0.05")

    @check("The items add up to the subtotal.")
    def items_add_up(self) -> bool | None:
        """Say whether the items' prices add up."""
        prices = [item.amount for item in self.items]
        return None if None in prices else adds_up(prices, self.subtotal, slack="0.05")


def receipt_from_sroie(label: JsonValue) -> JsonObject:
    """Convert a key of the SROIE set (texts, totals as `9.00`, `RM 9.00`, `$9.00`).

    Raises:
        LabelError: A value cannot be read.

    Example:
        >>> receipt_from_sroie({"company": "A", "total": "RM 12.50"})["total"]
        Decimal('12.50')
    """
    source = mapping(label, path="")
    texts: JsonObject = {
        key: text(source.get(key), path=key) for key in ("company", "date", "address")
    }
    return {**texts, "total": amount(source.get("total"), path="total")}


def detailed_receipt_from_items(label: JsonValue) -> JsonObject:
    """Convert a label with `merchant` and `items` as `[description, quantity, price]` rows.

    Raises:
        LabelError: A row has another form, or a value cannot be read.

    Example:
        >>> label = {"merchant": "Contoso", "items": [["Tea", "2", "$4.40"]]}
        >>> detailed_receipt_from_items(label)["items"]
        [{'description': 'Tea', 'quantity': Decimal('2'), 'amount': Decimal('4.40')}]
    """
    source = mapping(label, path="")
    keys = ("date", "address", "phone", "time")
    texts: JsonObject = {key: text(source.get(key), path=key) for key in keys}
    totals: JsonObject = {
        key: amount(source.get(key), path=key) for key in ("subtotal", "tax", "tip", "total")
    }
    rows = listed(source.get("items"), path="items")
    return {
        "company": text(source.get("merchant"), path="merchant"),
        **texts,
        "items": [_item(row, path=f"items[{i}]") for i, row in enumerate(rows)],
        **totals,
    }


def _item(row: JsonValue, *, path: str) -> JsonObject:
    if not isinstance(row, list) or len(row) != 3:
        rule = "a row of description, quantity and price is expected"
        raise LabelError(f"the label does not fit: {rule}.", path=path, violations=[(path, rule)])
    description, quantity, price = row
    return {
        "description": text(description, path=f"{path}[0]"),
        "quantity": amount(quantity, path=f"{path}[1]"),
        "amount": amount(price, path=f"{path}[2]"),
    }
