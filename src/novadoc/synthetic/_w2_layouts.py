"""Print a W-2's facts on each printer's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from PIL import Image

from novadoc.synthetic._form import Typist, print_boxes
from novadoc.synthetic._ink import BLACK, Face, Frame, Sheet
from novadoc.synthetic._w2_facts import W2Facts
from novadoc.synthetic._w2_forms import COLUMN, GRID, IRS, WIDE

__all__ = ["LAYOUTS", "W2Layout"]

_RED = (196, 52, 60)
_WHITE = (252, 252, 250)

Printer = Callable[[W2Facts, Random, int], Image.Image]


@dataclass(frozen=True)
class W2Layout:
    """One printer's way of printing a W-2."""

    draw: Printer
    state_lines: int = 2
    """How many lines boxes 15 to 20 have."""
    fake_set: float = 0.25
    """Share of pages filled in as the public fake W-2 set does."""

    def print(self, facts: W2Facts, rng: Random, width: int) -> Image.Image:
        """Print `facts` on a page of `width` pixels."""
        return self.draw(facts, rng, width)


def _values(facts: W2Facts, rng: Random) -> dict[str, tuple[str, ...]]:
    """Return the lines that stand in each box."""
    name = f"{facts.given} {facts.family}"
    gap = " " * rng.choice([1, 1, 1, rng.randint(8, 16)])
    lines: dict[str, tuple[str, ...]] = {
        "a": (facts.ssn,),
        "b": (facts.ein,),
        "c": facts.employer,
        "d": (facts.control_number or "",),
        "e": (f"{facts.given}{gap}{facts.family}",),
        "f": facts.address,
        "ef": (name, *facts.address),
        "14": facts.other,
        "15": tuple(line.state for line in facts.states),
        "15id": tuple(line.state_id or "" for line in facts.states),
        "16": tuple(line.wages or "" for line in facts.states),
        "17": tuple(line.income_tax or "" for line in facts.states),
        "18": tuple(line.local_wages or "" for line in facts.states),
        "19": tuple(line.local_income_tax or "" for line in facts.states),
        "20": tuple(line.locality or "" for line in facts.states),
    }
    lines.update({box: (text or "",) for box, text in facts.amounts.items()})
    for box, (code, amount) in zip(("12a", "12b", "12c", "12d"), facts.codes, strict=False):
        lines[box] = (f"{code:<2}    {amount}",)
    return lines


def _typist(rng: Random, width: int, *, fixed: float) -> Typist:
    """Draw how this page is typed; `fixed` is the chance of a typewriter's face."""
    scale = width / 1000
    typewriter = rng.random() < fixed
    size = rng.choice([15.0, 16.0, 16.5] if typewriter else [15.0, 16.0, 17.0]) * scale
    face = Face(
        size, bold=rng.random() < 0.5, fixed=typewriter, stretch=rng.choice([1.0, 1.0, 0.94])
    )
    dark = rng.randint(0, 45)
    return Typist(
        value=face,
        title=Face(rng.choice([10.5, 11.0, 11.5]) * scale),
        ink=(dark, dark, rng.choice([dark, dark + 25])),
        form_ink=(25, 25, 25),
        align=rng.choice(["left", "left", "right", "centre"]),
        indent=rng.uniform(8, 44) * scale,
        lift=rng.uniform(-1.0, 2.0) * scale,
    )


def _irs_sheet(width: int, height: float, rng: Random, *, coloured: bool = False) -> Frame:
    """Return an empty sheet whose units are those of the official form."""
    across = width * rng.uniform(0.925, 0.945) / 880
    sheet = Sheet(width, round(height * across), coloured=coloured)
    left = (width - 880 * across) * rng.uniform(0.3, 0.7)
    return Frame(sheet, left, rng.uniform(14, 30) * across, across, across)


def _irs_form(
    frame: Frame, facts: W2Facts, values: Mapping[str, tuple[str, ...]], typist: Typist
) -> None:
    """Draw one copy of the official form, without its head and foot."""
    print_boxes(frame, IRS, values, typist)
    small = replace(typist.title, size=typist.title.size * 0.78)
    for x, title in ((235, "Last name"), (442, "Suff.")):
        frame.text(x, 204, title, typist.title, typist.form_ink)
    for i, (first, second) in enumerate(
        (("Statutory", "employee"), ("Retirement", "plan"), ("Third-party", "sick pay"))
    ):
        x = 493 + i * 62
        frame.text(x, 244, first, small, typist.form_ink)
        frame.text(x, 253, second, small, typist.form_ink)
        _tick(frame, (x, 264, 20, 20), ticked=facts.ticks[i], typist=typist)
    for top in (202, 243, 287, 327):
        for i, letter in enumerate("Code"):
            frame.text(682, top + 13 + i * 6.5, letter, Face(7.0), typist.form_ink)
    frame.line(0, 416, 880, typist.form_ink)


def _tick(
    frame: Frame, place: tuple[float, float, float, float], *, ticked: bool, typist: Typist
) -> None:
    frame.sheet.outline(frame.corners(*place), typist.form_ink, 1)
    if ticked:
        x, y, width, _ = place
        frame.text(x + width * 0.25, y + 0.5, "X", replace(typist.value, bold=True), typist.ink)


def _irs_foot(frame: Frame, facts: W2Facts, typist: Typist, copy: str) -> None:
    ink, title = typist.form_ink, typist.title
    frame.text(0, 470, "Form", replace(title, bold=True), ink)
    frame.text(32, 452, "W-2", Face(title.size * 2.6, bold=True), ink)
    frame.text(100, 462, "Wage and Tax Statement", Face(title.size * 1.3, bold=True), ink)
    frame.text(400, 451, str(facts.year), Face(title.size * 2.8, stretch=1.3), ink)
    frame.text(610, 453, "Department of the Treasury--Internal Revenue Service", title, ink)
    frame.text(0, 486, copy, replace(title, bold=True), ink)


def _efile(frame: Frame, x: float, y: float, typist: Typist) -> None:
    bold = Face(typist.title.size * 1.05, bold=True)
    frame.text(x, y, "Safe, accurate,", bold)
    frame.text(x, y + 14, "FAST! Use", bold)
    frame.sheet.ellipse(frame.corners(x + 88, y + 2, 92, 25), BLACK)
    frame.text(x + 98, y + 6, "IRS e-file", Face(typist.title.size * 1.3, bold=True), _WHITE)


def _copy_a(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """The red original that goes to the Social Security Administration."""
    frame = _irs_sheet(width, 560, rng, coloured=True)
    typist = replace(_typist(rng, width, fixed=0.5), form_ink=_RED)
    _irs_form(frame, facts, _values(facts, rng), typist)
    frame.text(12, 6, "22222", Face(typist.title.size * 1.6))
    frame.text(96, 3, "VOID", typist.title, _RED)
    _tick(frame, (124, 4, 20, 20), ticked=False, typist=typist)
    frame.text(433, 2, "For Official Use Only", replace(typist.title, bold=True), _RED)
    frame.text(433, 16, "OMB No. 1545-0008", typist.title, _RED)
    _irs_foot(
        frame,
        facts,
        typist,
        "Copy A--For Social Security Administration. Send this entire page with Form W-3.",
    )
    frame.text(
        130,
        502,
        "Do Not Cut, Fold, or Staple Forms on This Page",
        Face(typist.title.size * 1.5),
        _RED,
    )
    return frame.sheet.image


_COPIES = (
    "Copy B--To Be Filed With Employee's FEDERAL Tax Return.",
    "Copy C--For EMPLOYEE'S RECORDS. (See Notice to Employee on the back of Copy B.)",
    "Copy 2--To Be Filed With Employee's State, City, or Local Income Tax Return.",
    "Copy D--For Employer.",
)


def _head(frame: Frame, typist: Typist, rng: Random) -> None:
    frame.text(433, 17, "OMB No. 1545-0008", typist.title, typist.form_ink)
    if rng.random() < 0.5:
        _efile(frame, 560, 3, typist)
        return
    small = replace(typist.title, size=typist.title.size * 0.86)
    for i, text in enumerate(
        (
            "This information is being furnished to the Internal Revenue Service. If you",
            "are required to file a tax return, a negligence penalty or other sanction",
            "may be imposed on you if this income is taxable and you fail to report it.",
        )
    ):
        frame.text(551, 1 + i * 10.5, text, small, typist.form_ink)


def _copy_b(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """One black copy, as employees get it."""
    frame = _irs_sheet(width, rng.choice([540, 560, 620]), rng)
    typist = _typist(rng, width, fixed=0.35)
    _irs_form(frame, facts, _values(facts, rng), typist)
    _head(frame, typist, rng)
    _irs_foot(frame, facts, typist, rng.choice(_COPIES))
    return frame.sheet.image


def _two_copies(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """Two copies on one page, as in the public fake W-2 set."""
    upper = _irs_sheet(width, 1130, rng)
    lower = replace(upper, top=upper.top + 565 * upper.down)
    typist = replace(_typist(rng, width, fixed=0.9), align="left")
    values = _values(facts, rng)
    for frame, copy in ((upper, _COPIES[0]), (lower, _COPIES[1])):
        _irs_form(frame, facts, values, typist)
        _head(frame, typist, rng)
        _irs_foot(frame, facts, typist, copy)
    upper.line(0, 530, 880, (120, 120, 120))
    upper.text(340, 533, "Cut here. Keep lower portion for your records.", typist.title)
    return upper.sheet.image


def _column(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """A payroll printer's column beside its summary of the year's earnings."""
    sheet = Sheet(width, round(width * 0.93))
    scale = width / 1000
    frame = Frame(
        sheet, rng.uniform(14, 26) * scale, rng.uniform(30, 50) * scale, 1.72 * scale, 1.64 * scale
    )
    typist = replace(_typist(rng, width, fixed=0.6), indent=rng.uniform(12, 40) * scale)
    typist = replace(typist, value=replace(typist.value, size=15.0 * scale))
    values = {
        **_values(facts, rng),
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


def _grid(facts: W2Facts, rng: Random, width: int) -> Image.Image:
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
    typist = _typist(rng, width, fixed=0.2)
    typist = replace(
        typist, indent=min(typist.indent, 22.0), align=rng.choice(["right", "right", "left"])
    )
    print_boxes(frame, GRID, _values(facts, rng), typist)
    frame.text(
        4,
        3,
        "Copy 2 -- To Be Filed With Employee's State, City, or Local Income Tax Return.",
        typist.title,
    )
    frame.text(760, 8, "OMB NO. 1545-0008", typist.title)
    for i, top in enumerate((654, 704, 756)):
        _tick(frame, (132, top, 23, 27), ticked=facts.ticks[i], typist=typist)
    for y in (820, 924):
        frame.line(0, y, 1040)
    frame.text(0, 968, "Form W-2 Wage and Tax Statement", Face(12 * width / 1000))
    frame.text(540, 965, str(facts.year), Face(15 * width / 1000))
    frame.text(800, 968, "Dept. of Treasury -- IRS", Face(12 * width / 1000))
    return sheet.image


def _wide(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """An accounting program's form: the layout no training page shows."""
    across = width * 0.95 / 1000
    sheet = Sheet(width, round(width * 0.66))
    frame = Frame(
        sheet, width * rng.uniform(0.015, 0.035), width * rng.uniform(0.06, 0.075), across, across
    )
    typist = _typist(rng, width, fixed=0.3)
    print_boxes(frame, WIDE, _values(facts, rng), typist)
    frame.text(
        0,
        -36,
        f"{facts.year}  Form W-2  Wage and Tax Statement",
        Face(19 * width / 1000, bold=True),
    )
    frame.text(640, -30, "OMB No. 1545-0008   Copy C, for employee's records", typist.title)
    for i, title in enumerate(("Statutory emp.", "Retirement plan", "3rd-party sick pay")):
        frame.text(34, 378 + i * 20, title, typist.title)
        _tick(frame, (190, 377 + i * 20, 16, 16), ticked=facts.ticks[i], typist=typist)
    frame.line(0, 490, 1000)
    frame.text(0, 542, "Department of the Treasury--Internal Revenue Service", typist.title)
    return sheet.image


LAYOUTS: Mapping[str, W2Layout] = {
    "irs_copy_a": W2Layout(_copy_a),
    "irs_copy_b": W2Layout(_copy_b),
    "irs_two_copies": W2Layout(_two_copies, fake_set=0.8),
    "payroll_column": W2Layout(_column, state_lines=1, fake_set=0.4),
    "payroll_grid": W2Layout(_grid),
    "payroll_wide": W2Layout(_wide),
}
"""Every layout by name."""
