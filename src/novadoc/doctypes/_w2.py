"""Form W-2, Wage and Tax Statement: the boxes in the form's own words."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from novadoc.doctypes._fields import Amount, Code, Name, Place, Tick, Words, share
from novadoc.schema import Category, Sensitive, check

_SOCIAL_SECURITY = Decimal("0.062")
_MEDICARE = Decimal("0.0145")
_ADDITIONAL_MEDICARE = Decimal("0.009")


class W2Employee(BaseModel):
    """Whose wages the form states (boxes a, e and f)."""

    ssn: Annotated[Code, Sensitive()] = Field(
        default=None, description="Box a: Employee's social security number"
    )
    name: Name = Field(
        default=None, description="Box e: Employee's first name and initial, last name, suffix"
    )
    address: Place = Field(
        default=None,
        description="Box f: Employee's address and ZIP code (printed lines joined by ', ')",
    )


class W2Employer(BaseModel):
    """Who paid the wages (boxes b and c)."""

    ein: Code = Field(default=None, description="Box b: Employer identification number (EIN)")
    name: Name = Field(default=None, description="Box c: Employer's name")
    address: Place = Field(
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

    @check("Box 4 is 6.2 % of box 3.")
    def social_security_rate_holds(self) -> bool | None:
        """Say whether the employee's social security tax has the law's rate."""
        return share(self.social_security_tax, self.social_security_wages, _SOCIAL_SECURITY)

    @check("Box 6 is 1.45 % of box 5, up to 2.35 % above 200,000.")
    def medicare_rate_holds(self) -> bool | None:
        """Say whether the Medicare tax has the law's rate, with the additional tax or without."""
        plain = share(self.medicare_tax, self.medicare_wages, _MEDICARE)
        if plain is not False or self.medicare_tax is None or self.medicare_wages is None:
            return plain
        surplus = max(Decimal(0), self.medicare_wages - 200000) * _ADDITIONAL_MEDICARE
        return share(self.medicare_tax - surplus, self.medicare_wages, _MEDICARE)

    @check("Box 2 is not more than box 1.")
    def tax_is_within_wages(self) -> bool | None:
        """Say whether the tax withheld is at most the wages."""
        if self.federal_income_tax is None or self.wages is None:
            return None
        return self.federal_income_tax <= self.wages


class W2Benefits(BaseModel):
    """Benefits and plans (boxes 10 and 11)."""

    dependent_care: Amount = Field(default=None, description="Box 10: Dependent care benefits")
    nonqualified_plans: Amount = Field(default=None, description="Box 11: Nonqualified plans")


class W2State(BaseModel):
    """One printed line of the state and local boxes (15 to 20)."""

    state: Code = Field(default=None, description="Box 15: State (two letters)")
    state_id: Code = Field(default=None, description="Box 15: Employer's state ID number")
    wages: Amount = Field(default=None, description="Box 16: State wages, tips, etc.")
    income_tax: Amount = Field(default=None, description="Box 17: State income tax")
    local_wages: Amount = Field(default=None, description="Box 18: Local wages, tips, etc.")
    local_income_tax: Amount = Field(default=None, description="Box 19: Local income tax")
    locality: Name = Field(default=None, description="Box 20: Locality name")


class W2(BaseModel):
    """A Form W-2, Wage and Tax Statement.

    Values are as printed, empty boxes null. Several copies of one form on a page are one form.

    Example:
        >>> form = W2.model_validate({"earnings": {"wages": 52000.5}})
        >>> form.earnings.wages, form.earnings.medicare_wages, form.states
        (Decimal('52000.5'), None, [])
    """

    control_number: Annotated[Code, Category("Form")] = Field(
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


class W2Code(BaseModel):
    """One of boxes 12a to 12d."""

    code: Code = Field(default=None, description="Box 12: the letters left of the line")
    amount: Amount = Field(default=None, description="Box 12: the amount right of the line")


class W2Complete(W2):
    """A Form W-2 with every box: also the year and boxes 9, 12, 13 and 14.

    Example:
        >>> W2Complete.model_validate({"codes": [{"code": "DD", "amount": 290}]}).codes[0].code
        'DD'
    """

    tax_year: Annotated[int | None, Category("Form")] = Field(
        default=None, description="The year printed in large digits beside Form W-2"
    )
    box_9: Annotated[Code, Category("Form")] = Field(
        default=None,
        description="Box 9: as printed; by the form's year an advance EIC payment, a verification "
        "code, or nothing",
    )
    codes: Annotated[list[W2Code], Category("Benefits")] = Field(
        default_factory=list[W2Code],
        description="Boxes 12a to 12d: one record per filled box, in order",
    )
    statutory_employee: Annotated[Tick, Category("Form")] = Field(
        default=None, description="Box 13: Statutory employee"
    )
    retirement_plan: Annotated[Tick, Category("Form")] = Field(
        default=None, description="Box 13: Retirement plan"
    )
    third_party_sick_pay: Annotated[Tick, Category("Form")] = Field(
        default=None, description="Box 13: Third-party sick pay"
    )
    other: Annotated[Words, Category("Benefits")] = Field(
        default=None, description="Box 14: Other (printed lines joined by ', ')"
    )
