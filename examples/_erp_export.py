"""Stands in for SAP and its archive: invoices made up, scanned, posted, exported, with faults."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from novadoc import synthetic

HEADER = ["Belegnr", "Kreditor", "Referenz", "Belegdatum", "Waehrung", "Netto"]
ITEM = ["Positionstext", "Menge", "Betrag"]


def invent(folder: Path, count: int = 20) -> tuple[dict[str, tuple[str, int]], tuple[Path, Path]]:
    """Write `export.csv` and `archive/`; return the vendor master, and where the two lie.

    Six postings have something wrong with them, as postings do.
    """
    export, archive = folder / "export.csv", folder / "archive"
    archive.mkdir(parents=True, exist_ok=True)
    vendors: dict[str, tuple[str, int]] = {}
    with export.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, HEADER + ITEM, restval="", delimiter=";")
        writer.writeheader()
        for n, page in enumerate(synthetic.invoice_pages(count, seed=9)):
            label: Any = page.label
            rows = posting(5105600100 + n if n % 2 else 19000000 + n, 4700 + n, label)
            spoil(n, rows)
            if n != SPOILT["unknown vendor"]:
                vendors[f"{4700 + n:010d}"] = (label["seller"]["name"], len(label["number"]))
            if n != SPOILT["no scan"]:
                (archive / f"{int(rows[0]['Belegnr']):010d}.jpg").write_bytes(page.image)
            if n != SPOILT["not posted"]:
                writer.writerows(rows)
    return vendors, (export, archive)


SPOILT = {"unknown vendor": 3, "no scan": 5, "not posted": 7, "words": 9, "sum": 11, "twice": 13}


def posting(number: int, vendor: int, label: Any) -> list[dict[str, str]]:
    """Return a posting's header row and item rows."""
    day = date.fromisoformat(label["issue_date"])
    reference = label["number"]
    header = {
        "Belegnr": str(number),
        "Kreditor": str(vendor),
        "Referenz": reference.lstrip("0") if reference.isdigit() else reference,
        "Belegdatum": f"{day:%d.%m.%Y}",
        "Waehrung": label["currency"],
        "Netto": german(label["net_total"]),
    }
    items = [
        {
            "Belegnr": str(number),
            "Positionstext": line["description"],
            "Menge": german(line["quantity"], places=3),
            "Betrag": german(line["amount"]),
        }
        for line in label["lines"]
    ]
    return [header, *items]


def spoil(n: int, rows: list[dict[str, str]]) -> None:
    """Do to a posting what people do."""
    if n == SPOILT["words"]:
        rows[1]["Betrag"] = "siehe Anlage"
    if n == SPOILT["sum"]:
        rows.append({**rows[1], "Positionstext": "Nachbelastung"})
    if n == SPOILT["twice"]:
        rows.append({**rows[0], "Netto": "1,00"})


def german(value: float, places: int = 2) -> str:
    """Write a number as a German SAP does: 1.234,50."""
    return f"{value:,.{places}f}".translate(str.maketrans(",.", ".,"))
