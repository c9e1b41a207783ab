"""Form W-2 as payroll printers and accounting programs lay it out."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from PIL import Image

from novadoc.synthetic._form import print_boxes
from novadoc.synthetic._ink import Face, Frame, Sheet
from novadoc.synthetic._w2_facts import W2Facts
from novadoc.synthetic._w2_filling import draw_typist, lines_by_box, print_tick
from novadoc.synthetic._w2_forms import COLUMN, GRID, WIDE

__all__ = ["print_column", "print_grid", "print_wide"]


def print_column(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """A payroll printer's column beside its summary of the year's earnings."""
    sheet = Sheet(width, round(width * 0.93))
    scale = width / 1000
    frame = Frame(
        sheet, rng.uniform(14, 26) * scale, rng.uniform(30, 50) * scale, 1.72 * scale, 1.64 * scale
    )
    typist = replace(draw_typist(rng, width, fixed=0.6), indent=rng.uniform(12, 40) * scale)
    typist = replace(typist, value=replace(typist.value, size=15.0 * scale))
    values = {
        **lines_by_box(facts, rng),
        "dept": (str(rng.randint(10, 990)),),
        "use": (f"{rng.choice('ABT')}      {rng.randint(1, 99)}",),
        "9": ("0",) if rng.random() < 0.3 else (),
        "13": ("     ".join("X" if ticked else "  " for ticked in facts.ticks),),
    }
    print_boxes(frame, COLUMN, values, typist)
    big = Face(26 * scale, bold=True)
    frame.text(3, 24, "W-2", big)
    frame.text(180, 24, str(facts.year), big)
    for x, y, text in (
        (50, 3, "Employee   Reference   Copy"),
        (80, 14, "Wage and Tax"),
        (80, 24, "Statement"),
    ):
        frame.text(x, y, text, Face(13 * scale))
    frame.text(3, 43, "Copy C for employee's records.", typist.title)
    frame.text(170, 43, "OMB No. 1545-0008", typist.title)
    frame.text(120, 136, f"Batch   #{rng.randint(1, 9999):05d}", Face(13 * scale, bold=True))
    _summary(frame, facts, rng, scale)
    return sheet.image


def _summary(frame: Frame, facts: W2Facts, rng: Random, scale: float) -> None:
    """Print the earnings summary: other numbers, and some of the form's own again."""
    left, face = 296.0, Face(11.5 * scale)
    frame.text(left, 2, f"{facts.year} W-2 and EARNINGS SUMMARY", Face(21 * scale, bold=True))
    frame.text(left, 24, "The information below reflects your final pay stub plus", face)
    frame.text(left, 33, "any adjustments submitted by your employer.", face)
    gross = float((facts.amounts["5"] or "0").replace(",", "")) * rng.uniform(1.0, 1.1)
    rows = (
        ("Gross Pay", f"{gross:.2f}"),
        ("Less 401(k) and other deferrals", f"{gross * rng.uniform(0.01, 0.1):.2f}"),
        ("Fed. Income Tax Withheld, Box 2 of W-2", facts.amounts["2"] or ""),
        ("Reported W-2 Wages, Box 1 of W-2", facts.amounts["1"] or ""),
    )
    for i, (name, amount) in enumerate(rows):
        frame.text(left, 70 + i * 17, name, face)
        frame.text(left + 200, 70 + i * 17, amount, face)
    frame.text(left, 160, "To change your Form W-4 profile, file a new W-4", face)
    frame.text(left, 169, "with your payroll department.", face)


def print_grid(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """A payroll service's grid of wide cells."""
    across = width * 0.93 / 1040
    sheet = Sheet(width, round(width * 0.79))
    frame = Frame(
        sheet,
        width * rng.uniform(0.025, 0.045),
        width * rng.uniform(0.012, 0.03),
        across,
        across * 0.82,
    )
    typist = draw_typist(rng, width, fixed=0.2)
    typist = replace(
        typist, indent=min(typist.indent, 22.0), align=rng.choice(["right", "right", "left"])
    )
    print_boxes(frame, GRID, lines_by_box(facts, rng), typist)
    frame.text(
        4,
        3,
        "Copy 2 -- To Be Filed With Employee's State, City, or Local Income Tax Return.",
        typist.title,
    )
    frame.text(760, 8, "OMB NO. 1545-0008", typist.title)
    for i, top in enumerate((654, 704, 756)):
        print_tick(frame, (132, top, 23, 27), ticked=facts.ticks[i], typist=typist)
    for y in (820, 924):
        frame.line(0, y, 1040)
    frame.text(0, 968, "Form W-2 Wage and Tax Statement", Face(12 * width / 1000))
    frame.text(540, 965, str(facts.year), Face(15 * width / 1000))
    frame.text(800, 968, "Dept. of Treasury -- IRS", Face(12 * width / 1000))
    return sheet.image


def print_wide(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """An accounting program's form: the layout no training page shows."""
    across = width * 0.95 / 1000
    sheet = Sheet(width, round(width * 0.66))
    frame = Frame(
        sheet, width * rng.uniform(0.015, 0.035), width * rng.uniform(0.06, 0.075), across, across
    )
    typist = draw_typist(rng, width, fixed=0.3)
    print_boxes(frame, WIDE, lines_by_box(facts, rng), typist)
    frame.text(
        0,
        -36,
        f"{facts.year}  Form W-2  Wage and Tax Statement",
        Face(19 * width / 1000, bold=True),
    )
    frame.text(640, -30, "OMB No. 1545-0008   Copy C, for employee's records", typist.title)
    for i, title in enumerate(("Statutory emp.", "Retirement plan", "3rd-party sick pay")):
        frame.text(34, 378 + i * 20, title, typist.title)
        print_tick(frame, (190, 377 + i * 20, 16, 16), ticked=facts.ticks[i], typist=typist)
    frame.line(0, 490, 1000)
    frame.text(0, 542, "Department of the Treasury--Internal Revenue Service", typist.title)
    return sheet.image
