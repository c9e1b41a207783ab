"""Print an invoice's facts as different sellers would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from PIL import Image

from novadoc.synthetic._ink import BLACK, Align, Colour, Face, Frame, Sheet
from novadoc.synthetic._invoice_facts import InvoiceFacts, Item, Party

__all__ = ["INVOICE_STYLES", "InvoiceStyle"]

_GREY: Colour = (110, 110, 110)
_PALE: Colour = (236, 236, 236)
_BAND: Colour = (55, 70, 95)
_WHITE: Colour = (252, 252, 250)


@dataclass(frozen=True)
class Column:
    """A column of the table: its heading, where it is, and what stands in it."""

    field: str
    heading: str
    x: float
    align: Align = "left"


@dataclass(frozen=True)
class InvoiceStyle:
    """How one seller lays invoices out, on a page of 1000 units across."""

    title: str
    columns: tuple[Column, ...]
    head: Mapping[str, str]
    """Labels of number, dates and order, in printed order."""
    totals: Mapping[str, str]
    """Labels of the sums, in printed order."""
    dates: str
    """A `strftime` form."""
    seller_at: tuple[float, float] = (60, 60)
    buyer_at: tuple[float, float] = (60, 250)
    buyer_label: str = "Bill To"
    head_at: tuple[float, float] = (620, 150)
    gap: float = 150
    """From a label of the head to its value; 0 puts the value below."""
    band: bool = False
    """A dark band carries the headings."""
    ruled: bool = True

    def draw(self, facts: InvoiceFacts, rng: Random, width: int) -> Image.Image:
        """Print `facts` on a page of `width` pixels."""
        page = _Page(
            self, Frame(Sheet(width, round(width * 1.22)), 0, 0, width / 1000, width / 1000), rng
        )
        page.head(facts)
        page.parties(facts)
        end = page.table(facts.items, 400.0)
        page.sums(facts, end + 24)
        return page.frame.sheet.image


class _Page:
    """One page being printed: its style, its frame and its faces."""

    def __init__(self, style: InvoiceStyle, frame: Frame, rng: Random) -> None:
        self.style, self.frame = style, frame
        scale = frame.across
        fixed = rng.random() < 0.15
        self.body = Face(rng.choice([15.0, 16.0]) * scale, fixed=fixed)
        self.bold = Face(self.body.size, bold=True, fixed=fixed)
        self.small = Face(12.5 * scale)
        self.shift = rng.uniform(-14, 14)
        self.sign = rng.random() < 0.5

    def write(
        self,
        at: tuple[float, float],
        text: str,
        face: Face,
        ink: Colour = BLACK,
        *,
        align: Align = "left",
    ) -> None:
        place = (self.frame.x(at[0] + self.shift), self.frame.y(at[1] + self.shift / 2))
        self.frame.sheet.text(place, text, face, ink, align=align)

    def stripe(self, y: float, height: float, ink: Colour) -> None:
        corners = self.frame.corners(50 + self.shift, y + self.shift / 2, 900, height)
        self.frame.sheet.fill(corners, ink)

    def money(self, value: float, currency: str) -> str:
        signs = {"USD": "$", "GBP": "£", "CAD": "$"}
        sign = signs.get(currency, "") if self.sign else ""
        return f"{sign}{value:,.2f}"

    def day(self, value: date | None) -> str:
        return "" if value is None else value.strftime(self.style.dates)

    def head(self, facts: InvoiceFacts) -> None:
        title = Face(self.body.size * 2.3, bold=True)
        x, y = self.style.head_at
        self.write((x, y - 90), self.style.title, title)
        values = {
            "number": facts.number,
            "issued": self.day(facts.issued),
            "due": self.day(facts.due_date),
            "order": facts.order_number or "",
            "currency": facts.currency,
        }
        for key, label in self.style.head.items():
            if not values[key]:
                continue
            self.write((x, y), label, self.small, _GREY)
            below = self.style.gap == 0
            self.write((x + self.style.gap, y + (17 if below else -2)), values[key], self.body)
            y += 44 if below else 27

    def parties(self, facts: InvoiceFacts) -> None:
        x, y = self.style.seller_at
        self.party(x, y, facts.seller, Face(self.body.size * 1.35, bold=True))
        x, y = self.style.buyer_at
        self.write((x, y - 24), self.style.buyer_label, self.small, _GREY)
        self.party(x, y, facts.buyer, self.bold)

    def party(self, x: float, y: float, party: Party, name: Face) -> None:
        self.write((x, y), party.name, name)
        y += name.size / self.frame.across * 1.5
        lines = [*party.address, *([f"Tax ID: {party.tax_id}"] if party.tax_id else [])]
        for line in lines:
            self.write((x, y), line, self.body)
            y += 24

    def table(self, items: Sequence[Item], y: float) -> float:
        """Print the lines from `y` down; return where they end."""
        band = self.style.band
        if band:
            self.stripe(y - 6, 30, _BAND)
        for column in self.style.columns:
            ink = _WHITE if band else BLACK
            self.write((column.x, y), column.heading, self.bold, ink, align=column.align)
        y += 34
        for i, item in enumerate(items):
            if band and i % 2:
                self.stripe(y - 5, 28, _PALE)
            cells = {
                "description": item.description,
                "quantity": str(item.quantity),
                "unit_price": f"{item.unit_price:,.2f}",
                "amount": f"{item.amount:,.2f}",
                "position": str(i + 1),
            }
            for column in self.style.columns:
                self.write((column.x, y), cells[column.field], self.body, align=column.align)
            y += 28
            if self.style.ruled:
                self.stripe(y - 6, 0.5, _GREY)
        return y

    def sums(self, facts: InvoiceFacts, y: float) -> None:
        values = {"net": facts.net, "tax": facts.tax, "total": facts.total, "due": facts.due}
        if facts.paid is not None:
            values["paid"] = -facts.paid
        for key, label in self.style.totals.items():
            if key not in values:
                continue
            face = self.bold if key in {"total", "due"} else self.body
            self.write((640, y), label.format(rate=f"{facts.tax_rate * 100:g}"), face)
            self.write((935, y), self.money(values[key], facts.currency), face, align="right")
            y += 30
        self.write((60, y + 50), "Thank you for your business.", self.small, _GREY)


INVOICE_STYLES: Mapping[str, InvoiceStyle] = {
    "ruled": InvoiceStyle(
        title="INVOICE",
        columns=(
            Column("description", "Description", 60),
            Column("quantity", "Qty", 600, "right"),
            Column("unit_price", "Unit Price", 770, "right"),
            Column("amount", "Amount", 935, "right"),
        ),
        head={
            "number": "Invoice No.",
            "issued": "Invoice Date",
            "due": "Due Date",
            "order": "P.O. Number",
            "currency": "Currency",
        },
        totals={
            "net": "Subtotal",
            "tax": "Tax ({rate}%)",
            "total": "Total",
            "paid": "Paid",
            "due": "Balance due",
        },
        dates="%m/%d/%Y",
    ),
    "banded": InvoiceStyle(
        title="Invoice",
        columns=(
            Column("quantity", "QTY", 110, "right"),
            Column("description", "ITEM", 150),
            Column("unit_price", "PRICE", 780, "right"),
            Column("amount", "TOTAL", 935, "right"),
        ),
        head={
            "issued": "Date",
            "number": "Invoice #",
            "order": "Purchase Order",
            "due": "Payment due",
            "currency": "Currency",
        },
        totals={
            "net": "Net amount",
            "tax": "Sales tax {rate}%",
            "total": "TOTAL",
            "paid": "Payments",
            "due": "AMOUNT DUE",
        },
        dates="%b %d, %Y",
        head_at=(60, 130),
        seller_at=(560, 60),
        buyer_at=(560, 250),
        buyer_label="INVOICE TO",
        band=True,
        ruled=False,
    ),
    "stacked": InvoiceStyle(
        title="Tax Invoice",
        columns=(
            Column("position", "#", 60),
            Column("description", "Details", 110),
            Column("unit_price", "Rate", 640, "right"),
            Column("quantity", "Units", 760, "right"),
            Column("amount", "Line total", 935, "right"),
        ),
        head={
            "number": "Invoice number",
            "issued": "Issue date",
            "due": "Due by",
            "order": "Your order",
            "currency": "Currency",
        },
        totals={
            "net": "Total before tax",
            "tax": "Tax at {rate}%",
            "total": "Total",
            "paid": "Prepaid",
            "due": "Amount due",
        },
        dates="%Y-%m-%d",
        head_at=(700, 140),
        buyer_label="Customer",
        gap=0,
    ),
    "mirrored": InvoiceStyle(
        title="INVOICE",
        columns=(
            Column("amount", "Amount", 150, "right"),
            Column("unit_price", "Unit price", 290, "right"),
            Column("quantity", "Quantity", 410, "right"),
            Column("description", "Description", 450),
        ),
        head={
            "number": "Invoice no.",
            "issued": "Date of invoice",
            "due": "Due date",
            "order": "Order no.",
            "currency": "Currency",
        },
        totals={
            "net": "Subtotal",
            "tax": "Tax {rate}%",
            "total": "Total",
            "paid": "Deposit",
            "due": "Amount due",
        },
        dates="%m/%d/%Y",
        head_at=(60, 130),
        seller_at=(560, 250),
        buyer_at=(560, 80),
        buyer_label="Billed to",
    ),
}
"""Every style by name."""
