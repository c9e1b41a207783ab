"""Invoices and purchase orders: parties, lines, totals."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from novadoc.doctypes._fields import (
    Amount,
    Code,
    Day,
    Name,
    Place,
    Quantity,
    Words,
    adds_up,
)
from novadoc.schema import Category, check

__all__ = ["Invoice", "InvoiceLine", "OrderLine", "Party", "PurchaseOrder"]


class Party(BaseModel):
    """One side of a trade."""

    name: Name = Field(default=None, description="Name of the company or person")
    address: Place = Field(
        default=None, description="Postal address (printed lines joined by ', '), without the name"
    )
    tax_id: Code = Field(default=None, description="VAT or tax identification number, as printed")


class InvoiceLine(BaseModel):
    """One billed item."""

    description: Words = Field(default=None, description="What is billed, as printed")
    quantity: Quantity = Field(default=None, description="Quantity")
    unit_price: Amount = Field(default=None, description="Price for one unit")
    amount: Amount = Field(default=None, description="Amount of the line")

    @check("Quantity times price is the line's amount.")
    def price_holds(self) -> bool | None:
        """Say whether the line multiplies, to a cent for each unit's rounding."""
        if self.quantity is None or self.unit_price is None:
            return None
        return adds_up([self.quantity * self.unit_price], self.amount, slack="0.05")


class Invoice(BaseModel):
    """A supplier's invoice or credit note.

    Example:
        >>> invoice = Invoice.model_validate({"number": "007", "total": "119.00"})
        >>> invoice.number, invoice.total, invoice.lines
        ('007', Decimal('119.00'), [])
    """

    number: Annotated[Code, Category("Header")] = Field(
        default=None, description="Invoice number, as printed, with leading zeros"
    )
    issue_date: Annotated[Day, Category("Header")] = Field(default=None, description="Invoice date")
    due_date: Annotated[Day, Category("Header")] = Field(
        default=None, description="Date by which payment is due"
    )
    order_number: Annotated[Code, Category("Header")] = Field(
        default=None, description="Purchase order number of the buyer"
    )
    currency: Annotated[Code, Category("Header")] = Field(
        default=None, description="Currency as its three letters, as USD or EUR"
    )
    seller: Annotated[Party, Category("Seller")] = Field(
        default_factory=Party, description="Who sends the invoice"
    )
    buyer: Annotated[Party, Category("Buyer")] = Field(
        default_factory=Party, description="Who is billed"
    )
    lines: Annotated[list[InvoiceLine], Category("Lines")] = Field(
        default_factory=list[InvoiceLine], description="The billed items, from top to bottom"
    )
    net_total: Annotated[Amount, Category("Totals")] = Field(
        default=None, description="Total before tax"
    )
    tax_total: Annotated[Amount, Category("Totals")] = Field(default=None, description="Tax")
    total: Annotated[Amount, Category("Totals")] = Field(
        default=None, description="Invoice total with tax"
    )
    amount_due: Annotated[Amount, Category("Totals")] = Field(
        default=None, description="Amount due for payment"
    )

    @check("Net total and tax add up to the total.")
    def totals_add_up(self) -> bool | None:
        """Say whether the totals add up."""
        if self.net_total is None or self.tax_total is None:
            return None
        return adds_up([self.net_total, self.tax_total], self.total)

    @check("The lines add up to the total before tax, or to the total.")
    def lines_add_up(self) -> bool | None:
        """Say whether the lines add up, net or gross."""
        amounts = [line.amount for line in self.lines]
        if None in amounts:
            return None
        net, gross = adds_up(amounts, self.net_total), adds_up(amounts, self.total)
        return None if net is None and gross is None else bool(net or gross)

    @check("The invoice is not due before its date.")
    def due_after_issue(self) -> bool | None:
        """Say whether the dates are in order."""
        if self.issue_date is None or self.due_date is None:
            return None
        return self.issue_date <= self.due_date


class OrderLine(InvoiceLine):
    """One ordered item."""

    item: Code = Field(default=None, description="Item or part number")


class PurchaseOrder(BaseModel):
    """A buyer's order.

    Example:
        >>> PurchaseOrder.model_validate({"number": "PO-3333"}).number
        'PO-3333'
    """

    number: Annotated[Code, Category("Header")] = Field(
        default=None, description="Purchase order number, as printed"
    )
    order_date: Annotated[Day, Category("Header")] = Field(default=None, description="Order date")
    delivery_date: Annotated[Day, Category("Header")] = Field(
        default=None, description="Requested delivery date"
    )
    terms: Annotated[Words, Category("Header")] = Field(
        default=None, description="Payment or delivery terms, as printed"
    )
    currency: Annotated[Code, Category("Header")] = Field(
        default=None, description="Currency as its three letters, as USD or EUR"
    )
    buyer: Annotated[Party, Category("Buyer")] = Field(
        default_factory=Party, description="Who orders"
    )
    vendor: Annotated[Party, Category("Vendor")] = Field(
        default_factory=Party, description="Who is asked to deliver"
    )
    ship_to: Annotated[Place, Category("Buyer")] = Field(
        default=None, description="Ship to: delivery address (printed lines joined by ', ')"
    )
    lines: Annotated[list[OrderLine], Category("Lines")] = Field(
        default_factory=list[OrderLine], description="The ordered items, from top to bottom"
    )
    subtotal: Annotated[Amount, Category("Totals")] = Field(default=None, description="Subtotal")
    tax: Annotated[Amount, Category("Totals")] = Field(default=None, description="Tax")
    shipping: Annotated[Amount, Category("Totals")] = Field(
        default=None, description="Shipping and handling"
    )
    total: Annotated[Amount, Category("Totals")] = Field(default=None, description="Total")

    @check("Subtotal, tax and shipping add up to the total.")
    def totals_add_up(self) -> bool | None:
        """Say whether the totals add up."""
        if self.subtotal is None:
            return None
        return adds_up([self.subtotal, self.tax, self.shipping], self.total)
