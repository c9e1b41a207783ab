"""The official Form W-2: the red original, a black copy, two copies on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from PIL import Image

from novadoc.synthetic._form import Typist, print_boxes
from novadoc.synthetic._ink import BLACK, Face, Frame, Sheet
from novadoc.synthetic._w2_facts import W2Facts
from novadoc.synthetic._w2_filling import draw_typist, lines_by_box, print_tick
from novadoc.synthetic._w2_forms import IRS

__all__ = ["print_copy_a", "print_copy_b", "print_two_copies"]

_RED = (196, 52, 60)
_WHITE = (252, 252, 250)


_COPIES = (
    "Copy B--To Be Filed With Employee's FEDERAL Tax Return.",
    "Copy C--For EMPLOYEE'S RECORDS. (See Notice to Employee on the back of Copy B.)",
    "Copy 2--To Be Filed With Employee's State, City, or Local Income Tax Return.",
    "Copy D--For Employer.",
)


def print_copy_a(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """The red original that goes to the Social Security Administration."""
    frame = _irs_sheet(width, 560, rng, coloured=True)
    typist = replace(draw_typist(rng, width, fixed=0.5), form_ink=_RED)
    _irs_form(frame, facts, lines_by_box(facts, rng), typist)
    frame.text(12, 6, "22222", Face(typist.title.size * 1.6))
    frame.text(96, 3, "VOID", typist.title, _RED)
    print_tick(frame, (124, 4, 20, 20), ticked=False, typist=typist)
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


def print_copy_b(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """One black copy, as employees get it."""
    frame = _irs_sheet(width, rng.choice([540, 560, 620]), rng)
    typist = draw_typist(rng, width, fixed=0.35)
    _irs_form(frame, facts, lines_by_box(facts, rng), typist)
    _head(frame, typist, rng)
    _irs_foot(frame, facts, typist, rng.choice(_COPIES))
    return frame.sheet.image


def print_two_copies(facts: W2Facts, rng: Random, width: int) -> Image.Image:
    """Two copies on one page, as in the public fake W-2 set."""
    upper = _irs_sheet(width, 1130, rng)
    lower = replace(upper, top=upper.top + 565 * upper.down)
    typist = replace(draw_typist(rng, width, fixed=0.9), align="left")
    values = lines_by_box(facts, rng)
    for frame, copy in ((upper, _COPIES[0]), (lower, _COPIES[1])):
        _irs_form(frame, facts, values, typist)
        _head(frame, typist, rng)
        _irs_foot(frame, facts, typist, copy)
    upper.line(0, 530, 880, (120, 120, 120))
    upper.text(340, 533, "Cut here. Keep lower portion for your records.", typist.title)
    return upper.sheet.image


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
        print_tick(frame, (x, 264, 20, 20), ticked=facts.ticks[i], typist=typist)
    for top in (202, 243, 287, 327):
        for i, letter in enumerate("Code"):
            frame.text(682, top + 13 + i * 6.5, letter, Face(7.0), typist.form_ink)
    frame.line(0, 416, 880, typist.form_ink)


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
