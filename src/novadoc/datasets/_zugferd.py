"""Labels out of e-invoices: the XML that ZUGFeRD and Factur-X carry inside their PDF."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree as ET

from novadoc.datasets._collect import Collector, opener
from novadoc.datasets._labels import Converter, SchemaLike
from novadoc.datasets._sample import SampleSet
from novadoc.datasets._walk import files_under, without_suffix
from novadoc.documents import Document
from novadoc.errors import DocumentError, LabelError
from novadoc.types import JsonObject, JsonValue

T = TypeVar("T")

_ROOTS = frozenset({"CrossIndustryInvoice", "CrossIndustryDocument"})
_ERAS = ("Header", "SupplyChain")
_NAMES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"})


def from_zugferd(
    folder: str | os.PathLike[str], schema: SchemaLike[T], *, converter: Converter | None = None
) -> SampleSet:
    """Read e-invoices: each PDF is labelled by the XML inside it, so labels are exact.

    Before `converter`, a label has the keys `invoice_number, type_code, issue_date, currency,
    seller, buyer` (each `name, street, postcode, city, country`), `net_total, tax_total,
    grand_total, due_payable` and `lines` (each `description, quantity, net_price, total`), all
    texts as they stand in the XML, absent ones null. `doctypes.invoice_from_facturx` converts it.

    PDFs without such an XML are orphans.

    Args:
        folder: Where the PDFs lie, in sub-folders as well.
        schema: What the labels have to fit.
        converter: Turns a label with the keys above into one of the schema.

    Raises:
        DatasetError: There is no such folder, or one in it cannot be read.
        MissingExtraError: pypdfium2 is not installed.
        SchemaError: `schema` cannot be asked of a model.
    """
    root = Path(folder)
    collector = Collector(schema, converter)
    for path in files_under(root):
        if path.suffix.lower() != ".pdf":
            continue
        name = without_suffix(path.relative_to(root))
        try:
            xml = _xml(Document.open(path))
            if xml is None:
                collector.orphan(path)
                continue
            label = cross_industry_invoice(xml)
        except (DocumentError, LabelError) as error:
            collector.reject(name, str(error), path=path)
        else:
            collector.take(name, opener(path), label)
    return collector.samples()


def _xml(document: Document) -> bytes | None:
    found = document.attachments()
    names = [name for name in found if name.lower() in _NAMES]
    return found[names[0]] if names else None


def cross_industry_invoice(xml: bytes) -> JsonObject:
    """Read a Cross Industry Invoice, of ZUGFeRD 1 or 2.

    Raises:
        LabelError: It is no XML, declares entities, or is no Cross Industry Invoice.
    """
    plain = xml.replace(b"\0", b"")  # in UTF-16 every second byte
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise LabelError("the XML declares a document type, which e-invoices do not.")
    try:
        root = ET.fromstring(xml)  # noqa: S314  # entities were refused above
    except (ET.ParseError, LookupError, ValueError) as error:  # the latter: odd encodings
        raise LabelError("the XML inside the PDF is damaged.") from error
    # The namespace of ZUGFeRD's public drafts, whose root is called plainly `Invoice`.
    if _local(root) not in _ROOTS and "standard:CBFBUY:" not in root.tag:
        raise LabelError("the XML inside the PDF is no Cross Industry Invoice.")
    head = _first(root, "ExchangedDocument", "HeaderExchangedDocument")
    # ZUGFeRD 2 and Factur-X say `Header...`, ZUGFeRD 1 `SupplyChain...`.
    agreement = _first(root, *(f"Applicable{era}TradeAgreement" for era in _ERAS))
    settled = _first(root, *(f"Applicable{era}TradeSettlement" for era in _ERAS))
    sums = _first(
        settled,
        "SpecifiedTradeSettlementHeaderMonetarySummation",
        "SpecifiedTradeSettlementMonetarySummation",
    )
    return {
        "invoice_number": _text(head, "ID"),
        "type_code": _text(head, "TypeCode"),
        "issue_date": _text(head, "IssueDateTime", "DateTimeString")
        or _text(head, "IssueDateTime"),
        "currency": _text(settled, "InvoiceCurrencyCode"),
        "seller": _party(_find(agreement, "SellerTradeParty")),
        "buyer": _party(_find(agreement, "BuyerTradeParty")),
        "net_total": _text(sums, "TaxBasisTotalAmount"),
        "tax_total": _text(sums, "TaxTotalAmount"),
        "grand_total": _text(sums, "GrandTotalAmount"),
        "due_payable": _text(sums, "DuePayableAmount"),
        "lines": list[JsonValue](_lines(root)),
    }


def _party(party: ET.Element | None) -> JsonObject:
    address = _find(party, "PostalTradeAddress")
    return {
        "name": _text(party, "Name"),
        "street": _text(address, "LineOne"),
        "postcode": _text(address, "PostcodeCode"),
        "city": _text(address, "CityName"),
        "country": _text(address, "CountryID"),
    }


def _lines(root: ET.Element) -> Iterator[JsonObject]:
    for item in root.iter():
        if _local(item) != "IncludedSupplyChainTradeLineItem":
            continue
        product = _find(item, "SpecifiedTradeProduct")
        agreed = _first(item, "SpecifiedLineTradeAgreement", "SpecifiedSupplyChainTradeAgreement")
        delivered = _first(item, "SpecifiedLineTradeDelivery", "SpecifiedSupplyChainTradeDelivery")
        settled = _first(
            item, "SpecifiedLineTradeSettlement", "SpecifiedSupplyChainTradeSettlement"
        )
        sums = _first(
            settled,
            "SpecifiedTradeSettlementLineMonetarySummation",
            "SpecifiedTradeSettlementMonetarySummation",
        )
        line: JsonObject = {
            "description": _text(product, "Name"),
            "quantity": _text(delivered, "BilledQuantity"),
            "net_price": _text(_find(agreed, "NetPriceProductTradePrice"), "ChargeAmount"),
            "total": _text(sums, "LineTotalAmount"),
        }
        if any(line.values()):  # ZUGFeRD 1 has lines that hold only a note
            yield line


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _find(element: ET.Element | None, name: str) -> ET.Element | None:
    if element is None:
        return None
    return next((item for item in element.iter() if _local(item) == name), None)


def _first(element: ET.Element | None, *names: str) -> ET.Element | None:
    found = (_find(element, name) for name in names)
    return next((item for item in found if item is not None), None)


def _text(element: ET.Element | None, *names: str) -> str | None:
    for name in names:
        element = (
            None
            if element is None
            else next((item for item in element if _local(item) == name), None)
        )
    text = None if element is None else (element.text or "").strip()
    return text or None
