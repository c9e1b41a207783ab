"""What stands on a W-2: invented people and amounts, as printed, and the label that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from novadoc.types import JsonObject, JsonValue

__all__ = ["Habits", "StateLine", "W2Facts"]


@dataclass(frozen=True)
class Habits:
    """How one printer fills a form in."""

    money: Literal["plain", "comma", "short"]
    """`1234.50`, `1,234.50` or, as spreadsheets and the public fake set write, `1234.5`."""
    capitals: bool
    padded: bool
    """Names and city lines have runs of spaces, as when fields of fixed width are merged."""
    comma_before_state: bool
    payroll_arithmetic: bool
    """Taxes follow the law; else the public fake set's: box 7 repeats 3, box 8 repeats 5."""

    def amount(self, value: float) -> str:
        """Return an amount as printed."""
        if self.money == "short":
            return f"{value:.2f}".rstrip("0").rstrip(".")
        return f"{value:,.2f}" if self.money == "comma" else f"{value:.2f}"

    def words(self, text: str) -> str:
        """Return words as printed."""
        return text.upper() if self.capitals else text


@dataclass(frozen=True)
class StateLine:
    """One line of boxes 15 to 20, as printed."""

    state: str
    state_id: str | None
    wages: str | None
    income_tax: str | None
    local_wages: str | None = None
    local_income_tax: str | None = None
    locality: str | None = None

    def label(self) -> JsonObject:
        """Return the line's truth."""
        return {
            "state": self.state,
            "state_id": self.state_id,
            "wages": _number(self.wages),
            "income_tax": _number(self.income_tax),
            "local_wages": _number(self.local_wages),
            "local_income_tax": _number(self.local_income_tax),
            "locality": _joined([self.locality]),
        }


@dataclass(frozen=True)
class W2Facts:
    """Everything printed into a form; what is not printed is None or empty."""

    year: int
    ssn: str
    ein: str
    control_number: str | None
    employer: tuple[str, ...]
    """Name, then address lines."""
    given: str
    family: str
    address: tuple[str, ...]
    amounts: Mapping[str, str | None]
    """By box number, "1" to "11"."""
    codes: tuple[tuple[str, str], ...]
    """Box 12: code and amount."""
    ticks: tuple[bool, bool, bool]
    """Box 13: statutory employee, retirement plan, third-party sick pay."""
    other: tuple[str, ...]
    """Box 14."""
    states: tuple[StateLine, ...]

    def label(self) -> JsonObject:
        """Return the truth in the shape of the W-2 doctype."""
        amount = {box: _number(text) for box, text in self.amounts.items()}
        return {
            "control_number": self.control_number,
            "employee": {
                "ssn": self.ssn,
                "name": _joined([f"{self.given} {self.family}"]),
                "address": _joined(self.address),
            },
            "employer": {
                "ein": self.ein,
                "name": _joined(self.employer[:1]),
                "address": _joined(self.employer[1:]),
            },
            "earnings": {
                "wages": amount["1"],
                "federal_income_tax": amount["2"],
                "social_security_wages": amount["3"],
                "social_security_tax": amount["4"],
                "medicare_wages": amount["5"],
                "medicare_tax": amount["6"],
                "social_security_tips": amount["7"],
                "allocated_tips": amount["8"],
            },
            "benefits": {"dependent_care": amount["10"], "nonqualified_plans": amount["11"]},
            "states": [line.label() for line in self.states],
        }

    def extras(self) -> JsonObject:
        """Return the truth of the boxes that the plain label leaves out (12, 13, 14, the year)."""
        codes: list[JsonValue] = [{"code": c, "amount": _number(a)} for c, a in self.codes]
        names = ("statutory_employee", "retirement_plan", "third_party_sick_pay")
        ticks: JsonObject = dict(zip(names, self.ticks, strict=True))
        return {"tax_year": self.year, "codes": codes, **ticks, "other": _joined(self.other)}


def _number(printed: str | None) -> float | int | None:
    if printed is None:
        return None
    digits = printed.replace(",", "")
    return float(digits) if "." in digits else int(digits)


def _joined(lines: Sequence[str | None]) -> str | None:
    text = ", ".join(" ".join(line.split()) for line in lines if line)
    return text or None
