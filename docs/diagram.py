"""Draws the architecture page's picture from the import contract in `pyproject.toml`.

python docs/diagram.py
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "architecture.svg"

CAPTIONS = (
    "joins and shows",
    "the parts of the road",
    "one wire, both ways",
    "the question",
    "fields and pages",
    "helpers",
    "words of the trade",
)
WING = "local"
WIDTH, ROW, BOX, GAP, LEFT = 960, 64, 40, 10, 170
WING_WIDTH = 110


def floors() -> list[list[str]]:
    """Return the contract's layers, top to bottom."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r"^layers = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    if layers is None:
        raise SystemExit("pyproject.toml holds no layers.")
    return [re.findall(r"\w+", line) for line in layers.group(1).splitlines()]


def drawn() -> str:
    """Return the picture: a row of boxes a floor, the wing beside those it does not see."""
    rows = floors()
    seen = next(n for n, row in enumerate(rows) if "models" in row)  # the wing stands on this
    parts: list[str] = []
    for n, row in enumerate(rows):
        top = 16 + n * ROW
        room = WIDTH - LEFT - 16 - (WING_WIDTH + 2 * GAP if n < seen else 0)
        names = [name for name in row if name != WING]
        width = (room - GAP * (len(names) - 1)) / len(names)
        parts.append(text(16, top + 25, CAPTIONS[n], "caption"))
        parts += [
            box(LEFT + k * (width + GAP), top, width, BOX, name) for k, name in enumerate(names)
        ]
    height = (seen - 1) * ROW + BOX
    parts.append(box(WIDTH - 16 - WING_WIDTH, 16, WING_WIDTH, height, WING, kind="wing"))
    bottom = 16 + len(rows) * ROW
    parts.append(
        text(
            LEFT,
            bottom,
            "imports only go down; boxes on one floor do not see each other",
            "caption",
        )
    )
    inner = "\n".join(parts)
    frame = f"0 0 {WIDTH} {bottom + 16}"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="{frame}" role="img">
<title>The packages of novadoc, floor by floor</title>
<style>
text {{ font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #12263f; }}
.caption {{ font: 13px system-ui, sans-serif; fill: #7a8694; }}
rect {{ fill: #e3eeff; stroke: #1f6feb; }}
.wing {{ fill: #fff1e0; stroke: #d97706; stroke-dasharray: 5 4; }}
</style>
{inner}
</svg>
"""


def box(left: float, top: float, width: float, height: float, name: str, *, kind: str = "") -> str:
    """Draw a box with a name in its middle."""
    place = f'x="{left:.1f}" y="{top}" width="{width:.1f}" height="{height}" rx="5"'
    middle = f'x="{left + width / 2:.1f}" y="{top + height / 2 + 5:.1f}" text-anchor="middle"'
    return f'<rect class="{kind}" {place}/><text {middle}>{name}</text>'


def text(left: float, base: float, words: str, kind: str) -> str:
    """Write words."""
    return f'<text class="{kind}" x="{left}" y="{base}">{words}</text>'


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
