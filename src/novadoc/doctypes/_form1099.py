"""Form 1099-MISC, Miscellaneous Information, with the box of Form 1099-NEC."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from novadoc.doctypes._fields import Amount, Code, Name, Place, Tick
from novadoc.doctypes._labels import amount, amounts, mapping, text, tick
from novadoc.schema import Category, Sensitive, check
from novadoc.types import JsonObject, JsonValue

__all__ = [
    "Form1099",
    "Form1099Amounts",
    "Form1099Payer",
    "Form1099Recipient",
    "Form1099State",
    "form1099_from_fields",
]


class Form1099Payer(BaseModel):
    """Who paid."""

    name: Name = Field(default=None, description="PAYER'S name")
    address: Place = Field(
        default=None,
        description="PAYER'S street address, city or town, state or province, country, ZIP or "
        "foreign postal code (printed lines joined by ', ')",
    )
    tin: Code = Field(default=None, description="PAYER'S TIN")


class Form1099Recipient(BaseModel):
    """Who was paid."""

    name: Name = Field(default=None, description="RECIPIENT'S name")
    address: Place = Field(
        default=None,
        description="RECIPIENT'S street address (including apt. no.), city or town, state or "
        "province, country, and ZIP or foreign postal code (printed lines joined by ', ')",
    )
    tin: Annotated[Code, Sensitive()] = Field(default=None, description="RECIPIENT'S TIN")
    account_number: Code = Field(default=None, description="Account number (see instructions)")


class Form1099Amounts(BaseModel):
    """What was paid and withheld; box numbers are those of Form 1099-MISC, revision 2021."""

    rents: Amount = Field(default=None, description="Box 1: Rents")
    royalties: Amount = Field(default=None, description="Box 2: Royalties")
    other_income: Amount = Field(default=None, description="Box 3: Other income")
    federal_income_tax: Amount = Field(
        default=None, description="Box 4: Federal income tax withheld"
    )
    fishing_boat_proceeds: Amount = Field(default=None, description="Box 5: Fishing boat proceeds")
    medical_payments: Amount = Field(
        default=None, description="Box 6: Medical and health care payments"
    )
    substitute_payments: Amount = Field(
        default=None, description="Box 8: Substitute payments in lieu of dividends or interest"
    )
    crop_insurance: Amount = Field(default=None, description="Box 9: Crop insurance proceeds")
    attorney_proceeds: Amount = Field(
        default=None, description="Box 10: Gross proceeds paid to an attorney"
    )
    fish_purchased: Amount = Field(default=None, description="Box 11: Fish purchased for resale")
    section_409a_deferrals: Amount = Field(
        default=None, description="Box 12: Section 409A deferrals"
    )
    golden_parachute: Amount = Field(
        default=None, description="Box 13: Excess golden parachute payments"
    )
    nonqualified_deferred: Amount = Field(
        default=None, description="Box 14: Nonqualified deferred compensation"
    )
    nonemployee_compensation: Amount = Field(
        default=None, description="Form 1099-NEC, box 1: Nonemployee compensation"
    )


class Form1099State(BaseModel):
    """One printed line of the state boxes."""

    tax: Amount = Field(default=None, description="Box 15: State tax withheld")
    state_number: Code = Field(default=None, description="Box 16: State/Payer's state no.")
    income: Amount = Field(default=None, description="Box 17: State income")


class Form1099(BaseModel):
    """A Form 1099-MISC or 1099-NEC, as printed; empty boxes are null.

    Example:
        >>> Form1099.model_validate({"amounts": {"rents": 1500}}).amounts.rents
        Decimal('1500')
    """

    payer: Annotated[Form1099Payer, Category("Payer")] = Field(default_factory=Form1099Payer)
    recipient: Annotated[Form1099Recipient, Category("Recipient")] = Field(
        default_factory=Form1099Recipient
    )
    amounts: Annotated[Form1099Amounts, Category("Amounts")] = Field(
        default_factory=Form1099Amounts
    )
    direct_sales: Annotated[Tick, Category("Ticks")] = Field(
        default=None,
        description="Box 7: Payer made direct sales totaling $5,000 or more of consumer products "
        "to recipient for resale",
    )
    fatca: Annotated[Tick, Category("Ticks")] = Field(
        default=None, description="FATCA filing requirement"
    )
    second_tin_notice: Annotated[Tick, Category("Ticks")] = Field(
        default=None, description="2nd TIN not."
    )
    states: Annotated[list[Form1099State], Category("States")] = Field(
        default_factory=list[Form1099State],
        description="Boxes 15 to 17: one record per printed line, from top to bottom, at most two",
    )

    @check("Payer and recipient are different.")
    def parties_differ(self) -> bool | None:
        """Say whether the two taxpayer numbers differ."""
        if self.payer.tin is None or self.recipient.tin is None:
            return None
        return self.payer.tin != self.recipient.tin


_AMOUNTS = {
    "rents": "Rents",
    "royalties": "Royalties",
    "other_income": "OtherIncome",
    "federal_income_tax": "FederalIncomeTaxWithheld",
    "fishing_boat_proceeds": "FishingBoatProceeds",
    "medical_payments": "MedicalHealthCarePayments",
    "substitute_payments": "SubstitutePayments",
    "crop_insurance": "CropInsurance",
    "attorney_proceeds": "GrossProceedsAttorney",
    "fish_purchased": "FishPurchased",
    "section_409a_deferrals": "409ADeferrals",
    "golden_parachute": "ExcessGoldenParachutePayments",
    "nonqualified_deferred": "NonqualifiedDeferredCompensation",
    "nonemployee_compensation": "NonemployeeCompensation",
}


def form1099_from_fields(label: JsonValue) -> JsonObject:
    """Convert a flat label of a form reader (`PayerName`, `Rents`, ...) to the shape of `Form1099`.

    Raises:
        LabelError: A value cannot be read.

    Example:
        >>> form1099_from_fields({"fields": {"Rents": "1,500"}})["amounts"]["rents"]
        Decimal('1500')
    """
    whole = mapping(label, path="")
    source = mapping(whole.get("fields", label), path="fields")

    def words(key: str) -> str | None:
        return text(source.get(key), path=key)

    state: JsonObject = {
        "tax": amount(source.get("StateTaxWithheld"), path="StateTaxWithheld"),
        "state_number": words("StateNo"),
        "income": amount(source.get("StateIncome"), path="StateIncome"),
    }
    return {
        "payer": {
            "name": words("PayerName"),
            "address": words("PayerAddress"),
            "tin": words("PayerTIN"),
        },
        "recipient": {
            "name": words("RecipientName"),
            "address": words("RecipientAddress"),
            "tin": words("RecipientTIN"),
            "account_number": words("AccountNumber"),
        },
        "amounts": amounts(source, _AMOUNTS),
        "direct_sales": tick(source.get("DirectSale5000"), path="DirectSale5000"),
        "fatca": tick(source.get("FATCA"), path="FATCA"),
        "second_tin_notice": tick(source.get("2ndTIN"), path="2ndTIN"),
        "states": [state] if any(value is not None for value in state.values()) else [],
    }
