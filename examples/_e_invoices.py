"""Stands in for an inbox: PDF invoices that carry their data as XML, two of them with faults."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pypdfium2
from PIL import Image

from novadoc import synthetic


def invent(folder: Path, count: int = 6) -> Path:
    """Write ZUGFeRD invoices; one more comes without XML, and one with a damaged one."""
    folder.mkdir(parents=True, exist_ok=True)
    for n, page in enumerate(synthetic.invoice_pages(count + 2, seed=11)):
        label: Any = page.label
        xml = cross_industry_invoice(label)
        if n == count:
            xml = ""
        elif n == count + 1:
            xml = xml[: len(xml) // 2]
        write_pdf(folder / f"{page.id}.pdf", page.image, xml)
    return folder


def write_pdf(path: Path, image: bytes, xml: str) -> None:
    """Put a page image into a PDF and, unless it is empty, the XML beside it."""
    page = io.BytesIO()
    Image.open(io.BytesIO(image)).save(page, "PDF", resolution=150)
    pdf = pypdfium2.PdfDocument(page.getvalue())
    if xml:
        pdf.new_attachment("factur-x.xml").set_data(xml.encode())
    pdf.save(path)
    pdf.close()


def cross_industry_invoice(label: Any) -> str:
    """Write a label as the XML inside e-invoices, as far as this example needs it."""
    lines = "".join(
        f"""<IncludedSupplyChainTradeLineItem>
        <SpecifiedTradeProduct><Name>{escape(line["description"])}</Name></SpecifiedTradeProduct>
        <SpecifiedLineTradeAgreement><NetPriceProductTradePrice>
          <ChargeAmount>{line["unit_price"]}</ChargeAmount>
        </NetPriceProductTradePrice></SpecifiedLineTradeAgreement>
        <SpecifiedLineTradeDelivery><BilledQuantity>{line["quantity"]}</BilledQuantity></SpecifiedLineTradeDelivery>
        <SpecifiedLineTradeSettlement><SpecifiedTradeSettlementLineMonetarySummation>
          <LineTotalAmount>{line["amount"]}</LineTotalAmount>
        </SpecifiedTradeSettlementLineMonetarySummation></SpecifiedLineTradeSettlement>
        </IncludedSupplyChainTradeLineItem>"""
        for line in label["lines"]
    )
    namespace = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    day = label["issue_date"].replace("-", "")
    seller, buyer = (escape(label[side]["name"]) for side in ("seller", "buyer"))
    return f"""<CrossIndustryInvoice xmlns="{namespace}">
      <ExchangedDocument><ID>{escape(label["number"])}</ID><TypeCode>380</TypeCode>
        <IssueDateTime><DateTimeString>{day}</DateTimeString></IssueDateTime>
      </ExchangedDocument>
      <SupplyChainTradeTransaction>{lines}
        <ApplicableHeaderTradeAgreement>
          <SellerTradeParty><Name>{seller}</Name></SellerTradeParty>
          <BuyerTradeParty><Name>{buyer}</Name></BuyerTradeParty>
        </ApplicableHeaderTradeAgreement>
        <ApplicableHeaderTradeSettlement>
          <InvoiceCurrencyCode>{label["currency"]}</InvoiceCurrencyCode>
          <SpecifiedTradeSettlementHeaderMonetarySummation>
            <TaxBasisTotalAmount>{label["net_total"]}</TaxBasisTotalAmount>
            <TaxTotalAmount>{label["tax_total"]}</TaxTotalAmount>
            <GrandTotalAmount>{label["total"]}</GrandTotalAmount>
            <DuePayableAmount>{label["total"]}</DuePayableAmount>
          </SpecifiedTradeSettlementHeaderMonetarySummation>
        </ApplicableHeaderTradeSettlement>
      </SupplyChainTradeTransaction>
    </CrossIndustryInvoice>"""
