"""How a W-2 is filled in on one page: the lines in each box, the faces, the ticks."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from novadoc.synthetic._form import Typist
from novadoc.synthetic._ink import Face, Frame
from novadoc.synthetic._w2_facts import W2Facts

__all__ = ["draw_typist", "lines_by_box", "print_tick"]


def lines_by_box(facts: W2Facts, rng: Random) -> dict[str, tuple[str, ...]]:
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


def draw_typist(rng: Random, width: int, *, fixed: float) -> Typist:
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


def print_tick(
    frame: Frame, place: tuple[float, float, float, float], *, ticked: bool, typist: Typist
) -> None:
    frame.sheet.outline(frame.corners(*place), typist.form_ink, 1)
    if ticked:
        x, y, width, _ = place
        frame.text(x + width * 0.25, y + 0.5, "X", replace(typist.value, bold=True), typist.ink)
