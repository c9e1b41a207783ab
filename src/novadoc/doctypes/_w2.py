"""Form W-2, Wage and Tax Statement: the boxes in the form's own words."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from novadoc.metrics import Address, Identifier, Money, Text
from novadoc.schema import Category, Sensitive, check

Amount = Annotated[Decimal | None, Money()]
"""An amount in US dollars; null where the box is empty."""


class W2Employee(BaseModel):
    """Whose wages the form states (boxes a, e and f)."""

    ssn: Annotated[str | None, Identifier(), Sensitive()] = Field(
        default=None, description="Box a: Employee's social security number"
    )
    name: Annotated[str | None, Text(threshold=0.9)] = Field(
        default=None, description="Box e: Employee's first name and initial, last name, suffix"
    )
    address: Annotated[str | None, Address()] = Field(
        default=None,
        description="Box f: Employee's address and ZIP code (printed lines joined by ', ')",
    )


class W2Employer(BaseModel):
    """Who paid the wages (boxes b and c)."""

    ein: Annotated[str | None, Identifier()] = Field(
        default=None, description="Box b: Employer identification number (EIN)"
    )
    name: Annotated[str | None, Text(threshold=0.9)] = Field(
        default=None, description="Box c: Employer's name"
    )
    address: Annotated[str | None, Address()] = Field(
        default=None,
        description="Box c: Employer's address and ZIP code (printed lines joined by ', ')",
    )


class W2Earnings(BaseModel):
    """Wages, tips and the federal taxes withheld from them (boxes 1 to 8)."""

    wages: Amount = Field(default=None, description="Box 1: Wages, tips, other compensation")
    federal_income_tax: Amount = Field(
        default=None, description="Box 2: Federal income tax withheld"
    )
    social_security_wages: Amount = Field(default=None, description="Box 3: Social security wages")
    social_security_tax: Amount = Field(
        default=None, description="Box 4: Social security tax withheld"
    )
    medicare_wages: Amount = Field(default=None, description="Box 5: Medicare wages and tips")
    medicare_tax: Amount = Field(default=None, description="Box 6: Medicare tax withheld")
    social_security_tips: Amount = Field(default=None, description="Box 7: Social security tips")
    allocated_tips: Amount = Field(default=None, description="Box 8: Allocated tips")


class W2Benefits(BaseModel):
    """Benefits and plans (boxes 10 and 11)."""

    dependent_care: Amount = Field(default=None, description="Box 10: Dependent care benefits")
    nonqualified_plans: Amount = Field(default=None, description="Box 11: Nonqualified plans")


class W2State(BaseModel):
    """One printed line of the state and local boxes (15 to 20)."""

    state: Annotated[str | None, Identifier()] = Field(
        default=None, description="Box 15: State (two letters)"
    )
    state_id: Annotated[str | None, Identifier()] = Field(
        default=None, description="Box 15: Employer's state ID number"
    )
    wages: Amount = Field(default=None, description="Box 16: State wages, tips, etc.")
    income_tax: Amount = Field(default=None, description="Box 17: State income tax")
    local_wages: Amount = Field(default=None, description="Box 18: Local wages, tips, etc.")
    local_income_tax: Amount = Field(default=None, description="Box 19: Local income tax")
    locality: Annotated[str | None, Text(threshold=0.9)] = Field(
        default=None, description="Box 20: Locality name"
    )


class W2(BaseModel):
    """A Form W-2, Wage and Tax Statement.

    Values are as printed, empty boxes null. Several copies of one form on a page are one form.

    Example:
        >>> form = W2.model_validate({"earnings": {"wages": 52000.5}})
        >>> form.earnings.wages, form.earnings.medicare_wages, form.states
        (Decimal('52000.5'), None, [])
    """

    control_number: Annotated[str | None, Identifier(), Category("Form")] = Field(
        default=None, description="Box d: Control number"
    )
    employee: Annotated[W2Employee, Category("Employee")] = Field(default_factory=W2Employee)
    employer: Annotated[W2Employer, Category("Employer")] = Field(default_factory=W2Employer)
    earnings: Annotated[W2Earnings, Category("Earnings")] = Field(default_factory=W2Earnings)
    benefits: Annotated[W2Benefits, Category("Benefits")] = Field(default_factory=W2Benefits)
    states: Annotated[list[W2State], Category("Multi-state")] = Field(
        default_factory=list[W2State],
        description="Boxes 15 to 20: one record per printed line, from top to bottom, at most two",
    )
