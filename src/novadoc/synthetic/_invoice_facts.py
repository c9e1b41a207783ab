"""What stands on an invoice: parties, lines and totals that add up, and the label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from novadoc.synthetic._vocabulary import Vocabulary, state
from novadoc.types import JsonObject

__all__ = ["InvoiceFacts", "Item", "Party", "draw_invoice"]

_THINGS = [
    "Paper Towels",
    "Copy Paper",
    "Desk Lamp",
    "Office Chair",
    "Ink Cartridge",
    "USB Cable",
    "Hex Bolts",
    "Steel Pipe",
    "Ball Bearing",
    "Safety Gloves",
    "Shipping Boxes",
    "Packing Tape",
    "Cleaning Fluid",
    "Coffee Beans",
    "Green Tea",
    "Olive Oil",
    "Brake Pads",
    "Air Filter",
    "LED Panel",
    "Wall Paint",
    "Floor Tiles",
    "Garden Hose",
    "Print Service",
    "Site Visit",
    "Consulting",
    "Hosting",
    "Translation",
    "Installation",
    "Delivery",
    "Maintenance",
    "Training Day",
]
_SPECS = (
    "",
    "",
    "",
    " 500 g",
    " 12 V",
    " A4",
    " 5 L",
    " XL",
    " 2 m",
    " (box of 12)",
    " grade B",
    " 40 mm",
)


@dataclass(frozen=True)
class Party:
    """A name with its address lines and tax number."""

    name: str
    address: tuple[str, ...]
    tax_id: str | None = None

    def label(self) -> JsonObject:
        """Return the party's truth."""
        return {"name": self.name, "address": ", ".join(self.address), "tax_id": self.tax_id}


@dataclass(frozen=True)
class Item:
    """One billed line."""

    description: str
    quantity: int
    unit_price: float
    amount: float


@dataclass(frozen=True)
class InvoiceFacts:
    """Everything printed on an invoice."""

    number: str
    issued: date
    due_date: date | None
    order_number: str | None
    currency: str
    seller: Party
    buyer: Party
    items: tuple[Item, ...]
    net: float
    tax: float
    tax_rate: float
    total: float
    paid: float | None

    @property
    def due(self) -> float:
        """What is left to pay."""
        return round(self.total - (self.paid or 0.0), 2)

    def label(self) -> JsonObject:
        """Return the truth in the shape of the invoice doctype."""
        return {
            "number": self.number,
            "issue_date": self.issued.isoformat(),
            "due_date": None if self.due_date is None else self.due_date.isoformat(),
            "order_number": self.order_number,
            "currency": self.currency,
            "seller": self.seller.label(),
            "buyer": self.buyer.label(),
            "lines": [
                {
                    "description": item.description,
                    "quantity": item.quantity,
                    "unit_price": item.unit_price,
                    "amount": item.amount,
                }
                for item in self.items
            ],
            "net_total": self.net,
            "tax_total": self.tax,
            "total": self.total,
            "amount_due": self.due,
        }


def draw_invoice(rng: Random, words: Vocabulary, *, most_items: int = 8) -> InvoiceFacts:
    """Invent an invoice of one to `most_items` lines whose sums hold."""
    issued = date(2021, 1, 1) + timedelta(days=rng.randrange(1400))
    items = tuple(_item(rng, words) for _ in range(rng.randint(1, most_items)))
    net = round(sum(item.amount for item in items), 2)
    rate = rng.choice([0.05, 0.0625, 0.07, 0.0825, 0.1, 0.19, 0.2])
    tax = round(net * rate, 2)
    serial = rng.randint(1, 99999)
    return InvoiceFacts(
        number=rng.choice([f"INV-{serial:05d}", f"{serial:08d}", f"{issued.year}/{serial:04d}"]),
        issued=issued,
        due_date=issued + timedelta(days=rng.choice([7, 14, 30, 60]))
        if rng.random() < 0.8
        else None,
        order_number=f"PO-{rng.randint(1000, 99999)}" if rng.random() < 0.6 else None,
        currency=rng.choice(["USD", "USD", "EUR", "GBP", "CAD"]),
        seller=_party(rng, words, words.company(rng), taxed=0.7),
        buyer=_party(rng, words, words.company(rng), taxed=0.0),
        items=items,
        net=net,
        tax=tax,
        tax_rate=rate,
        total=round(net + tax, 2),
        paid=round((net + tax) * rng.uniform(0.1, 0.6), 2) if rng.random() < 0.3 else None,
    )


def _item(rng: Random, words: Vocabulary) -> Item:
    brand = f"{words.brand.word(rng)} " if rng.random() < 0.6 else ""
    quantity = rng.choice([1, 1, 2, rng.randint(1, 12), rng.randint(1, 250)])
    price = round(rng.choice([rng.uniform(0.5, 30), rng.uniform(20, 900)]), 2)
    text = brand + rng.choice(_THINGS) + rng.choice(_SPECS)
    return Item(text, quantity, price, round(quantity * price, 2))


def _party(rng: Random, words: Vocabulary, name: str, *, taxed: float) -> Party:
    town = f"{words.city(rng)}, {state(rng)} {rng.randint(501, 99950):05d}"
    number = f"{rng.randint(10, 99)}-{rng.randint(1000000, 9999999)}"
    return Party(name, (words.street(rng), town), number if rng.random() < taxed else None)
