"""A form as data: boxes with their titles, and how values are written into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal

from novadoc.synthetic._ink import BLACK, Align, Colour, Face, Frame

__all__ = ["Box", "Typist", "print_boxes"]


@dataclass(frozen=True)
class Box:
    """One box of a form, in the form's units."""

    key: str
    """What stands in it; empty for a box that is only printed."""
    x: float
    y: float
    width: float
    height: float
    number: str = ""
    title: str = ""
    _: KW_ONLY
    drop: float = 0.0
    """How much lower than usual the value starts."""
    rows: int = 0
    """Lines the box is ruled for; 0 for text that simply runs on."""
    title_at: Literal["top", "bottom"] = "top"
    shaded: bool = False
    heavy: bool = False
    framed: bool = True
    words: bool = False
    """Whether the value is never set as an amount, even when it is all digits."""


@dataclass(frozen=True)
class Typist:
    """How values and titles look on one page, and where in their boxes they fall."""

    value: Face
    title: Face
    ink: Colour = BLACK
    form_ink: Colour = BLACK
    align: Align = "left"
    """Of amounts; words always start at the left."""
    indent: float = 20.0
    """Of words, in pixels from the box's left edge."""
    lift: float = 0.0
    """How far values are shifted down from their usual place, in pixels."""

    def fitted(self, text: str, room: float) -> Face:
        """Return the value's face, made smaller where `text` would leave its box."""
        face = self.value
        advance = 0.6 if face.fixed else 0.56
        need = len(text) * face.size * advance * face.stretch
        if need <= room:
            return face
        return replace(face, size=max(9.0, float(int(face.size * room / need))))


def print_boxes(
    frame: Frame,
    boxes: Iterable[Box],
    values: Mapping[str, Sequence[str]],
    typist: Typist,
) -> None:
    """Draw boxes and titles, then the values into them."""
    placed = list(boxes)
    for box in placed:
        _print_box(frame, box, typist)
    for box in placed:
        _write_values(frame, box, values.get(box.key, ()), typist)


def _print_box(frame: Frame, box: Box, typist: Typist) -> None:
    corners = frame.corners(box.x, box.y, box.width, box.height)
    if box.shaded:
        frame.sheet.fill(corners, (190, 190, 190))
    if box.framed:
        frame.sheet.outline(corners, typist.form_ink, 2 if box.heavy else 1)
    title = typist.title
    top = frame.y(box.y) + 2 if box.title_at == "top" else corners[3] - title.size * 1.25
    left = frame.x(box.x) + 4
    if box.number:
        frame.sheet.text((left, top), box.number, replace(title, bold=True), typist.form_ink)
        left += title.size * (0.62 * len(box.number) + 0.5)
    if box.title:
        frame.sheet.text((left, top), box.title, title, typist.form_ink)


def _write_values(frame: Frame, box: Box, lines: Sequence[str], typist: Typist) -> None:
    if not lines:
        return
    left, top, right, bottom = frame.corners(box.x, box.y, box.width, box.height)
    title = typist.title.size * 1.25
    y = top + (title if box.title_at == "top" else 2.0) + box.drop * frame.down
    room = bottom - y - (title if box.title_at == "bottom" else 0.0)
    pitch = room / box.rows if box.rows else min(typist.value.size * 1.45, room / len(lines))
    indent = min(typist.indent, (right - left) * 0.1)
    for i, line in enumerate(lines):
        face = typist.fitted(line, right - left - indent - 4)
        align = typist.align if _is_amount(line) and not box.words else "left"
        x = {"left": left + indent, "centre": (left + right) / 2, "right": right - 6}[align]
        frame.sheet.text((x, y + typist.lift + i * pitch), line, face, typist.ink, align=align)


def _is_amount(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).isdigit()
