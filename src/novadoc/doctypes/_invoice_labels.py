"""Invoice labels as e-invoices and public readers write them, turned into `Invoice`'s shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from novadoc.doctypes._labels import amount, day, joined, listed, mapping, text
from novadoc.errors import LabelError
from novadoc.types import JsonObject, JsonValue

__all__ = ["invoice_from_facturx", "invoice_from_fields", "invoice_from_invoice2data"]


def invoice_from_facturx(label: JsonValue) -> JsonObject:
    """Convert the fields of a Factur-X or ZUGFeRD XML to the shape of `Invoice`.

    Dates are `YYYYMMDD` (format 102), amounts plain decimals; an address is street, then postcode
    and city. What the profile leaves out (a `MINIMUM` has no lines) stays null or empty.

    Raises:
        LabelError: A part is missing its form, or a value cannot be read.

    Example:
        >>> label = {"invoice_number": "471102", "issue_date": "20180305", "grand_total": "235.62"}
        >>> invoice = invoice_from_facturx(label)
        >>> invoice["number"], invoice["issue_date"], invoice["total"]
        ('471102', '2018-03-05', Decimal('235.62'))
    """
    source = mapping(label, path="")

    def party(key: str) -> JsonObject:
        side = mapping(source.get(key), path=key)
        town = joined(side, "postcode", "city", path=f"{key}.", by=" ")
        return {
            "name": text(side.get("name"), path=f"{key}.name"),
            "address": joined(
                {"street": side.get("street"), "town": town}, "street", "town", path=""
            ),
            "tax_id": text(side.get("tax_id"), path=f"{key}.tax_id"),
        }

    lines = listed(source.get("lines"), path="lines")
    return {
        "number": text(source.get("invoice_number"), path="invoice_number"),
        "issue_date": _iso(day(source.get("issue_date"), path="issue_date", form="%Y%m%d")),
        "due_date": _iso(day(source.get("due_date"), path="due_date", form="%Y%m%d")),
        "order_number": text(source.get("order_number"), path="order_number"),
        "currency": text(source.get("currency"), path="currency"),
        "seller": party("seller"),
        "buyer": party("buyer"),
        "lines": [
            _line(mapping(line, path=f"lines[{i}]"), _FACTURX_LINE, path=f"lines[{i}].")
            for i, line in enumerate(lines)
        ],
        "net_total": amount(source.get("net_total"), path="net_total"),
        "tax_total": amount(source.get("tax_total"), path="tax_total"),
        "total": amount(source.get("grand_total"), path="grand_total"),
        "amount_due": amount(source.get("due_payable"), path="due_payable"),
    }


def invoice_from_fields(label: JsonValue) -> JsonObject:
    """Convert a flat label of a form reader (`InvoiceId`, `VendorName`, ...) to `Invoice`'s shape.

    Dates are read as month/day/year. The currency is that of a dollar sign, where there is one.

    Raises:
        LabelError: A value cannot be read.

    Example:
        >>> invoice_from_fields({"fields": {"InvoiceDate": "11/15/2019"}})["issue_date"]
        '2019-11-15'
    """
    whole = mapping(label, path="")
    source = mapping(whole.get("fields", label), path="fields")

    def words(key: str) -> str | None:
        return text(source.get(key), path=key)

    def money(key: str) -> JsonValue:
        return amount(source.get(key), path=key)

    dollars = "$" in (words("InvoiceTotal") or "")
    return {
        "number": words("InvoiceId"),
        "issue_date": _iso(day(source.get("InvoiceDate"), path="InvoiceDate", form="%m/%d/%Y")),
        "due_date": _iso(day(source.get("DueDate"), path="DueDate", form="%m/%d/%Y")),
        "order_number": words("PurchaseOrder"),
        "currency": "USD" if dollars else None,
        "seller": {
            "name": words("VendorName"),
            "address": words("VendorAddress"),
            "tax_id": words("VendorTaxId"),
        },
        "buyer": {
            "name": words("CustomerName"),
            "address": words("BillingAddress") or words("CustomerAddress"),
            "tax_id": words("CustomerTaxId"),
        },
        "lines": [],
        "net_total": money("SubTotal"),
        "tax_total": money("TotalTax"),
        "total": money("InvoiceTotal"),
        "amount_due": money("AmountDue"),
    }


def invoice_from_invoice2data(label: JsonValue) -> JsonObject:
    """Convert what invoice2data writes (a list of one object) to the shape of `Invoice`.

    Headers and notes among its lines are left out. It names only one side, the seller.

    Raises:
        LabelError: The list does not hold exactly one invoice, or a value cannot be read.

    Example:
        >>> label = [{"invoice_number": "7", "date": "2014-05-07", "amount": 34.73}]
        >>> invoice = invoice_from_invoice2data(label)
        >>> invoice["issue_date"], invoice["total"]
        ('2014-05-07', Decimal('34.73'))
    """
    source = _single(label)
    town = joined(source, "partner_zip", "partner_city", path="", by=" ")
    street = {**source, "town": town}
    lines = [mapping(line, path="lines[]") for line in listed(source.get("lines"), path="lines")]
    return {
        "number": text(source.get("invoice_number"), path="invoice_number"),
        "issue_date": _iso(day(source.get("date"), path="date", form="%Y-%m-%d")),
        "due_date": _iso(day(source.get("date_due"), path="date_due", form="%Y-%m-%d")),
        "order_number": text(source.get("customer_order_number"), path="customer_order_number"),
        "currency": text(source.get("currency"), path="currency"),
        "seller": {
            "name": text(source.get("partner_name") or source.get("issuer"), path="partner_name"),
            "address": joined(street, "partner_street", "town", path=""),
            "tax_id": text(source.get("vat"), path="vat"),
        },
        "buyer": {"name": None, "address": None, "tax_id": None},
        "lines": [
            _line(line, _INVOICE2DATA_LINE, path=f"lines[{i}].")
            for i, line in enumerate(lines)
            if "name" in line or "desc" in line
        ],
        "net_total": amount(source.get("amount_untaxed"), path="amount_untaxed"),
        "tax_total": amount(source.get("amount_tax"), path="amount_tax"),
        "total": amount(source.get("amount"), path="amount"),
        "amount_due": None,
    }


_FACTURX_LINE = {
    "description": ("description",),
    "quantity": ("quantity",),
    "unit_price": ("net_price",),
    "amount": ("total",),
}
_INVOICE2DATA_LINE = {
    "description": ("name", "desc"),
    "quantity": ("qty",),
    "unit_price": ("price_unit", "price"),
    "amount": ("price_subtotal",),
}


def _line(
    source: Mapping[str, JsonValue], keys: Mapping[str, tuple[str, ...]], *, path: str
) -> JsonObject:
    found = {
        field: next((source[name] for name in names if name in source), None)
        for field, names in keys.items()
    }
    return {
        field: (text if field == "description" else amount)(value, path=path + field)
        for field, value in found.items()
    }


def _single(label: JsonValue) -> JsonObject:
    found = label if isinstance(label, list) else [label]
    if len(found) != 1:
        raise LabelError(
            "the label does not fit: one invoice is expected.",
            violations=[("", "a list of one invoice is expected")],
            remedy="Write each invoice to a label file of its own.",
        )
    return mapping(found[0], path="[0]")


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
