"""Bank statements, paystubs and loan applications."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from novadoc.doctypes._fields import Amount, Code, Day, Name, Place, Quantity, Words, adds_up
from novadoc.schema import Category, Sensitive, check

__all__ = [
    "BankStatement",
    "LoanApplicant",
    "LoanApplication",
    "Paystub",
    "PaystubDeduction",
    "PaystubEarning",
    "Transaction",
]


class Transaction(BaseModel):
    """One posted line of an account."""

    date: Day = Field(default=None, description="Date the line was posted")
    description: Words = Field(default=None, description="Description, as printed")
    amount: Amount = Field(
        default=None, description="Amount; withdrawals, checks and charges are negative"
    )
    balance: Amount = Field(default=None, description="Balance after the line, where printed")


class BankStatement(BaseModel):
    """A statement of one account over one period.

    Example:
        >>> statement = BankStatement.model_validate(
        ...     {"opening_balance": 100, "closing_balance": 90, "transactions": [{"amount": -10}]}
        ... )
        >>> statement.balance_holds()
        True
    """

    bank: Annotated[Name, Category("Account")] = Field(
        default=None, description="Name of the bank or credit union"
    )
    holder: Annotated[Name, Category("Account")] = Field(
        default=None, description="Account holder's name"
    )
    address: Annotated[Place, Category("Account")] = Field(
        default=None, description="Account holder's address (printed lines joined by ', ')"
    )
    account_number: Annotated[Code, Sensitive(), Category("Account")] = Field(
        default=None, description="Account number"
    )
    period_start: Annotated[Day, Category("Period")] = Field(
        default=None, description="First day of the statement period"
    )
    period_end: Annotated[Day, Category("Period")] = Field(
        default=None, description="Last day of the statement period"
    )
    opening_balance: Annotated[Amount, Category("Balances")] = Field(
        default=None, description="Previous or opening balance"
    )
    deposits: Annotated[Amount, Category("Balances")] = Field(
        default=None, description="Total of deposits, credits and interest"
    )
    withdrawals: Annotated[Amount, Category("Balances")] = Field(
        default=None, description="Total of checks, withdrawals, debits and charges, positive"
    )
    closing_balance: Annotated[Amount, Category("Balances")] = Field(
        default=None, description="New or closing balance"
    )
    transactions: Annotated[list[Transaction], Category("Transactions")] = Field(
        default_factory=list[Transaction], description="The posted lines, in printed order"
    )

    @check("Opening balance and transactions give the closing balance.")
    def balance_holds(self) -> bool | None:
        """Say whether the lines lead from one balance to the other."""
        amounts = [line.amount for line in self.transactions]
        if self.opening_balance is None or not amounts or None in amounts:
            return None
        return adds_up([self.opening_balance, *amounts], self.closing_balance)

    @check("Opening balance, deposits and withdrawals give the closing balance.")
    def summary_holds(self) -> bool | None:
        """Say whether the summary adds up."""
        if self.opening_balance is None or self.deposits is None or self.withdrawals is None:
            return None
        parts = [self.opening_balance, self.deposits, -abs(self.withdrawals)]
        return adds_up(parts, self.closing_balance)


class PaystubEarning(BaseModel):
    """One kind of pay."""

    description: Words = Field(default=None, description="Kind of pay, as Regular or Overtime")
    rate: Amount = Field(default=None, description="Rate")
    hours: Quantity = Field(default=None, description="Hours")
    amount: Amount = Field(default=None, description="Amount this period")
    year_to_date: Amount = Field(default=None, description="Year to date")


class PaystubDeduction(BaseModel):
    """One tax or other deduction."""

    description: Words = Field(default=None, description="Kind of deduction, as printed")
    amount: Amount = Field(default=None, description="Amount this period, positive")
    year_to_date: Amount = Field(default=None, description="Year to date, positive")


class Paystub(BaseModel):
    """An earnings statement for one pay period.

    Example:
        >>> Paystub.model_validate({"gross_pay": "452.43"}).gross_pay
        Decimal('452.43')
    """

    employer: Annotated[Name, Category("Employer")] = Field(
        default=None, description="Employer's name"
    )
    employer_address: Annotated[Place, Category("Employer")] = Field(
        default=None, description="Employer's address (printed lines joined by ', ')"
    )
    employee: Annotated[Name, Category("Employee")] = Field(
        default=None, description="Employee's name"
    )
    employee_address: Annotated[Place, Category("Employee")] = Field(
        default=None, description="Employee's address (printed lines joined by ', ')"
    )
    ssn: Annotated[Code, Sensitive(), Category("Employee")] = Field(
        default=None, description="Social Security Number"
    )
    period_start: Annotated[Day, Category("Period")] = Field(
        default=None, description="Period beginning"
    )
    period_end: Annotated[Day, Category("Period")] = Field(
        default=None, description="Period ending"
    )
    pay_date: Annotated[Day, Category("Period")] = Field(default=None, description="Pay date")
    earnings: Annotated[list[PaystubEarning], Category("Earnings")] = Field(
        default_factory=list[PaystubEarning], description="Earnings, from top to bottom"
    )
    deductions: Annotated[list[PaystubDeduction], Category("Deductions")] = Field(
        default_factory=list[PaystubDeduction],
        description="Statutory and other deductions, from top to bottom",
    )
    gross_pay: Annotated[Amount, Category("Totals")] = Field(
        default=None, description="Gross Pay this period"
    )
    gross_pay_year_to_date: Annotated[Amount, Category("Totals")] = Field(
        default=None, description="Gross Pay year to date"
    )
    net_pay: Annotated[Amount, Category("Totals")] = Field(
        default=None, description="Net Pay this period"
    )

    @check("The earnings add up to the gross pay.")
    def earnings_add_up(self) -> bool | None:
        """Say whether the kinds of pay add up."""
        amounts = [line.amount for line in self.earnings]
        return None if None in amounts else adds_up(amounts, self.gross_pay)

    @check("Net pay is not more than gross pay.")
    def net_is_within_gross(self) -> bool | None:
        """Say whether the net pay is at most the gross pay."""
        if self.gross_pay is None or self.net_pay is None:
            return None
        return self.net_pay <= self.gross_pay


class LoanApplicant(BaseModel):
    """A borrower, as the application's first section asks."""

    name: Name = Field(default=None, description="Name (First, Middle, Last, Suffix)")
    ssn: Annotated[Code, Sensitive()] = Field(default=None, description="Social Security Number")
    birth_date: Day = Field(default=None, description="Date of Birth")
    marital_status: Words = Field(default=None, description="Marital Status, as printed")
    phone: Code = Field(default=None, description="Phone, the primary one")
    email: Name = Field(default=None, description="Email")
    address: Place = Field(
        default=None, description="Current Address (printed lines joined by ', ')"
    )
    employer: Name = Field(default=None, description="Employer or Business Name")
    monthly_income: Amount = Field(default=None, description="Gross Monthly Income, total")


class LoanApplication(BaseModel):
    """A residential loan application.

    Example:
        >>> application = LoanApplication.model_validate({"applicants": [{"name": "Jo Hill"}]})
        >>> application.applicants[0].name
        'Jo Hill'
    """

    lender: Annotated[Name, Category("Loan")] = Field(default=None, description="Lender's name")
    loan_number: Annotated[Code, Category("Loan")] = Field(
        default=None, description="Lender Loan No. or Universal Loan Identifier"
    )
    application_date: Annotated[Day, Category("Loan")] = Field(
        default=None, description="Date of the application or its first signature"
    )
    loan_amount: Annotated[Amount, Category("Loan")] = Field(
        default=None, description="Loan Amount"
    )
    purpose: Annotated[Words, Category("Loan")] = Field(
        default=None, description="Loan Purpose, as Purchase or Refinance"
    )
    interest_rate: Annotated[Quantity, Category("Loan")] = Field(
        default=None, description="Interest rate in percent"
    )
    term_months: Annotated[Quantity, Category("Loan")] = Field(
        default=None, description="Loan term in months"
    )
    property_address: Annotated[Place, Category("Property")] = Field(
        default=None, description="Property Address (printed lines joined by ', ')"
    )
    property_value: Annotated[Amount, Category("Property")] = Field(
        default=None, description="Property Value"
    )
    applicants: Annotated[list[LoanApplicant], Category("Applicants")] = Field(
        default_factory=list[LoanApplicant],
        description="The borrower first, then each co-borrower",
    )

    @check("The loan is not more than one and a quarter times the property's value.")
    def loan_fits_property(self) -> bool | None:
        """Say whether loan and property are of one order; a slipped digit is not."""
        if self.loan_amount is None or self.property_value is None:
            return None
        return self.loan_amount <= self.property_value * Decimal("1.25")
