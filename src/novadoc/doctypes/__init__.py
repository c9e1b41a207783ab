"""Ready-made schemas of common documents, with descriptions, comparators and categories.

Each is a pydantic class that fits wherever a schema is asked for; extend one by subclassing it.
The converters turn the label files of public sets into a schema's shape, for the `converter`
argument of `datasets.from_folder`.
"""

from __future__ import annotations

from novadoc.doctypes._finance import (
    BankStatement,
    LoanApplicant,
    LoanApplication,
    Paystub,
    PaystubDeduction,
    PaystubEarning,
    Transaction,
)
from novadoc.doctypes._form1099 import (
    Form1099,
    Form1099Amounts,
    Form1099Payer,
    Form1099Recipient,
    Form1099State,
    form1099_from_fields,
)
from novadoc.doctypes._invoice import Invoice, InvoiceLine, OrderLine, Party, PurchaseOrder
from novadoc.doctypes._invoice_labels import (
    invoice_from_facturx,
    invoice_from_fields,
    invoice_from_invoice2data,
)
from novadoc.doctypes._receipt import (
    DetailedReceipt,
    Receipt,
    ReceiptItem,
    detailed_receipt_from_items,
    receipt_from_sroie,
)
from novadoc.doctypes._w2 import (
    W2,
    W2Benefits,
    W2Code,
    W2Complete,
    W2Earnings,
    W2Employee,
    W2Employer,
    W2State,
)
from novadoc.doctypes._w2_labels import w2_complete_from_boxes, w2_from_boxes, w2_from_fake_set

__all__ = [
    "W2",
    "BankStatement",
    "DetailedReceipt",
    "Form1099",
    "Form1099Amounts",
    "Form1099Payer",
    "Form1099Recipient",
    "Form1099State",
    "Invoice",
    "InvoiceLine",
    "LoanApplicant",
    "LoanApplication",
    "OrderLine",
    "Party",
    "Paystub",
    "PaystubDeduction",
    "PaystubEarning",
    "PurchaseOrder",
    "Receipt",
    "ReceiptItem",
    "Transaction",
    "W2Benefits",
    "W2Code",
    "W2Complete",
    "W2Earnings",
    "W2Employee",
    "W2Employer",
    "W2State",
    "detailed_receipt_from_items",
    "form1099_from_fields",
    "invoice_from_facturx",
    "invoice_from_fields",
    "invoice_from_invoice2data",
    "receipt_from_sroie",
    "w2_complete_from_boxes",
    "w2_from_boxes",
    "w2_from_fake_set",
]
