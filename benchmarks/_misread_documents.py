"""Seeded documents and their misreadings, with the schemas they follow."""

from __future__ import annotations

import random
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel

from novadoc.metrics import Exact, Number, Text

FREE = Annotated[str | None, Text(0.8)]
CODE = Annotated[str | None, Exact()]
FIGURE = Annotated[Any, Number(relative=0.001)]


class Address(BaseModel):
    street: FREE = None
    city: FREE = None
    state: CODE = None
    zip: CODE = None


class Employee(BaseModel):
    name: FREE = None
    ssn: CODE = None
    address: Address | None = None


class Employer(BaseModel):
    name: FREE = None
    ein: CODE = None
    address: Address | None = None


class Vendor(BaseModel):
    name: FREE = None
    address: Address | None = None


class Amounts(BaseModel):
    wages: FIGURE = None
    social_security_wages: FIGURE = None
    medicare_wages: FIGURE = None
    federal_tax: FIGURE = None
    state_tax: FIGURE = None
    local_wages: FIGURE = None
    local_tax: FIGURE = None


class State(BaseModel):
    state: CODE = None
    income_tax: FIGURE = None


class Benefits(BaseModel):
    dependent_care: FIGURE = None
    nonqualified_plans: FIGURE = None


class W2(BaseModel):
    employee: Employee | None = None
    employer: Employer | None = None
    earnings: Amounts | None = None
    benefits: Benefits | None = None
    state1: State | None = None
    state2: State | None = None


class Item(BaseModel):
    sku: CODE = None
    description: FREE = None
    quantity: FIGURE = None
    unit_price: FIGURE = None
    amount: FIGURE = None
    date: CODE = None


class Invoice(BaseModel):
    invoice_number: CODE = None
    issue_date: CODE = None
    vendor: Vendor | None = None
    currency: CODE = None
    total: FIGURE = None
    line_items: list[Item] = []


class Noise(NamedTuple):
    """How often a reader errs: shares of leaves, of objects, of rows, of lists."""

    wrong: float
    typo: float
    null: float
    reformatted: float
    missing: float
    extra: float
    lost_row: float
    made_up_row: float
    shuffled: float


NOISY = Noise(0.10, 0.10, 0.02, 0.08, 0.03, 0.10, 0.05, 0.05, 0.60)
GOOD = Noise(0.03, 0.03, 0.005, 0.02, 0.005, 0.02, 0.01, 0.01, 0.30)

NAMES = "Ann Liam Noah Emma Olivia Ava Mia Lucas Ethan Sofia Grace Henry Jack Nora Omar Yuki"
SURNAMES = "Hill Smith Garcia Brown Nguyen Rossi Müller Novák Silva Khan Tanaka Cohen Dubois Park"
STATES = "AL AK AZ CA CO CT FL GA IA IL IN KS KY MA MD MI MN MO NC ND NJ NV NY OH OR PA TX VA WA"
STREETS = "Oak Elm Cedar Maple Lakeview Sunset Hillcrest River"
CITIES = "Scottside Millerton Westbury Northfield Granville Ashford Eastport Lakewood"
THINGS = "bolt bracket cable sensor valve gasket filter motor switch panel hinge bearing relay fuse"
KINDS = "steel brass compact industrial insulated flexible threaded sealed modular ceramic nylon"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Draw:
    """Values of the kinds documents hold."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(str(seed))

    def of(self, words: str) -> str:
        return self.random.choice(words.split())

    def digits(self, count: int) -> str:
        return "".join(self.random.choices("0123456789", k=count))

    def amount(self, top: float = 400_000) -> float:
        return round(self.random.uniform(1, top), 2)

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def day(self) -> str:
        year, month = self.random.randint(2019, 2025), self.random.randint(1, 12)
        return f"{year}-{month:02d}-{self.random.randint(1, 28):02d}"

    def address(self) -> dict[str, Any]:
        kind = self.of("Avenue Drive Road Lane Court")
        return {
            "street": f"{self.random.randint(1, 99_999)} {self.of(STREETS)} {kind}",
            "city": self.of(CITIES),
            "state": self.of(STATES),
            "zip": self.digits(5),
        }

    def company(self) -> str:
        return f"{self.of(SURNAMES)} {self.of('Inc LLC Holdings PLC GmbH Partners')}"

    def w2(self) -> dict[str, Any]:
        ssn = f"{self.digits(3)}-{self.digits(2)}-{self.digits(4)}"
        name = f"{self.of(NAMES)} {self.of(SURNAMES)}"
        ein = f"{self.digits(2)}-{self.digits(7)}"
        integer = self.random.randint
        return {
            "employee": {"name": name, "ssn": ssn, "address": self.address()},
            "employer": {"name": self.company(), "ein": ein, "address": self.address()},
            "earnings": {name: self.amount() for name in Amounts.model_fields},
            "benefits": {
                "dependent_care": integer(0, 999),
                "nonqualified_plans": integer(0, 9_999),
            },
            "state1": {"state": self.of(STATES), "income_tax": self.amount(50_000)},
            "state2": {"state": self.of(STATES), "income_tax": self.amount(50_000)},
        }

    def item(self) -> dict[str, Any]:
        count, price = self.random.randint(1, 40), self.amount(900)
        return {
            "sku": f"{self.of('AK BL CM DN EP FQ GR HS')}-{self.digits(4)}",
            "description": f"{self.of(KINDS)} {self.of(THINGS)} {self.random.randint(1, 60)} mm",
            "quantity": count,
            "unit_price": price,
            "amount": round(count * price, 2),
            "date": self.day(),
        }

    def invoice(self, rows: int) -> dict[str, Any]:
        items = [self.item() for _ in range(rows)]
        if self.happens(0.2):
            items[1] = dict(items[0])
        return {
            "invoice_number": f"INV-{self.digits(6)}",
            "issue_date": self.day(),
            "vendor": {"name": self.company(), "address": self.address()},
            "currency": self.of("USD EUR GBP"),
            "total": round(sum(item["amount"] for item in items), 2),
            "line_items": items,
        }


class Reader:
    """Reads documents with seeded mistakes."""

    def __init__(self, seed: object, noise: Noise) -> None:
        self.draw = Draw((seed, noise))
        self.noise = noise

    def read(self, node: Any) -> Any:
        if isinstance(node, dict):
            return self._object(node)
        return self._rows(node) if isinstance(node, list) else self._leaf(node)

    def _object(self, node: dict[str, Any]) -> dict[str, Any]:
        found = {
            key: self.read(value)
            for key, value in node.items()
            if isinstance(value, (dict, list)) or not self.draw.happens(self.noise.missing)
        }
        if self.draw.happens(self.noise.extra):
            found["note"] = self.draw.of(THINGS)
        return found

    def _rows(self, rows: list[Any]) -> list[Any]:
        found: list[Any] = []
        for row in rows:
            if self.draw.happens(self.noise.lost_row):
                continue
            found.append(self.read(row))
            if self.draw.happens(self.noise.made_up_row):
                found.append(self.draw.item())
        if self.draw.happens(self.noise.shuffled):
            self.draw.random.shuffle(found)
        return found

    def _leaf(self, value: Any) -> Any:
        noise = self.noise
        (how,) = self.draw.random.choices(
            (self._wrong, self._typo, lambda _: None, self._reformatted, lambda same: same),
            (noise.wrong, noise.typo, noise.null, noise.reformatted, 1 - sum(noise[:4])),
        )
        return how(value)

    def _wrong(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._typo(value[::-1])
        if isinstance(value, int):
            return value + self.draw.random.randint(1, 9)
        return round(value * self.draw.random.uniform(0.5, 1.5) + 1, 2)

    def _typo(self, value: Any) -> Any:
        text = str(value)
        at = self.draw.random.randrange(len(text))
        before, here, after = text[:at], text[at], text[at + 1 :]
        if not isinstance(value, str):
            digit = self.draw.random.choice("123456789") if here.isdigit() else here
            return type(value)(before + digit + after)
        other = self.draw.random.choice(LETTERS)
        ways = (other + after, after, other + here + after, after[:1] + here + after[1:])
        return before + self.draw.random.choice(ways)

    def _reformatted(self, value: Any) -> Any:
        one_way = self.draw.happens(0.5)
        if isinstance(value, float):
            return f"${value:,.2f}" if one_way else f"{value:.2f}"
        if isinstance(value, int):
            return str(value)
        if len(value) == 10 and value[4] == value[7] == "-":
            year, month, day = value.split("-")
            return f"{month}/{day}/{year}"
        return value.upper() if one_way else f" {value} "
